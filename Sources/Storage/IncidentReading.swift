package import Events
internal import GRDB
package import Primitives

/// A condition on `incidents i` in SQL, with its values. Values stand as `?` in the order of `arguments`; the time now
/// is `?1` and is bound by the store.
package struct IncidentCondition: Equatable, Sendable {
    package var sql: String
    package var arguments: [StoreValue]
    /// Which of the `.rows` among them (from 0) nothing fits that is not in them.
    package var required: Set<Int> = []
    /// The set that is the whole condition, once it is found.
    var alone: RowSet?
    /// Few can fit, and they are known by number.
    var isNarrow = false

    package init(sql: String, arguments: [StoreValue]) {
        self.sql = sql
        self.arguments = arguments
    }

    /// What a list shows: not what went into another by hand. The plus keeps SQLite from reading an index of all where
    /// a few are known.
    var whole: String { "\(isNarrow ? "+" : "")i.parent IS NULL AND (\(sql))" }

    package static var everything: IncidentCondition { IncidentCondition(sql: "1", arguments: []) }
    /// That the status shown is this one; never NULL.
    package static func status(_ status: IncidentStatus) -> String {
        switch status {
        case .closed: "(i.status = 'closed')"
        case .suppressed: "(i.status <> 'closed' AND ifnull(i.suppressed_until > ?1, 0))"
        case .open, .acknowledged: "(i.status = '\(status.rawValue)' AND ifnull(i.suppressed_until <= ?1, 1))"
        }
    }
}

/// By what a list is sorted, and which way. Equal rows stand by last record, then id, so that the order is one.
package struct IncidentOrder: Sendable, Equatable {
    package enum Key: String, CaseIterable, Sendable {
        case severity
        case last
        case first
        case count
        case duration
        case entity
        case title
        case rule
        case status
        case assignee
        case id
    }

    package var key: Key
    package var descending: Bool

    package init(_ key: Key, descending: Bool) {
        self.key = key
        self.descending = descending
    }

    /// Worst first, then latest first.
    package static var severity: IncidentOrder { IncidentOrder(.severity, descending: true) }
    package static var last: IncidentOrder { IncidentOrder(.last, descending: true) }
    package static var first: IncidentOrder { IncidentOrder(.first, descending: false) }
    package static var count: IncidentOrder { IncidentOrder(.count, descending: true) }

    var sql: String {
        let columns: [Key: String] = [
            .duration: "i.last - i.first", .entity: "i.entity_key", .title: "i.title_key",
            .status: IncidentTable.status,
        ]
        let way = descending ? "DESC" : "ASC"
        let column = columns[key] ?? "i.\(key.rawValue)"
        let rest = key == .last ? "i.id" : "i.last \(key == .severity ? way : "DESC"), i.id"
        return key == .id ? "i.id \(way)" : "\(column) \(way), \(rest)"
    }
}

/// What an id or the beginning of one means.
package enum IncidentMatch: Sendable {
    case found(Incident)
    /// Several, by id.
    case ambiguous([Incident])
    case none
}

extension Store {
    /// Stored incidents that fit, with the status that holds at `now`. `complete` false leaves detections and aliases
    /// out.
    package func incidents(
        where condition: IncidentCondition = .everything, order: IncidentOrder = .severity, limit: Int? = nil,
        complete: Bool = true, now: Timestamp = wallClock()
    ) throws(StoreError) -> [Incident] {
        try read { database in
            let condition = try condition.settled(database)
            let rest = "WHERE \(condition.whole) ORDER BY \(order.sql)"
            // Which rows is decided on indexes alone; only those that are shown are read whole.
            let chosen = limit.map { limit in
                """
                JOIN (SELECT i.seq AS chosen FROM incidents i \(rest) LIMIT \(max(0, limit))) c ON c.chosen = i.seq
                ORDER BY \(order.sql)
                """
            }
            let statement = try RawStatement(
                database, "SELECT \(IncidentTable.columns) FROM incidents i \(chosen ?? rest)")
            statement.bind(1, now)
            statement.bind(condition, from: 2)
            let rows = try statement.all { ($0.integer(0), IncidentTable.incident($0)) }
            return complete ? try IncidentTable.complete(rows, database) : rows.map(\.1)
        }
    }

    package func incidentCount(
        where condition: IncidentCondition = .everything, now: Timestamp = wallClock()
    ) throws(StoreError) -> Int {
        try read { database in
            let condition = try condition.settled(database)
            if let set = condition.alone {
                let hidden = try RawStatement(database, "SELECT seq FROM incidents WHERE parent IS NOT NULL")
                return set.count - (try hidden.all { $0.integer(0) }.count { set.contains($0) })
            }
            let statement = try RawStatement(
                database, "SELECT count(*), ?1 FROM incidents i WHERE \(condition.whole)")
            statement.bind(1, now)
            statement.bind(condition, from: 2)
            return try statement.first { $0.int(0) } ?? 0
        }
    }

    /// The incident that `prefix` (hexadecimal digits, at least one) is the beginning of, under its present id or one
    /// that it had.
    package func incident(prefix: String, now: Timestamp = wallClock()) throws(StoreError) -> IncidentMatch {
        let digits = prefix.lowercased()
        guard (1...32).contains(digits.utf8.count), digits.utf8.allSatisfy({ ASCII.hexValue($0) != nil }),
            let low = ContentID(digits + String(repeating: "0", count: 32 - digits.utf8.count)),
            let high = ContentID(digits + String(repeating: "f", count: 32 - digits.utf8.count))
        else { return .none }
        return try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT id FROM incidents WHERE id BETWEEN ?1 AND ?2
                UNION SELECT incident FROM incident_aliases WHERE alias BETWEEN ?1 AND ?2 ORDER BY 1 LIMIT 20
                """)
            statement.bind(1, low)
            statement.bind(2, high)
            var ids: [ContentID] = []
            for id in try statement.all({ $0.id(0) }) {
                let canonical = try IncidentTable.canonical(id, database)
                if !ids.contains(canonical) { ids.append(canonical) }
            }
            let found = try IncidentTable.incidents(ids, now: now, database)
            return found.count == 1 ? .found(found[0]) : found.isEmpty ? .none : .ambiguous(found)
        }
    }

    /// For each of these incidents, how many digits of its id (at least `minimum`) no other incident shares.
    package func prefixLengths(_ ids: [ContentID], minimum: Int = 4) throws(StoreError) -> [ContentID: Int] {
        try read { database in
            let before = try RawStatement(
                database,
                """
                SELECT max(id) FROM (SELECT max(id) AS id FROM incidents WHERE id < ?1 UNION ALL
                    SELECT max(alias) FROM incident_aliases WHERE alias < ?1 AND incident <> ?1)
                """)
            let behind = try RawStatement(
                database,
                """
                SELECT min(id) FROM (SELECT min(id) AS id FROM incidents WHERE id > ?1 UNION ALL
                    SELECT min(alias) FROM incident_aliases WHERE alias > ?1 AND incident <> ?1)
                """)
            var lengths: [ContentID: Int] = [:]
            for id in ids {
                var length = minimum
                for neighbour in [before, behind] {
                    neighbour.bind(1, id)
                    guard let other = try neighbour.first({ $0.optionalID(0) }) ?? nil else { continue }
                    length = max(length, sharedDigits(id, other) + 1)
                }
                lengths[id] = min(32, length)
            }
            return lengths
        }
    }
}

/// Leading hexadecimal digits that two ids have in common.
private func sharedDigits(_ left: ContentID, _ right: ContentID) -> Int {
    let high = (left.high ^ right.high).leadingZeroBitCount
    return (high < 64 ? high : 64 + (left.low ^ right.low).leadingZeroBitCount) / 4
}
