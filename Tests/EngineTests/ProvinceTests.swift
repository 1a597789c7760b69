import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// `Samples/province`: a day made by real servers and real tools, held to its `answers.jsonl` as
/// `Samples/province/make/score.py` does.
@Suite struct ProvinceTests {
    struct Answer: Decodable {
        var id: String
        var chain: String?
        var first: String
        var last: String
        var source: String?
        var sources: [String]?
        var also: [String]?
        var callback: String?
        var target: String
        var accounts: [String]?
        var technique: [String]

        var parties: Set<String> { Set([source, callback].compactMap { $0 } + (sources ?? []) + (also ?? [])) }
        var targets: Set<String> {
            let named = ProvinceTests.hosts.filter { $0.key == target || $0.value.contains(target) }
            return Set([target] + (accounts ?? []) + named.flatMap { [$0.key] + $0.value })
        }
    }

    /// What is not found yet, by the answer's id, and why.
    static let knownGaps: [String: String] = [:]
    /// Incidents at medium or above that are about no attack, as "title | entity".
    static let knownFalse: Set<String> = []

    static let hosts: [String: [String]] = [
        "web-01": ["10.20.1.10", "203.0.113.10"], "app-01": ["10.20.2.20"], "lgsp-01": ["10.20.2.30", "203.0.113.11"],
        "mail-01": ["10.20.1.25", "203.0.113.12"], "file-01": ["10.20.1.21", "203.0.113.13"],
        "dns-01": ["10.20.1.53", "203.0.113.5"], "gw-01": ["203.0.113.14"],
    ]

    /// Techniques that tell of the same kind of act.
    static let kinds: [Set<String>] = [
        ["T1046", "T1595", "T1592", "T1590", "T1018"],
        ["T1595", "T1190", "T1083", "T1059", "T1203", "T1210", "T1505", "T1592"],
        ["T1110", "T1078", "T1133", "T1021", "T1589", "T1087", "T1114"],
        ["T1505", "T1059", "T1105", "T1071", "T1095", "T1571", "T1041", "T1190"],
        ["T1548", "T1136", "T1098", "T1070", "T1078", "T1003", "T1068"],
        ["T1071", "T1572", "T1048", "T1041", "T1568", "T1573", "T1132", "T1008", "T1029"],
        ["T1566", "T1204", "T1598"], ["T1491", "T1565", "T1505"],
        ["T1530", "T1567", "T1213", "T1048", "T1041", "T1078", "T1020", "T1030", "T1119"],
    ]
    /// Seconds that an incident may lie before an attack's tool was started or after it ended.
    static let grace = 120.0
    /// Seconds behind an attack in which an incident about its parties is still about it.
    static let after = 3600.0

    static func answers() throws -> [Answer] {
        let text = try String(contentsOfFile: Fixture.samples + "/province/answers.jsonl", encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    }

    static let folder = Fixture.samples + "/province"

    /// Scans one after the other into one store.
    static func scan(_ runs: [[String]] = [["/logs", "/captures"]], jobs: Int = 2) throws -> [Incident] {
        let fixture = try Fixture()
        var options = Fixture.options(jobs: jobs)
        options.estatePath = folder + "/estate.yml"
        var inputs = 0
        for run in runs {
            let ledger = try fixture.scan(run.map { folder + $0 }, into: fixture.path("db"), options: options)
            #expect(!ledger.isIncomplete)
            inputs += ledger.inputs.count
        }
        #expect(inputs >= 20)
        return try Store(path: fixture.path("db"), mode: .read).incidents()
    }

    private static func isReported(_ incident: Incident) -> Bool { incident.severity >= .medium }

    private static func seconds(_ text: String) -> Double {
        ISO8601DateFormatter().date(from: text)?.timeIntervalSince1970 ?? 0
    }

    private static func bases(_ techniques: some Sequence<String>) -> Set<String> {
        Set(techniques.map { String($0.prefix { $0 != "." }) })
    }

    private static func fits(_ answer: Answer, _ incident: Incident) -> Bool {
        let ours = bases(answer.technique)
        let theirs = bases(incident.techniques)
        return !ours.isDisjoint(with: theirs)
            || kinds.contains { !ours.isDisjoint(with: $0) && !theirs.isDisjoint(with: $0) }
    }

    private static func meets(_ answer: Answer, _ incident: Incident, after: Double) -> Bool {
        Double(incident.first.nanoseconds) / 1e9 <= seconds(answer.last) + after
            && Double(incident.last.nanoseconds) / 1e9 >= seconds(answer.first) - grace
    }

    /// Whether `incident` tells of the attack.
    static func isFound(_ answer: Answer, _ incident: Incident) -> Bool {
        guard meets(answer, incident, after: grace) else { return false }
        if answer.parties.contains(incident.entity.value) { return fits(answer, incident) }
        // The steps of a chain have parties of their own: what they do is told of them.
        let isNamed = incident.acts.contains { !answer.parties.isDisjoint(with: $0.sources) }
        return (isNamed || answer.targets.contains(incident.entity.value))
            && !bases(answer.technique).isDisjoint(with: bases(incident.techniques))
    }

    static func isTrue(_ answer: Answer, _ incident: Incident) -> Bool {
        guard meets(answer, incident, after: after) else { return false }
        return answer.parties.contains(incident.entity.value)
            || (answer.targets.contains(incident.entity.value) && fits(answer, incident))
    }

    @Test func everyAttackIsFoundButForTheKnownGaps() throws {
        let answers = try Self.answers()
        #expect(answers.count >= 20)
        let all = try Self.scan()
        let incidents = all.filter(Self.isReported)
        let missed = answers.filter { answer in !incidents.contains { Self.isFound(answer, $0) } }.map(\.id)
        #expect(Set(missed) == Set(Self.knownGaps.keys))
        let others = incidents.filter { incident in !answers.contains { Self.isTrue($0, incident) } }
        #expect(Set(others.map { "\($0.title) | \($0.entity.value)" }) == Self.knownFalse)
        #expect(others.count == Self.knownFalse.count)
        // The attacks of a chain are one incident.
        for chain in ["web-shell", "ssh", "mail", "bait"] {
            let members = answers.filter { $0.chain == chain }
            #expect(members.count >= 2)
            let whole = incidents.filter { incident in members.allSatisfy { Self.isFound($0, incident) } }
            #expect(whole.count == 1, "\(chain)")
        }
        // In other hands, in another order, in two runs instead of one: the same.
        let same: [([[String]], Int)] = [
            ([["/captures", "/logs"]], 1),
            ([["/captures/dmz.pcap.zst", "/logs/mail-01", "/logs/web-01"], ["/logs", "/captures"]], 3),
        ]
        for (runs, jobs) in same {
            let again = try Self.scan(runs, jobs: jobs)
            #expect(again.map(Self.told).sorted() == all.map(Self.told).sorted())
        }
    }

    private static func told(_ incident: Incident) -> String {
        "\(incident.id) \(incident.rule) \(incident.entity.value) \(incident.severity.name) \(incident.first.iso8601)"
            + " \(incident.last.iso8601) \(incident.count) \(incident.techniques) \(incident.detections)"
    }
}
