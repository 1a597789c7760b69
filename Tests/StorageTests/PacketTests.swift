import Events
import Primitives
import Storage
import Testing

@Suite struct PacketTests {
    @Test func slicesComeBackAndAreStoredOnce() throws {
        let folder = TemporaryFolder()
        let store = try Store(path: folder.store)
        var chunk = Make.chunk(from: 0, to: 3)
        let hit = chunk.detections[1]
        let packets = (1...4).map { number in
            KeptPacket(
                number: UInt64(number), time: Make.time(number), wireLength: 1500, linkType: 1,
                bytes: [UInt8](repeating: UInt8(number), count: 60))
        }
        chunk.slices = [
            PacketSlice(detection: hit.id, hit: 3, flowPackets: 9, packets: packets),
            PacketSlice(detection: ContentID(high: 1, low: 1), hit: 1, flowPackets: 1, packets: packets),
        ]
        try store.commit(chunk)
        try store.commit(chunk)
        let incident = Make.incident(chunk.detections)
        try store.replaceIncidents([incident])
        let found = try store.slices(of: incident)
        #expect(found.count == 1)
        #expect(found.first?.packets == packets)
        #expect(found.first?.flowPackets == 9)
        #expect(found.first?.hit == 3)
        #expect(try store.verify().evidenceChecked == 3 + 4)
    }
}

@Suite struct ReadOnlyQueryTests {
    let folder = TemporaryFolder()

    private func ask(_ sql: String, timeout: Int = 5) throws -> [[ReadOnlyQuery.Value]] {
        let query = try ReadOnlyQuery(store: try Store(path: folder.store, mode: .read))
        var rows: [[ReadOnlyQuery.Value]] = []
        try query.run(
            sql, timeoutSeconds: timeout, header: { _ in },
            { row in
                rows.append(row)
                return rows.count < 1000
            })
        return rows
    }

    init() throws {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 4))
        let incident = Make.incident((0..<4).map { Make.detection($0) })
        try store.replaceIncidents([incident])
        try store.triage(.comment("x"), on: incident.id, by: Make.analyst)
    }

    @Test func everyViewAnswersAndItsColumnsAreThere() throws {
        for view in QueryViews.all {
            for column in view.columns {
                #expect(throws: Never.self, "\(view.name).\(column.name)") {
                    try ask("SELECT \"\(column.name)\" FROM \(view.name) LIMIT 1")
                }
            }
        }
        #expect(
            try ask("SELECT severity, count, entity FROM incidents")
                == [[.text("medium"), .integer(4), .text("203.0.113.7")]])
        #expect(try ask("SELECT first FROM incidents") == [[.text("2026-03-12T01:46:40.000Z")]])
        #expect(
            try ask("SELECT count(*) FROM detections d JOIN incident_detections x ON x.detection = d.id")
                == [[.integer(4)]])
        #expect(try ask("SELECT value FROM fields WHERE name = 'user.name' LIMIT 1") == [[.text("root")]])
        #expect(
            try ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT sum(i) FROM n")
                == [[.integer(15)]])
    }

    @Test(arguments: [
        "DELETE FROM main.incidents", "UPDATE incidents SET status = 'closed'", "DROP VIEW incidents",
        "CREATE TABLE x (a)", "CREATE TEMP TABLE x (a)", "ATTACH '/tmp/x.db' AS x", "PRAGMA user_version = 7",
        "PRAGMA journal_mode", "SELECT * FROM main.incidents", "SELECT * FROM main.audit",
        "SELECT * FROM sqlite_master",
        "SELECT load_extension('x')", "VACUUM", "BEGIN", "INSERT INTO acts VALUES (1)", "SELECT 1; DELETE FROM acts",
        "SELECT * FROM pragma_database_list", "SELECT * FROM nothing", "SELEC 1", "", " ; ",
        "EXPLAIN DELETE FROM main.audit",
    ])
    func nothingButReadingTheViews(sql: String) {
        #expect(throws: ReadOnlyQuery.Failure.self, "\(sql)") { try ask(sql) }
    }

    @Test func endlessQuestionsEnd() throws {
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
        do {
            _ = try ask(endless, timeout: 1)
            Issue.record("it ended by itself")
        } catch let failure as ReadOnlyQuery.Failure {
            #expect(failure.message.contains("longer than 1 s"))
        }
        #expect(throws: ReadOnlyQuery.Failure.self) { try ask("SELECT hex(zeroblob(2000000000))") }
    }

    @Test func faultsSayWhere() throws {
        do {
            _ = try ask("SELECT nothing FROM incidents")
        } catch let failure as ReadOnlyQuery.Failure {
            #expect(failure.offset == 7)
        }
    }
}
