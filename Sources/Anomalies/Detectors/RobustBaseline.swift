/// Median and median absolute deviation of numbers kept as a histogram: neither follows the outliers that it is to
/// find.
struct RobustBaseline {
    private(set) var median = 0.0
    /// 1.4826 times the median absolute deviation: an estimate of the standard deviation of a normal distribution.
    private(set) var spread = 0.0
    private(set) var count = 0

    /// Consistency factor of the MAD for the normal distribution.
    private static let factor = 1.4826

    init(_ histogram: [Int: Int]) {
        let ordered = histogram.filter { $0.value > 0 }.map { (value: Double($0.key), count: $0.value) }
        count = ordered.reduce(0) { $0 + $1.count }
        guard count > 0 else { return }
        let center = RobustBaseline.median(of: ordered, count)
        median = center
        spread =
            RobustBaseline.factor
            * RobustBaseline.median(of: ordered.map { (abs($0.value - center), $0.count) }, count)
    }

    init(_ values: [Int]) {
        self.init(values.reduce(into: [:]) { $0[$1, default: 0] += 1 })
    }

    /// Of `histogram` without `values`.
    init(_ histogram: [Int: Int], without values: [Int]) {
        var rest = histogram
        for value in values { rest[value, default: 0] -= 1 }
        self.init(rest)
    }

    /// Lower and upper middle value averaged.
    private static func median(of values: [(value: Double, count: Int)], _ count: Int) -> Double {
        let ordered = values.sorted { $0.value < $1.value }
        func value(at rank: Int) -> Double {
            var passed = 0
            for entry in ordered {
                passed += entry.count
                if rank < passed { return entry.value }
            }
            return 0
        }
        return (value(at: (count - 1) / 2) + value(at: count / 2)) / 2
    }
}
