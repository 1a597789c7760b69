package import Primitives

/// The stretch of event time that one input's records covered between two drains, and how far out of order they came:
/// it tells which time slots the records of the next drain may still add to.
package struct Seams {
    private var first = Timestamp(nanoseconds: .max)
    private var last = Timestamp(nanoseconds: .min)
    /// How far the latest record was behind the newest one before it, in nanoseconds.
    private var lateness: Int64 = 0

    /// Records that come this late must be reckoned with, even where none did.
    private static let shortestMargin: Int64 = 10 * 1_000_000_000
    /// One wild clock must not make seams of everything.
    private static let longestMargin: Int64 = 600 * 1_000_000_000

    package init() {}

    @inline(__always) package mutating func note(_ time: Timestamp) {
        if time < first { first = time }
        if time >= last {
            last = time
        } else {
            let (behind, overflows) = last.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
            lateness = max(lateness, overflows ? .max : behind)
        }
    }

    /// Records of a neighbouring drain are taken to be at most twice as late as those of this one.
    private var margin: Int64 {
        lateness > Seams.longestMargin / 2 ? Seams.longestMargin : max(Seams.shortestMargin, 2 * lateness)
    }

    /// Whether a neighbouring drain may hold records of this slot too.
    package func touch(_ slot: Int64, _ slotNanoseconds: Int64) -> Bool {
        let (start, overflows) = slot.multipliedReportingOverflow(by: slotNanoseconds)
        guard !overflows else { return true }
        let end = TimeSlots.end(of: slot, slotNanoseconds)
        return start <= first.adding(nanoseconds: margin).nanoseconds || end.adding(nanoseconds: margin) >= last
    }
}
