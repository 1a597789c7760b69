package import Events
internal import GRDB
package import Primitives

/// A value that the store knows, with where it is from.
package struct StoredValue: Sendable {
    package var field: String
    package var value: String
    package var first: Timestamp
    package var last: Timestamp
    /// The incident that names it, and the first of its detections; nil for a sighting.
    package var incident: ContentID?
    package var detection: ContentID?
    package var entity: Entity
}

extension Store {
    /// Every address, name and hash that incidents name or that was sighted, handed over one by one.
    package func forEachStoredValue(_ body: (StoredValue) -> Void) throws(StoreError) {
        try read { database in
            let mentions = try RawStatement(
                database,
                """
                SELECT m.field, m.value, i.first, i.last, i.id, i.entity_kind, i.entity,
                    (SELECT d.detection FROM incident_detections d WHERE d.incident = i.seq ORDER BY d.ordinal LIMIT 1)
                FROM incident_mentions m JOIN incidents i ON i.seq = m.incident
                WHERE i.recipe IS NULL ORDER BY i.id, m.field, m.value
                """)
            try mentions.each { row in
                body(
                    StoredValue(
                        field: row.text(0), value: row.text(1), first: row.time(2), last: row.time(3),
                        incident: row.id(4), detection: row.optionalID(7),
                        entity: Entity(kind: row.text(5), value: row.text(6))))
            }
            let sightings = try RawStatement(
                database,
                """
                SELECT kind, address, name, min(first), max(last) FROM sightings WHERE kind IN (3, 4)
                GROUP BY kind, address, name ORDER BY name, address
                """)
            try sightings.each { row in
                let address = row.id(1)
                let text = IPAddress(high: address.high, low: address.low).description
                let entity = Entity(kind: "domain", value: row.text(2))
                for (field, value) in [("dns.question.name", row.text(2)), ("destination.ip", text)] {
                    body(
                        StoredValue(
                            field: field, value: value, first: row.time(3), last: row.time(4), entity: entity))
                }
            }
        }
    }

    /// Whether a detection of threat intelligence is in an incident already that shows this entry.
    package func knowsIndicator(_ indicator: String, in incident: ContentID?) throws(StoreError) -> Bool {
        try read { database in
            let statement = try RawStatement(
                database,
                """
                SELECT 1 FROM detections d JOIN rules r ON r.seq = d.rule, json_each(d.fields) f
                WHERE r.kind = 'intelligence' AND f.key = 'threat.indicator.name' AND f.value = ?1 AND (?2 IS NULL
                    OR d.id IN (SELECT x.detection FROM incident_detections x JOIN incidents i ON i.seq = x.incident
                        WHERE i.id = ?2)) LIMIT 1
                """)
            statement.bind(1, indicator)
            statement.bind(2, incident)
            return try statement.first { _ in true } ?? false
        }
    }

    /// A setting of the store (`meta`).
    package func setting(_ name: String) throws(StoreError) -> String? {
        try read { database in
            let statement = try RawStatement(database, "SELECT value FROM meta WHERE name = ?")
            statement.bind(1, name)
            return try statement.first { $0.text(0) }
        }
    }

    package func set(_ name: String, to value: String) throws(StoreError) {
        try write { database in
            let statement = try RawStatement(database, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")
            statement.bind(1, name)
            statement.bind(2, value)
            try statement.run()
        }
    }
}
