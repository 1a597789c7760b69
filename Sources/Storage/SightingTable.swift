package import Events
internal import GRDB
package import Primitives

/// An address that had a name (or a user, or a lease) from one moment to another.
package struct Binding: Equatable, Sendable {
    package var kind: SightingKind
    package var address: IPAddress
    package var name: String
    package var first: Timestamp
    package var last: Timestamp
}

extension Store {
    /// Every sighting of these kinds, by address, kind, name and hour.
    package func sightings(of kinds: [SightingKind]) throws(StoreError) -> [Sighting] {
        let list = kinds.map { String($0.rawValue) }.joined(separator: ",")
        return try read { database in
            try RawStatement(
                database,
                """
                SELECT kind, address, name, slot, first, last FROM sightings WHERE kind IN (\(list))
                ORDER BY address, kind, name, slot
                """
            ).all { SightingRows.sighting($0) }
        }
    }

    /// What an address was called, or which addresses a name had: each stretch of hours in which it was seen without a
    /// day's gap, latest first.
    package func bindings(address: IPAddress, limit: Int) throws(StoreError) -> [Binding] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT kind, address, name, slot, first, last FROM sightings
                WHERE kind IN (1, 2, 3, 4, 5) AND address = ?1 ORDER BY kind, name, slot
                """)
            statement.bind(1, ContentID(high: address.high, low: address.low))
            return SightingRows.joined(try statement.all { SightingRows.sighting($0) }, limit: limit)
        }
    }

    package func bindings(name: String, limit: Int) throws(StoreError) -> [Binding] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT kind, address, name, slot, first, last FROM sightings WHERE name = ?1 AND kind > 0
                ORDER BY kind, address, slot
                """)
            statement.bind(1, TextFold.fold(name))
            return SightingRows.joined(try statement.all { SightingRows.sighting($0) }, limit: limit)
        }
    }
}

enum SightingRows {
    private static let gap: Int64 = 24 * 3600 * 1_000_000_000

    static func sighting(_ row: RawStatement) -> Sighting {
        let address = row.id(1)
        return Sighting(
            kind: SightingKind(rawValue: UInt8(truncatingIfNeeded: row.int(0))) ?? .address,
            address: IPAddress(high: address.high, low: address.low), name: row.text(2), slot: row.integer(3),
            first: row.time(4), last: row.time(5))
    }

    /// Neighbouring hours as one stretch. The rows come by kind, address and name, hours in order.
    static func joined(_ rows: [Sighting], limit: Int) -> [Binding] {
        var found: [Binding] = []
        for row in rows {
            if let last = found.last, last.kind == row.kind, last.address == row.address, last.name == row.name,
                row.first <= last.last.adding(nanoseconds: gap)
            {
                found[found.count - 1].last = max(last.last, row.last)
            } else {
                found.append(
                    Binding(kind: row.kind, address: row.address, name: row.name, first: row.first, last: row.last))
            }
        }
        let latest = found.sorted {
            ($1.last, $0.kind.rawValue, $0.name, $0.address) < ($0.last, $1.kind.rawValue, $1.name, $1.address)
        }
        return Array(latest.prefix(limit))
    }

    /// Adds sightings of an input: earliest and latest times hold, so that reading twice changes nothing.
    static func write(_ sightings: [Sighting], input: ContentID, _ database: Database) throws {
        if sightings.isEmpty { return }
        let statement = try RawStatement(
            database,
            """
            INSERT INTO sightings (kind, address, name, slot, first, last, input) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET
                input = CASE WHEN excluded.first < first THEN excluded.input ELSE input END,
                first = min(first, excluded.first), last = max(last, excluded.last)
            """)
        for sighting in sightings {
            statement.bind(1, Int(sighting.kind.rawValue))
            statement.bind(2, ContentID(high: sighting.address.high, low: sighting.address.low))
            statement.bind(3, sighting.name)
            statement.bind(4, sighting.slot)
            statement.bind(5, sighting.first)
            statement.bind(6, sighting.last)
            statement.bind(7, input)
            try statement.run()
        }
    }
}
