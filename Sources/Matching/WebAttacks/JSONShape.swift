internal import Primitives

/// Whether a text is a JSON object or array from its first byte to its last (RFC 8259): its double quotes are its own
/// then, and end no string around it.
enum JSONShape {
    /// Objects and arrays in one another that are followed.
    private static let deepest = 32
    private static let openBrace: UInt8 = 0x7B
    private static let closeBrace: UInt8 = 0x7D

    private enum Expected {
        case value
        /// A value, or the end of an array.
        case firstValue
        case key
        /// A key, or the end of an object.
        case firstKey
        case colon
        case next
    }

    /// False as well where a string holds a quote behind a backslash: whatever takes the backslash away ends it there.
    static func isWhole(_ text: AttackText) -> Bool {
        var at = text.skipSpace(0)
        guard text[at] == openBrace || text[at] == ASCII.openBracket else { return false }
        // A bit for each that is open, the innermost lowest: whether it is an object.
        var open: UInt64 = 0
        var depth = 0
        var expected = Expected.value
        while at < text.count {
            let byte = text[at]
            switch (byte, expected) {
            case (openBrace, .value), (openBrace, .firstValue), (ASCII.openBracket, .value),
                (ASCII.openBracket, .firstValue):
                if depth == deepest { return false }
                depth += 1
                open = open << 1 | (byte == openBrace ? 1 : 0)
                expected = byte == openBrace ? .firstKey : .firstValue
                at += 1
            case (closeBrace, .firstKey), (closeBrace, .next), (ASCII.closeBracket, .firstValue),
                (ASCII.closeBracket, .next):
                if (open & 1 == 1) != (byte == closeBrace) { return false }
                open >>= 1
                depth -= 1
                at += 1
                if depth == 0 { return text.skipSpace(at) == text.count }
                expected = .next
            case (ASCII.comma, .next):
                expected = open & 1 == 1 ? .key : .value
                at += 1
            case (ASCII.colon, .colon):
                expected = .value
                at += 1
            case (ASCII.quote, .key), (ASCII.quote, .firstKey), (ASCII.quote, .value), (ASCII.quote, .firstValue):
                at = stringEnd(text, at + 1)
                if at < 0 { return false }
                expected = expected == .key || expected == .firstKey ? .colon : .next
            case (_, .value), (_, .firstValue):
                let end = wordEnd(text, at)
                if end == at { return false }
                at = end
                expected = .next
            default: return false
            }
            at = text.skipSpace(at)
        }
        return false
    }

    /// Behind the closing quote; -1 where there is none, or one behind a backslash.
    private static func stringEnd(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count {
            let byte = text.bytes.start[at]
            if byte == ASCII.quote { return at + 1 }
            if byte == ASCII.backslash {
                if text[at + 1] == ASCII.quote { return -1 }
                at += 1
            }
            at += 1
        }
        return -1
    }

    /// Behind a number, `true`, `false` or `null`.
    private static func wordEnd(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while ASCII.isAlphanumeric(text[at]) || text[at] == ASCII.minus || text[at] == ASCII.plus
            || text[at] == ASCII.dot
        { at += 1 }
        return at
    }
}
