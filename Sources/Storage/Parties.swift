internal import Events
internal import GRDB
internal import Primitives

/// A party named together with something, and in how many incidents.
package struct PartyCount: Equatable, Sendable {
    package var field: String
    package var value: String
    package var count: Int
}

extension Store {
    /// The fields in which a (folded) value is named, with the number of incidents.
    package func roles(of value: String, limit: Int) throws(StoreError) -> [PartyCount] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT m.field, count(*) FROM incident_mentions m
                WHERE m.field IN (SELECT name FROM mention_fields) AND m.value = ?1 AND \(Store.isWhole)
                GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?2
                """)
            statement.bind(1, value)
            statement.bind(2, limit)
            return try statement.all { PartyCount(field: $0.text(0), value: value, count: $0.int(1)) }
        }
    }

    /// Not what went into another incident by hand, of which there are few: no row is looked at for it.
    private static var isWhole: String {
        "m.incident NOT IN (SELECT seq FROM incidents WHERE parent IS NOT NULL)"
    }

    /// How many incidents are looked at for `companions`: the latest.
    private static var maximumCompany: Int { 1000 }

    /// Other parties named by the incidents that name a (folded) value, most often named first.
    package func companions(of value: String, limit: Int) throws(StoreError) -> [PartyCount] {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                WITH with_it AS (SELECT DISTINCT incident FROM incident_mentions
                    WHERE field IN (SELECT name FROM mention_fields) AND value = ?1
                    ORDER BY incident DESC LIMIT \(Store.maximumCompany))
                SELECT m.field, m.value, count(*) FROM with_it w JOIN incident_mentions m ON m.incident = w.incident
                WHERE m.value <> ?1 AND \(Store.isWhole) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ?2
                """)
            statement.bind(1, value)
            statement.bind(2, limit)
            return try statement.all { PartyCount(field: $0.text(0), value: $0.text(1), count: $0.int(2)) }
        }
    }

    /// How often each analyst did something: "lan", 12; most first.
    package func actCounts() throws(StoreError) -> [(who: String, count: Int)] {
        try read { database in
            try RawStatement(database, "SELECT who, count(*) FROM audit GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20").all {
                ($0.text(0), $0.int(1))
            }
        }
    }
}
