internal import Primitives

/// Whether bytes that come one after the other are UTF-8 (RFC 3629: no overlong forms, no surrogates).
struct UTF8Check {
    private var missing = 0
    /// What the next byte has to lie between.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// False where `byte` cannot follow.
    @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
        if missing == 0 { return byte < 0x80 || begin(byte) }
        guard byte >= low, byte <= high else { return false }
        missing -= 1
        low = 0x80
        high = 0xBF
        return true
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        guard byte >= 0xC2, byte <= 0xF4 else { return false }
        missing = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1
        if byte == 0xE0 { low = 0xA0 }
        if byte == 0xED { high = 0x9F }
        if byte == 0xF0 { low = 0x90 }
        if byte == 0xF4 { high = 0x8F }
        return true
    }

    /// No character is cut off.
    var isWhole: Bool { missing == 0 }
}

/// Whether `text` is UTF-8, apart from a character cut off at its end.
func isUTF8(_ text: Bytes) -> Bool {
    var check = UTF8Check()
    for index in 0..<text.count where !check.take(text.start[index]) { return false }
    return true
}

/// The mark that begins a message in UTF-8 (RFC 5424 section 6.4), and the text behind it.
struct MarkedText {
    let text: Bytes
    let isValid: Bool

    /// Nil where `message` begins with no mark. A relay that takes its input for Latin-1 writes the mark's three bytes
    /// as
    /// three characters, and the text behind them likewise: then the bytes that it had are what has to be UTF-8.
    init?(_ message: Bytes) {
        if message.starts(with: "\u{FEFF}") {
            text = message.dropping(3)
            var check = UTF8Check()
            for index in 0..<text.count where !check.take(text.start[index]) {
                isValid = false
                return
            }
            isValid = check.isWhole
        } else if message.starts(with: "\u{EF}\u{BB}\u{BF}") {
            text = message.dropping(6)
            isValid = MarkedText.wasUTF8(text)
        } else {
            return nil
        }
    }

    /// Whether the characters of `text`, each written as one byte, are UTF-8. Characters beyond Latin-1 are as they
    /// are.
    private static func wasUTF8(_ text: Bytes) -> Bool {
        var check = UTF8Check()
        var index = 0
        while index < text.count {
            let byte = text.start[index]
            if byte & 0xFE == 0xC2, index + 1 < text.count {
                guard check.take(byte << 6 | text.start[index + 1] & 0x3F) else { return false }
                index += 2
            } else {
                guard check.take(byte) else { return false }
                index += 1
            }
        }
        return check.isWhole
    }
}
