import Events
import Foundation
import Primitives
import Storage

/// Made-up findings with documentation addresses; the same number gives the same finding.
enum Make {
    static func id(_ number: Int) -> ContentID {
        let mixed = mix64(UInt64(bitPattern: Int64(number)) &+ 0x9E37_79B9_7F4A_7C15)
        return ContentID(high: mixed, low: mix64(mixed))
    }

    static func time(_ seconds: Int) -> Timestamp {
        Timestamp(nanoseconds: 1_773_280_000_000_000_000 + Int64(seconds) * 1_000_000_000)
    }

    static func event(_ number: Int, input: Int = 1) -> EventReference {
        EventReference(
            id: id(number &* 7919 &+ input), input: id(-input), number: UInt64(number + 1), offset: Int64(number * 100),
            length: 99)
    }

    static func rule(_ name: String = "ssh-failed", level: Severity = .medium) -> RuleInfo {
        var rule = RuleInfo(
            id: name, title: "Failed SSH log-in", level: level, kind: .sigma,
            origin: RuleOrigin(file: "Signatures/sigma/ssh/\(name).yml", line: 3))
        rule.tags = ["attack.credential-access", "attack.t1110"]
        rule.description = "A log-in over SSH was refused."
        rule.references = ["https://attack.mitre.org/techniques/T1110/"]
        rule.falsePositives = ["A forgotten password"]
        rule.entityFields = ["source.ip"]
        return rule
    }

    static func signature() -> RuleInfo {
        var rule = RuleInfo(
            id: "1:9000001", title: "Web shell", level: .high, kind: .signature,
            origin: RuleOrigin(file: "web.rules", line: 12))
        var info = SignatureInfo(
            gid: 1, sid: 9_000_001, revision: 4, classType: "web-application-attack",
            category: "Web Application Attack",
            priority: 1, action: "allowed")
        info.metadata = [(key: "created_at", value: "2026_03_12")]
        rule.signature = info
        return rule
    }

    static func detection(
        _ number: Int, rule: RuleInfo = rule(), entity: String = "203.0.113.7", input: Int = 1, evidence: Bool = true
    ) -> Detection {
        let event = event(number, input: input)
        let line = "Mar 12 02:58:01 web-01 sshd[\(number)]: Failed password for root from \(entity) port 40022 ssh2"
        return Detection(
            id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: time(number), last: time(number),
            events: [event],
            fields: [
                FieldValue(name: "event.outcome", value: "failure"), FieldValue(name: "source.ip", value: entity),
                FieldValue(name: "user.name", value: "root"),
            ],
            entity: Entity(kind: "ip", value: entity),
            evidence: evidence ? [line.withBytes { Evidence(event: event, bytes: $0) }] : [])
    }

    static func observation(
        _ number: Int, at seconds: Int, input: Int = 1, subject: String = "ssh-failed", values: [FieldValue]? = nil,
        excerpt: [UInt8]? = nil
    ) -> Observation {
        Observation(
            time: time(seconds), subject: subject, event: event(number, input: input),
            values: values ?? [
                FieldValue(name: "source.ip", value: "203.0.113.\(number % 250)"),
                FieldValue(name: "user.name", value: "nguyễn-\(number)"),
            ],
            excerpt: excerpt ?? Array("line \(number)".utf8))
    }

    static func checkpoint(input: Int = 1, offset: Int64, path: String = "/var/log/auth.log") -> Checkpoint {
        Checkpoint(
            input: id(-input), sensor: nil, headLength: 4096, offset: offset, records: offset / 100,
            tail: id(Int(offset)),
            tailLength: 4096, path: path, fileStamp: nil, yearReference: time(0), complete: false)
    }

    static func chunk(input: Int = 1, from: Int, to: Int, observations: Bool = true) -> StoredChunk {
        StoredChunk(
            checkpoint: checkpoint(input: input, offset: Int64(to * 100)), startOffset: Int64(from * 100),
            detections: (from..<to).map { detection($0, input: input) },
            observations: observations ? (from..<to).map { observation($0, at: $0, input: input) } : [])
    }

    static func incident(_ detections: [Detection], rule: String = "ssh-failed", severity: Severity = .medium)
        -> Incident
    {
        let sorted = detections.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        let entity = sorted[0].entity
        return Incident(
            id: incidentID(rule: rule, entity: entity, firstDetection: sorted[0].id), rule: rule,
            title: "Failed SSH log-in", severity: severity, entity: entity, first: sorted[0].first,
            last: sorted.map(\.last).max() ?? sorted[0].last, count: sorted.map(\.count).reduce(0, +),
            stages: ["credential-access"], techniques: ["T1110"], rules: [rule],
            inputs: Array(Set(sorted.compactMap { $0.events.first?.input })).sorted(), detections: sorted.map(\.id))
    }

    static let analyst = Analyst(name: "lan", origin: "desk-3 /dev/pts/4")
}

/// A folder of its own, taken away with everything in it.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/nightjar-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    var store: String { path + "/store/nightjar.db" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
