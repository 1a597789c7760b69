internal import Events
internal import Glibc
internal import Primitives
internal import Rules

/// `rate`: a key has far more records an hour than it has in that hour of the week (`direction: high`), or far fewer
/// (`low`): the volume of a log that drops.
///
/// Robust z-score (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993) against the hours of its own
/// history (`HourBaseline`): (value - median) / (1.4826 MAD), with a spread of at least a fifth of the median and the
/// root of it, as counts vary by chance (Poisson). `floor` is absolute: fewer records an hour than that (`high`), or a
/// median below it (`low`), are never an anomaly, and `factor` times the median has to be passed.
///
/// Fewer records are only told of an hour that the log was written in from its first quarter to its last: where it was
/// handed over in the middle of an hour, the rest is not missing.
///
/// A day's numbers: records of each hour (UTC).
struct Rate: BaselineModel {
    let spec: WatchSpec
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let floor: Int
    private let factor: Double
    private let leastScore: Double
    private let isHigh: Bool

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 28 * 86_400, in: 86_400...400 * 86_400) / 86_400
        floor = try settings.number("floor", default: 1000, in: 1...1_000_000_000)
        factor = try settings.fraction("factor", default: 4, in: 1...1000)
        leastScore = try settings.fraction("score", default: 8, in: 1...10_000)
        let direction = settings.text("direction", default: "high")
        guard ["high", "low"].contains(direction) else {
            throw AnomalyError(rule: rule.info.id, setting: "direction", message: "'\(direction)' is not high or low")
        }
        isHigh = direction == "high"
        spec = WatchSpec(
            key: try settings.key(default: [.input]), conditions: try settings.conditions(),
            slotNanoseconds: HourBaseline.hour)
        try settings.finish(known: [
            "learning", "history", "floor", "factor", "score", "direction", "key", "where",
        ])
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds)
        let baseline = HourBaseline(state.days, slot: slot, since: state.since)
        state.note(cell.record)
        HourBaseline.note(&state, cell.count, slot: slot, keeping: baselineDays)
        guard !isLearning, baseline.count > 0 else { return nil }
        let value = Double(cell.count)
        let expected = baseline.median
        let spread = max(baseline.spread, expected / 5, max(1, expected).squareRoot())
        let score = (isHigh ? value - expected : expected - value) / spread
        let passes =
            isHigh
            ? cell.count >= floor && value >= factor * expected && value > baseline.highest
            : expected >= Double(floor) && value * factor <= expected && value < baseline.lowest
                && Rate.spans(cell.record, slot)
        guard passes, score >= (isHigh ? leastScore : 3) else { return nil }
        return AnomalyFinding(
            value: value, expectation: expected, spread: spread, score: score,
            details: [
                ("baseline.hours", String(baseline.count)), ("baseline.kind", baseline.kind),
                ("baseline.highest", Decimals.text(baseline.highest)), ("baseline.days", String(state.days.count)),
            ])
    }
}

extension Rate {
    /// Whether records lie in the first and in the last quarter of an hour.
    private static func spans(_ record: SlotRecord, _ slot: Int64) -> Bool {
        let start = slot &* HourBaseline.hour
        let quarter = HourBaseline.hour / 4
        return record.first.nanoseconds &- start < quarter && record.last.nanoseconds &- start >= 3 * quarter
    }
}

/// What an hour is held to: the same hour of the same weekday where there are three of them, else the same hour of
/// other days with its neighbours. Hours before the key's first whole one were not quiet, but not watched.
struct HourBaseline {
    static let hour: Int64 = 3600 * 1_000_000_000
    private(set) var median = 0.0
    private(set) var spread = 0.0
    private(set) var highest = 0.0
    private(set) var lowest = 0.0
    private(set) var count = 0
    private(set) var kind = "hour of the week"

    private static let fewest = 3

    /// `since`: when the key was first seen.
    init(_ days: [BaselineDay], slot: Int64, since: Timestamp) {
        let day = HourBaseline.day(slot)
        let hour = Int(slot - day * 24)
        let past = days.filter { $0.day < day }
        let begun = since.isNone ? Int64.min : TimeSlots.slot(of: since, HourBaseline.hour)
        func value(_ sheet: BaselineDay, _ hour: Int) -> Int64? {
            sheet.day &* 24 &+ Int64(hour) > begun && hour < sheet.numbers.count ? sheet.numbers[hour] : nil
        }
        var values = past.filter { ($0.day - day) % 7 == 0 }.compactMap { value($0, hour) }
        if values.count < HourBaseline.fewest {
            kind = "hour of the day"
            values = past.flatMap { sheet in
                [(hour + 23) % 24, hour, (hour + 1) % 24].compactMap { value(sheet, $0) }
            }
        }
        count = values.count
        guard count > 0 else { return }
        let baseline = RobustBaseline(values.map { Int(clamping: $0) })
        (median, spread) = (baseline.median, baseline.spread)
        highest = Double(values.max() ?? 0)
        lowest = Double(values.min() ?? 0)
    }

    static func day(_ slot: Int64) -> Int64 { slot >= 0 ? slot / 24 : (slot + 1) / 24 - 1 }

    static func note(_ state: inout KeyHistory, _ value: Int, slot: Int64, keeping: Int, from numbers: Int = 0) {
        let day = day(slot)
        state.withDay(day, numbers: numbers + 24, keeping: keeping) { sheet in
            sheet.numbers[numbers + Int(slot - day * 24)] += Int64(value)
        }
    }
}

/// How surprising something of a given share is, in bits.
enum Surprise {
    static func bits(_ share: Double) -> Double { share > 0 ? max(0, -log2(share)) : 64 }
}
