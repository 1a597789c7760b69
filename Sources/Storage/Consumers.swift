package import Events
internal import GRDB
package import Primitives

extension Store {
    /// What a consumer has of each incident.
    package func exported(to consumer: String) throws(StoreError) -> [ContentID: ContentID] {
        try read { database in
            let statement = try RawStatement(database, "SELECT incident, digest FROM consumers WHERE name = ?")
            statement.bind(1, consumer)
            return Dictionary(try statement.all { ($0.id(0), $0.id(1)) }) { first, _ in first }
        }
    }

    package func remember(
        _ digests: [(incident: ContentID, digest: ContentID)], exportedTo consumer: String
    ) throws(StoreError) {
        try write { database in
            let insert = try RawStatement(
                database, "INSERT OR REPLACE INTO consumers (name, incident, digest) VALUES (?, ?, ?)")
            for (incident, digest) in digests {
                insert.bind(1, consumer)
                insert.bind(2, incident)
                insert.bind(3, digest)
                try insert.run()
            }
        }
    }

    /// The parties that an incident's detections name, as they were written, each pair once.
    package func parties(of incident: Incident) throws(StoreError) -> [FieldValue] {
        try indexed()
        return try read { database in
            let statement = try RawStatement(
                database, "SELECT fields FROM detections WHERE seq = (\(DetectionIndex.lookup))")
            var seen: Set<FieldValue> = []
            var found: [FieldValue] = []
            for detection in incident.detections {
                statement.bind(1, detection)
                let values = try statement.first { JSONReader.read($0.bytes(0))?.fieldValues } ?? nil
                for field in values ?? [] where Mentions.isParty(field.name) && seen.insert(field).inserted {
                    found.append(field)
                }
            }
            return found
        }
    }
}
