import Events
internal import GRDB
import Primitives
import Storage
import Testing

/// Stores of every released schema are brought up to date with what they hold.
@Suite struct MigrationTests {
    let folder = TemporaryFolder()

    /// A store as schema 2 left it: what schema 3 added is taken away again.
    private func schemaTwo() throws {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 5))
        try store.replaceIncidents([Make.incident((0..<5).map { Make.detection($0) })])
        try store.triage(.acknowledge, on: try #require(try store.incidents().first).id, by: Make.analyst)
        let raw = try DatabaseQueue(path: folder.store)
        try raw.write { database in
            for index in [
                "incidents_entity_key", "incidents_entity_ip", "incidents_desk", "incidents_made", "inputs_hex",
                "incidents_by_last", "incidents_by_first", "incidents_by_count", "incidents_by_duration",
                "incidents_by_entity", "incidents_by_title", "incidents_by_rule", "incidents_by_assignee",
                "incidents_by_id",
                "incidents_of_entity", "incidents_of_title", "incidents_of_rule", "incidents_of_techniques",
                "incidents_of_assets",
                "incidents_of_agencies",
            ] { try database.execute(sql: "DROP INDEX \(index)") }
            for column in ["tags", "parent", "recipe", "title_key", "entity_key"] {
                try database.execute(sql: "ALTER TABLE incidents DROP COLUMN \(column)")
            }
            try database.execute(sql: "ALTER TABLE inputs DROP COLUMN asset")
            try database.execute(sql: "ALTER TABLE run_inputs DROP COLUMN jumps")
            try database.execute(sql: "ALTER TABLE checkpoints DROP COLUMN furthest")
            for column in ["assets", "owners", "agencies", "acts"] {
                try database.execute(sql: "ALTER TABLE incidents DROP COLUMN \(column)")
            }
            for column in ["field", "value"] {
                try database.execute(sql: "ALTER TABLE suppressions DROP COLUMN \(column)")
            }
            try database.execute(sql: "ALTER TABLE detections DROP COLUMN links")
            for table in [
                "estate_systems", "detection_links", "sightings",
                "incident_terms", "incident_mentions", "mention_fields", "packets", "packet_slices", "dead_rules",
                "consumers", "baselines", "baseline_days", "baseline_resets", "incident_values", "value_fields",
                "incident_networks", "detection_ids", "changed_detections", "unsettled",
            ] { try database.execute(sql: "DROP TABLE \(table)") }
            try database.execute(
                sql: """
                    DELETE FROM meta WHERE name = 'detections indexed';
                    DELETE FROM grdb_migrations WHERE identifier NOT LIKE '1 %' AND identifier NOT LIKE '2 %';
                    PRAGMA user_version = 2
                    """)
        }
    }

    @Test func theSecondSchemaIsFilledIntoTheThird() throws {
        try schemaTwo()
        #expect(throws: StoreError.self) { try Store(path: folder.store, mode: .read) }
        let store = try Store(path: folder.store)
        let incident = try #require(try store.incidents().first)
        #expect(incident.status == .acknowledged)
        #expect(incident.tags == [])
        // The same as if it had been written by this version.
        let other = TemporaryFolder()
        let fresh = try Store(path: other.store)
        try fresh.commit(Make.chunk(from: 0, to: 5))
        try fresh.replaceIncidents([Make.incident((0..<5).map { Make.detection($0) })])
        for sql in MigrationTests.filled {
            let rows = { (path: String) throws in
                try DatabaseQueue(path: path).read { try Row.fetchAll($0, sql: sql).map { "\($0)" } }
            }
            let (old, new) = (try rows(folder.store), try rows(other.store))
            #expect(old == new && !new.isEmpty, "\(sql)")
        }
        let mentions = try DatabaseQueue(path: folder.store).read {
            try Row.fetchAll($0, sql: "SELECT * FROM incident_mentions")
        }
        #expect(mentions.count == 2)
        #expect(try store.verify().isSound)
    }

    private static let filled = [
        "SELECT * FROM incident_terms ORDER BY kind, value", "SELECT * FROM incident_mentions ORDER BY field",
        "SELECT * FROM incident_values ORDER BY field, part", "SELECT * FROM value_fields ORDER BY seq",
        "SELECT * FROM incident_networks ORDER BY network, field",
    ]

    /// As schema 7 left it: an id is found by the table's own index.
    private static let seventh = """
        DROP TABLE detection_ids; DROP TABLE changed_detections; DELETE FROM meta WHERE name = 'detections indexed';
        ALTER TABLE detections RENAME TO later; DROP INDEX detections_first;
        CREATE TABLE detections (
            seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, rule INTEGER NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, form TEXT NOT NULL, entity_kind TEXT NOT NULL,
            entity TEXT NOT NULL, fields TEXT NOT NULL, events BLOB NOT NULL, alert TEXT, input BLOB, links BLOB
        ) STRICT;
        INSERT INTO detections SELECT * FROM later; DROP TABLE later;
        CREATE INDEX detections_first ON detections (first, id);
        ALTER TABLE checkpoints DROP COLUMN furthest;
        DROP TABLE unsettled; ALTER TABLE run_inputs DROP COLUMN jumps;
        DELETE FROM grdb_migrations WHERE identifier LIKE '8 %' OR identifier LIKE '9 %'; PRAGMA user_version = 7;
        """

    @Test func theSeventhSchemaIsFilledIntoTheEighth() throws {
        let made = (0..<9).map { Make.detection($0, rule: $0 % 2 == 0 ? Make.rule() : Make.rule("other")) }
        do {
            let store = try Store(path: folder.store)
            try store.commit(detections: made)
            try store.replaceIncidents([Make.incident(Array(made.prefix(6)))])
        }
        try DatabaseQueue(path: folder.store).write { try $0.execute(sql: MigrationTests.seventh) }
        let before = try rows("SELECT * FROM detections ORDER BY seq")
        let store = try Store(path: folder.store)
        #expect(try rows("SELECT * FROM detections ORDER BY seq") == before)
        #expect(before.count == 9)
        #expect(try store.detections(of: store.incidents()[0]).map(\.id) == store.incidents()[0].detections)
        try store.commit(detections: made)
        #expect(try store.detectionCount() == 9)
        for detection in made { #expect(try store.detections(ids: [detection.id]).first?.evidence.count == 1) }
        #expect(try store.verify().isSound)
    }

    private func rows(_ sql: String) throws -> [String] {
        try DatabaseQueue(path: folder.store).read { try Row.fetchAll($0, sql: sql).map { "\($0)" } }
    }
}
