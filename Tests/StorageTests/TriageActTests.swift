import Events
import Foundation
internal import GRDB
import Primitives
import Storage
import Testing

@Suite struct TriageActTests {
    let store: Store
    let one: Incident
    let two: Incident

    init() throws {
        store = try Store(path: ":memory:")
        try store.commit(Make.chunk(from: 0, to: 6))
        let other = (10..<13).map { Make.detection($0, rule: Make.rule("web", level: .high), entity: "203.0.113.9") }
        try store.commit(detections: other)
        one = Make.incident((0..<6).map { Make.detection($0) })
        two = Make.incident(other, rule: "web", severity: .high)
        try store.replaceIncidents([one, two])
    }

    private func all() throws -> [Incident] { try store.incidents(now: Make.time(0)) }
    private func the(_ id: ContentID) throws -> Incident? { try all().first { $0.id == id } }

    @Test func tagsComeGoAndAreChecked() throws {
        try store.triage(.tag(add: ["vpn", "q1-2026", "vpn"], remove: []), on: one.id, by: Make.analyst)
        #expect(try the(one.id)?.tags == ["q1-2026", "vpn"])
        try store.triage(.tag(add: ["Nhãn"], remove: ["vpn"]), on: one.id, by: Make.analyst)
        #expect(try the(one.id)?.tags == ["Nhãn", "q1-2026"])
        for bad in ["", "a b", "a\u{1b}[2J", "\u{202e}x", String(repeating: "a", count: 65), "<b>"] {
            #expect(throws: StoreError.self, "\(bad)") {
                try store.triage(.tag(add: [bad], remove: []), on: one.id, by: Make.analyst)
            }
        }
        #expect(try store.triageState(of: one.id)?.tags == ["Nhãn", "q1-2026"])
    }

    @Test func severalActsOnSeveralIncidentsOrNone() throws {
        let acts: [TriageAct] = [.comment("scanner"), .close(as: .benign)]
        let after = try store.triage(acts, on: [one.id, two.id, one.id], by: Make.analyst)
        #expect(after.map(\.id) == [one.id, two.id])
        #expect(try store.history(of: two.id).map(\.act) == ["comment", "close"])
        #expect(throws: StoreError.self) {
            try store.triage([.reopen], on: [one.id, ContentID(high: 1, low: 1)], by: Make.analyst)
        }
        #expect(try all().allSatisfy { $0.status == .closed && $0.resolution == "benign" })
        #expect(try store.verifyAudit() == .sound(entries: 4))
    }

    @Test func mergingJoinsAndUndoingTakesApart() throws {
        try store.triage(.tag(add: ["a"], remove: []), on: one.id, by: Make.analyst)
        try store.triage(.close(as: .benign), on: two.id, by: Make.analyst)
        let merged = try store.merge([one.id, two.id], by: Make.analyst, at: Make.time(0))
        #expect(try all().map(\.id) == [merged.id])
        #expect(merged.severity == .high)
        #expect(merged.entity == one.entity)
        #expect(merged.count == 9)
        #expect(merged.detections == one.detections + two.detections)
        #expect(merged.status == .open, "what is less done stays to be done")
        #expect(merged.tags == ["a"])
        for old in [one.id, two.id] {
            guard case .found(let found) = try store.incident(prefix: old.description) else {
                Issue.record("the old id leads nowhere")
                return
            }
            #expect(found.id == merged.id)
        }
        #expect(try store.history(of: merged.id).map(\.act) == ["tag", "close", "merge"])
        #expect(try store.incidentCount() == 1)
        try store.undo(nil, by: Make.analyst)
        #expect(Set(try all().map(\.id)) == [one.id, two.id])
        #expect(try the(two.id)?.status == .closed)
        #expect(try store.verifyAudit() == .sound(entries: 4))
    }

    /// What joins one of the parts later joins the whole, also under a new id.
    @Test func mergedIncidentsGrowWithTheirParts() throws {
        let merged = try store.merge([one.id, two.id], by: Make.analyst)
        try store.commit(Make.chunk(from: 6, to: 8))
        let grown = Make.incident((0..<8).map { Make.detection($0) })
        #expect(grown.id == one.id)
        try store.replaceIncidents([grown, two])
        #expect(try the(merged.id)?.count == 11)
        #expect(try all().count == 1)
        let earlier = Make.detection(-1)
        try store.commit(detections: [earlier])
        let renamed = Make.incident([earlier] + (0..<8).map { Make.detection($0) })
        #expect(renamed.id != one.id)
        try store.replaceIncidents([renamed, two])
        #expect(try all().map(\.id) == [merged.id])
        #expect(try the(merged.id)?.count == 12)
        // Only one incident judged anew: the other part is left alone, and the whole stands.
        try store.replaceIncidents([renamed], scope: .these([renamed.id]))
        #expect(try all().map(\.id) == [merged.id])
        // And without any part there is no whole.
        try store.replaceIncidents([])
        #expect(try all().isEmpty)
    }

    @Test func splittingTakesDetectionsOut() throws {
        let taken = Array(one.detections[..<2])
        let parts = try store.split(one.id, detections: taken, by: Make.analyst)
        #expect(parts.taken.detections == taken)
        #expect(parts.rest.detections == Array(one.detections[2...]))
        #expect(Set(try all().map(\.id)) == [parts.taken.id, parts.rest.id, two.id])
        guard case .found(let found) = try store.incident(prefix: one.id.description) else { return }
        #expect(found.id == parts.rest.id, "the old id leads to what is left")
        try store.commit(Make.chunk(from: 6, to: 7))
        try store.replaceIncidents([Make.incident((0..<7).map { Make.detection($0) }), two])
        #expect(try the(parts.rest.id)?.count == 5)
        #expect(try the(parts.taken.id)?.count == 2)
        #expect(throws: StoreError.self) {
            try store.split(parts.rest.id, detections: taken, by: Make.analyst)
        }
        #expect(throws: StoreError.self) {
            try store.split(parts.taken.id, detections: taken, by: Make.analyst)
        }
        try store.undo(nil, by: Make.analyst)
        #expect(Set(try all().map(\.id)) == [one.id, two.id])
    }

    @Test func undoIsANewActAndRefusesWhatHasMovedOn() throws {
        try store.triage(.assign("minh"), on: one.id, by: Make.analyst)
        try store.triage(.tag(add: ["x"], remove: []), on: one.id, by: Make.analyst)
        try store.triage(.close(as: .duplicate), on: one.id, by: Make.analyst)
        #expect(try store.undo(2, by: Make.analyst).act == "tag")
        #expect(try the(one.id)?.tags == [])
        #expect(try the(one.id)?.status == .closed)
        #expect(try store.undo(nil, by: Make.analyst).act == "close")
        #expect(try the(one.id)?.status == .open)
        #expect(try the(one.id)?.resolution == nil)
        try store.triage(.assign("hoa"), on: one.id, by: Analyst(name: "hoa", origin: "desk"))
        #expect(throws: StoreError.self, "it has another assignee by now") { try store.undo(1, by: Make.analyst) }
        #expect(throws: StoreError.self, "twice") { try store.undo(2, by: Make.analyst) }
        #expect(throws: StoreError.self) { try store.undo(99, by: Make.analyst) }
        #expect(throws: StoreError.self, "an undo") { try store.undo(4, by: Make.analyst) }
        #expect(try store.history(of: one.id).map(\.act) == ["assign", "tag", "close", "undo", "undo", "assign"])
        #expect(try store.verifyAudit() == .sound(entries: 6))
    }

    @Test func undoOfASuppression() throws {
        let until = Make.time(100_000)
        try store.suppress(Suppression(rule: "web", reason: "test", until: until), by: Make.analyst, at: Make.time(0))
        try store.suppress(
            Suppression(rule: "web", reason: "longer", until: Make.time(200_000)), by: Make.analyst, at: Make.time(0))
        try store.undo(nil, by: Make.analyst)
        #expect(try store.suppressions().map(\.until) == [until])
        #expect(try store.suppressions().map(\.reason) == ["test"])
        try store.undo(nil, by: Make.analyst)
        #expect(try store.suppressions().isEmpty)
        #expect(try the(two.id)?.status == .open)
    }

    @Test func groupsAreCounted() throws {
        try store.triage(.tag(add: ["a", "b"], remove: []), on: one.id, by: Make.analyst)
        try store.triage(.tag(add: ["b"], remove: []), on: two.id, by: Make.analyst)
        func groups(_ by: IncidentGrouping) throws -> [String: Int] {
            Dictionary(try store.groups(by: by).map { ($0.key, $0.incidents) }) { $0 + $1 }
        }
        #expect(try groups(.tag) == ["a": 1, "b": 2])
        #expect(try groups(.severity) == ["2": 1, "3": 1])
        #expect(try groups(.status) == ["open": 2])
        #expect(try groups(.entity) == ["203.0.113.7": 1, "203.0.113.9": 1])
        #expect(try groups(.technique) == ["T1110": 2])
        #expect(try groups(.assignee) == ["": 2])
        #expect(try groups(.sensor) == ["": 2])
        #expect(try store.groups(by: .rule).map(\.records).reduce(0, +) == 9)
        let hours = try store.groups(by: .hour, offsetSeconds: 7 * 3600)
        #expect(hours.allSatisfy { Int64($0.key) == (Make.time(0).seconds + 7 * 3600) / 3600 })
    }
}

@Suite struct HousekeepingTests {
    let folder = TemporaryFolder()

    private func filled() throws -> Store {
        let store = try Store(path: folder.store)
        try store.commit(Make.chunk(from: 0, to: 10))
        try store.commit(Make.chunk(input: 2, from: 205_000, to: 205_010))
        let old = Make.incident((0..<10).map { Make.detection($0) })
        let new = Make.incident((205_000..<205_010).map { Make.detection($0, input: 2) })
        try store.replaceIncidents([old, new])
        try store.triage(.close(as: .benign), on: old.id, by: Make.analyst, at: Make.time(206_000))
        return store
    }

    /// Observations go by whole days, so the times are more than a day apart.
    @Test func prunesOnlyWhatIsOldAndClosed() throws {
        let store = try filled()
        let retention = Retention(before: Make.time(100_000))
        let rehearsal = try store.prune(retention, dryRun: true, by: Make.analyst, at: Make.time(400_000))
        #expect(rehearsal == PruneResult(incidents: 1, detections: 10, blocks: 1))
        #expect(try store.incidentCount() == 2)
        #expect(try store.prune(retention, dryRun: false, by: Make.analyst, at: Make.time(400_000)) == rehearsal)
        #expect(try store.incidents().map(\.count) == [10])
        #expect(try store.detectionCount() == 10)
        #expect(try store.verifyAudit() == .sound(entries: 2))
        #expect(try store.prune(retention, dryRun: false, by: Make.analyst, at: Make.time(400_000)).incidents == 0)
        #expect(
            try store.prune(
                Retention(before: Make.time(300_000)), dryRun: true, by: Make.analyst, at: Make.time(400_000)
            ).incidents == 0)
        #expect(
            try store.prune(
                Retention(before: Make.time(300_000), upTo: .low, includesOpen: true), dryRun: true, by: Make.analyst,
                at: Make.time(400_000)
            ).incidents == 0)
        #expect(
            try store.prune(
                Retention(before: Make.time(300_000), includesOpen: true), dryRun: true, by: Make.analyst,
                at: Make.time(400_000)
            ).incidents == 1)
        #expect(throws: StoreError.self) {
            try store.prune(
                Retention(before: Make.time(300_000)), dryRun: true, by: Make.analyst, at: Make.time(250_000))
        }
        try store.compact()
    }

    /// What windows found before the horizon cannot be found again, and stays.
    @Test func derivedDetectionsOutliveTheirObservations() throws {
        let store = try filled()
        let chain = Make.rule("chain")
        try store.beginJudgement()
        try store.commit(detections: [Make.detection(3, rule: chain), Make.detection(205_003, rule: chain)])
        try store.finishJudgement(ofRules: ["chain"])
        _ = try store.prune(
            Retention(before: Make.time(100_000)), dryRun: false, by: Make.analyst, at: Make.time(400_000))
        try store.beginJudgement()
        #expect(try store.finishJudgement(ofRules: ["chain"]) == 1)
        #expect(try store.detections(ofRules: ["chain"]).map(\.first) == [Make.time(3)])
    }

    @Test func backupIsTheSameStoreForItsOwnerOnly() throws {
        let store = try filled()
        let target = folder.path + "/copy.db"
        try store.backup(to: target)
        let copy = try Store(path: target, mode: .read)
        #expect(try copy.incidents().map(\.id) == (try store.incidents().map(\.id)))
        #expect(try copy.verify().isSound)
        #expect(throws: StoreError.self) { try store.backup(to: target) }
    }

    @Test func verifyFindsEvidenceThatWasChanged() throws {
        let store = try filled()
        let sound = try store.verify()
        #expect(sound.isSound)
        #expect(sound.evidenceChecked == 20)
        let head = try #require(sound.head)
        #expect(try store.hasAuditEntry(head))
        #expect(try !store.hasAuditEntry(head.replacing("1 ", with: "2 ")))
        try DatabaseQueue(path: folder.store).write {
            try $0.execute(sql: "UPDATE evidence SET bytes = CAST(bytes || 'x' AS BLOB) WHERE detection = 3")
        }
        #expect(try store.verify().evidenceBroken.count == 1)
        #expect(try !store.verify().isSound)
    }

    /// Any byte of any column of any entry, flipped in any of its bits.
    @Test(arguments: 0..<6) func anyByteOfTheTrailIsGuarded(seed: UInt64) throws {
        let store = try filled()
        let incident = try #require(try store.incidents().first)
        for number in 0..<6 {
            try store.triage(.comment("Nguyễn \u{FFFD} \(number)"), on: incident.id, by: Make.analyst)
        }
        let raw = try DatabaseQueue(path: folder.store)
        try raw.write { try $0.execute(sql: "DROP TRIGGER audit_keep") }
        var state = mix64(seed &+ 1)
        for _ in 0..<60 {
            state = mix64(state)
            let columns = ["who", "origin", "act", "subject", "before", "after", "previous", "hash", "time"]
            let column = columns[Int(state % UInt64(columns.count))]
            let entry = Int64(state / 16 % 7 + 1)
            let flip = { () throws in try raw.write { try flipByte(column, entry, state, $0) } }
            try flip()
            let found: AuditResult? = try store.verifyAudit()
            try flip()
            guard case .broken(let broken, _)? = found else {
                Issue.record("\(column) of entry \(entry): not found (\(state))")
                continue
            }
            #expect(broken == entry)
        }
        #expect(try store.verifyAudit() == .sound(entries: 7))
    }
}

/// Flips one bit of one byte of a column of an audit entry; doing it again restores it.
private func flipByte(_ column: String, _ entry: Int64, _ seed: UInt64, _ database: Database) throws {
    if column == "time" {
        let bit = Int64(1) << Int64(seed / 1024 % 62)
        try database.execute(sql: "UPDATE audit SET time = (time | \(bit)) - (time & \(bit)) WHERE seq = \(entry)")
        return
    }
    let select = "SELECT CAST(\(column) AS BLOB) FROM audit WHERE seq = \(entry)"
    guard let data = try Data.fetchOne(database, sql: select), !data.isEmpty else { return }
    var bytes = [UInt8](data)
    bytes[Int(seed / 1024 % UInt64(bytes.count))] ^= 1 << UInt8(seed / 131_072 % 8)
    let type = ["previous", "hash"].contains(column) ? "BLOB" : "TEXT"
    try database.execute(
        sql: "UPDATE audit SET \(column) = CAST(? AS \(type)) WHERE seq = \(entry)", arguments: [Data(bytes)])
}
