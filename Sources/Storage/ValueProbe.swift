internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import Primitives

/// What is searched for among an incident's values, put together once for a filter: the kind of search, the sieve's
/// bits, the text.
package enum ValueProbe {
    package enum Kind: UInt8, Sendable {
        case equal = 1
        case contains
        /// `*` and `?` as in SQL's GLOB.
        case wildcard
    }

    /// - Parameter text: folded (`TextFold`)
    package static func blob(_ kind: Kind, _ text: String) -> [UInt8] {
        var sieve = ValueSieve()
        let bytes = Array(text.utf8)
        var needle = bytes
        switch kind {
        case .equal: sieve.add(whole: bytes)
        case .contains: sieve.add(runs: bytes[...])
        case .wildcard:
            let isWild: (UInt8) -> Bool = { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
            for run in bytes.split(whereSeparator: isWild) { sieve.add(runs: run) }
            needle = Array(text.replacing("[", with: "[[]").utf8) + [0]
        }
        return [kind.rawValue] + sieve.bytes + needle
    }

    private static let head = 1 + ValueSieve.byteCount

    /// Adds `sieve_fits(sieve, probe)` and `words_fit(words, probe)` to SQL. Straight to SQLite, because they are asked
    /// once for every incident.
    static func install(in database: Database) {
        guard let handle = database.sqliteConnection else { return }
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        sqlite3_create_function_v2(
            handle, "sieve_fits", 2, flags, nil,
            { context, _, values in
                let fits = ValueProbe.sieveFits(ValueProbe.bytes(values, 0), ValueProbe.bytes(values, 1))
                sqlite3_result_int(context, fits ? 1 : 0)
            }, nil, nil, nil)
        sqlite3_create_function_v2(
            handle, "words_fit", 2, flags, nil,
            { context, _, values in
                let fits = ValueProbe.wordsFit(ValueProbe.bytes(values, 0), ValueProbe.bytes(values, 1))
                sqlite3_result_int(context, fits ? 1 : 0)
            }, nil, nil, nil)
    }

    private static func bytes(_ values: UnsafeMutablePointer<OpaquePointer?>?, _ index: Int) -> Bytes {
        guard let value = values?[index], let start = sqlite3_value_blob(value) else { return .empty }
        return Bytes(
            start: start.assumingMemoryBound(to: UInt8.self), count: Int(sqlite3_value_bytes(value)))
    }

    static func sieveFits(_ sieve: Bytes, _ probe: Bytes) -> Bool {
        guard sieve.count == ValueSieve.byteCount, probe.count >= head else { return false }
        let (have, want) = (UnsafeRawPointer(sieve.start), UnsafeRawPointer(probe.start + 1))
        for offset in stride(from: 0, to: ValueSieve.byteCount, by: 8) {
            let wanted = want.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if wanted & ~have.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
        }
        return true
    }

    static func wordsFit(_ words: Bytes, _ probe: Bytes) -> Bool {
        guard probe.count >= head, let kind = Kind(rawValue: probe.start[0]) else { return false }
        let needle = probe.dropping(head)
        switch kind {
        case .equal:
            return ValueWords.scan(words) { word, _ in
                word.count == needle.count && memcmp(word.start, needle.start, needle.count) == 0
            }
        case .contains:
            // What lies within the shared bytes was searched with the text before.
            return ValueWords.scan(words) { word, shared in
                word.contains(needle, from: max(0, shared - max(0, needle.count - 1)))
            }
        case .wildcard:
            guard needle.lastIndex(of: 0) == needle.count - 1 else { return false }
            return needle.start.withMemoryRebound(to: CChar.self, capacity: needle.count) { pattern in
                ValueWords.scan(words) { word, _ in
                    word.start.withMemoryRebound(to: CChar.self, capacity: word.count + 1) {
                        sqlite3_strglob(pattern, $0) == 0
                    }
                }
            }
        }
    }
}
