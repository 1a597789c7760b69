internal import GRDB
internal import Primitives

/// Writes values into `ValueTable`, within one transaction.
final class ValueWriter {
    private let number: RawStatement
    private let name: RawStatement
    private let select: RawStatement
    private let insert: RawStatement
    /// Fields' numbers.
    private var numbers: [String: Int64] = [:]

    init(_ database: Database) throws {
        number = try RawStatement(database, "SELECT seq FROM value_fields WHERE name = ?")
        name = try RawStatement(database, "INSERT INTO value_fields (name) VALUES (?)")
        select = try RawStatement(
            database, "SELECT part, words FROM incident_values WHERE field = ? AND incident = ? ORDER BY part")
        insert = try RawStatement(
            database,
            "INSERT OR REPLACE INTO incident_values (field, incident, part, sieve, words) VALUES (?, ?, ?, ?, ?)")
    }

    /// Adds values to what is known of the incident in row `seq`.
    /// - Parameters:
    ///   - words: distinct, folded, sorted
    ///   - isFresh: nothing is known of it yet
    func add(_ words: [[UInt8]], field: String, of seq: Int64, isFresh: Bool) throws {
        let field = try number(of: field)
        if isFresh { return try write(words, field, seq, from: 0) }
        try addNew(words, field, seq)
    }

    private func number(of field: String) throws -> Int64 {
        if let known = numbers[field] { return known }
        number.bind(1, field)
        if let row = try number.first({ $0.integer(0) }) {
            numbers[field] = row
            return row
        }
        name.bind(1, field)
        try name.run()
        numbers[field] = name.lastRow
        return name.lastRow
    }

    /// The last part, where there is room in it, is written anew with what is new.
    private func addNew(_ words: [[UInt8]], _ field: Int64, _ seq: Int64) throws {
        select.bind(1, field)
        select.bind(2, seq)
        var fresh = Set(words)
        var part: Int64 = 0
        var last: [[UInt8]] = []
        try select.each { row in
            last = ValueWords.decode(row.bytes(1))
            part = row.integer(0)
            for word in last { fresh.remove(word) }
        }
        if fresh.isEmpty { return }
        if last.count >= ValueTable.partValues || last.reduce(0, { $0 + $1.count }) >= ValueTable.partBytes {
            part += 1
            last = []
        }
        try write((last + fresh).sorted { $0.lexicographicallyPrecedes($1) }, field, seq, from: part)
    }

    private func write(_ sorted: [[UInt8]], _ field: Int64, _ seq: Int64, from first: Int64) throws {
        insert.bind(1, field)
        insert.bind(2, seq)
        var part = first
        for words in ValueTable.parts(sorted) {
            var sieve = ValueSieve()
            for word in words { sieve.add(whole: word) }
            insert.bind(3, part)
            insert.bind(4, blob: sieve.bytes)
            insert.bind(5, blob: ValueWords.encode(words))
            try insert.run()
            part += 1
        }
    }
}
