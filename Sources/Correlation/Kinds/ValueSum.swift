internal import Primitives

/// `value_sum`: the sum of the counted field's numbers (Sigma Correlation Rules, "Value Sum"), in thousandths.
struct ValueSum: WindowMeasure {
    private var sum = 0

    mutating func add(_ hit: WindowHit) { if hit.weight > 0 { sum &+= Thousandths.of(hit.value) ?? 0 } }

    mutating func remove(_ hit: WindowHit) { if hit.weight > 0 { sum &-= Thousandths.of(hit.value) ?? 0 } }

    func value(since cutoff: Timestamp) -> Int { sum }
}

/// `value_avg`: their mean, in thousandths, rounded towards zero.
struct ValueAverage: WindowMeasure {
    private var sum = 0
    private var count = 0

    mutating func add(_ hit: WindowHit) {
        guard hit.weight > 0, let number = Thousandths.of(hit.value) else { return }
        sum &+= number
        count += 1
    }

    mutating func remove(_ hit: WindowHit) {
        guard hit.weight > 0, let number = Thousandths.of(hit.value) else { return }
        sum &-= number
        count -= 1
    }

    func value(since cutoff: Timestamp) -> Int { count > 0 ? sum / count : 0 }
}
