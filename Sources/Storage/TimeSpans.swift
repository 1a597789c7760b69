package import Primitives

/// Stretches of time, in order, none of which touches the next. Ends are included.
package struct TimeSpans: Equatable, Sendable {
    package private(set) var spans: [ClosedRange<Int64>] = []

    /// All of time.
    package static let everything = TimeSpans([.min ... .max])

    /// Of stretches in any order.
    /// - Parameter bridging: what lies no farther apart than so many nanoseconds becomes one
    package init(_ list: [ClosedRange<Int64>], bridging gap: Int64 = 0) {
        for next in list.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = spans.last, TimeSpans.after(last.upperBound, by: gap) >= next.lowerBound {
                spans[spans.count - 1] = last.lowerBound...max(last.upperBound, next.upperBound)
            } else {
                spans.append(next)
            }
        }
    }

    package var isEmpty: Bool { spans.isEmpty }

    package func union(_ other: [ClosedRange<Int64>]) -> TimeSpans { TimeSpans(spans + other) }

    /// With so many nanoseconds more at both ends of each.
    package func widened(by margin: Int64) -> TimeSpans {
        TimeSpans(
            spans.map {
                TimeSpans.before($0.lowerBound, by: margin)...TimeSpans.after($0.upperBound, by: margin)
            })
    }

    /// Whether all of `other` lies within.
    package func covers(_ other: TimeSpans) -> Bool {
        other.spans.allSatisfy { inner in
            spans.contains { $0.lowerBound <= inner.lowerBound && inner.upperBound <= $0.upperBound }
        }
    }

    package static func span(_ first: Timestamp, _ last: Timestamp) -> ClosedRange<Int64> {
        min(first, last).nanoseconds...max(first, last).nanoseconds
    }

    private static func after(_ time: Int64, by margin: Int64) -> Int64 {
        let (sum, overflows) = time.addingReportingOverflow(margin)
        return overflows ? .max : sum
    }

    private static func before(_ time: Int64, by margin: Int64) -> Int64 {
        let (difference, overflows) = time.subtractingReportingOverflow(margin)
        return overflows ? .min : difference
    }
}
