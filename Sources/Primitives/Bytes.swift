internal import CPlatform
internal import Glibc

/// A borrowed run of bytes: an address and a count, nothing owned.
///
/// The bytes belong to a batch (or to whoever called) and are valid only while that owner lives; evidence and anything
/// else that outlives the batch copies them (`array`, `string`). Checked access (`subscript`, `slice`) traps on a bad
/// index, which is a bug of ours: decoders check lengths first, so that nothing from outside can reach the trap.
public struct Bytes: @unchecked Sendable {
    public let start: UnsafePointer<UInt8>
    public let count: Int

    /// Address of a byte that always exists, for empty views: a constant's, so that nothing has to be made first.
    private static var nowhere: UnsafePointer<UInt8> {
        let text: StaticString = "empty"
        return text.utf8Start
    }

    public init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    public init(_ buffer: UnsafeRawBufferPointer) {
        if let base = buffer.baseAddress {
            self.init(start: base.assumingMemoryBound(to: UInt8.self), count: buffer.count)
        } else {
            self.init(start: Bytes.nowhere, count: 0)
        }
    }

    public static var empty: Bytes { Bytes(start: nowhere, count: 0) }

    public var isEmpty: Bool { count == 0 }

    public subscript(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < count, "byte index out of range")
        return start[index]
    }

    /// Bytes `from ..< to`. Traps unless `0 <= from <= to <= count`.
    public func slice(_ from: Int, _ to: Int) -> Bytes {
        precondition(from >= 0 && from <= to && to <= count, "byte slice out of range")
        return Bytes(start: start + from, count: to - from)
    }

    /// Everything from `from` on. Traps unless `0 <= from <= count`.
    public func dropping(_ from: Int) -> Bytes { slice(from, count) }

    public func prefix(_ length: Int) -> Bytes { slice(0, min(length, count)) }

    /// Index of the first `byte` at or after `from`, by libc's `memchr`; nil where there is none.
    public func firstIndex(of byte: UInt8, from: Int = 0) -> Int? {
        guard from >= 0, from < count, let hit = memchr(start + from, Int32(byte), count - from) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(start)
    }

    /// Index of the last `byte` before `end` (default: the whole run), by libc's `memrchr`.
    public func lastIndex(of byte: UInt8, before end: Int? = nil) -> Int? {
        let limit = min(end ?? count, count)
        guard limit > 0, let hit = memrchr(start, Int32(byte), limit) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(start)
    }

    /// Whether `needle` stands anywhere at or after `from`, by libc's `memmem`; an empty one does.
    public func contains(_ needle: Bytes, from: Int = 0) -> Bool {
        guard from >= 0, from <= count else { return false }
        return needle.isEmpty || memmem(start + from, count - from, needle.start, needle.count) != nil
    }

    /// Index of the first occurrence of `needle` at or after `from`, by libc's `memmem` (linear time).
    public func firstIndex(of needle: StaticString, from: Int = 0) -> Int? {
        guard from >= 0, from <= count,
            let hit = memmem(start + from, count - from, needle.utf8Start, needle.utf8CodeUnitCount)
        else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(start)
    }

    public func contains(_ needle: StaticString) -> Bool { firstIndex(of: needle) != nil }

    public func starts(with text: StaticString, at offset: Int = 0) -> Bool {
        let length = text.utf8CodeUnitCount
        return offset >= 0 && offset + length <= count && memcmp(start + offset, text.utf8Start, length) == 0
    }

    public func ends(with text: StaticString) -> Bool {
        starts(with: text, at: count - text.utf8CodeUnitCount)
    }

    public static func == (left: Bytes, right: Bytes) -> Bool {
        left.count == right.count && memcmp(left.start, right.start, left.count) == 0
    }

    public static func == (left: Bytes, right: StaticString) -> Bool {
        left.count == right.utf8CodeUnitCount && memcmp(left.start, right.utf8Start, left.count) == 0
    }

    /// Equality with ASCII letters folded. `lowered` must be lower case already.
    public func equalsIgnoringCase(_ lowered: StaticString) -> Bool {
        guard count == lowered.utf8CodeUnitCount else { return false }
        let other = lowered.utf8Start
        for index in 0..<count where ASCII.lower(start[index]) != other[index] { return false }
        return true
    }

    /// Whether `lowered` (lower case already) stands anywhere, ASCII letters folded. For short texts: it is held
    /// against every place.
    public func containsIgnoringCase(_ lowered: StaticString) -> Bool {
        let length = lowered.utf8CodeUnitCount
        guard count >= length else { return false }
        for start in 0...(count - length) where slice(start, start + length).equalsIgnoringCase(lowered) { return true }
        return false
    }

    /// Without spaces and tabs at either end.
    public var trimmed: Bytes {
        var from = 0
        var to = count
        while from < to, start[from] == ASCII.space || start[from] == ASCII.tab { from += 1 }
        while to > from, start[to - 1] == ASCII.space || start[to - 1] == ASCII.tab { to -= 1 }
        return slice(from, to)
    }

    public var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// A copy. Cold paths only.
    public var array: [UInt8] { [UInt8](UnsafeBufferPointer(start: start, count: count)) }

    /// A copy as text, invalid UTF-8 replaced by U+FFFD. Cold paths only.
    public var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }
}

extension Array where Element == UInt8 {
    /// Runs `body` over the bytes of this array; the view must not leave `body`.
    @inlinable public func withBytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
        try withUnsafeBytes { try body(Bytes($0)) }
    }
}

extension String {
    /// Runs `body` over the UTF-8 of this text, in place as a rule; the view must not leave `body`.
    @inlinable public func withBytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
        let found = try utf8.withContiguousStorageIfAvailable { try body(Bytes(UnsafeRawBufferPointer($0))) }
        if let found { return found }
        return try Array(utf8).withBytes(body)
    }
}
