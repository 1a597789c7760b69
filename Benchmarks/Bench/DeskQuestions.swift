import Events
import Foundation
import Primitives
import Query
import Storage

/// What an analyst asks, of a large store: milliseconds at the median and the 95th percentile of 20 answers each, by
/// the clock and of processor time, on a warm file. `NIGHTJAR_BENCH_INCIDENTS` incidents (default 20,000) of
/// `NIGHTJAR_BENCH_DETECTIONS` detections each (default 50); `NIGHTJAR_BENCH_STORE` keeps the store there and finds it
/// again; `NIGHTJAR_BENCH_MORE` then stores the detections of so many further incidents in it, and asks nothing.
enum DeskQuestions {
    private static let now = Timestamp(seconds: 1_773_345_481) ?? .none

    static func desk() throws {
        let environment = ProcessInfo.processInfo.environment
        let number = { (name: String) in environment["NIGHTJAR_BENCH_\(name)"].flatMap { Int($0) } }
        let kept = environment["NIGHTJAR_BENCH_STORE"]
        let path = kept ?? FileManager.default.temporaryDirectory.path + "/nightjar-desk-\(getpid()).db"
        defer { if kept == nil { for end in ["", "-wal", "-shm", ".lock"] { unlink(path + end) } } }
        if !FileManager.default.fileExists(atPath: path) {
            let maker = DeskStoreMaker(
                path: path, incidentCount: number("INCIDENTS") ?? 20_000, detectionsEach: number("DETECTIONS") ?? 50,
                now: now)
            let account = try maker.fill()
            Report.line(
                "stored \(account.detections) detections at "
                    + "\(Int(Double(account.detections) / account.commitSeconds)) a CPU-second, the list read "
                    + "\(account.readings) times meanwhile; incidents in \(Int(account.incidentSeconds)) CPU-seconds")
        } else if let more = number("MORE") {
            let known = number("INCIDENTS") ?? 20_000
            let maker = DeskStoreMaker(
                path: path, incidentCount: known + more, detectionsEach: number("DETECTIONS") ?? 50, now: now)
            let account = try maker.fill(from: known)
            return Report.line(
                "stored \(account.detections) detections more at "
                    + "\(Int(Double(account.detections) / account.commitSeconds)) a CPU-second, the list read "
                    + "\(account.readings) times meanwhile")
        }
        try ask(path)
    }

    private static func ask(_ path: String) throws {
        let desk = try AnalystDesk(
            path: path, clock: FilterClock(now: now, zone: .utc), width: 120, coloured: false)
        Report.line("desk: \(try desk.count(["count >= 0"])) incidents")
        for filter in filters {
            try measure("list \(filter)") { try list(desk, filter, sort: "severity") }
            try measure("  count") { _ = try desk.count(words(filter)) }
        }
        for sort in ListOrder.names { try measure("list by \(sort)") { try list(desk, "", sort: sort) } }
        for sort in ["title", "duration"] {
            try measure("all by \(sort)") { try list(desk, "count >= 0", sort: sort) }
        }
        for group in ["severity", "rule", "entity", "technique", "title", "status", "day"] {
            try measure("group by \(group)") { _ = try desk.groups([], by: group, limit: 20) }
        }
        let first = try desk.incidents([], limit: 1)
        try measure("show") { for incident in first { _ = try desk.view(try desk.incident("\(incident.id)")) } }
        for entity in ["10.7.3.17", "198.51.100.1", "203.0.7.9", "root", "10.0.0.0/8"] {
            try measure("who \(entity)") { _ = try desk.who(entity) }
        }
        try measure("timeline") { _ = try desk.timeline([]) }
        try measure("stats") { _ = try desk.stats([]) }
        try measure("top") { _ = try desk.top(nil, [], limit: 10) }
        try measure("report", rounds: 3) {
            _ = try desk.report(["last 30d"], from: nil, to: nil, format: "html", language: "en")
        }
    }

    private static let filters = [
        "", "severity >= high and source.ip in 203.0.113.0/24 and not status:closed last 24h", "about 10.7.3.17",
        "about 198.51.100.1", "about 10.0.0.0/8", "technique:T1110*", "title ~ injection", "title ~ nothing",
        "rule:web-*", "rule:web-12", "user.name = user-77", "user.name ~ oot", "user.name = r*t", "tag:vpn",
        "status:closed", "status:acknowledged", "destination.ip in 10.7.0.0/16", "assignee = minh",
        "2026-03-01..2026-03-03", "url.path ~ portal", "url.path ~ 77/page-3", "url.path = /nowhere",
        "203.0.7.9", "entity = 203.0.*", "asset = portal", "run = last", "resolution:benign", "count > 60",
    ]

    private static func words(_ filter: String) -> [String] { filter.isEmpty ? [] : [filter] }

    private static func list(_ desk: AnalystDesk, _ filter: String, sort: String) throws {
        let found = try desk.incidents(words(filter), sort: try ListOrder(sort, reversed: false), limit: 100)
        _ = try desk.table(found)
    }

    /// Fewer rounds where one takes seconds.
    private static func measure(_ name: String, rounds: Int = 20, _ body: () throws -> Void) throws {
        var times: [Double] = []
        var used: [Double] = []
        func time() throws -> Double {
            let (start, cpu) = (DispatchTime.now().uptimeNanoseconds, clock())
            try body()
            used.append(Double(clock() - cpu) * 1e3 / Double(CLOCKS_PER_SEC))
            return Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6
        }
        let warm = try time()
        for _ in 0..<(warm > 1000 ? min(3, rounds) : rounds) { times.append(try time()) }
        used.removeFirst()
        times.sort()
        used.sort()
        let number = { (value: Double) in "\((value * 10).rounded() / 10)" }
        let worst = number(times[min(times.count - 1, times.count * 95 / 100)])
        let cpu = number(used[min(used.count - 1, used.count * 95 / 100)])
        Report.line("  \(number(times[times.count / 2])) ms, 95 %: \(worst) (of processor time \(cpu))  \(name)")
    }
}
