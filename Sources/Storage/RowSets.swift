internal import GRDB
internal import GRDBSQLite
internal import Primitives

/// Which incidents something holds of, found before the question that asks for it: a bit for each row number. Where
/// nothing else can fit, few are looked up by their numbers; else each row that is read anyway is asked for its bit,
/// which costs a fraction of a set that SQLite sorts.
package struct RowSet: Equatable, Sendable {
    /// Looking up one row number costs as much as reading a dozen rows of an index in their order.
    private static let few = 16_000
    /// Row numbers beyond this (or negative, which only a file made by hand has) are kept as numbers.
    private static let maximumBit: Int64 = 1 << 28

    private var bits: [UInt8] = []
    private var others: Set<Int64> = []
    private(set) var count = 0

    mutating func insert(_ row: Int64) {
        guard (0..<RowSet.maximumBit).contains(row) else {
            if others.insert(row).inserted { count += 1 }
            return
        }
        let (place, bit) = (Int(row >> 3), UInt8(1) << UInt8(row & 7))
        if place >= bits.count { bits += [UInt8](repeating: 0, count: max(place + 1, 2 * bits.count) - bits.count) }
        if bits[place] & bit == 0 {
            bits[place] |= bit
            count += 1
        }
    }

    func contains(_ row: Int64) -> Bool {
        guard (0..<RowSet.maximumBit).contains(row) else { return others.contains(row) }
        let place = Int(row >> 3)
        return place < bits.count && bits[place] >> UInt8(row & 7) & 1 != 0
    }

    /// What a condition has where such a set is asked for; one `?`.
    static let mark = "in_rows(i.seq, ?)"
    private static let lookup = "i.seq IN (SELECT value FROM json_each(?))"

    /// The SQL that takes the place of `mark`, and the value to bind.
    /// - Parameter isRequired: nothing fits that is not in the set
    func sql(isRequired: Bool) -> (text: String, value: StoreValue, isNarrow: Bool) {
        let isNarrow = isRequired && count <= RowSet.few
        guard isNarrow || !others.isEmpty else { return (RowSet.mark, .blob(bits), false) }
        var rows = Array(others)
        for (place, byte) in bits.enumerated() where byte != 0 {
            for bit in 0..<8 where byte >> UInt8(bit) & 1 != 0 { rows.append(Int64(place * 8 + bit)) }
        }
        return (RowSet.lookup, .text("[" + rows.map(String.init).joined(separator: ",") + "]"), isNarrow)
    }

    /// Adds `in_rows(row, bits)` to SQL. Straight to SQLite, because it is asked for every incident.
    static func install(in database: Database) {
        guard let handle = database.sqliteConnection else { return }
        sqlite3_create_function_v2(
            handle, "in_rows", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
            { context, _, values in
                guard let row = values?[0], let set = values?[1] else { return }
                let number = sqlite3_value_int64(row)
                let bits = sqlite3_value_blob(set)?.assumingMemoryBound(to: UInt8.self)
                guard let bits, number >= 0, number >> 3 < Int64(sqlite3_value_bytes(set)) else {
                    return sqlite3_result_int(context, 0)
                }
                sqlite3_result_int(context, Int32(bits[Int(number >> 3)] >> UInt8(number & 7) & 1))
            }, nil, nil, nil)
    }
}

extension IncidentCondition {
    /// In SQL where incidents are asked for whose row numbers `question` answers; bind `.rows` to its `?`.
    package static var rows: String { RowSet.mark }

    /// With every such set found: the text and the values that a statement takes.
    func settled(_ database: Database) throws -> IncidentCondition {
        var (text, rest) = ("", Substring(sql))
        var values: [StoreValue] = []
        var (number, isNarrow) = (0, self.isNarrow)
        var alone = self.alone
        for argument in arguments {
            guard case .rows(let question, let bound) = argument else {
                values.append(argument)
                continue
            }
            var set = RowSet()
            let statement = try RawStatement(database, question)
            for (index, value) in bound.enumerated() { statement.bind(Int32(index + 1), value) }
            try statement.each { set.insert($0.integer(0)) }
            let way = set.sql(isRequired: required.contains(number))
            number += 1
            isNarrow = isNarrow || way.isNarrow
            values.append(way.value)
            guard let mark = rest.firstRange(of: RowSet.mark) else { continue }
            text += rest[..<mark.lowerBound] + way.text
            rest = rest[mark.upperBound...]
            if arguments.count == 1, sql == "(\(RowSet.mark))" { alone = set }
        }
        var settled = IncidentCondition(sql: text + rest, arguments: values)
        settled.isNarrow = isNarrow
        settled.alone = alone
        return settled
    }
}

extension Store {
    /// The same condition with what it looks up found, for several questions: each would look it up anew.
    package func settled(_ condition: IncidentCondition) throws(StoreError) -> IncidentCondition {
        try read { try condition.settled($0) }
    }
}
