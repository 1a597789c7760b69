internal import Events
internal import Primitives
internal import Rules

/// `exfiltration`: a key moves out far more bytes an hour than itself before and than the others do: data that leaves
/// the network by flows (`bytes: sent`), or is fetched from a service by a client, user or API key
/// (`bytes: response`).
///
/// The value is bytes within an hour. It is held to the median hour of the key itself, once it has `learning` behind
/// it, else to the median hour of all the other keys, of which there must be `peers`; the spread is 1.4826 MAD of the
/// same hours, and at least a quarter of the expectation. For flows the producer/consumer ratio, (out - in) /
/// (out + in), from -1 (consumer) to 1 (producer), must reach `ratio` (Bullard, "Network Data Exfiltration Detection
/// using Producer Consumer Ratio", FloCon 2014). `floor` is absolute. What is less than twice what the key moved on an
/// earlier day at that hour, or an hour to either side, is its habit: a nightly copy is found the first night.
///
/// Of what is fetched by another key than the client, a finding shows addresses that it was fetched from.
///
/// A day's numbers: bytes out of each hour (UTC), then bytes in of the day.
struct Exfiltration: BaselineModel {
    let spec: WatchSpec
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let floor: Int64
    private let leastScore: Double
    private let leastRatio: Double?
    private let peers: Int
    private static let shownClients = 5
    /// Hours of all keys within a day, in KiB, as a histogram by size; the newest days.
    private var company: [(day: Int64, hours: [Int: Int], keys: Set<String>)] = []

    private static let companyLimit = 10_000

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 14 * 86_400, in: 86_400...400 * 86_400) / 86_400
        floor = Int64(try settings.number("floor", default: 100 << 20, in: 1024...1 << 50))
        leastScore = try settings.fraction("score", default: 10, in: 1...100_000)
        let ratio = try settings.fraction("ratio", default: 0.5, in: -1...1)
        peers = try settings.number("peers", default: 5, in: 1...100_000)
        let kind = settings.text("bytes", default: "sent")
        guard ["sent", "response"].contains(kind) else {
            throw AnomalyError(rule: rule.info.id, setting: "bytes", message: "'\(kind)' is not sent or response")
        }
        let isFlow = kind == "sent"
        leastRatio = isFlow ? ratio : nil
        let response = WatchNumber([("http.response.bytes", 1), ("http.response.body.bytes", 1)])
        let request = WatchNumber([("http.request.bytes", 1), ("http.request.body.bytes", 1)])
        let key = try settings.key(default: [.field(["source.ip"])])
        spec = WatchSpec(
            sources: isFlow ? Flows.sources : Web.sources, key: key,
            conditions: try settings.conditions(default: isFlow ? Flows.outward : []),
            slotNanoseconds: HourBaseline.hour,
            counters: [
                WatchCounter(value: .number(isFlow ? .bytesForth : response)),
                WatchCounter(value: .number(isFlow ? .bytesBack : request)),
            ], words: isFlow || key.map(\.name).contains("source.ip") ? nil : Web.client)
        try settings.finish(known: [
            "learning", "history", "floor", "score", "ratio", "peers", "bytes", "key", "where",
        ])
    }

    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64) {
        let day = HourBaseline.day(slot)
        if company.last?.day != day { company.append((day, [:], [])) }
        company.removeAll { $0.day <= day - 7 }
        let last = company.count - 1
        for (key, cell) in cells {
            company[last].hours[Exfiltration.rounded(cell[0]), default: 0] += 1
            if company[last].keys.count < Exfiltration.companyLimit { company[last].keys.insert(key) }
        }
    }

    /// KiB with two significant binary digits or so, so that there are few different ones.
    private static func rounded(_ bytes: Int64) -> Int {
        let kilobytes = Int(max(0, bytes) >> 10)
        let width = Int.bitWidth - kilobytes.leadingZeroBitCount
        let drop = max(0, width - 4)
        return (kilobytes >> drop) << drop
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds)
        let day = HourBaseline.day(slot)
        let own = state.days.flatMap { $0.numbers.prefix(24).filter { $0 > 0 } }.map { Int($0 >> 10) }
        learn(&state, cell, slot: slot, day: day)
        guard cell[0] >= floor, cell[0] >= 2 * Exfiltration.habit(state, at: slot) else { return nil }
        let total = Double(cell[0]) + Double(cell[1])
        let ratio = (Double(cell[0]) - Double(cell[1])) / max(1, total)
        if let leastRatio, ratio < leastRatio { return nil }
        guard let baseline = baseline(isLearning ? [] : own, key, own: cell) else { return nil }
        let expected = baseline.median * 1024
        let spread = max(baseline.spread * 1024, expected / 4, 4096)
        let score = (Double(cell[0]) - expected) / spread
        guard score >= leastScore else { return nil }
        let clients = cell.words.words.sorted().prefix(Exfiltration.shownClients).map { ("source.ip", $0) }
        return AnomalyFinding(
            value: Double(cell[0]), expectation: expected, spread: spread, score: score,
            details: [
                ("bytes.out", String(cell[0])), ("bytes.in", String(cell[1])),
                ("bytes.ratio", Decimals.text(ratio)), ("bytes.records", String(cell.count)),
                ("baseline.kind", isLearning ? "the others" : "itself"), ("baseline.hours", String(baseline.count)),
            ] + clients)
    }

    /// The most that the key moved within an hour at that time of day, an hour more or less, on days before.
    private static func habit(_ state: KeyHistory, at slot: Int64) -> Int64 {
        var most: Int64 = 0
        for sheet in state.days {
            for (hour, bytes) in sheet.numbers.prefix(24).enumerated() {
                let pause = slot - (sheet.day * 24 + Int64(hour))
                if pause > 22, (pause + 1) % 24 <= 2 { most = max(most, bytes) }
            }
        }
        return most
    }

    private func learn(_ state: inout KeyHistory, _ cell: SlotCell, slot: Int64, day: Int64) {
        state.note(cell.record)
        state.withDay(day, numbers: 25, keeping: baselineDays) { sheet in
            sheet.numbers[Int(slot - day * 24)] += cell[0]
            sheet.numbers[24] += cell[1]
        }
    }

    private func baseline(_ own: [Int], _ key: String, own cell: SlotCell) -> RobustBaseline? {
        if own.count >= 3 { return RobustBaseline(own) }
        var keys = Set<String>()
        var hours: [Int: Int] = [:]
        for day in company {
            keys.formUnion(day.keys)
            for (size, count) in day.hours { hours[size, default: 0] += count }
        }
        keys.remove(key)
        guard keys.count >= peers else { return nil }
        let itself = [cell[0]] + own.map { Int64($0) << 10 }
        return RobustBaseline(hours, without: itself.map(Exfiltration.rounded))
    }
}

/// What web detectors watch.
enum Web {
    static let sources: [LogSource] = [.apacheAccess, .nginxAccess, .webAccess, .networkHTTP, .proxy, .json]
    static let client: WatchText = .field(["source.ip", "client.ip", "source.address"])
    static let host: WatchText = .field(["url.domain"])
}
