internal import GRDB

/// The tables, one migration after the other. A released migration is never changed: what is new is added behind it,
/// and described in this folder's README. `SearchSchema` has the third, `EstateSchema` the fourth, `BaselineSchema` the
/// sixth, `ValueSchema` the seventh, `IndexSchema` the eighth,
/// `UnsettledSchema` the ninth.
enum Schema {
    /// "NJAR", in `PRAGMA application_id`: how a store of ours is known among SQLite files.
    static let applicationID = 0x4E4A_4152
    /// In `PRAGMA user_version`: the number of migrations.
    static let version = steps.count

    /// (name, SQL, what fills the new tables where SQL alone does not), in order. The name is what the migrator
    /// remembers.
    static let steps: [(name: String, sql: String, fill: (@Sendable (Database) throws -> Void)?)] = [
        ("1 inputs and findings", inputs + rules + detections + spool, nil),
        ("2 incidents and triage", incidents + triage + runs, nil),
        ("3 search, regrouping and packets", SearchSchema.all, nil),
        ("4 estate, stories, links and sightings", EstateSchema.all, nil),
        ("5 orders of lists", OrderSchema.all, nil),
        ("6 baselines", BaselineSchema.all, nil),
        ("7 values of incidents", ValueSchema.all, ValueTable.fill),
        ("8 detections by id", IndexSchema.all, nil),
        ("9 what incidents do not tell yet", UnsettledSchema.all, nil),
    ]

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, step) in steps.enumerated() {
            migrator.registerMigration(step.name) { database in
                try database.execute(sql: step.sql)
                try step.fill?(database)
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(index + 1)")
            }
        }
        return migrator
    }

    private static let inputs = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;
        CREATE TABLE inputs (
            id BLOB PRIMARY KEY, sensor TEXT, head_length INTEGER NOT NULL, path TEXT NOT NULL,
            year_reference INTEGER NOT NULL
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX inputs_head_length ON inputs (head_length);
        CREATE TABLE input_files (
            path TEXT PRIMARY KEY, input BLOB NOT NULL, device INTEGER, inode INTEGER, size INTEGER, modified INTEGER
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE checkpoints (
            input BLOB PRIMARY KEY, offset INTEGER NOT NULL, records INTEGER NOT NULL, tail BLOB NOT NULL,
            tail_length INTEGER NOT NULL, complete INTEGER NOT NULL
        ) WITHOUT ROWID, STRICT;

        """

    private static let rules = """
        CREATE TABLE rules (
            seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, level INTEGER NOT NULL,
            kind TEXT NOT NULL, name TEXT, tags TEXT NOT NULL, description TEXT, author TEXT,
            "references" TEXT NOT NULL, false_positives TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
            generates INTEGER NOT NULL, entity_fields TEXT NOT NULL, signature TEXT
        ) STRICT;

        """

    private static let detections = """
        CREATE TABLE detections (
            seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rule INTEGER NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, form TEXT NOT NULL, entity_kind TEXT NOT NULL,
            entity TEXT NOT NULL, fields TEXT NOT NULL, events BLOB NOT NULL, alert TEXT, input BLOB
        ) STRICT;
        CREATE INDEX detections_first ON detections (first, id);
        CREATE INDEX detections_entity ON detections (entity, entity_kind, first);
        CREATE TABLE evidence (
            detection INTEGER NOT NULL, ordinal INTEGER NOT NULL, event BLOB NOT NULL, bytes BLOB NOT NULL,
            sha256 BLOB NOT NULL, link_type INTEGER, PRIMARY KEY (detection, ordinal)
        ) WITHOUT ROWID, STRICT;

        """

    private static let spool = """
        CREATE TABLE spool (
            seq INTEGER PRIMARY KEY, input BLOB NOT NULL, start INTEGER NOT NULL, part INTEGER NOT NULL,
            "end" INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
            data BLOB NOT NULL, UNIQUE (input, start, "end", part)
        ) STRICT;

        """

    private static let incidents = """
        CREATE TABLE incidents (
            seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rule TEXT NOT NULL, title TEXT NOT NULL,
            severity INTEGER NOT NULL, entity_kind TEXT NOT NULL, entity TEXT NOT NULL, entity_ip BLOB,
            first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, stages TEXT NOT NULL,
            techniques TEXT NOT NULL, rules TEXT NOT NULL, inputs TEXT NOT NULL, digest BLOB NOT NULL,
            status TEXT NOT NULL, resolution TEXT, assignee TEXT, suppressed_until INTEGER, created_run INTEGER,
            changed_run INTEGER
        ) STRICT;
        CREATE INDEX incidents_order ON incidents (severity, last);
        CREATE INDEX incidents_last ON incidents (last);
        CREATE INDEX incidents_entity ON incidents (entity);
        CREATE TABLE incident_detections (
            incident INTEGER NOT NULL, ordinal INTEGER NOT NULL, detection BLOB NOT NULL,
            PRIMARY KEY (incident, ordinal)
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE incident_aliases (alias BLOB PRIMARY KEY, incident BLOB NOT NULL) WITHOUT ROWID, STRICT;
        CREATE INDEX incident_aliases_incident ON incident_aliases (incident);

        """

    private static let triage = """
        CREATE TABLE suppressions (
            id BLOB PRIMARY KEY, rule TEXT, entity TEXT, network TEXT, reason TEXT NOT NULL, until INTEGER NOT NULL,
            who TEXT NOT NULL, created INTEGER NOT NULL
        ) WITHOUT ROWID, STRICT;
        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL, act TEXT NOT NULL,
            subject TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX audit_subject ON audit (subject);
        CREATE TRIGGER audit_keep BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
        CREATE TRIGGER audit_stay BEFORE DELETE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

        """

    private static let runs = """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY, started INTEGER NOT NULL, finished INTEGER, command TEXT NOT NULL,
            rules_loaded INTEGER NOT NULL, rules_refused INTEGER NOT NULL, detections INTEGER NOT NULL,
            new_incidents INTEGER NOT NULL, grown_incidents INTEGER NOT NULL, incomplete INTEGER NOT NULL,
            evictions TEXT NOT NULL
        ) STRICT;
        CREATE TABLE run_inputs (
            run INTEGER NOT NULL, ordinal INTEGER NOT NULL, path TEXT NOT NULL, input BLOB, sensor TEXT,
            kind TEXT NOT NULL, format TEXT NOT NULL, bytes_read INTEGER NOT NULL, bytes_decoded INTEGER NOT NULL,
            records INTEGER NOT NULL, events INTEGER NOT NULL, not_understood INTEGER NOT NULL,
            transactions INTEGER NOT NULL, unread TEXT NOT NULL, dropped TEXT NOT NULL, bytes_dropped INTEGER NOT NULL,
            known_bytes INTEGER NOT NULL, known_records INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            problem TEXT, PRIMARY KEY (run, ordinal)
        ) WITHOUT ROWID, STRICT;
        """
}
