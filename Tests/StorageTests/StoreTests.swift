import Events
internal import GRDB
import Primitives
import Storage
import Testing

@Suite struct StoreTests {
    let folder = TemporaryFolder()

    /// Every row of every table as text.
    private func dump(_ path: String) throws -> [String] {
        try DatabaseQueue(path: path).read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table): \($0)" }
            }
        }
    }

    @Test func storingTwiceChangesNothing() throws {
        let detections = (0..<30).map { Make.detection($0) }
        func fill(_ store: Store) throws {
            for from in stride(from: 0, to: 30, by: 10) { try store.commit(Make.chunk(from: from, to: from + 10)) }
            try store.beginJudgement()
            try store.commit(detections: [Make.detection(3, rule: Make.rule("chain"))])
            try store.finishJudgement(ofRules: ["chain"])
            try store.replaceIncidents([Make.incident(detections)])
        }
        var store: Store? = try Store(path: folder.store)
        try store.map(fill)
        let once = try dump(folder.store)
        try store.map(fill)
        #expect(try dump(folder.store) == once)
        store = nil
        try fill(try Store(path: folder.store))
        #expect(try dump(folder.store) == once)
        #expect(once.count > 60)
    }

    @Test func inMemoryKeepsNothingOnDisk() throws {
        let store = try Store(path: ":memory:")
        try store.commit(Make.chunk(from: 0, to: 10))
        #expect(try store.detectionCount() == 10)
        #expect(try Store(path: ":memory:", mode: .read).incidents().isEmpty)
    }

    @Test func checkpointsAndInputs() throws {
        let store = try Store(path: ":memory:")
        #expect(try store.checkpoint(identity: Make.id(-1))?.offset == nil)
        var chunk = Make.chunk(from: 0, to: 5)
        chunk.checkpoint.headLength = 300
        chunk.checkpoint.sensor = "dmz"
        try store.commit(chunk)
        let stamp = FileStamp(device: .max, inode: 42, size: 1000, modifiedNanoseconds: -3)
        #expect(try store.checkpoint(matching: stamp, path: "/var/log/auth.log")?.offset == nil)
        chunk = Make.chunk(from: 5, to: 10)
        chunk.checkpoint.fileStamp = stamp
        chunk.checkpoint.headLength = 4000
        chunk.checkpoint.yearReference = Make.time(9999)
        try store.commit(chunk)
        let found = try #require(try store.checkpoint(matching: stamp, path: "/var/log/auth.log"))
        #expect(found.input == Make.id(-1))
        #expect(found.offset == 1000)
        #expect(found.records == 10)
        #expect(found.tail == Make.id(1000))
        #expect(found.fileStamp == stamp)
        // Fixed when first seen.
        #expect(found.headLength == 300)
        #expect(found.yearReference == Make.time(0))
        var other = stamp
        other.size += 1
        #expect(try store.checkpoint(matching: other, path: "/var/log/auth.log")?.offset == nil)
        #expect(try store.checkpoint(matching: stamp, path: "/other")?.offset == nil)
        #expect(try store.headLengths() == [300])
        // Rotated: the input is seen elsewhere, another one stands at its old place.
        try store.commit(
            StoredChunk(
                checkpoint: Make.checkpoint(offset: 1000, path: "/var/log/auth.log.1"), startOffset: 1000))
        try store.commit(StoredChunk(checkpoint: Make.checkpoint(input: 2, offset: 10), startOffset: 0))
        #expect(
            try store.paths(of: [Make.id(-1), Make.id(-2), Make.id(77)])
                == [Make.id(-1): "/var/log/auth.log.1", Make.id(-2): "/var/log/auth.log"])
        #expect(try store.checkpoint(matching: stamp, path: "/var/log/auth.log")?.offset == nil)
    }

    @Test func ledgerComesBack() throws {
        let store = try Store(path: ":memory:")
        #expect(try store.lastRun()?.id == nil)
        let id = try store.beginRun(command: "nightjar scan /var/log", at: Make.time(0))
        #expect(try store.lastRun()?.finished.isNone == true)
        var input = InputLedger(path: "/var/log/auth.log")
        input.input = Make.id(1)
        input.kind = .log
        input.format = "syslog"
        input.records = 10
        input.events = 7
        input.unread = ["time not recognised": 2]
        input.dropped = ["queue \"full\"": 1]
        input.problem = "gzip stream ends early at offset 12"
        input.firstEvent = Make.time(1)
        var run = RunLedger()
        run.id = id
        run.command = "nightjar scan /var/log"
        run.started = Make.time(0)
        run.finished = Make.time(60)
        run.inputs = [input, InputLedger(path: "empty")]
        run.detections = 5
        run.newIncidents = 2
        run.evictions = ["flows": 3]
        try store.finishRun(run)
        try store.finishRun(run)
        let back = try #require(try store.lastRun())
        #expect(back.id == id)
        #expect(back.inputs.map(\.path) == ["/var/log/auth.log", "empty"])
        #expect(back.inputs[0].unread == input.unread)
        #expect(back.inputs[0].dropped == input.dropped)
        #expect(back.inputs[0].problem == input.problem)
        #expect(back.inputs[0].addsUp)
        #expect(back.inputs[0].lastEvent.isNone)
        #expect(back.isIncomplete)
        #expect(back.evictions == ["flows": 3])
        #expect(back.finished == Make.time(60))
        #expect(try store.beginRun(command: "next") == id + 1)
    }
}

@Suite struct AuditTests {
    /// Each column of a past entry, altered behind the store's back.
    @Test(arguments: ["time", "who", "origin", "act", "subject", "before", "after", "previous", "hash", "seq"], 1...3)
    func anyAlterationIsFound(column: String, entry: Int) throws {
        let folder = TemporaryFolder()
        let store = try Store(path: folder.store)
        let incident = Make.incident([Make.detection(1)])
        try store.replaceIncidents([incident])
        for act: TriageAct in [.acknowledge, .comment("a"), .close(as: .benign)] {
            try store.triage(act, on: incident.id, by: Make.analyst, at: Make.time(5))
        }
        #expect(try store.verifyAudit() == .sound(entries: 3))
        let change =
            switch column {
            case "time": "time + 1"
            case "seq": "seq + 10"
            case "previous", "hash": "substr(\(column), 1, 31) || x'aabb'"
            default: "\(column) || ' '"
            }
        let blob = ["previous", "hash"].contains(column) ? "CAST(\(change) AS BLOB)" : change
        try DatabaseQueue(path: folder.store).write { database in
            try database.execute(
                sql: "DROP TRIGGER audit_keep; UPDATE audit SET \(column) = \(blob) WHERE seq = \(entry)")
        }
        guard case .broken(let found, _) = try store.verifyAudit() else {
            Issue.record("the alteration of \(column) was not found")
            return
        }
        #expect(found == entry)
    }

    @Test func cuttingTheEndIsFoundAndTheTrailRefusesEdits() throws {
        let folder = TemporaryFolder()
        let store = try Store(path: folder.store)
        let incident = Make.incident([Make.detection(1)])
        try store.replaceIncidents([incident])
        for _ in 0..<3 { try store.triage(.acknowledge, on: incident.id, by: Make.analyst) }
        let raw = try DatabaseQueue(path: folder.store)
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "DELETE FROM audit WHERE seq = 3") } }
        #expect(throws: DatabaseError.self) { try raw.write { try $0.execute(sql: "UPDATE audit SET who = 'x'") } }
        try raw.write { try $0.execute(sql: "DROP TRIGGER audit_stay; DELETE FROM audit WHERE seq = 3") }
        #expect(try store.verifyAudit() == .broken(entry: 3, reason: "the end of the trail is not what was recorded"))
    }
}
