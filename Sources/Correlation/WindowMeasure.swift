internal import Primitives
internal import Rules

/// One hit inside a window, as the kinds of correlation count it.
struct WindowHit {
    var time: Timestamp
    /// Place of the referred rule among the correlation's parts.
    var part: Int
    /// Events that it stands for; 0 where the same record is in the window already (by another referred rule).
    var weight: Int
    /// Value of the counted field (`value_count` and the numeric kinds), else empty.
    var value: String
}

/// What a kind of correlation counts in a sliding window, kept up to date as hits come and go.
protocol WindowMeasure {
    mutating func add(_ hit: WindowHit)
    /// `hit` has left the window (or comes back at a later time by another `add`).
    mutating func remove(_ hit: WindowHit)
    /// The count over the hits at or after `cutoff`; everything older was removed.
    mutating func value(since cutoff: Timestamp) -> Int
    /// What a condition that is judged at the end of an episode is held to; `peak`: the largest count of its windows.
    func final(peak: Int) -> Int
}

extension WindowMeasure {
    func final(peak: Int) -> Int { peak }
}

/// The table of kinds: one line, one file each.
enum WindowMeasures {
    static func make(_ plan: CorrelationPlan) -> any WindowMeasure {
        if let pattern = plan.rule.pattern { return TemporalPattern(pattern, plan) }
        return switch plan.rule.kind {
        case .eventCount: EventCount()
        case .valueCount: ValueCount()
        case .temporal: Temporal(parts: plan.parts.count)
        case .temporalOrdered: TemporalOrdered(parts: plan.parts.count)
        case .valueSum: ValueSum()
        case .valueAverage: ValueAverage()
        case .valuePercentile: ValueRank(percentile: plan.rule.percentile ?? 100)
        case .valueMedian: ValueRank(percentile: nil)
        }
    }
}
