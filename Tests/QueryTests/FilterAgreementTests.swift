import Events
import Primitives
import Query
import Storage
import Testing

/// A generator with a seed, so that a failure comes back.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return mix64(state)
    }
}

@Suite struct FilterAgreementTests {
    private static let entities = [
        Entity(kind: "ip", value: "203.0.113.7"), Entity(kind: "ip", value: "203.0.114.7"),
        Entity(kind: "ip", value: "10.0.3.7"), Entity(kind: "ip", value: "2001:db8::7"),
        Entity(kind: "user", value: "Deploy"), Entity(kind: "user", value: "nguyễn"),
        Entity(kind: "host", value: "web-01"),
        Entity(kind: "domain", value: "a[b].example.org"), Entity(kind: "none", value: ""),
        Entity(kind: "user", value: "203.0.113.7"),
    ]
    private static let titles = [
        "SSH brute force", "SQL injection on 6 portals", "Đăng nhập lạ", "Đa\u{306}ng nhập", "100% _odd_ [name]",
        "x\u{1b}[31m", "",
    ]
    private static let networks = [
        "10.0.0.0/8", "10.0.3.7", "203.0.113.7", "0.0.0.0/0", "\"::/0\"", "203.0.0.0/16", "203.0.112.0/20", "2001::/16",
        "2001:db8::/33", "8.0.0.0/6",
    ]
    private static let techniques = [[], ["T1110"], ["T1110.001", "T1110.003"], ["T1190", "T1505.003"]]
    private static let stages = [[], ["credential-access"], ["initial-access", "command-and-control"]]
    private static let values = [
        "203.0.113.7", "203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32", "deploy", "web-*", "*", "?", "a[b]*", "\"\"",
        "Nguyễn", "'brute force'", "%", "_odd_", "*[na*", "T1110", "t1110.00?", "credential-access", "minh", "none",
        "SQL",
    ]

    private static func condition(_ random: inout SeededGenerator) -> String {
        func pick<T>(_ list: [T]) -> T { list[Int.random(in: 0..<list.count, using: &random)] }
        let value = pick(values)
        switch Int.random(in: 0..<18, using: &random) {
        case 0: return "severity \(pick(["=", ">", ">=", "<", "<=", "!="])) \(pick(Severity.allCases).name)"
        case 1: return "status \(pick([":", "!="])) \(pick(IncidentStatus.allCases).rawValue)"
        case 2: return "entity \(pick(["=", "~", "!="])) \(value)"
        case 3: return "\(pick(["source.ip", "user", "host", "domain"])) \(pick(["=", "!="])) \(value)"
        case 4: return "title \(pick(["~", "=", ":", "!="])) \(value)"
        case 5: return "technique : \(pick(["T1110", "T1110*", "T1110.001", "T1*", "T9999", "*.003"]))"
        case 6: return "stage = \(pick(["credential_access", "initial-access", "c*", "x"]))"
        case 7: return "rule \(pick(["=", "~"])) \(pick(["r1", "r*", "r3", "SSH", "1"]))"
        case 8: return "about \(pick(["root", "203.0.113.7", "DEPLOY", "nothing", "nguyễn"]))"
        case 9: return "count \(pick(["=", ">", "<="])) \(Int.random(in: 0..<6, using: &random))"
        case 10:
            return pick([
                "last 1h", "last 24h", "since yesterday", "until 2026-03-11", "2026-03-10..2026-03-11", "today",
            ])
        case 11:
            return
                "\(pick(["first", "last"])) \(pick(["=", ">", "<", ">=", "<="])) "
                + pick(["2026-03-11", "12:00", "now"])
        case 13: return "tag \(pick(["=", "!=", "~"])) \(pick(["vpn", "none", "v*", "Nhãn", "q1"]))"
        case 14: return "resolution \(pick(["=", "!="])) \(pick(["benign", "duplicate"]))"
        case 15:
            return "\(pick(["input", "sensor", "asset"])) \(pick(["=", "~", "!="])) "
                + pick(["dmz", "/var/log/a*", "portal", "b.log", "*"])
        case 16:
            return
                "\(pick(["destination.ip", "source.ip", "about"])) \(pick(networks))"
                .replacing("ip ", with: "ip = ")
        case 17: return "\(pick(["url.path", "url.domain", "process.name"])) \(pick(["=", "~", "!="])) \(value)"
        case 12: return "assignee \(pick(["=", "!=", "~"])) \(pick(["minh", "none", "m*", "hoa"]))"
        default: return pick(["run = last", "run = 1", "run != 2", "id:0", "id:f", "id:a1", "203.0.112.0/22"])
        }
    }

    private static func filter(_ random: inout SeededGenerator, depth: Int) -> String {
        if depth == 0 { return condition(&random) }
        let left = filter(&random, depth: depth - 1)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "(\(left)) or (\(filter(&random, depth: depth - 1)))"
        case 1: return "(\(left)) and (\(filter(&random, depth: depth - 1)))"
        case 2: return "(\(left)) \(filter(&random, depth: depth - 1))"
        case 3: return "not (\(left))"
        default: return left
        }
    }

    private static func detection(_ number: Int, _ random: inout SeededGenerator) -> Detection {
        let rule = RuleInfo(id: "r1", title: "t", level: .low, kind: .sigma, origin: RuleOrigin(file: "f", line: 1))
        let id = ContentID(high: mix64(UInt64(number + 1)), low: 1)
        let values =
            [
                [("user.name", "root"), ("source.ip", "203.0.113.7")],
                [("user.name", "Deploy"), ("url.path", "/a[b]*")],
                [("user.target.name", "Nguyễn"), ("destination.ip", "10.0.3.7"), ("url.path", "SQL")],
                [("source.ip", "2001:db8:8000::1"), ("destination.ip", "203.0.120.9")],
                [("url.domain", "web-01.example"), ("source.ip", "not an address"), ("process.name", "sshd")], [],
            ].randomElement(using: &random) ?? []
        return Detection(
            id: id, rule: rule, first: clock.now, last: clock.now, events: [],
            fields: values.map { FieldValue(name: $0.0, value: $0.1) }, entity: .none)
    }

    private static func incident(_ number: Int, _ detections: [Detection], _ random: inout SeededGenerator) -> Incident
    {
        let first = clock.now.adding(nanoseconds: -Int64.random(in: 0..<300_000, using: &random) * 1_000_000_000)
        let rules = [["r1"], ["r1", "r2"], ["1:9", "r3"]].randomElement(using: &random) ?? []
        return Incident(
            id: ContentID(high: mix64(UInt64(number + 500)), low: 9), rule: rules[0],
            title: titles.randomElement(using: &random) ?? "",
            severity: Severity.allCases.randomElement(using: &random) ?? .low,
            entity: entities.randomElement(using: &random) ?? .none, first: first,
            last: first.adding(nanoseconds: Int64.random(in: 0..<100_000, using: &random) * 1_000_000_000),
            count: Int.random(in: 0..<6, using: &random), stages: stages.randomElement(using: &random) ?? [],
            techniques: techniques.randomElement(using: &random) ?? [], rules: rules,
            inputs: inputs.indices.filter { _ in Bool.random(using: &random) }.map { inputID($0) }.sorted(),
            detections: detections.map(\.id))
    }

    private static let inputs: [(path: String, sensor: String?, asset: String?)] = [
        ("/var/log/a.log", "dmz", nil), ("/var/log/B.log", nil, "Portal"), ("/data/c.pcap", "DMZ-2", "mail"),
    ]

    private static func inputID(_ number: Int) -> ContentID { ContentID(high: mix64(UInt64(number + 90_000)), low: 3) }

    private func chunk(_ number: Int, _ input: (path: String, sensor: String?, asset: String?)) -> StoredChunk {
        let id = FilterAgreementTests.inputID(number)
        var checkpoint = Checkpoint(
            input: id, sensor: input.sensor, headLength: 10, offset: 10, records: 1, tail: id, tailLength: 10,
            path: input.path, fileStamp: nil, yearReference: clock.now, complete: false)
        checkpoint.asset = input.asset
        return StoredChunk(checkpoint: checkpoint, startOffset: 0)
    }

    private func labels(_ incident: Incident) -> [FilterInputField: [String]] {
        let known = FilterAgreementTests.inputs.enumerated()
            .filter { incident.inputs.contains(FilterAgreementTests.inputID($0.offset)) }.map(\.element)
        return [
            .path: known.map(\.path), .sensor: known.compactMap(\.sensor), .asset: known.compactMap(\.asset),
        ]
    }

    /// A store with incidents in all states, and the same as subjects.
    private func prepare(_ random: inout SeededGenerator) throws -> (Store, [FilterSubject]) {
        let store = try Store(path: ":memory:")
        let analyst = Analyst(name: "lan", origin: "test")
        var mentions: [ContentID: [FieldValue]] = [:]
        for (number, input) in FilterAgreementTests.inputs.enumerated() { try store.commit(chunk(number, input)) }
        var incidents: [Incident] = []
        for number in 0..<80 {
            let detections = (0..<2).map { FilterAgreementTests.detection(number * 2 + $0, &random) }
            try store.commit(detections: detections)
            let incident = FilterAgreementTests.incident(number, detections, &random)
            mentions[incident.id] = detections.flatMap(\.fields)
            incidents.append(incident)
        }
        var runs: [ContentID: [Int64]] = [:]
        for part in [incidents[..<40], incidents[...]] {
            let run = try store.beginRun(command: "test", at: clock.now)
            for id in try store.replaceIncidents(Array(part), run: run).new { runs[id] = [run] }
        }
        for incident in incidents {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: try store.triage(.acknowledge, on: incident.id, by: analyst)
            case 1: try store.triage(.close(as: .benign), on: incident.id, by: analyst)
            case 2:
                try store.triage(
                    .assign(["minh", "Minh", "hoa"].randomElement(using: &random)), on: incident.id, by: analyst)
            default: break
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let tags = [["VPN"], ["q1", "nhãn"], ["v2"]].randomElement(using: &random) ?? []
                try store.triage(.tag(add: tags, remove: []), on: incident.id, by: analyst)
            }
        }
        let later = clock.now.adding(nanoseconds: 60_000_000_000)
        let network = Suppression(network: IPNetwork("10.0.0.0/8"), reason: "scanner", until: later)
        try store.suppress(network, by: analyst, at: clock.now)
        let subjects = try store.incidents(now: clock.now).map {
            FilterSubject(
                $0, mentions: mentions[$0.id] ?? [], inputs: labels($0), runs: runs[$0.id] ?? [], lastRun: 2)
        }
        return (store, subjects)
    }

    @Test(arguments: 0..<8)
    func storeAndMemoryAgree(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed) &* 7919)
        let (store, subjects) = try prepare(&random)
        #expect(subjects.count == 80)
        var telling = 0
        for round in 0..<120 {
            let text = FilterAgreementTests.filter(&random, depth: round % 4)
            let expression = try Filter.parse(text, clock: clock)
            let expected = Set(subjects.filter { expression.holds(for: $0) }.map(\.incident.id))
            let found = Set(try store.incidents(where: expression.condition, now: clock.now).map(\.id))
            #expect(found == expected, "\(text)")
            if !found.isEmpty && found.count < subjects.count { telling += 1 }
            #expect(try store.incidentCount(where: expression.condition, now: clock.now) == expected.count)
        }
        #expect(telling > 40)
    }
}
