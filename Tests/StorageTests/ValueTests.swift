import Events
import Foundation
import GRDB
import Primitives
import Storage
import Testing

/// What is kept of an incident's values.
@Suite struct ValueTests {
    let folder = TemporaryFolder()

    private func filled() throws -> Store {
        let store = try Store(path: folder.store)
        let detections = (0..<40).map { number in
            var detection = Make.detection(number)
            detection.fields.append(FieldValue(name: "url.path", value: "/a/page-\(number)"))
            return detection
        }
        try store.commit(detections: detections)
        try store.replaceIncidents([Make.incident(detections)])
        return store
    }

    private func count(_ kind: ValueProbe.Kind, _ text: String, _ store: Store) throws -> Int {
        let probe = StoreValue.blob(ValueProbe.blob(kind, text))
        let condition = IncidentCondition(
            sql: """
                i.seq IN (SELECT incident FROM incident_values
                    WHERE field IN (SELECT seq FROM value_fields WHERE name = 'url.path')
                        AND sieve_fits(sieve, ?) AND words_fit(words, ?))
                """, arguments: [probe, probe])
        return try store.incidentCount(where: condition)
    }

    @Test(arguments: [
        (ValueProbe.Kind.equal, "/a/page-7", 1), (.equal, "/a/page-40", 0), (.equal, "/a/page-", 0),
        (.contains, "page-3", 1), (.contains, "e-39", 1), (.contains, "-9", 1), (.contains, "-99", 0),
        (.contains, "", 1), (.wildcard, "/a/*-2?", 1), (.wildcard, "*-4?", 0), (.wildcard, "*", 1),
    ])
    func searches(_ kind: ValueProbe.Kind, _ text: String, _ found: Int) throws {
        #expect(try count(kind, text, try filled()) == found)
    }

    /// A file that somebody wrote into: the search ends, whatever the bytes say.
    @Test func damagedWordsEndTheSearch() throws {
        let store = try filled()
        let raw = try DatabaseQueue(path: folder.store)
        let whole = try #require(
            try raw.read {
                try Data.fetchOne($0, sql: "SELECT words FROM incident_values ORDER BY length(words) DESC")
            })
        var state: UInt64 = 7
        for round in 0..<300 {
            var bytes = [UInt8](whole)
            for _ in 0..<(round % 5 + 1) {
                state = mix64(state)
                bytes[Int(state % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: state >> 32)
            }
            if round % 3 == 0 { bytes = Array(bytes.prefix(Int(state >> 8) % bytes.count)) }
            try raw.write {
                try $0.execute(
                    sql: "UPDATE incident_values SET words = ?, sieve = ?",
                    arguments: [Data(bytes), Data(repeating: 0xFF, count: round % 7 == 0 ? 3 : 64)])
            }
            for kind in [ValueProbe.Kind.equal, .contains, .wildcard] {
                #expect((0...1).contains(try count(kind, "no such value", store)))
            }
        }
        #expect(try count(.contains, "no such value", store) == 0)
    }

    @Test func theyGoWithTheirIncident() throws {
        let store = try filled()
        let rows = { (table: String) throws in
            try DatabaseQueue(path: folder.store).read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
        }
        #expect(try rows("incident_values") == 2, "event.outcome and url.path")
        #expect(try rows("incident_networks") == 1)
        try store.replaceIncidents([])
        for table in ["incident_values", "incident_networks", "incident_mentions"] { #expect(try rows(table) == 0) }
    }
}
