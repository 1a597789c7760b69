internal import Events
internal import Primitives
internal import Rules

/// `beacon`: one address connects to another again and again at even intervals, as implants do to ask for orders.
///
/// Scores are those of RITA v5 (github.com/activecm/rita, `analysis/beacons.go`), each from 0 to 1, and their mean:
/// - interval: Bowley's skewness and the median absolute deviation of the times between connections;
/// - size: the same of the bytes sent;
/// - histogram: how flat the connections lie over 24 parts of the time that was watched (coefficient of variation), or
///   how well two heights explain it (bimodal fit);
/// - duration: which share of the time it covers, or the longest run of hours out of `ideal`.
/// The time that was watched is the last `window`, from the first record that the rule saw. Where no sizes are known (a
/// firewall's log) that part is left out of the mean. An address that more than `sources` others of one's own connect
/// to is a service, not a controller (RITA's prevalence).
struct Beacon: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { windowSlots }
    var leastEvents: Int { connections }
    var sieveNanoseconds: Int64 { windowSlots * Beacon.slotNanoseconds }
    private let connections: Int
    private let windowSlots: Int64
    private let leastScore: Double
    private let leastInterval: Double
    private let leastSpan: Int64
    private let idealHours: Int
    private let sources: Int
    private var begun: Int64?
    private var company = DestinationCompany()

    private static let slotNanoseconds: Int64 = 600 * 1_000_000_000

    struct State {
        var slots: [(slot: Int64, record: SlotRecord, samples: [EventSample])] = []
    }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        connections = try settings.number("connections", default: 20, in: 4...10_000)
        let window = try settings.seconds("window", default: 86_400, in: 3600...604_800)
        leastScore = try settings.fraction("score", default: 0.8, in: 0...1)
        leastInterval = try settings.fraction("interval_score", default: 0.85, in: 0...1)
        leastSpan = Int64(try settings.seconds("span", default: 1800, in: 60...86_400)) * 1_000_000_000
        idealHours = try settings.number("ideal", default: 12, in: 1...168)
        sources = try settings.number("sources", default: 3, in: 1...1000)
        windowSlots = Int64(window) * 1_000_000_000 / Beacon.slotNanoseconds
        spec = WatchSpec(
            sources: Flows.sources, key: try settings.key(default: Flows.parties),
            conditions: try settings.conditions(), slotNanoseconds: Beacon.slotNanoseconds,
            samples: [.bytesForth])
        try settings.finish(known: [
            "connections", "window", "score", "interval_score", "span", "ideal", "sources", "key", "where",
        ])
    }

    func emptyState() -> State { State() }

    static var prepares: Bool { true }

    mutating func prepare(_ cells: [(key: String, cell: SlotCell)], slot: Int64) {
        for (key, cell) in cells {
            begun = min(begun ?? cell.record.first.nanoseconds, cell.record.first.nanoseconds)
            let (source, target) = Beacon.parties(key)
            company.note(source, at: target, limit: sources)
        }
    }

    var sharedBytes: Int { company.bytes }

    private static func parties(_ key: String) -> (source: String, target: String) {
        let parts = key.split(separator: "\u{1F}", maxSplits: 1)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.append((slot, cell.record, cell.samples.samples))
        state.slots.removeAll { $0.slot <= slot - windowSlots }
        let samples = state.slots.flatMap(\.samples)
        guard samples.count >= connections, let first = samples.first, let last = samples.last,
            last.nanoseconds - first.nanoseconds >= leastSpan,
            !company.isService(Beacon.parties(key).target)
        else { return nil }
        let windowStart = (slot + 1 - windowSlots) * Beacon.slotNanoseconds
        let watched = max(begun ?? first.nanoseconds, windowStart)...max(last.nanoseconds, watchedEnd(cell))
        let score = BeaconScore(samples, watched: watched, idealHours: idealHours)
        guard score.total >= leastScore, score.interval >= leastInterval else { return nil }
        var finding = AnomalyFinding(
            value: score.medianSeconds, expectation: score.medianSeconds, spread: score.deviationSeconds,
            score: score.total, details: score.parts)
        finding.records = state.slots.map(\.record)
        return finding
    }

    private func watchedEnd(_ cell: SlotCell) -> Int64 { cell.record.last.nanoseconds }

    func bytes(_ state: State) -> Int {
        state.slots.reduce(100) { $0 + 300 + $1.record.excerpt.count + $1.samples.count * 24 }
    }
}

/// What flow detectors watch: ends of flows in captures, Zeek's conn.log, and what firewalls log.
enum Flows {
    static let sources: [LogSource] = [.networkFlow, .netfilter, .firewall]
    static let parties: [WatchText] = [
        .field(["source.ip"]), .field(["destination.ip"]), .field(["destination.port"]),
    ]
    static let outward = [WatchCondition(.sourceIP, .isInternal), WatchCondition(.destinationIP, .isExternal)]
}
