internal import CVectorscan
internal import Glibc
package import Primitives

/// Bytes to look for, with or without regard to the case of ASCII letters.
package struct LiteralPattern: Hashable, Sendable {
    package var bytes: [UInt8]
    package var caseless: Bool

    package init(_ bytes: [UInt8], caseless: Bool) {
        self.bytes = bytes
        self.caseless = caseless
    }

    package init(_ text: String, caseless: Bool) { self.init(Array(text.utf8), caseless: caseless) }
}

/// Vectorscan refused to build or load a database; `message` is its own.
package struct PatternDatabaseError: Error, Sendable, CustomStringConvertible {
    package let message: String
    /// Index of the pattern at fault; nil where it is none in particular.
    package let pattern: Int?

    package var description: String { message }
}

/// Many literals compiled into one automaton (Vectorscan, block mode). Made once, shared by all workers; each worker
/// searches with a `PatternScanner` of its own.
package final class PatternDatabase: @unchecked Sendable {
    /// Nil where there is nothing to look for.
    fileprivate let database: OpaquePointer?
    package let patternCount: Int

    /// A literal longer than this is refused: give a part of it, the exact check follows anyway.
    package static let maximumLiteralBytes = 1024

    /// The id of a pattern is its index. A pattern is reported once a scan, or at each of its ends where `everyMatch`
    /// says so. Throws for an empty or overlong literal, or when Vectorscan gives up.
    package init(_ patterns: [LiteralPattern], everyMatch: Bool = false) throws(PatternDatabaseError) {
        patternCount = patterns.count
        if patterns.isEmpty {
            database = nil
            return
        }
        for (index, pattern) in patterns.enumerated() {
            guard !pattern.bytes.isEmpty, pattern.bytes.count <= PatternDatabase.maximumLiteralBytes else {
                throw PatternDatabaseError(
                    message: "a literal must have 1 to \(PatternDatabase.maximumLiteralBytes) bytes", pattern: index)
            }
        }
        database = try PatternDatabase.compile(patterns, everyMatch: everyMatch)
    }

    /// Reads what `serialized` wrote. Throws where it was written by another version or for another processor.
    package init(serialized: [UInt8], patternCount: Int) throws(PatternDatabaseError) {
        self.patternCount = patternCount
        database = serialized.isEmpty ? nil : try PatternDatabase.deserialize(serialized)
    }

    /// Takes over what `deserialize` made.
    init(_ loaded: OpaquePointer?, patternCount: Int) {
        database = loaded
        self.patternCount = patternCount
    }

    static func deserialize(_ serialized: [UInt8]) throws(PatternDatabaseError) -> OpaquePointer? {
        var loaded: OpaquePointer?
        let status = serialized.withUnsafeBytes { raw in
            hs_deserialize_database(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, &loaded)
        }
        guard status == HS_SUCCESS else {
            throw PatternDatabaseError(
                message: "the stored pattern database does not fit here (\(status))", pattern: nil)
        }
        return loaded
    }

    deinit { hs_free_database(database) }

    /// The compiled form, for a cache; empty where there are no patterns or memory is short.
    package var serialized: [UInt8] {
        guard let database else { return [] }
        var bytes: UnsafeMutablePointer<CChar>?
        var length = 0
        guard hs_serialize_database(database, &bytes, &length) == HS_SUCCESS, let bytes else { return [] }
        defer { free(bytes) }
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
    }

    /// Vectorscan 5.4 takes a literal that begins with a zero byte for an empty one; where there is such a literal, all
    /// are handed over as regular expressions of escaped bytes, which mean the same.
    private static func compile(
        _ patterns: [LiteralPattern], everyMatch: Bool
    ) throws(PatternDatabaseError) -> OpaquePointer? {
        let isEscaped = patterns.contains { $0.bytes.first == 0 }
        let flags = patterns.map { pattern in
            (everyMatch ? 0 : UInt32(HS_FLAG_SINGLEMATCH)) | (pattern.caseless ? UInt32(HS_FLAG_CASELESS) : 0)
        }
        let ids = patterns.indices.map { UInt32($0) }
        let texts = patterns.map { isEscaped ? escaped($0.bytes) : $0.bytes }
        var starts: [Int] = []
        var all: [CChar] = []
        for text in texts {
            starts.append(all.count)
            for byte in text { all.append(CChar(bitPattern: byte)) }
            all.append(0)
        }
        var compiled: OpaquePointer?
        var failure: UnsafeMutablePointer<hs_compile_error_t>?
        let count = UInt32(patterns.count)
        let mode = UInt32(HS_MODE_BLOCK)
        let status = all.withUnsafeBufferPointer { text in
            let expressions = starts.map { start in text.baseAddress.map { $0 + start } }
            return isEscaped
                ? hs_compile_multi(expressions, flags, ids, count, mode, nil, &compiled, &failure)
                : hs_compile_lit_multi(
                    expressions, flags, ids, texts.map(\.count), count, mode, nil, &compiled, &failure)
        }
        guard status == HS_SUCCESS else {
            let text = failure?.pointee.message.map { String(cString: $0) } ?? "status \(status)"
            let place = failure.map { Int($0.pointee.expression) } ?? -1
            hs_free_compile_error(failure)
            throw PatternDatabaseError(message: text, pattern: place >= 0 ? place : nil)
        }
        return compiled
    }

    /// `\xHH` for each byte.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [0x5C, 0x78, digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    package func makeScanner() throws(PatternDatabaseError) -> PatternScanner {
        try PatternScanner(self, PatternScratch(self))
    }
}

/// Vectorscan's working memory for one database.
private final class PatternScratch {
    let scratch: OpaquePointer?

    init(_ database: PatternDatabase) throws(PatternDatabaseError) {
        var made: OpaquePointer?
        if let compiled = database.database, hs_alloc_scratch(compiled, &made) != HS_SUCCESS {
            throw PatternDatabaseError(message: "no memory for a scanner", pattern: nil)
        }
        scratch = made
    }

    deinit { if let scratch { hs_free_scratch(scratch) } }
}

/// What Vectorscan calls for a match; it answers 0 to go on.
typealias PatternHandler = @convention(c) (UInt32, UInt64, UInt64, UInt32, UnsafeMutableRawPointer?) -> Int32

/// One worker's search in a `PatternDatabase`: Vectorscan's scratch space and room for every pattern's id, so that a
/// scan never allocates. Not for two threads at once.
package final class PatternScanner {
    private let database: PatternDatabase
    private let memory: PatternScratch
    private let scratch: OpaquePointer?
    private let found: UnsafeMutablePointer<FoundPatterns>

    fileprivate init(_ database: PatternDatabase, _ memory: PatternScratch) {
        self.database = database
        self.memory = memory
        scratch = memory.scratch
        found = .allocate(capacity: 1)
        let room = database.patternCount
        found.initialize(to: FoundPatterns(ids: .allocate(capacity: max(1, room)), count: 0, capacity: room))
    }

    deinit {
        found.pointee.ids.deallocate()
        found.deallocate()
    }

    /// Searches `bytes`; `matched` then names the patterns found, each once, in the order of their first match's end.
    package func scan(_ bytes: Bytes) {
        found.pointee.count = 0
        guard let compiled = database.database, bytes.count > 0 else { return }
        let text = UnsafeRawPointer(bytes.start).assumingMemoryBound(to: CChar.self)
        let length = UInt32(truncatingIfNeeded: min(bytes.count, Int(UInt32.max)))
        hs_scan(compiled, text, length, 0, scratch, collectPattern, found)
    }

    /// Searches `bytes` and hands every match (id, 0, offset of its end, 0, `context`) to `handler`.
    func scan(_ bytes: Bytes, _ context: UnsafeMutableRawPointer, _ handler: PatternHandler) {
        guard let compiled = database.database, bytes.count > 0 else { return }
        let text = UnsafeRawPointer(bytes.start).assumingMemoryBound(to: CChar.self)
        let length = UInt32(truncatingIfNeeded: min(bytes.count, Int(UInt32.max)))
        hs_scan(compiled, text, length, 0, scratch, handler, context)
    }

    /// Ids of the last scan; valid until the next.
    package var matched: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(start: found.pointee.ids, count: found.pointee.count)
    }
}

private struct FoundPatterns {
    var ids: UnsafeMutablePointer<UInt32>
    var count: Int
    var capacity: Int
}

private func collectPattern(
    id: UInt32, from: UInt64, to: UInt64, flags: UInt32, context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let found = context?.assumingMemoryBound(to: FoundPatterns.self) else { return 1 }
    let count = found.pointee.count
    if count < found.pointee.capacity {
        found.pointee.ids[count] = id
        found.pointee.count = count + 1
    }
    return 0
}
