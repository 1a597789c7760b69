package import Events
internal import GRDB
package import Primitives

/// A condition on `incidents i` in SQL, with its values. Values stand as `?` in the order of `arguments`; the time now
/// is `?1` and is bound by the store. `IncidentCondition.status` is the status that is shown.
package struct IncidentCondition: Equatable, Sendable {
    package var sql: String
    package var arguments: [StoreValue]

    package init(sql: String, arguments: [StoreValue]) {
        self.sql = sql
        self.arguments = arguments
    }

    package static var everything: IncidentCondition { IncidentCondition(sql: "1", arguments: []) }
    package static var status: String { IncidentTable.status }
}

package enum IncidentOrder: Sendable {
    /// Worst first, then latest first.
    case severity
    /// Latest first.
    case last
    /// Earliest first.
    case first
    /// Most records first.
    case count

    var sql: String {
        switch self {
        case .severity: "i.severity DESC, i.last DESC, i.id"
        case .last: "i.last DESC, i.id"
        case .first: "i.first, i.id"
        case .count: "i.count DESC, i.last DESC, i.id"
        }
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
    /// Stored incidents that fit, with the status that holds at `now`.
    package func incidents(
        where condition: IncidentCondition = .everything, order: IncidentOrder = .severity, limit: Int? = nil,
        now: Timestamp = wallClock()
    ) throws(StoreError) -> [Incident] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT \(IncidentTable.columns) FROM incidents i WHERE (\(condition.sql)) ORDER BY \(order.sql)
                LIMIT \(limit.map { max(0, $0) } ?? -1)
                """)
            statement.bind(1, now)
            for (index, value) in condition.arguments.enumerated() { statement.bind(Int32(index + 2), value) }
            return try IncidentTable.complete(
                try statement.all { ($0.integer(0), IncidentTable.incident($0)) }, database)
        }
    }

    package func incidentCount(
        where condition: IncidentCondition = .everything, now: Timestamp = wallClock()
    ) throws(StoreError) -> Int {
        try read { database in
            let statement = try RawStatement(
                database, "SELECT count(*), ?1 FROM incidents i WHERE (\(condition.sql))")
            statement.bind(1, now)
            for (index, value) in condition.arguments.enumerated() { statement.bind(Int32(index + 2), value) }
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
            let ids = try statement.all { $0.id(0) }
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
