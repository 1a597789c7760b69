internal import Events
internal import Primitives
internal import Rules

/// `exfiltration`: a key moves out far more bytes an hour than itself before and than the others do: data that leaves
/// the network by flows (`bytes: sent`), or is fetched from a service by a client, user or API key
/// (`bytes: response`). `amount: requests` counts requests instead: registers are read record by record too.
///
/// The value is what came together within an hour. It is held to the median hour of the key itself, once it has
/// `learning` behind it, else to the median hour of all the other keys, of which there must be `peers`, and to its own
/// as soon as it has `leastOwn` of them: big ones among the keys are big from the start. The spread is 1.4826 MAD of
/// the same hours, and at least a quarter of the expectation. For flows the producer/consumer ratio, (out - in) /
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
    private let countsRequests: Bool
    private static let shownClients = 5
    /// Hours with anything in them that make a baseline of a key's own.
    private static let leastOwn = 3
    /// Hours of all keys within a day, in units, as a histogram by size; the newest days.
    /// Of the keys only their hashes: how many there are is what matters.
    private var company: [(day: Int64, hours: [Int: Int], keys: Set<UInt64>)] = []

    private static let companyLimit = 10_000

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 14 * 86_400, in: 86_400...400 * 86_400) / 86_400
        floor = Int64(try settings.number("floor", default: 100 << 20, in: 1...1 << 50))
        leastScore = try settings.fraction("score", default: 10, in: 1...100_000)
        let ratio = try settings.fraction("ratio", default: 0.5, in: -1...1)
        peers = try settings.number("peers", default: 5, in: 1...100_000)
        let kind = settings.text("bytes", default: "sent")
        guard ["sent", "response"].contains(kind) else {
            throw AnomalyError(rule: rule.info.id, setting: "bytes", message: "'\(kind)' is not sent or response")
        }
        let amount = settings.text("amount", default: "bytes")
        guard ["bytes", "requests"].contains(amount) else {
            throw AnomalyError(rule: rule.info.id, setting: "amount", message: "'\(amount)' is not bytes or requests")
        }
        countsRequests = amount == "requests"
        let isFlow = kind == "sent" && !countsRequests
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
            "learning", "history", "floor", "score", "ratio", "peers", "bytes", "amount", "key", "where",
        ])
    }

    static var prepares: Bool { true }

    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64) {
        let day = HourBaseline.day(slot)
        if company.last?.day != day { company.append((day, [:], [])) }
        company.removeAll { $0.day <= day - 7 }
        let last = company.count - 1
        for (key, cell) in cells {
            company[last].hours[Exfiltration.rounded(units(amount(cell))), default: 0] += 1
            if company[last].keys.count < Exfiltration.companyLimit {
                company[last].keys.insert(key.keyHash)
            }
        }
    }

    var sharedBytes: Int { company.reduce(0) { $0 + $1.keys.count * 20 + $1.hours.count * 40 } }

    private func amount(_ cell: SlotCell) -> Int64 { countsRequests ? Int64(cell.count) : cell[0] }

    /// Bytes by the KiB, requests one by one.
    private func units(_ amount: Int64) -> Int { countsRequests ? Int(max(0, amount)) : Int(max(0, amount) >> 10) }

    private var unit: Double { countsRequests ? 1 : 1024 }

    /// With two significant binary digits or so, so that there are few different ones.
    private static func rounded(_ units: Int) -> Int {
        let width = Int.bitWidth - units.leadingZeroBitCount
        let drop = max(0, width - 4)
        return (units >> drop) << drop
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds)
        let day = HourBaseline.day(slot)
        let own = state.days.flatMap { $0.numbers.prefix(24).filter { $0 > 0 } }.map(units)
        learn(&state, cell, slot: slot, day: day)
        let value = amount(cell)
        guard value >= floor, value >= 2 * Exfiltration.habit(state, at: slot) else { return nil }
        let total = Double(cell[0]) + Double(cell[1])
        let ratio = (Double(cell[0]) - Double(cell[1])) / max(1, total)
        if let leastRatio, ratio < leastRatio { return nil }
        let itself = own.count >= Exfiltration.leastOwn ? measured(value, RobustBaseline(own)) : nil
        if let itself, itself.score < leastScore { return nil }
        let others = isLearning || itself == nil ? company(without: [units(value)] + own, of: key) : nil
        guard let found = isLearning || itself == nil ? others.map({ measured(value, $0) }) : itself,
            found.score >= leastScore
        else { return nil }
        let clients = cell.words.words.sorted().prefix(Exfiltration.shownClients).map { ("source.ip", $0) }
        return AnomalyFinding(
            value: Double(value), expectation: found.expected, spread: found.spread, score: found.score,
            details: [
                ("bytes.out", String(cell[0])), ("bytes.in", String(cell[1])),
                ("bytes.ratio", Decimals.text(ratio)), ("bytes.records", String(cell.count)),
                ("baseline.kind", others == nil ? "itself" : "the others"), ("baseline.hours", String(found.hours)),
            ] + clients)
    }

    /// How far a value lies from what was expected.
    private func measured(
        _ value: Int64, _ baseline: RobustBaseline
    ) -> (expected: Double, spread: Double, score: Double, hours: Int) {
        let expected = baseline.median * unit
        let spread = max(baseline.spread * unit, expected / 4, 4 * unit)
        return (expected, spread, (Double(value) - expected) / spread, baseline.count)
    }

    private func learn(_ state: inout KeyHistory, _ cell: SlotCell, slot: Int64, day: Int64) {
        state.note(cell.record)
        state.withDay(day, numbers: 25, keeping: baselineDays) { sheet in
            sheet.numbers[Int(slot - day * 24)] += amount(cell)
            sheet.numbers[24] += cell[1]
        }
    }

    /// The hours of all keys but `key`, whose own are `units`; nil where there are too few keys.
    private func company(without units: [Int], of key: String) -> RobustBaseline? {
        var keys = Set<UInt64>()
        var hours: [Int: Int] = [:]
        for day in company {
            keys.formUnion(day.keys)
            for (size, count) in day.hours { hours[size, default: 0] += count }
        }
        keys.remove(key.keyHash)
        return keys.count >= peers ? RobustBaseline(hours, without: units.map(Exfiltration.rounded)) : nil
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
}

/// What web detectors watch.
enum Web {
    static let sources: [LogSource] = [.apacheAccess, .nginxAccess, .webAccess, .networkHTTP, .proxy, .json]
    static let client: WatchText = .field(["source.ip", "client.ip", "source.address"])
    static let host: WatchText = .field(["url.domain"])
}
