internal import Glibc
internal import Primitives
internal import Rules

/// How the values of two fields of an event relate (`fieldref`).
enum FieldRelation {
    /// Whether `other` is the whole, the beginning, the end, or any part of `value`.
    static func holds(_ value: Bytes, _ other: Bytes, _ part: FieldPart, isCased: Bool) -> Bool {
        if !isCased && (hasLettersBeyondASCII(value) && hasLettersBeyondASCII(other)) {
            return holdsFolded(value, other, part)
        }
        let room = value.count - other.count
        if room < 0 { return false }
        switch part {
        case .whole: return room == 0 && equal(value, 0, other, isCased)
        case .prefix: return equal(value, 0, other, isCased)
        case .suffix: return equal(value, room, other, isCased)
        case .anywhere:
            for start in 0...room where equal(value, start, other, isCased) { return true }
            return false
        }
    }

    private static func equal(_ value: Bytes, _ start: Int, _ other: Bytes, _ isCased: Bool) -> Bool {
        if isCased { return memcmp(value.start + start, other.start, other.count) == 0 }
        for index in 0..<other.count
        where ASCII.lower(value.start[start + index]) != ASCII.lower(other.start[index]) {
            return false
        }
        return true
    }

    private static func hasLettersBeyondASCII(_ bytes: Bytes) -> Bool {
        for index in 0..<bytes.count where bytes.start[index] >= 0x80 { return true }
        return false
    }

    /// The same by characters, whose two cases may differ in length.
    private static func holdsFolded(_ value: Bytes, _ other: Bytes, _ part: FieldPart) -> Bool {
        var start = 0
        while start <= value.count {
            let end = foldedEnd(value, start, other)
            if end >= 0 && (part == .prefix || part == .anywhere || end == value.count) { return true }
            if part == .whole || part == .prefix || start == value.count { return false }
            start = scalar(value, start).end
        }
        return false
    }

    /// End of `other` in `value` where it stands at `start`, else -1.
    private static func foldedEnd(_ value: Bytes, _ start: Int, _ other: Bytes) -> Int {
        var at = start
        var index = 0
        while index < other.count {
            if at >= value.count { return -1 }
            let left = scalar(value, at)
            let right = scalar(other, index)
            guard isSame(left.scalar, right.scalar) else { return -1 }
            at = left.end
            index = right.end
        }
        return at
    }

    private static func isSame(_ left: UInt32, _ right: UInt32) -> Bool {
        if left == right { return true }
        guard let left = Unicode.Scalar(left), let right = Unicode.Scalar(right) else { return false }
        return left.properties.lowercaseMapping == right.properties.lowercaseMapping
    }

    /// The character at `at`; a byte that begins none stands for itself beyond Unicode.
    private static func scalar(_ bytes: Bytes, _ at: Int) -> (scalar: UInt32, end: Int) {
        let lead = bytes.start[at]
        if lead < 0x80 { return (UInt32(lead), at + 1) }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard lead >= 0xC2, lead < 0xF5, at + length <= bytes.count else { return (0x11_0000 | UInt32(lead), at + 1) }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for index in 1..<length {
            let byte = bytes.start[at + index]
            guard byte & 0xC0 == 0x80 else { return (0x11_0000 | UInt32(lead), at + 1) }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (value, at + length)
    }
}
