/// The fourth migration: whose systems an incident concerns, what its summary is told from, what ties detections
/// together, which names addresses had when, and suppressions by any field.
enum EstateSchema {
    static let all = incidents + systems + links + sightings + suppressions

    /// JSON: ids of systems, owners, agencies; acts (`IncidentAct`).
    private static let incidents = """
        ALTER TABLE incidents ADD COLUMN assets TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE incidents ADD COLUMN owners TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE incidents ADD COLUMN agencies TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE incidents ADD COLUMN acts TEXT NOT NULL DEFAULT '[]';

        """

    /// The inventory as the last scan that was given one had it; its text is `estate` in `meta`.
    private static let systems = """
        CREATE TABLE estate_systems (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, name_vi TEXT, owner TEXT, agency TEXT, agency_name TEXT,
            agency_name_vi TEXT, criticality TEXT NOT NULL, addresses TEXT NOT NULL, names TEXT NOT NULL
        ) WITHOUT ROWID, STRICT;

        """

    /// Which detections a correlation's detection stands on.
    private static let links = """
        ALTER TABLE detections ADD COLUMN links BLOB;
        CREATE TABLE detection_links (
            link BLOB NOT NULL, detection BLOB NOT NULL, PRIMARY KEY (link, detection)
        ) WITHOUT ROWID, STRICT;

        """

    /// Within an hour (`slot`: hours since 1970; -1: all time) an address was seen with a name: first and last, and the
    /// input of the first. `kind`: `SightingKind`.
    private static let sightings = """
        CREATE TABLE sightings (
            kind INTEGER NOT NULL, address BLOB NOT NULL, name TEXT NOT NULL, slot INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL, input BLOB NOT NULL,
            PRIMARY KEY (kind, address, name, slot)
        ) WITHOUT ROWID, STRICT;
        CREATE INDEX sightings_name ON sightings (name, kind);

        """

    private static let suppressions = """
        ALTER TABLE suppressions ADD COLUMN field TEXT;
        ALTER TABLE suppressions ADD COLUMN value TEXT;
        """
}
