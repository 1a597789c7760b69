internal import Primitives

/// `temporal_ordered`: the most referred rules that hit one after the other in the order given, with anything between
/// (Sigma Correlation Rules, "Ordered Temporal Proximity").
///
/// Hits at the same time stand in any order: stamps of whole seconds cannot say more, and a log-in in the second of the
/// last failure is a log-in after it.
///
/// `starts[part][length]` is the latest time at which a sequence of `length` rules that ends with rule `part` began; a
/// sequence lies in the window when that is not before the cutoff. So the state has the size of the rule, not of the
/// window.
struct TemporalOrdered: WindowMeasure {
    private var starts: [[Timestamp]]
    private var latest: [Timestamp]

    init(parts: Int) {
        starts = (0..<parts).map { [Timestamp](repeating: .none, count: $0 + 2) }
        latest = [Timestamp](repeating: .none, count: parts)
    }

    mutating func add(_ hit: WindowHit) {
        latest[hit.part] = hit.time
        extend(hit.part, at: hit.time)
        for later in (hit.part + 1)..<max(latest.count, hit.part + 1) where latest[later] == hit.time {
            extend(later, at: hit.time)
        }
    }

    private mutating func extend(_ part: Int, at time: Timestamp) {
        starts[part][1] = time
        guard part > 0 else { return }
        for earlier in 0..<part {
            for length in 1...(earlier + 1) {
                starts[part][length + 1] = max(starts[part][length + 1], starts[earlier][length])
            }
        }
    }

    /// Sequences age by themselves.
    mutating func remove(_ hit: WindowHit) {}

    func value(since cutoff: Timestamp) -> Int {
        var longest = 0
        for lengths in starts {
            for length in stride(from: lengths.count - 1, to: longest, by: -1)
            where !lengths[length].isNone && lengths[length] >= cutoff {
                longest = length
                break
            }
        }
        return longest
    }
}
