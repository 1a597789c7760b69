import Events
import GRDB
import Primitives
import Storage
import Testing

/// Detections are found by id whatever was entered when, and none is there twice.
@Suite struct DetectionIndexTests {
    let folder = TemporaryFolder()

    private func number(_ sql: String) throws -> Int {
        try DatabaseQueue(path: folder.store).read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    /// Looked at from outside, so that nothing is entered for it.
    private func rows() throws -> Int { try number("SELECT count(*) FROM detections") }

    @Test func whatIsReadAgainIsStoredOnce() throws {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 20))
        try store.commit(Make.chunk(from: 10, to: 30))
        #expect(try rows() == 30)
        #expect(try number("SELECT count(*) FROM detection_ids") == 0, "entered only when they are asked for")
        #expect(try store.detections(ids: [Make.detection(15).id, Make.detection(29).id]).count == 2)
        #expect(try number("SELECT count(*) FROM detection_ids") == 30)
        try store.commit(Make.chunk(from: 0, to: 40))
        #expect(try rows() == 40)
    }

    /// A run was killed before it entered what it had stored.
    @Test func whatAKilledRunLeftIsFound() throws {
        do {
            let store = try Store(path: folder.store)
            try store.commit(Make.chunk(from: 0, to: 20))
        }
        #expect(try number("SELECT count(*) FROM detection_ids") == 0)
        let store = try Store(path: folder.store)
        try store.commit(detections: [Make.detection(3), Make.detection(50)])
        #expect(try rows() == 21)
        try store.replaceIncidents([Make.incident((0..<20).map { Make.detection($0) })])
        #expect(try number("SELECT count(*) FROM detection_ids") == 21)
        #expect(try store.detections(of: store.incidents()[0]).count == 20)
        let reader = try Store(path: folder.store, mode: .read)
        #expect(try reader.detections(ids: [Make.detection(7).id]).first?.evidence.count == 1)
    }

    /// Somebody took the checkpoint away: all seems new, and nothing is there twice for those who ask.
    @Test func aLostCheckpointDoublesNothing() throws {
        do {
            let store = try Store(path: folder.store)
            try store.commit(Make.chunk(from: 0, to: 20))
            _ = try store.detections(ids: [])
        }
        try DatabaseQueue(path: folder.store).write { try $0.execute(sql: "DELETE FROM checkpoints") }
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 20))
        #expect(try rows() == 40)
        #expect(try store.detections(evidence: true).count == 20)
        #expect(try rows() == 20)
        #expect(try number("SELECT count(*) FROM evidence") == 20)
        let found = "SELECT count(*) FROM detection_ids i JOIN detections d ON d.seq = i.detection AND d.id = i.id"
        #expect(try number(found) == 20)
    }

    /// Numbers of removed rows are given again.
    @Test func removedDetectionsComeBack() throws {
        let store = try Store(path: folder.store)
        let all = (0..<10).map { Make.detection($0) }
        try store.commit(detections: all)
        try store.beginJudgement()
        try store.commit(detections: Array(all.prefix(4)))
        #expect(try store.finishJudgement(ofRules: [all[0].rule.id]) == 6)
        #expect(try number("SELECT count(*) FROM detection_ids") == 4)
        try store.commit(detections: all)
        #expect(try rows() == 10)
        for detection in all { #expect(try store.detections(ids: [detection.id]).map(\.id) == [detection.id]) }
        #expect(try number("SELECT count(*) FROM detection_ids") == 10)
        let late = Make.time(400_000)
        try store.replaceIncidents([Make.incident(Array(all.suffix(3)))])
        let pruned = try store.prune(
            Retention(before: late, includesOpen: true), dryRun: false, by: Make.analyst, at: late)
        #expect(pruned.detections == 3)
        #expect(try number("SELECT count(*) FROM detection_ids") == 7)
        try store.commit(detections: all)
        #expect(try store.detections(ids: all.map(\.id)).map(\.id) == all.map(\.id))
    }

    /// A window that goes on has the same id and other fields.
    @Test func whatNoDetectionSaysAnyMoreIsNotFound() throws {
        let store = try Store(path: folder.store)
        var detection = Make.detection(1)
        let incident = Make.incident([detection])
        for (user, path) in [("first", "/first"), ("second", "/second")] {
            detection.fields = [
                FieldValue(name: "source.ip", value: "203.0.113.7"), FieldValue(name: "user.name", value: user),
                FieldValue(name: "url.path", value: path),
            ]
            try store.commit(detections: [detection])
            try store.replaceIncidents([incident])
        }
        #expect(try number("SELECT count(*) FROM incident_mentions WHERE value = 'first'") == 0)
        #expect(try number("SELECT count(*) FROM incident_mentions WHERE value = 'second'") == 1)
        #expect(try number("SELECT count(*) FROM incident_mentions") == 2)
        #expect(try number("SELECT count(*) FROM incident_values WHERE instr(words, CAST('/first' AS BLOB))") == 0)
        #expect(try number("SELECT count(*) FROM changed_detections") == 0)
    }
}
