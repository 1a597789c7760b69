import Engine
import Testing

struct LapTimesTests {
    /// Runs of four seconds, of which one second or two were slow, each time others.
    @Test func eachLapCountsWithItsLeastTime() {
        var least = LeastLaps()
        for marks in [[2.0, 3, 4, 6], [1, 3, 5, 6], [1, 2, 4, 5]] { least.add(marks) }
        #expect(least.total == 4)
    }

    @Test func aRunThatWasNeverSlowedIsTheLeast() {
        var least = LeastLaps()
        for marks in [[1.0, 2, 3, 4], [5, 6, 7, 8]] { least.add(marks) }
        #expect(least.total == 4)
    }

    /// A lap is a thirty-second at least: what lies between nearer points may move from one to the other.
    @Test func pointsNearEachOtherAreOneLap() {
        var least = LeastLaps()
        for marks in [[0.5, 0.51, 0.52, 1], [0.4, 0.5, 0.6, 1.1]] { least.add(marks) }
        #expect(abs(least.total - 0.9) < 1e-9)
        // The end of a run is no lap of its own where it comes soon after a point.
        least = LeastLaps()
        for marks in [[0.5, 0.99, 1.0], [0.6, 0.9, 1.0]] { least.add(marks) }
        #expect(abs(least.total - 0.9) < 1e-9)
    }

    @Test func aRunWithOtherPointsCountsAsAWhole() {
        var least = LeastLaps()
        least.add([2.0, 4])
        least.add([0.1, 0.2, 3])
        #expect(least.total == 3)
        least.add([0.5, 5])
        #expect(least.total == 2.5)
    }

    @Test func isSettledOnceThreeRunsTookNothingOff() {
        var least = LeastLaps()
        #expect(!least.isSettled && least.total == .infinity)
        for (marks, isSettled) in [
            ([4.0], false), ([2.0], false), ([2.0], false), ([1.99], false), ([1.99], true), ([1.5], false),
        ] {
            least.add(marks)
            #expect(least.isSettled == isSettled)
        }
    }
}
