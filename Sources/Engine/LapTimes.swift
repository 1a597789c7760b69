internal import Foundation

/// The CPU time of all threads at the same points of a run that is made several times over.
final class LapTimes {
    /// CPU-seconds since the start, one for each point, in order.
    private(set) var marks: [Double] = []
    private let start = LapTimes.cpuSeconds()

    func mark() { marks.append(LapTimes.cpuSeconds() - start) }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The least time of a run, put together from the least times of its laps.
///
/// A machine that others use too is slow now and then, for seconds on end: of a run that takes as long, hardly any
/// is spared, but each of its laps is, in one run or another.
package struct LeastLaps {
    /// Least CPU-seconds of each lap.
    private var laps: [Double] = []
    /// Which point ends each lap.
    private var ends: [Int] = []
    private var points = 0
    /// Least CPU-seconds of a whole run.
    private var whole = Double.infinity
    /// Totals after each run.
    private var totals: [Double] = []

    /// A lap is at least this part of the first run: threads work ahead of each other, and what one of them does near a
    /// lap's end falls on either side of it.
    private static let shortest = 1.0 / 32

    /// The least CPU-seconds that a run takes, as far as is known.
    package var total: Double { totals.last ?? .infinity }

    /// Whether the last three runs took less than a hundredth off.
    package var isSettled: Bool { totals.count > 3 && totals[totals.count - 4] <= total * 1.01 }

    package init() {}

    /// Adds a run. One that passed more or fewer points than the first cannot be held against it lap by lap, only as a
    /// whole.
    package mutating func add(_ marks: [Double]) {
        guard let end = marks.last else { return }
        if totals.isEmpty { choose(marks, end) }
        whole = min(whole, end)
        if marks.count == points {
            var before = 0.0
            for (lap, place) in ends.enumerated() {
                laps[lap] = min(laps[lap], marks[place] - before)
                before = marks[place]
            }
        }
        totals.append(min(whole, laps.reduce(0, +)))
    }

    private mutating func choose(_ marks: [Double], _ end: Double) {
        points = marks.count
        var before = 0.0
        for (place, mark) in marks.enumerated() where mark - before >= end * LeastLaps.shortest {
            ends.append(place)
            before = mark
        }
        if ends.last != points - 1 {
            if !ends.isEmpty { ends.removeLast() }
            ends.append(points - 1)
        }
        laps = ends.map { _ in .infinity }
    }
}
