public import Primitives

/// Where the times of an input's records, read in their order, jump: a clock that was set, a host whose clock is wrong
/// among others, files put together the wrong way round.
///
/// Records come some way out of order everywhere (servers write a request's line at its end, with the time of its
/// beginning), and quiet logs have gaps: only steps beyond the limits count.
public struct ClockJumps: Sendable, Equatable {
    public var back: Int64 = 0
    public var forward: Int64 = 0
    public var longestBackSeconds: Int64 = 0
    public var longestForwardSeconds: Int64 = 0

    public static let backLimitSeconds: Int64 = 3600
    public static let forwardLimitSeconds: Int64 = 7 * 86_400

    public init() {}

    public var isEmpty: Bool { back == 0 && forward == 0 }

    /// A record of time `later` follows one of time `earlier`; neither is none.
    @inline(__always) public mutating func step(from earlier: Timestamp, to later: Timestamp) {
        let (difference, overflows) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        if !overflows && difference >= -ClockJumps.backLimitSeconds * 1_000_000_000
            && difference <= ClockJumps.forwardLimitSeconds * 1_000_000_000
        {
            return
        }
        jump(later.seconds - earlier.seconds)
    }

    private mutating func jump(_ seconds: Int64) {
        if seconds < 0 {
            back += 1
            longestBackSeconds = max(longestBackSeconds, -seconds)
        } else {
            forward += 1
            longestForwardSeconds = max(longestForwardSeconds, seconds)
        }
    }

    public mutating func add(_ other: ClockJumps) {
        back += other.back
        forward += other.forward
        longestBackSeconds = max(longestBackSeconds, other.longestBackSeconds)
        longestForwardSeconds = max(longestForwardSeconds, other.longestForwardSeconds)
    }
}
