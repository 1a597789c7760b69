public import Primitives

/// What one day (UTC) told an anomaly rule of one key: numbers and counted words, whose meaning is the detector's own.
/// A baseline is the sum of such days, so that days can be kept when the records behind them are gone.
public struct BaselineDay: Hashable, Sendable {
    /// Days since 1970-01-01.
    public var day: Int64
    /// Records that the day had.
    public var records: Int64
    public var numbers: [Int64]
    public var words: [String: Int64]

    public init(day: Int64, records: Int64 = 0, numbers: [Int64] = [], words: [String: Int64] = [:]) {
        self.day = day
        self.records = records
        self.numbers = numbers
        self.words = words
    }

    public static let nanoseconds: Int64 = 86_400 * 1_000_000_000

    public static func day(of time: Timestamp) -> Int64 {
        let quotient = time.nanoseconds / nanoseconds
        return time.nanoseconds < 0 && quotient * nanoseconds != time.nanoseconds ? quotient - 1 : quotient
    }
}

/// What an anomaly rule has learned of one key.
public struct Baseline: Sendable {
    /// Rule id.
    public var rule: String
    /// Values of the key's fields, in the rule's order.
    public var key: [String]
    /// Of detector and settings: what was learned under others is not used.
    public var version: UInt64
    /// First and last record, in event time.
    public var since: Timestamp
    public var last: Timestamp
    /// Until when the rule learns without alerting.
    public var learnsUntil: Timestamp
    /// Records learned from, of the days that are kept.
    public var count: Int64
    /// Oldest first.
    public var days: [BaselineDay]

    public init(
        rule: String, key: [String], version: UInt64, since: Timestamp, last: Timestamp, learnsUntil: Timestamp,
        count: Int64, days: [BaselineDay]
    ) {
        self.rule = rule
        self.key = key
        self.version = version
        self.since = since
        self.last = last
        self.learnsUntil = learnsUntil
        self.count = count
        self.days = days
    }

    public var isLearning: Bool { last < learnsUntil }
}

/// From this moment (event time) on a rule learns anew: all of its keys, or one.
public struct BaselineReset: Hashable, Sendable {
    public var rule: String
    public var key: [String]?
    public var from: Timestamp

    public init(rule: String, key: [String]?, from: Timestamp) {
        self.rule = rule
        self.key = key
        self.from = from
    }
}

/// A rule that still learns: of how many keys, and until when at the latest.
public struct LearningRule: Hashable, Sendable {
    public var rule: String
    public var title: String
    public var keys: Int
    public var until: Timestamp

    /// One entry for each rule with keys that still learn, in the order of titles.
    public static func list(_ baselines: [Baseline], titles: [String: String]) -> [LearningRule] {
        var found: [String: LearningRule] = [:]
        for baseline in baselines where baseline.isLearning {
            let title = titles[baseline.rule] ?? baseline.rule
            var entry =
                found[baseline.rule] ?? LearningRule(rule: baseline.rule, title: title, keys: 0, until: .none)
            entry.keys += 1
            entry.until = max(entry.until, baseline.learnsUntil)
            found[baseline.rule] = entry
        }
        return found.values.sorted { ($0.title, $0.rule) < ($1.title, $1.rule) }
    }
}
