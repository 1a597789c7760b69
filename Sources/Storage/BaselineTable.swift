package import Events
internal import Foundation
internal import GRDB
package import Primitives

/// Baselines in the store: a row a rule and key, and one for each of its days; whole days are replaced, never added to.
extension Store {
    /// What anomaly rules have learned, by rule and key. `before`: only days that were over then, and the keys that
    /// have some.
    package func baselines(before: Timestamp? = nil, rule: String? = nil) throws(StoreError) -> [Baseline] {
        try read { database in
            let days = try BaselineTable.days(database, before: before, rule: rule)
            return try BaselineTable.rows(database, rule: rule).compactMap { row in
                var baseline = row
                baseline.days = days[BaselineTable.Place(rule: row.rule, key: row.key)] ?? []
                if let before {
                    if baseline.days.isEmpty { return nil }
                    baseline.last = min(baseline.last, before)
                }
                return baseline
            }
        }
    }

    /// Stores what `rules` have learned: what is no longer known of them goes, but for days whose observations have
    /// been pruned, which nobody can learn again.
    package func save(_ baselines: [Baseline], of rules: [String]) throws(StoreError) {
        try write { database in
            let horizon = try SpoolHorizon.read(database)
            try BaselineTable.save(baselines, rules, horizon: horizon, database)
        }
    }

    package func baselineResets() throws(StoreError) -> [BaselineReset] {
        try read { database in
            try RawStatement(database, "SELECT rule, key, start FROM baseline_resets ORDER BY start, rule, key").all {
                row in
                let key = row.text(1)
                return BaselineReset(
                    rule: row.text(0), key: key.isEmpty ? nil : BaselineTable.key(key),
                    from: Timestamp(nanoseconds: row.integer(2)))
            }
        }
    }

    /// Lets rules learn anew from the moments given on; enters it in the audit trail.
    package func reset(_ resets: [BaselineReset], by analyst: Analyst, at time: Timestamp = wallClock())
        throws(StoreError)
    {
        try write { database in
            let insert = try RawStatement(
                database, "INSERT OR IGNORE INTO baseline_resets (rule, key, start) VALUES (?, ?, ?)")
            let forget = try RawStatement(database, "DELETE FROM baselines WHERE rule = ?1 AND (?2 = '' OR key = ?2)")
            let days = try RawStatement(database, "DELETE FROM baseline_days WHERE rule = ?1 AND (?2 = '' OR key = ?2)")
            for reset in resets {
                let key = reset.key.map { BaselineTable.text($0) } ?? ""
                for statement in [insert, forget, days] {
                    statement.bind(1, reset.rule)
                    statement.bind(2, key)
                }
                insert.bind(3, reset.from.nanoseconds)
                for statement in [insert, forget, days] { _ = try statement.run() }
                try AuditTrail.append(
                    "baseline reset", subject: reset.rule, before: .null,
                    after: .object([.init("key", .text(key)), .init("from", .text(reset.from.iso8601))]), by: analyst,
                    at: time, database)
            }
        }
    }

    /// Observations from before have been pruned, and are known by their baselines only; `none`: all are there.
    package func spoolHorizon() throws(StoreError) -> Timestamp {
        Timestamp(nanoseconds: try read { try SpoolHorizon.read($0) })
    }
}

enum BaselineTable {
    struct Place: Hashable {
        var rule: String
        var key: [String]
    }

    static func text(_ key: [String]) -> String { JSONValue.texts(key).text }

    static func key(_ text: String) -> [String] {
        (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? [text]
    }

    /// A day's hours are many numbers: written without a value for each.
    private static func text(_ numbers: [Int64]) -> String {
        var text = "["
        for (place, number) in numbers.enumerated() { text += place == 0 ? "\(number)" : ",\(number)" }
        return text + "]"
    }

    private static func text(_ words: [String: Int64]) -> String {
        JSONValue.object(words.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .integer($0.value)) }).text
    }

    private static func value<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }

    static func rows(_ database: Database, rule: String?) throws -> [Baseline] {
        let statement = try RawStatement(
            database,
            """
            SELECT rule, key, version, since, last, learns_until, count FROM baselines
                WHERE ?1 = '' OR rule = ?1 ORDER BY rule, key
            """)
        statement.bind(1, rule ?? "")
        return try statement.all { row in
            Baseline(
                rule: row.text(0), key: key(row.text(1)), version: UInt64(bitPattern: row.integer(2)),
                since: Timestamp(nanoseconds: row.integer(3)), last: Timestamp(nanoseconds: row.integer(4)),
                learnsUntil: Timestamp(nanoseconds: row.integer(5)), count: row.integer(6), days: [])
        }
    }

    static func days(_ database: Database, before: Timestamp?, rule: String?) throws -> [Place: [BaselineDay]] {
        let statement = try RawStatement(
            database,
            """
            SELECT rule, key, day, records, numbers, words FROM baseline_days
                WHERE (?1 = '' OR rule = ?1) AND day < ?2 ORDER BY rule, key, day
            """)
        statement.bind(1, rule ?? "")
        statement.bind(2, before.map { BaselineDay.day(of: $0) } ?? Int64.max)
        var days: [Place: [BaselineDay]] = [:]
        let rows = try statement.all { row in
            (
                Place(rule: row.text(0), key: key(row.text(1))),
                BaselineDay(
                    day: row.integer(2), records: row.integer(3), numbers: value([Int64].self, row.text(4)) ?? [],
                    words: value([String: Int64].self, row.text(5)) ?? [:])
            )
        }
        for (place, day) in rows { days[place, default: []].append(day) }
        return days
    }

    static func save(_ baselines: [Baseline], _ rules: [String], horizon: Int64, _ database: Database) throws {
        let firstDay = horizon == .min ? Int64.min : BaselineDay.day(of: Timestamp(nanoseconds: horizon))
        let forget = try RawStatement(database, "DELETE FROM baselines WHERE rule = ?")
        let forgetDays = try RawStatement(database, "DELETE FROM baseline_days WHERE rule = ? AND day >= ?")
        for rule in rules {
            forget.bind(1, rule)
            _ = try forget.run()
            forgetDays.bind(1, rule)
            forgetDays.bind(2, firstDay)
            _ = try forgetDays.run()
        }
        try insert(baselines, firstDay, database)
    }

    private static func insert(_ baselines: [Baseline], _ firstDay: Int64, _ database: Database) throws {
        let insert = try RawStatement(
            database,
            """
            INSERT OR REPLACE INTO baselines (rule, key, version, since, last, learns_until, count)
                VALUES (?, ?, ?, ?, ?, ?, ?)
            """)
        let day = try RawStatement(
            database,
            "INSERT OR REPLACE INTO baseline_days (rule, key, day, records, numbers, words) VALUES (?, ?, ?, ?, ?, ?)")
        // Behind the history, or learned under other settings.
        let outdated = try RawStatement(
            database, "DELETE FROM baseline_days WHERE rule = ? AND key = ? AND day < ?")
        for baseline in baselines {
            let key = text(baseline.key)
            for statement in [insert, day, outdated] {
                statement.bind(1, baseline.rule)
                statement.bind(2, key)
            }
            insert.bind(3, Int64(bitPattern: baseline.version))
            insert.bind(4, baseline.since.nanoseconds)
            insert.bind(5, baseline.last.nanoseconds)
            insert.bind(6, baseline.learnsUntil.nanoseconds)
            insert.bind(7, baseline.count)
            _ = try insert.run()
            if firstDay > .min {
                outdated.bind(3, baseline.days.first?.day ?? .max)
                _ = try outdated.run()
            }
            for sheet in baseline.days where sheet.day >= firstDay {
                day.bind(3, sheet.day)
                day.bind(4, sheet.records)
                day.bind(5, text(sheet.numbers))
                day.bind(6, text(sheet.words))
                _ = try day.run()
            }
        }
    }
}
