internal import Events
internal import Foundation
internal import GRDB
internal import Primitives

/// What the detections of an incident name: the addresses, users, hosts, domains and hashes among their fields.
package enum Mentions {
    /// Whether a field names a party, so that its values are looked up and not searched for.
    package static func isParty(_ field: String) -> Bool {
        ["ip", "user", "host", "domain", "hash"].contains(Entity(field: field, value: "").kind)
    }

    /// `names_party(field)` in SQL.
    static let isPartyFunction = DatabaseFunction("names_party", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).map { isParty($0) }
    }

    /// `address_key(text)` in SQL: an address as 16 bytes, else NULL.
    static let addressFunction = DatabaseFunction("address_key", argumentCount: 1, pure: true) { values in
        String.fromDatabaseValue(values[0]).flatMap { IPAddress($0) }.map { Data(NetworkTable.bytes($0)) }
    }

    /// Takes away what is to be written anew of an incident that was there before, of which the first `known`
    /// detections are as they were: everything, where that is none or one of them says something else now. Answers how
    /// many of them stay written.
    static func makeRoom(
        for incident: Incident, seq: Int64, after known: Int, _ database: Database
    ) throws -> Int {
        let hasChanged =
            try known > 0 && ChangedDetections(database).touch(Array(incident.detections.prefix(known)))
        let written = hasChanged ? 0 : known
        try forget(seq: seq, termsOnly: written > 0, database)
        return written
    }

    /// Takes away what is looked up of the incident in row `seq`.
    static func forget(seq: Int64, termsOnly: Bool = false, _ database: Database) throws {
        var deletions = ["DELETE FROM incident_terms WHERE incident = ?"]
        if !termsOnly {
            deletions += [
                NetworkTable.deletion, "DELETE FROM incident_mentions WHERE incident = ?", ValueTable.deletion(of: "?"),
            ]
        }
        for sql in deletions {
            let delete = try RawStatement(database, sql)
            delete.bind(1, seq)
            try delete.run()
        }
    }

    /// The tags alone, when an analyst changed them.
    static func writeTags(_ tags: [String], of id: ContentID, _ database: Database) throws {
        let delete = try RawStatement(
            database,
            "DELETE FROM incident_terms WHERE kind = 'tag' AND incident = (SELECT seq FROM incidents WHERE id = ?)")
        delete.bind(1, id)
        try delete.run()
        let insert = try RawStatement(
            database,
            """
            INSERT OR IGNORE INTO incident_terms (incident, kind, value)
            SELECT seq, 'tag', ?2 FROM incidents WHERE id = ?1
            """)
        for tag in tags {
            insert.bind(1, id)
            insert.bind(2, TextFold.fold(tag))
            try insert.run()
        }
    }
}

/// The fields of detections: of those that were read before as they were read, else from the store.
struct KnownFields {
    private let known: [ContentID: [FieldValue]]

    init(_ detections: [Detection] = []) {
        known = Dictionary(detections.lazy.map { ($0.id, $0.fields) }) { first, _ in first }
    }

    /// Of all of these; nil where one of them is not known.
    func all(of detections: [ContentID]) -> [[FieldValue]]? {
        var found: [[FieldValue]] = []
        found.reserveCapacity(detections.count)
        for id in detections {
            guard let fields = known[id] else { return nil }
            found.append(fields)
        }
        return found
    }

    func fields(of detection: ContentID, _ database: Database) throws -> [FieldValue] {
        if let fields = known[detection] { return fields }
        let statement = try RawStatement(
            database, "SELECT fields FROM detections WHERE seq = (\(DetectionIndex.lookup))")
        statement.bind(1, detection)
        return try statement.first { JSONReader.read($0.bytes(0))?.fieldValues ?? [] } ?? []
    }
}
