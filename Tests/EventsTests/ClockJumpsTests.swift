import Events
import Primitives
import Testing

@Suite struct ClockJumpsTests {
    private static let start = Timestamp(nanoseconds: 1_773_284_281_000_000_000)

    /// In seconds from the record before.
    private func jumps(_ steps: [Int64]) -> ClockJumps {
        var jumps = ClockJumps()
        for step in steps {
            jumps.step(from: Self.start, to: Self.start.adding(nanoseconds: step * 1_000_000_000))
        }
        return jumps
    }

    @Test func ordinaryStepsAreNone() {
        let back = ClockJumps.backLimitSeconds
        let forward = ClockJumps.forwardLimitSeconds
        #expect(jumps([0, 1, -1, -30, 86_400, -back, forward]).isEmpty)
        #expect(!jumps([-back - 1]).isEmpty && !jumps([forward + 1]).isEmpty)
    }

    @Test func jumpsAddUp() {
        var all = jumps([-7200, 1_000_000])
        all.add(jumps([-9000, 5, 700_000]))
        #expect(all.back == 2 && all.forward == 2)
        #expect(all.longestBackSeconds == 9000 && all.longestForwardSeconds == 1_000_000)
    }

    @Test func theEndsOfTimeAreNoTrap() {
        var jumps = ClockJumps()
        jumps.step(from: Timestamp(nanoseconds: .max), to: Timestamp(nanoseconds: .min + 1))
        jumps.step(from: Timestamp(nanoseconds: .min + 1), to: Timestamp(nanoseconds: .max))
        #expect(jumps.back == 1 && jumps.forward == 1)
    }
}
