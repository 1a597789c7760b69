import Events
import Primitives
import Storage
import Testing

@Suite struct BaselineTableTests {
    private func baseline(version: UInt64 = 1, days: ClosedRange<Int64>) -> Baseline {
        let time = { (day: Int64) in Timestamp(nanoseconds: day * BaselineDay.nanoseconds) }
        return Baseline(
            rule: "rule", key: ["hoa", "web-01"], version: version, since: time(days.lowerBound),
            last: time(days.upperBound), learnsUntil: time(days.lowerBound + 7), count: 5 * Int64(days.count),
            days: days.map { BaselineDay(day: $0, records: 5, numbers: [$0, 2], words: ["a \u{1F} b": 3]) })
    }

    /// A store whose observations of the days before `day` have been pruned.
    private func store(prunedBefore day: Int64) throws -> Store {
        let store = try Store(path: ":memory:")
        let time = Timestamp(nanoseconds: day * BaselineDay.nanoseconds)
        _ = try store.prune(Retention(before: time), dryRun: false, by: Make.analyst, at: time)
        #expect(try store.spoolHorizon() == time)
        return store
    }

    @Test func daysComeBackAsTheyWere() throws {
        let store = try Store(path: ":memory:")
        try store.save([baseline(days: 10...14)], of: ["rule"])
        let read = try #require(try store.baselines().first)
        #expect(read.days == baseline(days: 10...14).days && read.key == ["hoa", "web-01"] && read.count == 25)
    }

    @Test func daysBehindTheHistoryGo() throws {
        let store = try store(prunedBefore: 20)
        try store.save([baseline(days: 20...24)], of: ["rule"])
        let late = Timestamp(nanoseconds: 24 * BaselineDay.nanoseconds)
        _ = try store.prune(Retention(before: late), dryRun: false, by: Make.analyst, at: late)
        try store.save([baseline(days: 22...26)], of: ["rule"])
        #expect(try store.baselines().first?.days.map(\.day) == [22, 23, 24, 25, 26])
    }

    /// What was learned under other settings does not come back under the new ones.
    @Test func daysOfOtherSettingsGo() throws {
        let store = try store(prunedBefore: 20)
        try store.save([baseline(days: 20...24)], of: ["rule"])
        let late = Timestamp(nanoseconds: 24 * BaselineDay.nanoseconds)
        _ = try store.prune(Retention(before: late), dryRun: false, by: Make.analyst, at: late)
        try store.save([baseline(version: 2, days: 24...25)], of: ["rule"])
        #expect(try store.baselines().first?.days.map(\.day) == [24, 25])
    }
}
