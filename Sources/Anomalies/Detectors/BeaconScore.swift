internal import Glibc

/// RITA v5's four scores over connections in order of time. See `Beacon`.
package struct BeaconScore {
    package private(set) var interval = 0.0
    package private(set) var size: Double?
    package private(set) var histogram = 0.0
    package private(set) var duration = 0.0
    package private(set) var medianSeconds = 0.0
    package private(set) var deviationSeconds = 0.0
    private var intervalSkew = 0.0
    private var medianBytes = 0.0
    private var deviationBytes = 0.0
    private let count: Int
    private var bars = 0

    private static let bins = 24
    private static let leastBars = 6
    private static let leastBimodalBars = 11
    private static let modeSensitivity = 0.05

    package init(_ samples: [EventSample], watched: ClosedRange<Int64>, idealHours: Int) {
        count = samples.count
        var gaps = zip(samples, samples.dropFirst()).map { Double($1.nanoseconds - $0.nanoseconds) / 1e9 }
        // Connections within a second are one: RITA's times are whole seconds.
        gaps = gaps.filter { $0 >= 1 }.map { $0.rounded() }
        guard gaps.count >= 3 else { return }
        let times = Dispersion(gaps, scoreOfNothing: 1)
        (interval, intervalSkew) = (times.score, times.skew)
        (medianSeconds, deviationSeconds) = (times.median, times.deviation)
        if samples.contains(where: { $0.first > 0 }) {
            let sizes = Dispersion(samples.map { Double($0.first) }, scoreOfNothing: 0)
            (size, medianBytes, deviationBytes) = (sizes.score, sizes.median, sizes.deviation)
        }
        let counts = BeaconScore.counts(samples, watched)
        bars = counts.count { $0 > 0 }
        histogram = max(BeaconScore.flatness(counts), bimodalFit(counts))
        duration = duration(samples, watched, counts, idealHours)
    }

    /// Mean of the parts that are known.
    package var total: Double {
        let parts = [interval, histogram, duration] + (size.map { [$0] } ?? [])
        return (parts.reduce(0, +) / Double(parts.count) * 1000).rounded() / 1000
    }

    var parts: [(String, String)] {
        [
            ("beacon.connections", String(count)), ("beacon.interval_score", Decimals.text(interval)),
            ("beacon.interval_skew", Decimals.text(intervalSkew)),
            ("beacon.interval_median_seconds", Decimals.text(medianSeconds)),
            ("beacon.interval_mad_seconds", Decimals.text(deviationSeconds)),
            ("beacon.size_score", size.map { Decimals.text($0) } ?? "unknown"),
            ("beacon.size_median_bytes", Decimals.text(medianBytes)),
            ("beacon.size_mad_bytes", Decimals.text(deviationBytes)),
            ("beacon.histogram_score", Decimals.text(histogram)), ("beacon.histogram_bars", String(bars)),
            ("beacon.duration_score", Decimals.text(duration)),
        ]
    }

    private static func counts(_ samples: [EventSample], _ watched: ClosedRange<Int64>) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        let width = max(1, Double(watched.upperBound - watched.lowerBound) / Double(bins))
        for sample in samples {
            let place = Int(Double(sample.nanoseconds - watched.lowerBound) / width)
            counts[min(max(place, 0), bins - 1)] += 1
        }
        return counts
    }

    /// One less the coefficient of variation; 0 where that is above one.
    private static func flatness(_ counts: [Int]) -> Double {
        let mean = Double(counts.reduce(0, +)) / Double(counts.count)
        guard mean > 0 else { return 0 }
        let variance = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(counts.count)
        return max(0, 1 - variance.squareRoot() / mean)
    }

    /// Share of the bars (but for one outlier) that have one of the two most frequent heights.
    private func bimodalFit(_ counts: [Int]) -> Double {
        guard bars >= BeaconScore.leastBimodalBars, let highest = counts.max() else { return 0 }
        let width = (Double(highest) * BeaconScore.modeSensitivity).rounded(.up)
        var heights: [Int: Int] = [:]
        for count in counts where count > 0 { heights[Int(Double(count) / width), default: 0] += 1 }
        let top = heights.values.sorted(by: >).prefix(2).reduce(0, +)
        return min(1, Double(top) / Double(max(bars - 1, 1)))
    }

    private func duration(
        _ samples: [EventSample], _ watched: ClosedRange<Int64>, _ counts: [Int], _ idealHours: Int
    ) -> Double {
        guard bars >= BeaconScore.leastBars, let first = samples.first, let last = samples.last else { return 0 }
        let whole = Double(max(1, watched.upperBound - watched.lowerBound))
        let coverage = Double(last.nanoseconds - first.nanoseconds) / whole
        var run = 0
        var longest = 0
        for index in 0..<2 * counts.count {
            run = counts[index % counts.count] > 0 ? run + 1 : 0
            longest = max(longest, run)
        }
        let hours = Double(min(longest, counts.count)) * whole / Double(counts.count) / 3.6e12
        return min(1, max(coverage, hours / Double(idealHours)))
    }
}

/// How alike numbers are: Bowley's skewness and the median absolute deviation, as RITA scores them.
package struct Dispersion {
    package private(set) var skew = 0.0
    package private(set) var median = 0.0
    package private(set) var deviation = 0.0
    package private(set) var score = 0.0

    /// `scoreOfNothing`: the score of the deviation where the median is below one.
    package init(_ values: [Double], scoreOfNothing: Double) {
        let sorted = values.sorted()
        guard sorted.count >= 3 else { return }
        let (first, third) = Dispersion.outerQuartiles(sorted)
        median = Dispersion.median(sorted[...])
        let range = third - first
        // A range below ten is no skew but rounding; a median on a quartile tells nothing.
        if range >= 10, median != first, median != third { skew = (first + third - 2 * median) / range }
        deviation = Dispersion.median(sorted.map { abs($0 - median) }.sorted()[...])
        let evenness = median >= 1 ? max(0, (median - deviation) / median) : scoreOfNothing
        score = (1 - abs(skew) + evenness) / 2
    }

    static func median(_ sorted: ArraySlice<Double>) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.startIndex + sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Medians of the lower and the upper half, without the middle value of an odd number.
    private static func outerQuartiles(_ sorted: [Double]) -> (Double, Double) {
        let half = sorted.count / 2
        return (median(sorted[..<half]), median(sorted[(sorted.count - half)...]))
    }
}
