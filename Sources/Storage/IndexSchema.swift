/// The eighth migration: detections are found by id in a table of its own (`DetectionIndex`), which is filled many ids
/// at a time. SQLite's own index behind `UNIQUE` would take each as it comes, and cannot be taken away: the table is
/// written anew. `checkpoints.furthest` is up to where an input was ever read: what lies behind it is not looked for.
/// `changed_detections`: `ChangedDetections`.
enum IndexSchema {
    static let all = """
        CREATE TABLE detections_new (
            seq INTEGER PRIMARY KEY, id BLOB NOT NULL, rule INTEGER NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, form TEXT NOT NULL, entity_kind TEXT NOT NULL,
            entity TEXT NOT NULL, fields TEXT NOT NULL, events BLOB NOT NULL, alert TEXT, input BLOB, links BLOB
        ) STRICT;
        INSERT INTO detections_new
            SELECT seq, id, rule, first, last, count, form, entity_kind, entity, fields, events, alert, input, links
            FROM detections ORDER BY seq;
        DROP TABLE detections;
        ALTER TABLE detections_new RENAME TO detections;
        CREATE INDEX detections_first ON detections (first, id);
        CREATE TABLE detection_ids (id BLOB PRIMARY KEY, detection INTEGER NOT NULL) WITHOUT ROWID, STRICT;
        INSERT INTO detection_ids SELECT id, seq FROM detections ORDER BY id;
        ALTER TABLE checkpoints ADD COLUMN furthest INTEGER NOT NULL DEFAULT 0;
        UPDATE checkpoints SET furthest = offset;
        CREATE TABLE changed_detections (id BLOB PRIMARY KEY) WITHOUT ROWID, STRICT;
        INSERT INTO meta SELECT 'detections indexed', CAST(ifnull(max(seq), 0) AS TEXT) FROM detections;
        """
}
