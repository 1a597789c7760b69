internal import Primitives

/// `value_percentile` and `value_median`, in thousandths. A percentile is taken by nearest rank: the smallest number
/// that at least so many in a hundred do not exceed. The median of an even count is the mean of the middle two.
struct ValueRank: WindowMeasure {
    private let percentile: Int?
    /// Ascending.
    private var numbers: [Int] = []

    /// `percentile` nil: the median.
    init(percentile: Int?) { self.percentile = percentile }

    mutating func add(_ hit: WindowHit) {
        guard hit.weight > 0, let number = Thousandths.of(hit.value) else { return }
        numbers.insert(number, at: place(of: number))
    }

    mutating func remove(_ hit: WindowHit) {
        guard hit.weight > 0, let number = Thousandths.of(hit.value) else { return }
        let place = place(of: number)
        if place < numbers.count, numbers[place] == number { numbers.remove(at: place) }
    }

    /// Of the first number that is not smaller.
    private func place(of number: Int) -> Int {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func value(since cutoff: Timestamp) -> Int {
        guard !numbers.isEmpty else { return 0 }
        guard let percentile else {
            let upper = numbers.count / 2
            return numbers.count % 2 == 1 ? numbers[upper] : (numbers[upper - 1] + numbers[upper]) / 2
        }
        return numbers[max(0, (percentile * numbers.count + 99) / 100 - 1)]
    }
}
