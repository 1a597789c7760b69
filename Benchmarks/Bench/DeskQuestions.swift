import Events
import Foundation
import Primitives
import Query
import Storage

/// What an analyst asks, of a large store: milliseconds at the median and the 95th percentile of 20 answers each, on a
/// warm file. `NIGHTJAR_BENCH_INCIDENTS` incidents (default 20,000) of five detections; `NIGHTJAR_BENCH_STORE` keeps
/// the store there and finds it again.
enum DeskQuestions {
    private static let now = Timestamp(seconds: 1_773_345_481) ?? .none

    static func desk() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["NIGHTJAR_BENCH_INCIDENTS"].flatMap { Int($0) } ?? 20_000
        let kept = environment["NIGHTJAR_BENCH_STORE"]
        let path = kept ?? FileManager.default.temporaryDirectory.path + "/nightjar-desk-\(getpid()).db"
        defer { if kept == nil { try? FileManager.default.removeItem(atPath: path) } }
        if !FileManager.default.fileExists(atPath: path) { try fill(path, count) }
        let zone = TimeZoneRules.utc
        let desk = try AnalystDesk(
            path: path, clock: FilterClock(now: now, zone: zone), width: 120, coloured: false)
        Report.line("desk: \(try desk.count(["count >= 0"])) incidents")
        for filter in filters { try measure("list \(filter)") { try list(desk, filter, sort: "severity") } }
        for sort in ["last", "count", "entity"] { try measure("list by \(sort)") { try list(desk, "", sort: sort) } }
        for group in ["severity", "rule", "entity", "technique"] {
            try measure("group by \(group)") { _ = try desk.groups([], by: group, limit: 20) }
        }
        try measure("count") { _ = try desk.count([]) }
        let first = try desk.incidents([], limit: 1)
        try measure("show") { for incident in first { _ = try desk.view(try desk.incident("\(incident.id)")) } }
        try measure("who") { _ = try desk.who("10.7.3.9") }
        try measure("report", rounds: 3) {
            _ = try desk.report(["last 30d"], from: nil, to: nil, format: "html", language: "en")
        }
    }

    private static let filters = [
        "", "severity >= high and source.ip in 203.0.113.0/24 and not status:closed last 24h", "about 10.7.3.9",
        "technique:T1110*", "title ~ injection", "rule:web-*", "user.name = user-77", "tag:vpn", "status:closed",
        "destination.ip in 10.7.0.0/16", "assignee = minh", "2026-03-01..2026-03-03",
    ]

    private static func list(_ desk: AnalystDesk, _ filter: String, sort: String) throws {
        let words = filter.isEmpty ? [] : [filter]
        _ = try desk.table(try desk.incidents(words, sort: try ListOrder(sort, reversed: false), limit: 100))
    }

    private static func measure(_ name: String, rounds: Int = 20, _ body: () throws -> Void) throws {
        try body()
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = DispatchTime.now().uptimeNanoseconds
            try body()
            times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
        }
        times.sort()
        let number = { (value: Double) in "\((value * 10).rounded() / 10)" }
        Report.line("  \(number(times[times.count / 2])) ms, 95 %: \(number(times[times.count * 95 / 100]))  \(name)")
    }

    private static func fill(_ path: String, _ count: Int) throws {
        let store = try Store(path: path)
        let input = ContentID(high: 1, low: 1)
        var incidents: [Incident] = []
        for number in 0..<count {
            let detections = (0..<5).map { detection(number, $0, input) }
            try store.commit(detections: detections)
            incidents.append(incident(number, detections, input))
        }
        try store.replaceIncidents(incidents)
        let analyst = Analyst(name: "bench", origin: "bench")
        let some = { (step: Int) in stride(from: 0, to: count, by: step).map { incidents[$0].id } }
        try store.triage([.close(as: .benign)], on: some(50), by: analyst, at: now)
        try store.triage([.tag(add: ["vpn"], remove: []), .assign("minh")], on: some(70), by: analyst, at: now)
    }

    private static func detection(_ incident: Int, _ number: Int, _ input: ContentID) -> Detection {
        let rule = RuleInfo(
            id: "\(["web", "ssh", "dns"][incident % 3])-\(incident % 200)", title: "Rule \(incident % 200)",
            level: .medium,
            kind: .sigma, origin: RuleOrigin(file: "rule.yml", line: 1))
        let line = Array(
            "Mar 12 02:58:01 web-01 app[\(incident)]: request \(number) from 203.0.113.\(incident % 256)".utf8)
        return line.withBytes { bytes in
            let place = Int64(incident * 1000 + number * 100)
            let event = EventReference(
                id: eventID(input: input, offset: place, bytes: bytes), input: input, number: UInt64(place / 100 + 1),
                offset: place, length: bytes.count)
            let time = now.adding(nanoseconds: -Int64(incident % 86_400) * 30_000_000_000)
            return Detection(
                id: detectionID(rule: rule.id, events: [event.id]), rule: rule, first: time, last: time,
                events: [event],
                fields: [
                    FieldValue(name: "source.ip", value: "203.0.\(incident % 250).\(incident / 250 % 250)"),
                    FieldValue(name: "destination.ip", value: "10.\(incident % 20).\(number).\(incident % 30)"),
                    FieldValue(name: "user.name", value: "user-\(incident % 5000)"),
                    FieldValue(name: "url.path", value: "/portal/\(incident)/\(number)"),
                ],
                entity: Entity(kind: "ip", value: "203.0.\(incident % 250).\(incident / 250 % 250)"),
                evidence: [Evidence(event: event, bytes: bytes)])
        }
    }

    private static func incident(_ number: Int, _ detections: [Detection], _ input: ContentID) -> Incident {
        let rule = detections[0].rule.id
        return Incident(
            id: incidentID(rule: rule, entity: detections[0].entity, firstDetection: detections[0].id), rule: rule,
            title: number % 7 == 0 ? "SQL injection on portal \(number % 40)" : "Something odd, number \(number % 300)",
            severity: Severity.allCases[number % 5], entity: detections[0].entity, first: detections[0].first,
            last: detections[0].last.adding(nanoseconds: Int64(number % 3600) * 1_000_000_000), count: 5,
            stages: ["initial-access"], techniques: ["T1190", "T1110.00\(number % 4 + 1)"], rules: [rule],
            inputs: [input], detections: detections.map(\.id))
    }
}
