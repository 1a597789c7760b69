internal import Primitives

/// HTML's character references: numeric ones of any length, with or without their semicolon, and the named ones of
/// punctuation (HTML standard, 13.2.5.72 to 13.2.5.80).
enum EntityDecoder {
    private static let names: [(StaticString, UInt8)] = [
        ("lt", 0x3C), ("gt", 0x3E), ("quot", 0x22), ("apos", 0x27), ("amp", 0x26), ("colon", 0x3A), ("tab", 0x09),
        ("newline", 0x0A), ("lpar", 0x28), ("rpar", 0x29), ("sol", 0x2F), ("bsol", 0x5C), ("equals", 0x3D),
        ("grave", 0x60), ("lbrace", 0x7B), ("rbrace", 0x7D), ("num", 0x23), ("semi", 0x3B), ("period", 0x2E),
        ("comma", 0x2C), ("excl", 0x21), ("lsqb", 0x5B), ("rsqb", 0x5D), ("dollar", 0x24), ("nbsp", 0x20),
    ]

    static func decode(_ text: Bytes, into out: UnsafeMutablePointer<UInt8>) -> Int {
        guard text.firstIndex(of: 0x26) != nil else { return -1 }
        var read = 0
        var write = 0
        var changed = false
        while read < text.count {
            if text.start[read] == 0x26, let (point, width) = reference(text, read) {
                write += UTF8Text.put(point, out + write)
                read += width
                changed = true
            } else {
                out[write] = text.start[read]
                write += 1
                read += 1
            }
        }
        return changed ? write : -1
    }

    private static func reference(_ text: Bytes, _ at: Int) -> (point: UInt32, width: Int)? {
        if at + 2 < text.count, text.start[at + 1] == 0x23 { return numeric(text, at) }
        for (name, byte) in names {
            let end = at + 1 + name.utf8CodeUnitCount
            guard end <= text.count, text.slice(at + 1, end).equalsIgnoringCase(name) else { continue }
            let closed = end < text.count && text.start[end] == ASCII.semicolon
            if closed || byte == 0x3C || byte == 0x3E || byte == 0x22 {
                return (UInt32(byte), end - at + (closed ? 1 : 0))
            }
        }
        return nil
    }

    private static func numeric(_ text: Bytes, _ at: Int) -> (point: UInt32, width: Int)? {
        var index = at + 2
        let isHex = text.start[index] | 0x20 == 0x78
        if isHex { index += 1 }
        var value: UInt32 = 0
        let first = index
        while index < text.count, index < first + 12 {
            let byte = text.start[index]
            guard let digit = isHex ? ASCII.hexValue(byte) : ASCII.isDigit(byte) ? byte - 0x30 : nil else { break }
            value = min(0x11_0000, value &* (isHex ? 16 : 10) &+ UInt32(digit))
            index += 1
        }
        guard index > first, value < 0x11_0000 else { return nil }
        if index < text.count, text.start[index] == ASCII.semicolon { index += 1 }
        let width = index - at
        return (value, width)
    }
}

/// Escapes of JavaScript, JSON, C and shells: `\u0041`, `\u{41}`, `\x41`, `\101`, and a backslash before a slash or
/// quote.
enum ScriptUnescaper {
    static func decode(_ text: Bytes, into out: UnsafeMutablePointer<UInt8>) -> Int {
        guard text.firstIndex(of: ASCII.backslash) != nil else { return -1 }
        var read = 0
        var write = 0
        var changed = false
        while read < text.count {
            if text.start[read] == ASCII.backslash, let (point, width) = escape(text, read) {
                write += UTF8Text.put(point, out + write)
                read += width
                changed = true
            } else {
                out[write] = text.start[read]
                write += 1
                read += 1
            }
        }
        return changed ? write : -1
    }

    private static func escape(_ text: Bytes, _ at: Int) -> (point: UInt32, width: Int)? {
        guard at + 1 < text.count else { return nil }
        switch text.start[at + 1] {
        case 0x75 where at + 2 < text.count && text.start[at + 2] == 0x7B:
            guard let (value, count) = hex(text, at + 3, 6), at + 3 + count < text.count, value < 0x11_0000 else {
                return nil
            }
            return (value, count + 4)
        case 0x75, 0x55: return fixed(text, at, 4)
        case 0x78, 0x58: return fixed(text, at, 2)
        case ASCII.slash: return (0x2F, 2)
        case ASCII.dot: return (0x2E, 2)
        case ASCII.quote: return (0x22, 2)
        case 0x6E: return (0x0A, 2)
        case 0x72: return (0x0D, 2)
        case 0x30...0x33: return octal(text, at)
        default: return nil
        }
    }

    private static func fixed(_ text: Bytes, _ at: Int, _ digits: Int) -> (point: UInt32, width: Int)? {
        guard let (value, count) = hex(text, at + 2, digits), count == digits else { return nil }
        return (value, digits + 2)
    }

    private static func hex(_ text: Bytes, _ from: Int, _ most: Int) -> (value: UInt32, count: Int)? {
        var value: UInt32 = 0
        var count = 0
        while count < most, from + count < text.count, let digit = ASCII.hexValue(text.start[from + count]) {
            value = value << 4 | UInt32(digit)
            count += 1
        }
        return count == 0 ? nil : (value, count)
    }

    private static func octal(_ text: Bytes, _ at: Int) -> (point: UInt32, width: Int)? {
        guard at + 3 < text.count else { return nil }
        var value: UInt32 = 0
        for index in 1...3 {
            guard text.start[at + index] &- 0x30 < 8 else { return nil }
            value = value * 8 + UInt32(text.start[at + index] - 0x30)
        }
        return value >= 0x20 && value < 0x80 ? (value, 4) : nil
    }
}

/// Letters that stand for ASCII ones: full-width forms, overlong UTF-8, ISO 8859-1's quotes in what was UTF-7.
enum LetterFolder {
    static func fold(_ text: Bytes, into out: UnsafeMutablePointer<UInt8>) -> Int {
        var read = 0
        var write = 0
        var changed = false
        while read < text.count {
            let byte = text.start[read]
            if byte >= 0xC0, let (plain, width) = sequence(text, read) {
                out[write] = plain
                read += width
                changed = true
            } else {
                out[write] = byte
                read += 1
            }
            write += 1
        }
        return changed ? write : -1
    }

    private static func sequence(_ text: Bytes, _ at: Int) -> (plain: UInt8, width: Int)? {
        let first = text.start[at]
        func next(_ index: Int) -> UInt8 { at + index < text.count ? text.start[at + index] : 0 }
        switch first {
        case 0xC0, 0xC1:
            // Decoders that do not look at the mark of the second byte take any.
            let second = next(1)
            return second == 0 ? nil : ((first & 1) << 6 | second & 0x3F, 2)
        case 0xE0 where next(1) == 0x80 || next(1) == 0x81:
            return ((next(1) & 1) << 6 | next(2) & 0x3F, 3)
        case 0xEF where next(1) == 0xBC && next(2) >= 0x81: return (next(2) - 0x60, 3)
        case 0xEF where next(1) == 0xBD && next(2) <= 0x9E && next(2) >= 0x80: return (next(2) - 0x20, 3)
        // Division slash, fraction slash, set minus.
        case 0xE2 where next(1) == 0x88 && next(2) == 0x95 || next(1) == 0x81 && next(2) == 0x84: return (0x2F, 3)
        case 0xE2 where next(1) == 0x88 && next(2) == 0x96: return (0x5C, 3)
        case 0xF0 where next(1) == 0x80 && next(2) >= 0x80 && next(2) <= 0x81:
            return ((next(2) & 1) << 6 | next(3) & 0x3F, 4)
        default: return nil
        }
    }
}

/// A value that is nothing but base64 of text.
enum Base64Text {
    static let shortest = 16

    static func decode(_ text: Bytes, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let value = text.trimmed
        guard value.count >= shortest else { return -1 }
        var bits: UInt32 = 0
        var held = 0
        var write = 0
        for index in 0..<value.count {
            let byte = value.start[index]
            if byte == ASCII.equals {
                if index + 2 < value.count { return -1 }
                continue
            }
            guard let digit = digit(byte) else { return -1 }
            bits = bits << 6 | UInt32(digit)
            held += 6
            if held >= 8 {
                held -= 8
                let plain = UInt8(truncatingIfNeeded: bits >> UInt32(held))
                guard plain >= 0x20 && plain < 0x7F || plain == 0x0A || plain == 0x0D || plain == 0x09 else {
                    return -1
                }
                out[write] = plain
                write += 1
            }
        }
        return write
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x47
        case 0x30...0x39: byte + 4
        case ASCII.plus, ASCII.minus: 62
        case ASCII.slash, ASCII.underscore: 63
        default: nil
        }
    }
}
