internal import Primitives

/// `value_count`: how many different values the counted field has (Sigma Correlation Rules, "Value Count").
struct ValueCount: WindowMeasure {
    private var hits: [String: Int] = [:]

    mutating func add(_ hit: WindowHit) { hits[hit.value, default: 0] += 1 }

    mutating func remove(_ hit: WindowHit) {
        guard let count = hits[hit.value] else { return }
        hits[hit.value] = count > 1 ? count - 1 : nil
    }

    func value(since cutoff: Timestamp) -> Int { hits.count }
}
