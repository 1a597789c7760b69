import Events
import Foundation
import Primitives
import Query
import Storage
import Testing

@Suite struct IncidentViewTests {
    private let hostile = "\u{1b}[2J\u{202e}\u{9b}31m"

    /// A store with one incident whose every text from outside is hostile, triaged and suppressed.
    private func prepare() throws -> (Store, Incident) {
        let store = try Store(path: ":memory:")
        var rule = RuleInfo(
            id: "ssh-1", title: "Failed log-in \(hostile)", level: .high, kind: .sigma,
            origin: RuleOrigin(file: "Signatures/sigma/ssh.yml", line: 7))
        rule.description = "Somebody tried\nto log in."
        rule.falsePositives = ["A forgotten password \(hostile)", "Unknown"]
        rule.references = ["https://example.org/\(hostile)"]
        let input = ContentID(high: 1, low: 2)
        let line = "Mar 12 02:58:01 web-01 sshd[1]: Failed password for \(hostile) from 203.0.113.7"
        let events = (0..<3).map {
            EventReference(
                id: ContentID(high: 9, low: UInt64($0)), input: input, number: UInt64($0 + 41), offset: 0, length: 10)
        }
        var detection = Detection(
            id: ContentID(high: 7, low: 7), rule: rule, first: at(2026, 3, 12, 2, 58, 1), last: at(2026, 3, 12, 3, 12),
            count: 3, events: events,
            fields: [
                FieldValue(name: "source.ip", value: "203.0.113.7"), FieldValue(name: "user.name", value: hostile),
            ],
            form: "url-decoded", entity: Entity(kind: "ip", value: "203.0.113.7"))
        // A transaction that ended in the packet in which a signature was found: another record, the same frame.
        var transaction = events[2]
        transaction.number = events[1].number
        detection.evidence = [line.withBytes { Evidence(event: events[0], bytes: $0) }]
        detection.evidence += [events[1], transaction].map { event in
            [UInt8](repeating: 0x1B, count: 100).withBytes { Evidence(event: event, bytes: $0, linkType: 1) }
        }
        try store.commit(
            StoredChunk(
                checkpoint: Checkpoint(
                    input: input, sensor: nil, headLength: 10, offset: 10, records: 1, tail: input, tailLength: 1,
                    path: "/var/log/auth\(hostile).log", fileStamp: nil, yearReference: .none, complete: false),
                startOffset: 0, detections: [detection]))
        let incident = Incident(
            id: ContentID(high: 0xABCD_1234_0000_0000, low: 5), rule: "ssh-1", title: "Brute force \(hostile)",
            severity: .high, entity: Entity(kind: "ip", value: "203.0.113.7"), first: detection.first,
            last: detection.last, count: 3, stages: ["credential-access"], techniques: ["T1110"], rules: ["ssh-1"],
            inputs: [input], detections: [detection.id])
        try store.replaceIncidents([incident])
        let analyst = Analyst(name: "lan\(hostile)", origin: "desk")
        try store.triage(.comment("seen before \(hostile)"), on: incident.id, by: analyst, at: clock.now)
        try store.triage(.assign("minh\(hostile)"), on: incident.id, by: analyst, at: clock.now)
        let later = clock.now.adding(nanoseconds: 3_600_000_000_000)
        let suppression = Suppression(rule: "ssh-1", reason: "pen test \(hostile)", until: later)
        try store.suppress(suppression, by: analyst, at: clock.now)
        return (store, incident)
    }

    private func show(_ width: Int = 100) throws -> String {
        let (store, incident) = try prepare()
        let stored = try #require(try store.incidents(now: clock.now).first { $0.id == incident.id })
        return try IncidentView(stored, store: store, clock: clock, width: width, palette: Palette(coloured: false))
            .rendered()
    }

    @Test func aPacketIsShownOnce() throws {
        #expect(try show().components(separatedBy: "sha256 ").count == 3, "a line and a packet")
    }

    @Test(arguments: [
        "Brute force", "high · suppressed · assigned to minh", "abcd1234000000000000000000000005",
        "2026-03-12 02:58:01 to 2026-03-12 03:12:00 (13 min, +07:00)", "credential access", "T1110",
        "Signatures/sigma/ssh.yml:7", "(sigma ssh-1, high)", "Somebody tried to log in.", "source.ip  203.0.113.7",
        "url-decoded", ".log:41", ".log\\x1b", "packet 42", "1b 1b 1b", "sha256 ", "A forgotten password",
        "nightjar close abcd1234", "2026-03-12 12:00:00 lan", "comment: seen before", "assign: minh",
        "suppressed until 2026-03-12 13:00:00", "pen test", "(3 records)",
    ])
    func tells(part: String) throws {
        let text = try show()
        #expect(part == ".log\\x1b" ? text.contains("auth\\x1b[2J\\u{202e}") : text.contains(part), "\(text)")
    }

    @Test(arguments: [60, 80, 160])
    func hostileContentIsInert(width: Int) throws {
        for scalar in try show(width).unicodeScalars {
            #expect(scalar == "\n" || scalar.value >= 0x20 && scalar.value != 0x7F)
            #expect(!(0x80..<0xA0).contains(scalar.value) && scalar.value != 0x202E)
        }
    }

    @Test func unknownFalsePositivesAreNoAdvice() throws {
        #expect(try !show().contains("- Unknown"))
    }
}

@Suite struct RunViewTests {
    private var run: RunLedger {
        var first = InputLedger(path: "/var/log/auth.log")
        first.kind = .log
        first.format = "syslog"
        (first.records, first.events) = (18_204_999, 18_203_900)
        first.unread = ["time not recognised": 1000, "empty line": 99]
        var second = InputLedger(path: "/captures/a\u{1b}.pcap")
        second.kind = .capture
        second.format = "pcap"
        (second.records, second.events, second.transactions) = (213, 213, 12)
        second.problem = "the capture ends in the middle of packet 214"
        var third = InputLedger(path: "/var/log/auth.log.1")
        (third.knownBytes, third.knownRecords, third.records) = (500, 5, 5)
        var run = RunLedger()
        run.id = 4
        run.command = "nightjar scan /var/log"
        run.started = at(2026, 3, 12, 6)
        run.finished = at(2026, 3, 12, 6, 1)
        run.inputs = [first, second, third]
        run.detections = 212
        (run.newIncidents, run.grownIncidents) = (7, 2)
        return run
    }

    private func view(_ run: RunLedger) -> RunView { RunView(run, clock: clock, palette: Palette(coloured: false)) }

    @Test func summary() {
        let lines = view(run).summary.split(separator: "\n").map(String.init)
        #expect(
            lines[0] == "3 inputs · 18,204,113 events · 12 network transactions · "
                + "1,099 records unread (2 reasons: nightjar show run) · 1 input known already · 212 detections")
        #expect(lines[1] == " 7 new incidents, 2 grew    nightjar incidents --run last")
        #expect(lines[2] == "not all was read: /captures/a\\x1b.pcap: the capture ends in the middle of packet 214")
        #expect(lines.count == 3)
    }

    @Test func jumpingTimesAreShown() {
        var run = run
        run.inputs[0].jumps.step(from: at(2026, 3, 12, 6), to: at(2026, 3, 12, 2))
        run.inputs[0].jumps.step(from: at(2026, 3, 2, 6), to: at(2026, 3, 12, 6))
        let text = view(run).summary
        #expect(text.contains(" times jump in /var/log/auth.log: 1 back, by up to 4 h; 1 forward, by up to 10 d\n"))
        #expect(view(run).rendered().contains("times jump in"))
    }

    @Test func nothingFound() {
        var quiet = RunLedger()
        quiet.inputs = [InputLedger(path: "a")]
        #expect(view(quiet).summary == "1 input · 0 events · 0 detections\n 0 new incidents, 0 grew\n")
        quiet.evictions = ["flows": 3]
        #expect(view(quiet).summary.contains("3 entries of flows had to go"))
    }

    @Test(arguments: [
        "Run 4", "18,205,217 records = 18,204,113 events + 1,099 unread + 0 dropped + 5 known",
        "unread: time not recognised  1,000",
        "/var/log/auth.log\n    syslog · 18,204,999 records", "213 packets", "500 bytes known already",
        "the capture ends in the middle", "2026-03-12 06:00:00 to 2026-03-12 06:01:00",
    ])
    func ledger(part: String) {
        let text = view(run).rendered()
        #expect(text.contains(part), "\(text)")
        #expect(!text.contains("\u{1b}"))
    }

    @Test func aLedgerThatDoesNotAddUpSaysSo() {
        var broken = run
        broken.inputs[0].events -= 1
        #expect(view(broken).rendered().contains("does not add up"))
        #expect(!view(run).rendered().contains("does not add up"))
    }
}
