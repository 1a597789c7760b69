internal import Events
internal import GRDB
internal import Primitives

/// What the detections of an incident have in the fields that name no party (`url.path`, `process.name`, ...), so that
/// filters read this and not the detections: for each incident and field its distinct values, folded, in parts.
enum ValueTable {
    /// A part has at most so many values, and ends behind the one with which it has so many bytes.
    static let partValues = 256
    static let partBytes = 16 << 10

    /// Adds values to what is known of the incident in row `seq`.
    static func add(_ values: [String: Set<[UInt8]>], of seq: Int64, _ database: Database) throws {
        if values.isEmpty { return }
        let name = try RawStatement(database, "INSERT OR IGNORE INTO value_fields (name) VALUES (?)")
        let number = try RawStatement(database, "SELECT seq FROM value_fields WHERE name = ?")
        for (field, found) in values.sorted(by: { $0.key < $1.key }) {
            number.bind(1, field)
            var row = try number.first { $0.integer(0) }
            if row == nil {
                name.bind(1, field)
                try name.run()
                row = name.lastRow
            }
            if let row { try add(found, field: row, of: seq, database) }
        }
    }

    /// The last part, where there is room in it, is written anew with what is new.
    private static func add(_ found: Set<[UInt8]>, field: Int64, of seq: Int64, _ database: Database) throws {
        let select = try RawStatement(
            database,
            "SELECT part, words FROM incident_values WHERE field = ? AND incident = ? ORDER BY part")
        select.bind(1, field)
        select.bind(2, seq)
        var fresh = found
        var part: Int64 = 0
        var last: [[UInt8]] = []
        try select.each { row in
            last = ValueWords.decode(row.bytes(1))
            part = row.integer(0)
            for word in last { fresh.remove(word) }
        }
        if fresh.isEmpty { return }
        if last.count >= partValues || last.reduce(0, { $0 + $1.count }) >= partBytes {
            part += 1
            last = []
        }
        let insert = try RawStatement(
            database,
            "INSERT OR REPLACE INTO incident_values (field, incident, part, sieve, words) VALUES (?, ?, ?, ?, ?)")
        insert.bind(1, field)
        insert.bind(2, seq)
        let sorted = (last + fresh).sorted { $0.lexicographicallyPrecedes($1) }
        for words in parts(sorted) {
            var sieve = ValueSieve()
            for word in words { sieve.add(whole: word) }
            insert.bind(3, part)
            insert.bind(4, blob: sieve.bytes)
            insert.bind(5, blob: ValueWords.encode(words))
            try insert.run()
            part += 1
        }
    }

    private static func parts(_ sorted: [[UInt8]]) -> [ArraySlice<[UInt8]>] {
        var parts: [ArraySlice<[UInt8]>] = []
        var (from, bytes) = (0, 0)
        for (index, word) in sorted.enumerated() {
            bytes += word.count
            guard index + 1 - from >= partValues || bytes >= partBytes || index + 1 == sorted.count else { continue }
            parts.append(sorted[from...index])
            (from, bytes) = (index + 1, 0)
        }
        return parts
    }

    /// `incident IN` these rows: a number or a query.
    static func deletion(of incidents: String) -> String {
        // Every field in turn, because the key begins with it.
        """
        DELETE FROM incident_values WHERE field IN (SELECT seq FROM value_fields) AND incident IN (\(incidents))
        """
    }

    /// The seventh migration: what older stores hold.
    static func fill(_ database: Database) throws {
        let incidents = try RawStatement(database, "SELECT seq FROM incidents ORDER BY seq").all { $0.integer(0) }
        let fields = try RawStatement(
            database,
            """
            SELECT d.fields FROM incident_detections x JOIN detections d ON d.id = x.detection WHERE x.incident = ?
            """)
        for seq in incidents {
            var values: [String: Set<[UInt8]>] = [:]
            var parties = PartyNames()
            fields.bind(1, seq)
            try fields.each { row in
                for field in JSONReader.read(row.bytes(0))?.fieldValues ?? [] where !parties.contains(field.name) {
                    values[field.name, default: []].insert(Array(TextFold.fold(field.value).utf8))
                }
            }
            try add(values, of: seq, database)
        }
    }
}
