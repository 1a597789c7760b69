internal import Events
internal import Primitives
internal import Rules

/// `error_rate`: the share of a virtual host's answers that are server errors (5xx) jumps: an attack that breaks the
/// application, or a failure.
///
/// Slots of `slot`; the slots of the last `history` are the baseline: median and 1.4826 MAD of the share, with a spread
/// of at least two hundredths and that of chance (binomial). A slot needs `requests`, a share of `share`, and a score
/// of `score`; the baseline needs six slots.
struct ErrorRate: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { 3 }
    private let requests: Int
    private let share: Double
    private let leastScore: Double
    private let historySlots: Int64

    struct State {
        /// Shares in thousandths, without those that were anomalies.
        var slots: [(slot: Int64, share: Int)] = []
    }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        requests = try settings.number("requests", default: 50, in: 5...1_000_000)
        share = try settings.fraction("share", default: 0.2, in: 0.01...1)
        leastScore = try settings.fraction("score", default: 6, in: 1...1000)
        let slot = try settings.seconds("slot", default: 600, in: 60...3600)
        historySlots = Int64(try settings.seconds("history", default: 86_400, in: 3600...604_800) / slot)
        spec = WatchSpec(
            sources: Web.sources, key: try settings.key(default: [.field(["url.domain"])]),
            conditions: try settings.conditions(), slotNanoseconds: Int64(slot) * 1_000_000_000,
            counters: [
                WatchCounter(value: .one, conditions: [WatchCondition(.httpResponseStatusCode, .isAtLeast(500))])
            ])
        try settings.finish(known: ["requests", "share", "score", "slot", "history", "key", "where"])
    }

    func emptyState() -> State { State() }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.removeAll { $0.slot <= slot - historySlots }
        let own = Double(cell[0]) / Double(max(1, cell.count))
        let baseline = RobustBaseline(state.slots.map(\.share))
        let expected = baseline.median / 1000
        let chance = (max(expected, 0.01) / Double(max(1, cell.count))).squareRoot()
        let spread = max(baseline.spread / 1000, 0.02, chance)
        let score = (own - expected) / spread
        guard state.slots.count >= 6, cell.count >= requests, own >= share, score >= leastScore else {
            state.slots.append((slot, Int((own * 1000).rounded())))
            return nil
        }
        return AnomalyFinding(
            value: own, expectation: expected, spread: spread, score: score,
            details: [
                ("errors.count", String(cell[0])), ("errors.requests", String(cell.count)),
                ("baseline.slots", String(state.slots.count)),
            ])
    }

    func bytes(_ state: State) -> Int { state.slots.count * 16 }
}
