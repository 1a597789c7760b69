import Events
import Primitives
import Storage
import Testing

@Suite struct IncidentTests {
    let store: Store

    init() throws { store = try Store(path: ":memory:") }

    private func all(now: Timestamp = Make.time(0)) throws -> [Incident] { try store.incidents(now: now) }

    @Test func newThenGrownThenNothing() throws {
        let detections = (0..<3).map { Make.detection($0) }
        let small = Make.incident(Array(detections[..<2]))
        let first = try store.replaceIncidents([small])
        #expect(first.new == [small.id])
        #expect(first.grown.isEmpty)
        let large = Make.incident(detections)
        #expect(large.id == small.id)
        let second = try store.replaceIncidents([large])
        #expect(second.new.isEmpty)
        #expect(second.grown == [small.id])
        #expect(try store.replaceIncidents([large]) == IncidentChanges())
        let stored = try #require(try all().first)
        #expect(stored.detections == large.detections)
        #expect(stored.inputs == large.inputs)
        #expect(stored.stages == large.stages)
        #expect((stored.first, stored.last, stored.count) == (large.first, large.last, 3))
    }

    @Test func triageMovesToTheNewIDAndOldIDsStayAliases() throws {
        let late = Make.incident([Make.detection(5), Make.detection(6)])
        try store.replaceIncidents([late])
        try store.triage(.acknowledge, on: late.id, by: Make.analyst)
        try store.triage(.assign("minh"), on: late.id, by: Make.analyst)
        let early = Make.incident([Make.detection(1), Make.detection(5), Make.detection(6)])
        #expect(early.id != late.id)
        let changes = try store.replaceIncidents([early])
        #expect(changes.new.isEmpty)
        #expect(changes.grown == [early.id])
        let stored = try #require(try all().first)
        #expect(try all().count == 1)
        #expect(stored.status == .acknowledged)
        #expect(stored.assignee == "minh")
        #expect(stored.aliases == [late.id])
        // The old id still finds it, also by prefix, and its history comes with it.
        guard case .found(let found) = try store.incident(prefix: late.id.description) else {
            Issue.record("the alias finds nothing")
            return
        }
        #expect(found.id == early.id)
        #expect(try store.history(of: early.id).map(\.act) == ["acknowledge", "assign"])
        try store.triage(.close(as: .falsePositive), on: late.id, by: Make.analyst)
        #expect(try all().first?.status == .closed)
        // And once more: aliases of aliases point to the newest.
        let earliest = Make.incident([Make.detection(0), Make.detection(1), Make.detection(5)])
        try store.replaceIncidents([earliest])
        #expect(try all().first?.aliases == [late.id, early.id].sorted())
        #expect(try store.history(of: late.id).map(\.act) == ["acknowledge", "assign", "close"])
    }

    @Test func bridgedIncidentsMergeAndWhatIsLessDoneStays() throws {
        let left = Make.incident([Make.detection(1)])
        let right = Make.incident([Make.detection(5)])
        try store.replaceIncidents([left, right])
        try store.triage(.close(as: .benign), on: left.id, by: Make.analyst)
        try store.triage(.assign("hoa"), on: right.id, by: Make.analyst)
        let bridged = Make.incident([Make.detection(1), Make.detection(3), Make.detection(5)])
        #expect(bridged.id == left.id)
        let changes = try store.replaceIncidents([bridged])
        #expect(changes.grown == [left.id])
        let stored = try #require(try all().first)
        #expect(stored.status == .open)
        #expect(stored.assignee == "hoa")
        #expect(stored.aliases == [right.id])
    }

    @Test func sameMatterWithOtherDetectionsInheritsToo() throws {
        let before = Make.incident([Make.detection(5)])
        try store.replaceIncidents([before])
        try store.triage(.acknowledge, on: before.id, by: Make.analyst)
        // The correlation's detection came out with another first record: nothing is shared but rule, entity and time.
        var widened = Make.detection(4)
        widened.last = Make.time(6)
        let after = Make.incident([widened])
        try store.replaceIncidents([after])
        let stored = try #require(try all().first)
        #expect(stored.id == after.id)
        #expect(stored.status == .acknowledged)
    }

    @Test func vanishedIncidentsGoAndOthersStay() throws {
        let one = Make.incident([Make.detection(1)])
        let other = Make.incident([Make.detection(2, entity: "198.51.100.9")])
        try store.replaceIncidents([one, other])
        let changes = try store.replaceIncidents([], scope: .these([one.id]))
        #expect(changes.removed == 1)
        #expect(try all().map(\.id) == [other.id])
        #expect(try store.replaceIncidents([]).removed == 1)
        #expect(try all().isEmpty)
    }

    @Test func prefixes() throws {
        var incidents = (0..<3).map { Make.incident([Make.detection($0, entity: "192.0.2.\($0)")]) }
        incidents[0].id = ContentID("aaaa0000000000000000000000000000")!
        incidents[1].id = ContentID("aaaa0f00000000000000000000000000")!
        incidents[2].id = ContentID("bbbb0000000000000000000000000000")!
        try store.replaceIncidents(incidents)
        let lengths = try store.prefixLengths(incidents.map(\.id))
        #expect(incidents.map { lengths[$0.id] } == [6, 6, 4])
        #expect(try store.prefixLengths([incidents[2].id], minimum: 1) == [incidents[2].id: 1])
        func outcome(_ prefix: String) throws -> String {
            switch try store.incident(prefix: prefix) {
            case .found(let incident): incident.entity.value
            case .ambiguous(let several): several.map(\.entity.value).joined(separator: " ")
            case .none: "none"
            }
        }
        #expect(try outcome("aaaa") == "192.0.2.0 192.0.2.1")
        #expect(try outcome("aaaa0f") == "192.0.2.1")
        #expect(try outcome("AAAA00") == "192.0.2.0")
        #expect(try outcome("b") == "192.0.2.2")
        #expect(try outcome("c") == "none")
        #expect(try outcome("") == "none")
        #expect(try outcome("xyz' OR 1") == "none")
        #expect(try outcome(String(repeating: "a", count: 33)) == "none")
    }

    @Test func ordersAndLimits() throws {
        let severities: [Severity] = [.low, .critical, .high]
        let incidents = severities.enumerated().map { index, severity in
            Make.incident([Make.detection(index, entity: "192.0.2.\(index)")], severity: severity)
        }
        try store.replaceIncidents(incidents)
        #expect(try all().map(\.severity) == [.critical, .high, .low])
        #expect(try store.incidents(order: .first).map(\.severity) == severities)
        #expect(try store.incidents(order: .last, limit: 1).map(\.severity) == [.high])
        #expect(try store.incidentCount() == 3)
        let some = IncidentCondition(sql: "i.severity >= ?", arguments: [.integer(3)])
        #expect(try store.incidentCount(where: some) == 2)
    }
}

@Suite struct TriageTests {
    let store: Store
    let incident = Make.incident([Make.detection(1)])

    init() throws {
        store = try Store(path: ":memory:")
        try store.replaceIncidents([incident])
    }

    @Test func lifeOfAnIncident() throws {
        #expect(try store.triage(.acknowledge, on: incident.id, by: Make.analyst).status == .acknowledged)
        try store.triage(.comment("looks like the scanner of the audit"), on: incident.id, by: Make.analyst)
        #expect(try store.triage(.close(as: .benign), on: incident.id, by: Make.analyst).status == .closed)
        #expect(try store.triageState(of: incident.id)?.resolution == .benign)
        #expect(try store.triage(.reopen, on: incident.id, by: Make.analyst).status == .open)
        #expect(try store.triageState(of: incident.id)?.resolution == nil)
        let history = try store.history(of: incident.id)
        #expect(history.map(\.act) == ["acknowledge", "comment", "close", "reopen"])
        #expect(history.map(\.detail) == [nil, "looks like the scanner of the audit", "benign", nil])
        #expect(history.allSatisfy { $0.who == "lan" && $0.origin == "desk-3 /dev/pts/4" })
        #expect(history[2].before.contains("acknowledged"))
        #expect(try store.verifyAudit() == .sound(entries: 4))
    }

    @Test func refusals() throws {
        #expect(throws: StoreError.self) { try store.triage(.acknowledge, on: Make.id(12), by: Make.analyst) }
        #expect(throws: StoreError.self) { try store.triage(.comment(" \n"), on: incident.id, by: Make.analyst) }
        let past = Suppression(rule: "ssh-failed", reason: "x", until: Make.time(1))
        #expect(throws: StoreError.self) { try store.suppress(past, by: Make.analyst, at: Make.time(2)) }
        let empty = Suppression(reason: "x", until: Make.time(9))
        #expect(throws: StoreError.self) { try store.suppress(empty, by: Make.analyst, at: Make.time(2)) }
        let unexplained = Suppression(rule: "ssh-failed", reason: " ", until: Make.time(9))
        #expect(throws: StoreError.self) { try store.suppress(unexplained, by: Make.analyst, at: Make.time(2)) }
        #expect(throws: StoreError.self) { try store.unsuppress(Make.id(3), by: Make.analyst) }
        #expect(try store.verifyAudit() == .sound(entries: 0))
    }

    static let covering: [(Suppression, Bool)] = [
        (Suppression(rule: "ssh-failed", reason: "r", until: Make.time(100)), true),
        (Suppression(rule: "other", reason: "r", until: Make.time(100)), false),
        (Suppression(entity: "203.0.113.7", reason: "r", until: Make.time(100)), true),
        (Suppression(network: IPNetwork("203.0.113.0/24"), reason: "r", until: Make.time(100)), true),
        (Suppression(network: IPNetwork("203.0.113.8/30"), reason: "r", until: Make.time(100)), false),
        (Suppression(rule: "ssh-failed", entity: "198.51.100.1", reason: "r", until: Make.time(100)), false),
    ]

    @Test(arguments: covering.indices)
    func suppressionHidesUntilItsEnd(index: Int) throws {
        let (suppression, covers) = TriageTests.covering[index]
        let meant = try store.suppress(suppression, by: Make.analyst, at: Make.time(10))
        #expect(meant == (covers ? 1 : 0))
        // One that comes later is treated alike.
        let later = Make.incident([Make.detection(5000)])
        let second = Make.incident([Make.detection(1)])
        try store.replaceIncidents([second, later])
        for incident in try store.incidents(now: Make.time(50)) {
            #expect(incident.status == (covers ? .suppressed : .open))
        }
        #expect(try store.incidents(now: Make.time(100)).allSatisfy { $0.status == .open })
        try store.triage(.close(as: .duplicate), on: incident.id, by: Make.analyst)
        let closed = try store.incidents(now: Make.time(50)).first { $0.id == incident.id }
        #expect(closed?.status == .closed)
        try store.unsuppress(suppression.id, by: Make.analyst)
        #expect(try store.suppressions().isEmpty)
        #expect(try store.incidents(now: Make.time(50)).first { $0.id == later.id }?.status == .open)
        #expect(try store.verifyAudit() == .sound(entries: 3))
    }

    @Test func suppressingAgainChangesTheEnd() throws {
        let suppression = Suppression(rule: "ssh-failed", reason: "maintenance", until: Make.time(100))
        try store.suppress(suppression, by: Make.analyst, at: Make.time(1))
        var longer = suppression
        longer.until = Make.time(200)
        try store.suppress(longer, by: Make.analyst, at: Make.time(2))
        #expect(try store.suppressions().map(\.until) == [Make.time(200)])
        #expect(try store.incidents(now: Make.time(150)).first?.status == .suppressed)
    }
}
