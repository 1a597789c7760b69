internal import Primitives

/// One value in one decoded form, its ASCII letters in lower case: what the judges read.
struct AttackText {
    let bytes: Bytes
    /// The same bytes before letters were folded.
    let original: Bytes
    let classes: ByteClasses

    @inline(__always) var count: Int { bytes.count }

    /// The byte at `index`; 0 outside.
    @inline(__always) subscript(_ index: Int) -> UInt8 {
        index >= 0 && index < bytes.count ? bytes.start[index] : 0
    }

    @inline(__always) func has(_ kinds: ByteClasses) -> Bool { !classes.isDisjoint(with: kinds) }
    @inline(__always) func hasAll(_ kinds: ByteClasses) -> Bool { classes.isSuperset(of: kinds) }

    /// Where `needle` (lower case) begins at or after `from`; -1 for nowhere.
    func find(_ needle: StaticString, from: Int = 0) -> Int {
        let length = needle.utf8CodeUnitCount
        let last = count - length
        var at = max(0, from)
        guard length > 0, at <= last else { return -1 }
        let first = ByteSearch.Probe(needle.utf8Start[0], isCased: true)
        let final = ByteSearch.Probe(needle.utf8Start[length - 1], isCased: true)
        while at <= last {
            at = ByteSearch.candidate(bytes, from: at, last: last, first, final, distance: length - 1)
            if at < 0 { return -1 }
            if bytes.starts(with: needle, at: at) { return at }
            at += 1
        }
        return -1
    }

    @inline(__always) func contains(_ needle: StaticString) -> Bool { find(needle) >= 0 }

    @inline(__always) func starts(_ needle: StaticString, at index: Int = 0) -> Bool {
        index >= 0 && bytes.starts(with: needle, at: index)
    }

    func containsAny(_ needles: [StaticString]) -> Bool {
        for needle in needles where contains(needle) { return true }
        return false
    }

    /// The first of `needles` that the text has, and where; nil for none.
    func first(of needles: [StaticString]) -> (at: Int, length: Int)? {
        for needle in needles {
            let at = find(needle)
            if at >= 0 { return (at, needle.utf8CodeUnitCount) }
        }
        return nil
    }

    func find(byte: UInt8, from: Int = 0) -> Int { bytes.firstIndex(of: byte, from: from) ?? -1 }

    /// Letters, digits, underscore and bytes past ASCII.
    @inline(__always) static func isWord(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == ASCII.underscore || byte >= 0x80
    }

    @inline(__always) static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

    func wordEnd(_ from: Int) -> Int {
        var index = from
        while index < count, AttackText.isWord(bytes.start[index]) { index += 1 }
        return index
    }

    func wordStart(_ before: Int) -> Int {
        var index = before
        while index > 0, AttackText.isWord(bytes.start[index - 1]) { index -= 1 }
        return index
    }

    func skipSpace(_ from: Int) -> Int {
        var index = from
        while index < count, AttackText.isSpace(bytes.start[index]) { index += 1 }
        return index
    }

    func skipSpaceBack(_ before: Int) -> Int {
        var index = before
        while index > 0, AttackText.isSpace(bytes.start[index - 1]) { index -= 1 }
        return index
    }

    func digitsEnd(_ from: Int) -> Int {
        var index = from
        while index < count, ASCII.isDigit(bytes.start[index]) { index += 1 }
        return index
    }

    func slice(_ from: Int, _ to: Int) -> Bytes {
        let start = min(max(0, from), count)
        return bytes.slice(start, min(max(start, to), count))
    }

    /// Where the bracket that `open` begins at `from` is closed; `count` where it is not. Looks 4 KiB ahead.
    func closing(_ from: Int, _ open: UInt8, _ close: UInt8) -> Int {
        var depth = 0
        let limit = min(count, from + 4096)
        for index in max(0, from)..<max(max(0, from), limit) {
            if bytes.start[index] == open { depth += 1 }
            if bytes.start[index] == close {
                depth -= 1
                if depth <= 0 { return index }
            }
        }
        return count
    }
}
