import Events
import Foundation
import GRDB
import Primitives
import Storage
import Testing

/// What is looked up of an incident is what its detections say, each value once: against a plain look at all of it.
@Suite struct MentionTests {
    let folder = TemporaryFolder()

    private static let names = [
        "source.ip", "user.name", "host.name", "url.path", "file.hash.sha256", "event.outcome", "url.domain",
    ]
    private static let texts = [
        "203.0.113.7", "2001:db8::7", "Kho", "KHO", "S\u{1EDF}", "S\u{1A1}\u{309}", "/a/b", "", "10.0.1.10",
    ]

    /// Fields in changing orders, some twice.
    private static func detections(_ seed: UInt64) -> [Detection] {
        var state = seed
        let below = { (bound: Int) -> Int in
            state = mix64(state)
            return Int(state % UInt64(bound))
        }
        return (0..<30).map { number in
            var detection = Make.detection(number)
            detection.fields = (0..<below(9)).map { _ in
                FieldValue(name: names[below(names.count)], value: texts[below(texts.count)])
            }
            return detection
        }
    }

    private func rows(_ sql: String) throws -> Set<[String]> {
        try DatabaseQueue(path: folder.store).read { database in
            Set(try Row.fetchAll(database, sql: sql).map { row in row.databaseValues.map { $0.description } })
        }
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func eachValueOnce(_ seed: UInt64) throws {
        let detections = MentionTests.detections(seed)
        let store = try Store(path: folder.store)
        try store.commit(detections: detections)
        // First some of them, then all: an incident that grows is added to.
        try store.replaceIncidents([Make.incident(Array(detections.prefix(12)))], of: detections)
        try store.replaceIncidents([Make.incident(detections)], of: seed % 2 == 0 ? detections : [])
        let fields = detections.flatMap(\.fields)
        let parties = Set(fields.filter { Mentions.isParty($0.name) }.map { [$0.name, TextFold.fold($0.value)] })
        let said = try rows("SELECT field, value FROM incident_mentions")
        #expect(said == Set(parties.map { $0.map { "\"\($0)\"" } }))
        let addresses = try rows("SELECT field, value FROM incident_mentions WHERE ip IS NOT NULL")
        #expect(addresses == Set(parties.filter { IPAddress($0[1]) != nil }.map { $0.map { "\"\($0)\"" } }))
        #expect(
            try rows("SELECT network, field, incident FROM incident_networks")
                == rows(
                    """
                    SELECT DISTINCT CASE WHEN substr(ip, 1, 12) = x'00000000000000000000ffff' THEN substr(ip, 1, 14)
                        ELSE substr(ip, 1, 4) END, field, incident FROM incident_mentions WHERE ip IS NOT NULL
                    """))
        for field in Set(fields.map(\.name)) where !Mentions.isParty(field) {
            let values = Set(fields.filter { $0.name == field }.map { TextFold.fold($0.value) })
            for value in values { #expect(try count(.equal, value, field, store) == 1, "\(field) \(value)") }
            #expect(try count(.equal, "no such thing", field, store) == 0)
        }
    }

    private func count(_ kind: ValueProbe.Kind, _ text: String, _ field: String, _ store: Store) throws -> Int {
        let probe = StoreValue.blob(ValueProbe.blob(kind, text))
        return try store.incidentCount(
            where: IncidentCondition(
                sql: """
                    i.seq IN (SELECT incident FROM incident_values
                        WHERE field IN (SELECT seq FROM value_fields WHERE name = '\(field)')
                            AND sieve_fits(sieve, ?) AND words_fit(words, ?))
                    """, arguments: [probe, probe]))
    }
}
