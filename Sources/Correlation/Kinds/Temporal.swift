internal import Primitives

/// `temporal`: how many different referred rules hit, in any order (Sigma Correlation Rules, "Temporal Proximity"). One
/// event may answer for several of them.
struct Temporal: WindowMeasure {
    private var hits: [Int]
    private var present = 0

    init(parts: Int) { hits = [Int](repeating: 0, count: parts) }

    mutating func add(_ hit: WindowHit) {
        if hits[hit.part] == 0 { present += 1 }
        hits[hit.part] += 1
    }

    mutating func remove(_ hit: WindowHit) {
        hits[hit.part] -= 1
        if hits[hit.part] == 0 { present -= 1 }
    }

    func value(since cutoff: Timestamp) -> Int { present }
}
