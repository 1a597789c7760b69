internal import Primitives

/// `event_count`: how many events the referred rules hit (Sigma Correlation Rules, "Event Count"). An event that
/// several of them hit is one event.
struct EventCount: WindowMeasure {
    private var total = 0

    mutating func add(_ hit: WindowHit) { total &+= hit.weight }

    mutating func remove(_ hit: WindowHit) { total &-= hit.weight }

    func value(since cutoff: Timestamp) -> Int { total }
}
