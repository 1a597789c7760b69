internal import Events
internal import Primitives
internal import Rules

/// Counters of `threshold` and `detection_filter`, by signature and address, in packet time. Source: Suricata User
/// Guide, "Thresholding Keywords".
struct ThresholdTable {
    private struct Key: Hashable {
        var threshold: Int32
        var first: UInt128
        var second: UInt128
    }

    private struct Counter {
        /// Nanoseconds at which the window began.
        var since: Int64
        var count: Int
        /// Of a backoff: the count that alerts next.
        var next: Int
    }

    private var counters: [Key: Counter] = [:]
    private let maximum: Int
    private(set) var evictions = 0

    init(maximum: Int) { self.maximum = max(16, maximum) }

    /// Counts one more hit and says whether it alerts.
    mutating func passes(
        _ threshold: SignatureThreshold, number: Int32, _ item: InspectionItem, _ view: ItemView
    ) -> Bool {
        let key = ThresholdTable.key(threshold, number, item, view)
        let now = item.time.nanoseconds
        guard var counter = counters[key] else {
            makeRoom(now, threshold)
            var counter = Counter(since: now, count: 1, next: threshold.count)
            let alerts = ThresholdTable.first(threshold, &counter)
            counters[key] = counter
            return alerts
        }
        let alerts = ThresholdTable.further(threshold, &counter, now)
        counters[key] = counter
        return alerts
    }

    private static func first(_ threshold: SignatureThreshold, _ counter: inout Counter) -> Bool {
        switch threshold.kind {
        case .limit: return true
        case .filter: return false
        case .threshold:
            if threshold.count > 1 { return false }
            counter.count = 0
            return true
        case .both: return threshold.count <= 1
        case .backoff:
            if threshold.count > 1 { return false }
            counter.next = threshold.count &* threshold.multiplier
            return true
        }
    }

    private static func further(_ threshold: SignatureThreshold, _ counter: inout Counter, _ now: Int64) -> Bool {
        if threshold.kind == .backoff {
            counter.count += 1
            guard counter.count == counter.next else { return false }
            let (next, overflowed) = counter.next.multipliedReportingOverflow(by: threshold.multiplier)
            counter.next = overflowed ? Int.max : next
            return true
        }
        let (length, overflowed) = Int64(threshold.seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if !overflowed && now &- counter.since > length {
            counter = Counter(since: now, count: 1, next: threshold.count)
            return first(threshold, &counter)
        }
        counter.count += 1
        switch threshold.kind {
        case .limit: return counter.count <= threshold.count
        case .filter: return counter.count > threshold.count
        case .both: return counter.count == threshold.count
        case .threshold:
            guard counter.count >= threshold.count else { return false }
            counter.count = 0
            return true
        case .backoff: return false
        }
    }

    private static func key(
        _ threshold: SignatureThreshold, _ number: Int32, _ item: InspectionItem, _ view: ItemView
    ) -> Key {
        switch threshold.track {
        case .source: Key(threshold: number, first: view.source, second: 0)
        case .destination: Key(threshold: number, first: view.destination, second: 0)
        case .both:
            Key(
                threshold: number, first: min(view.source, view.destination),
                second: max(view.source, view.destination))
        case .rule: Key(threshold: number, first: 0, second: 0)
        case .flow: Key(threshold: number, first: UInt128(item.flow), second: 0)
        }
    }

    /// A full table loses the counters of windows that are over; where that frees too little, all of them.
    private mutating func makeRoom(_ now: Int64, _ threshold: SignatureThreshold) {
        guard counters.count >= maximum else { return }
        let before = counters.count
        let hour: Int64 = 3_600_000_000_000
        counters = counters.filter { now &- $0.value.since < hour }
        if counters.count > maximum / 2 { counters.removeAll(keepingCapacity: true) }
        evictions += before - counters.count
    }
}
