import Events
import Foundation
import Primitives
import Query
import Storage

/// What attackers write into what analysts will read.
let hostileMarks = "\u{1b}[2J\u{202e}\u{9b}31m<script>alert(1)</script>\"'=cmd|' /C calc'!A0\u{7}"

/// A store on disk with three incidents whose every text from outside is hostile, and a desk before it.
final class DeskFixture {
    let folder: String
    let desk: AnalystDesk
    var path: String { folder + "/night.db" }

    static let input = ContentID(high: 1, low: 2)

    init(width: Int = 100) throws {
        folder = FileManager.default.temporaryDirectory.path + "/nightjar-desk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try DeskFixture.fill(folder + "/night.db")
        desk = try AnalystDesk(
            path: folder + "/night.db", forTriage: true, clock: clock, width: width, coloured: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func fill(_ path: String) throws {
        let store = try Store(path: path)
        let run = try store.beginRun(command: "scan \(hostileMarks)", at: at(2026, 3, 12, 6))
        var all: [(Incident, [Detection])] = []
        for number in 0..<3 { all.append(made(number)) }
        var checkpoint = Checkpoint(
            input: input, sensor: "dmz", headLength: 10, offset: 10, records: 1, tail: input, tailLength: 1,
            path: "/var/log/auth\(hostileMarks).log", fileStamp: nil, yearReference: .none, complete: false)
        checkpoint.asset = "portal \(hostileMarks)"
        var chunk = StoredChunk(checkpoint: checkpoint, startOffset: 0, detections: all.flatMap(\.1))
        chunk.slices = [slice(all[1].1[0])]
        try store.commit(chunk)
        try store.replaceIncidents(all.map(\.0), run: run)
        var ledger = RunLedger()
        (ledger.id, ledger.started, ledger.finished) = (run, at(2026, 3, 12, 6), at(2026, 3, 12, 7))
        ledger.command = "scan"
        var input = InputLedger(path: "/var/log/auth\(hostileMarks).log")
        (input.records, input.events, input.unread) = (10, 8, ["odd \(hostileMarks)": 2])
        input.problem = "cut short \(hostileMarks)"
        ledger.inputs = [input]
        ledger.deadRules = [
            DeadRule(rule: "dead-1", title: "Dead \(hostileMarks)", reason: "no log of product x was read")
        ]
        try store.finishRun(ledger)
        let analyst = Analyst(name: "lan\(hostileMarks)", origin: "desk")
        try store.triage(
            [.comment("seen \(hostileMarks)"), .assign("minh\(hostileMarks)")], on: [all[0].0.id], by: analyst)
    }

    private static func made(_ number: Int) -> (Incident, [Detection]) {
        let rule = RuleInfo(
            id: "rule-\(number)", title: "Rule \(number) \(hostileMarks)", level: .high,
            kind: number == 1 ? .signature : .sigma, origin: RuleOrigin(file: "rules\(hostileMarks).yml", line: 7))
        let line = Array("line \(number) \(hostileMarks) from 203.0.113.\(number)".utf8)
        let detections = (0..<2).map { index in
            let event = EventReference(
                id: ContentID(high: 9, low: UInt64(number * 10 + index)), input: input, number: UInt64(index + 41),
                offset: 0, length: line.count)
            return Detection(
                id: ContentID(high: UInt64(number + 7), low: UInt64(index)), rule: rule,
                first: at(2026, 3, 12, 2 + number, index), last: at(2026, 3, 12, 2 + number, index), events: [event],
                fields: [
                    FieldValue(name: "source.ip", value: "203.0.113.\(number)"),
                    FieldValue(name: "user.name", value: index == 0 ? "root" : "root\(hostileMarks)"),
                    FieldValue(name: "destination.ip", value: number == 1 ? "203.0.113.0" : "10.0.0.\(number)"),
                ],
                entity: Entity(kind: "ip", value: "203.0.113.\(number)"),
                evidence: [line.withBytes { Evidence(event: event, bytes: $0, linkType: number == 1 ? 1 : nil) }])
        }
        let incident = Incident(
            id: ContentID(high: 0xA000_0000_0000_0000 + UInt64(number) << 56, low: 5), rule: rule.id,
            title: "Title \(number) \(hostileMarks)", severity: Severity.allCases[number + 2],
            entity: Entity(kind: "ip", value: "203.0.113.\(number)"), first: detections[0].first,
            last: detections[1].last, count: 2, stages: ["credential-access"], techniques: ["T1110.001"],
            rules: [rule.id], inputs: [input], detections: detections.map(\.id))
        return (incident, detections)
    }

    private static func slice(_ detection: Detection) -> PacketSlice {
        let packets = (40...42).map { number in
            KeptPacket(
                number: UInt64(number), time: detection.first, wireLength: 90, linkType: 1,
                bytes: ethernet + Array("GET /\(hostileMarks) HTTP/1.1\r\n".utf8))
        }
        return PacketSlice(detection: detection.id, hit: 41, flowPackets: 12, packets: packets)
    }

    /// Ethernet, IPv4, TCP: 10.0.0.1:40000 to 10.0.0.2:80, PSH and ACK, of 200 bytes.
    static let ethernet: [UInt8] =
        [UInt8](repeating: 2, count: 12) + [
            8, 0, 0x45, 0, 0, 200, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
        ]
        + [0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0]

    /// Whether text can neither steer a terminal nor turn writing.
    static func isInert(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || scalar == "\r"
                || scalar.value >= 0x20 && scalar.value != 0x7F && !(0x80..<0xA0).contains(scalar.value)
                    && scalar.value != 0x202E
        }
    }
}
