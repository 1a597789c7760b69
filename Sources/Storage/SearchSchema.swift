/// The third migration: what filters look up instead of reading every incident, how incidents are put together by hand,
/// and the packets kept as proof.
enum SearchSchema {
    static let all = incidents + terms + packets + dead + readers + filling

    /// `title_key` and `entity_key` are folded (`TextFold`); `parent` is the incident that this one went into by hand,
    /// `recipe` how one made by hand is put together. `incidents_desk` answers counts without touching a row.
    private static let incidents = """
        ALTER TABLE incidents ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE incidents ADD COLUMN parent BLOB;
        ALTER TABLE incidents ADD COLUMN recipe TEXT;
        ALTER TABLE incidents ADD COLUMN title_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE incidents ADD COLUMN entity_key TEXT NOT NULL DEFAULT '';
        CREATE INDEX incidents_entity_key ON incidents (entity_key);
        CREATE INDEX incidents_entity_ip ON incidents (entity_ip);
        CREATE INDEX incidents_desk ON incidents
            (parent, severity, last, status, suppressed_until, first, count, assignee, entity_kind, resolution);
        CREATE INDEX incidents_made ON incidents (recipe) WHERE recipe IS NOT NULL;
        ALTER TABLE inputs ADD COLUMN asset TEXT;
        CREATE INDEX inputs_hex ON inputs (lower(hex(id)));

        """

    /// Texts of incidents by kind (`rule`, `technique`, `stage`, `tag`, `input`), and what their detections name by
    /// field: addresses, users, hosts, domains and hashes.
    private static let terms = """
        CREATE TABLE incident_terms (
            incident INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (incident, kind, value)
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX incident_terms_value ON incident_terms (kind, value, incident);
        CREATE TABLE incident_mentions (
            incident INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, ip BLOB,
            PRIMARY KEY (incident, field, value)
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX incident_mentions_value ON incident_mentions (field, value, incident);
        CREATE INDEX incident_mentions_ip ON incident_mentions (ip, field, incident) WHERE ip IS NOT NULL;
        CREATE TABLE mention_fields (name TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;

        """

    private static let packets = """
        CREATE TABLE packets (
            detection INTEGER NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL, wire_length INTEGER NOT NULL,
            link_type INTEGER NOT NULL, bytes BLOB NOT NULL, sha256 BLOB NOT NULL, PRIMARY KEY (detection, number)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE packet_slices (
            detection INTEGER PRIMARY KEY, hit INTEGER NOT NULL, flow_packets INTEGER NOT NULL
        ) STRICT;

        """

    private static let dead = """
        CREATE TABLE dead_rules (
            run INTEGER NOT NULL, rule TEXT NOT NULL, title TEXT NOT NULL, reason TEXT NOT NULL,
            PRIMARY KEY (run, rule)
        ) WITHOUT ROWID, STRICT;

        """

    /// How far each consumer of `export --since-last` has come.
    private static let readers = """
        CREATE TABLE consumers (
            name TEXT NOT NULL, incident BLOB NOT NULL, digest BLOB NOT NULL, PRIMARY KEY (name, incident)
        ) WITHOUT ROWID, STRICT;

        """

    /// What older stores hold, entered into the new tables.
    private static let filling = """
        UPDATE incidents SET title_key = fold(title), entity_key = fold(entity);
        INSERT OR IGNORE INTO incident_terms SELECT seq, 'rule', fold(rule) FROM incidents;
        INSERT OR IGNORE INTO incident_terms SELECT i.seq, 'rule', fold(j.value) FROM incidents i, json_each(i.rules) j;
        INSERT OR IGNORE INTO incident_terms
            SELECT i.seq, 'technique', fold(j.value) FROM incidents i, json_each(i.techniques) j;
        INSERT OR IGNORE INTO incident_terms
            SELECT i.seq, 'stage', fold(j.value) FROM incidents i, json_each(i.stages) j;
        INSERT OR IGNORE INTO incident_terms
            SELECT i.seq, 'input', j.value FROM incidents i, json_each(i.inputs) j;
        INSERT OR IGNORE INTO incident_mentions
            SELECT x.incident, f.key, fold(f.value), address_key(f.value) FROM incident_detections x
            JOIN detections d ON d.id = x.detection JOIN json_each(d.fields) f WHERE names_party(f.key);
        INSERT OR IGNORE INTO mention_fields SELECT DISTINCT field FROM incident_mentions;
        """
}
