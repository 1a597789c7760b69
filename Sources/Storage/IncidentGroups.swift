package import Events
internal import GRDB
package import Primitives

/// By what incidents are counted.
package enum IncidentGrouping: String, CaseIterable, Sendable {
    case severity
    case status
    case resolution
    case rule
    case title
    case entity
    case technique
    case stage
    case tag
    case assignee
    case sensor
    case asset
    case owner
    case agency
    case day
    case hour

    /// Whether the key is a list: incidents with the same list are counted as one row, which is taken apart then.
    fileprivate var isList: Bool { [.technique, .stage, .tag, .owner, .agency].contains(self) }

    fileprivate var isTime: Bool { [.day, .hour].contains(self) }

    /// Whether no index has the incidents in the order of the key: SQLite would sort them all to count them.
    fileprivate var isTallied: Bool { isTime || [.status, .resolution].contains(self) }

    /// (what to join, the key), for `incidents i`. `?2` is the zone's offset in nanoseconds.
    fileprivate var sql: (join: String, key: String) {
        switch self {
        case .severity: ("", "i.severity")
        case .status: ("", IncidentTable.status)
        case .resolution: ("", "coalesce(i.resolution, '')")
        case .rule: ("", "i.rule")
        case .title: ("", "i.title")
        case .entity: ("", "i.entity")
        case .assignee: ("", "coalesce(i.assignee, '')")
        case .technique, .stage, .tag, .owner: ("", "i.\(rawValue)s")
        case .agency: ("", "i.agencies")
        case .asset:
            (
                """
                LEFT JOIN (SELECT x.incident AS seq, n.asset AS name FROM incident_terms x
                    JOIN inputs n ON lower(hex(n.id)) = x.value WHERE x.kind = 'input'
                    UNION SELECT c.seq, a.value FROM incidents c, json_each(c.assets) a) t ON t.seq = i.seq
                """, "coalesce(t.name, '')"
            )
        case .sensor:
            (
                """
                LEFT JOIN (SELECT DISTINCT x.incident AS seq, n.\(rawValue) AS name FROM incident_terms x
                    JOIN inputs n ON lower(hex(n.id)) = x.value WHERE x.kind = 'input') t ON t.seq = i.seq
                """, "coalesce(t.name, '')"
            )
        case .day: ("", "(i.last + ?2) / 86400000000000")
        case .hour: ("", "(i.last + ?2) / 3600000000000")
        }
    }
}

/// Incidents that have something in common.
package struct IncidentGroup: Equatable, Sendable {
    /// Empty where there is no value; of `severity`, `day` and `hour` a number (rank; days or hours since 1970).
    package var key: String
    package var incidents: Int
    /// Records behind them.
    package var records: Int64
    package var worst: Severity
    package var first: Timestamp
    package var last: Timestamp
}

extension Store {
    /// Incidents that fit, counted by what they have in common: most first, times in their order.
    /// - Parameter offsetSeconds: east of UTC, for days and hours
    package func groups(
        by grouping: IncidentGrouping, where condition: IncidentCondition = .everything, offsetSeconds: Int = 0,
        limit: Int? = nil, now: Timestamp = wallClock()
    ) throws(StoreError) -> [IncidentGroup] {
        try read { database in
            // Where no input has such a name, nothing is to be joined: only what the estate says counts.
            let labels = try IncidentGroup.hasLabels(grouping, database)
            let isList = grouping.isList || grouping == .asset && !labels
            let (join, key) = labels ? grouping.sql : ("", grouping == .asset ? "i.assets" : "''")
            let condition = try condition.settled(database)
            let from = "FROM incidents i \(join) WHERE \(condition.whole)"
            if grouping.isTallied {
                let statement = try RawStatement(
                    database, "SELECT \(key), 1, i.count, i.severity, i.first, i.last, ?1, ?2 \(from)")
                statement.bind(condition, at: now, offsetSeconds: offsetSeconds)
                var tally = GroupTally(numbers: grouping.isTime)
                try statement.each { tally.add($0) }
                return tally.sorted(limit: limit)
            }
            // Without a join each incident is one row.
            let count = join.isEmpty ? "count(*)" : "count(DISTINCT i.seq)"
            let order = grouping == .severity ? "1 DESC" : "2 DESC, 4 DESC, 1"
            let rest = isList ? "" : "ORDER BY \(order) LIMIT \(limit.map { max(0, $0) } ?? -1)"
            let statement = try RawStatement(
                database,
                """
                SELECT \(key), \(count), sum(i.count), max(i.severity), min(i.first), max(i.last), ?1, ?2
                \(from) GROUP BY 1 \(rest)
                """)
            statement.bind(condition, at: now, offsetSeconds: offsetSeconds)
            let groups = try statement.all { IncidentGroup($0) }
            return isList ? IncidentGroup.apart(groups, limit: limit) : groups
        }
    }
}

extension RawStatement {
    fileprivate func bind(_ condition: IncidentCondition, at now: Timestamp, offsetSeconds: Int) {
        bind(1, now)
        bind(2, Int64(offsetSeconds) * 1_000_000_000)
        bind(condition, from: 3)
    }
}

extension IncidentGroup {
    init(_ row: RawStatement) {
        self.init(
            key: row.text(0), incidents: row.int(1), records: row.integer(2),
            worst: Severity(rawValue: row.int(3)) ?? .informational, first: row.time(4), last: row.time(5))
    }

    fileprivate static func hasLabels(_ grouping: IncidentGrouping, _ database: Database) throws -> Bool {
        guard [.asset, .sensor].contains(grouping) else { return true }
        let column = grouping.rawValue
        let any = try RawStatement(database, "SELECT 1 FROM inputs WHERE \(column) IS NOT NULL LIMIT 1")
        return try any.first { _ in true } ?? false
    }

    /// Groups by lists (JSON) as groups by what stands in the lists, most first.
    fileprivate static func apart(_ groups: [IncidentGroup], limit: Int?) -> [IncidentGroup] {
        var sums: [String: IncidentGroup] = [:]
        for group in groups {
            let words = Set(JSONReader.read(group.key)?.strings ?? [])
            for word in words.isEmpty ? [""] : words {
                guard var sum = sums[word] else {
                    sums[word] = group
                    sums[word]?.key = word
                    continue
                }
                sum.incidents += group.incidents
                sum.records += group.records
                sum.worst = max(sum.worst, group.worst)
                sum.first = min(sum.first, group.first)
                sum.last = max(sum.last, group.last)
                sums[word] = sum
            }
        }
        let sorted = sums.values.sorted { ($1.incidents, $1.worst, $0.key) < ($0.incidents, $0.worst, $1.key) }
        return Array(sorted.prefix(limit.map { max(0, $0) } ?? sorted.count))
    }
}

extension Store {
    /// Incidents that fit, with their detections and aliases, as they were found by `incidents(complete: false)`.
    package func completed(_ incidents: [Incident], now: Timestamp = wallClock()) throws(StoreError) -> [Incident] {
        try read { database in
            let full = try IncidentTable.incidents(incidents.map(\.id), now: now, database)
            let byID = Dictionary(full.map { ($0.id, $0) }) { first, _ in first }
            return incidents.map { incident in
                var result = incident
                result.detections = byID[incident.id]?.detections ?? []
                result.aliases = byID[incident.id]?.aliases ?? []
                return result
            }
        }
    }
}
