internal import Events
internal import Primitives

/// Walks over pairs of a key and a value in a text, from its beginning.
protocol PairScanner {
    mutating func next() -> KeyValueScanner.Pair?
}

/// Walks over `key=value` pairs: logfmt (https://brandur.org/logfmt), and what firewalls, auditd and PAM write. Values
/// are words, or stand in quotes with backslash escapes; pairs are parted by blanks, commas or semicolons.
struct KeyValueScanner: PairScanner {
    struct Pair {
        var key: Bytes
        var value: Bytes
        /// Behind the value and its quote.
        var end: Int
    }

    let text: Bytes
    private var at = 0

    init(_ text: Bytes) { self.text = text }

    /// The next pair; words that are none are passed over.
    mutating func next() -> Pair? {
        while at < text.count {
            let from = at
            while at < text.count, KeyValueScanner.isKeyByte(text.start[at]) { at += 1 }
            if at > from, at < text.count, text.start[at] == ASCII.equals {
                let key = text.slice(from, at)
                at += 1
                let value = self.value()
                return Pair(key: key, value: value, end: at)
            }
            if at == from { at += 1 }
        }
        return nil
    }

    private mutating func value() -> Bytes {
        guard at < text.count else { return .empty }
        let quote = text.start[at]
        if quote == ASCII.quote || quote == 0x27, let close = closing(quote, at + 1) {
            let value = text.slice(at + 1, close)
            at = close + 1
            return value
        }
        let from = at
        var open = 0
        while at < text.count, !KeyValueScanner.isEnd(text.start[at]) {
            switch text.start[at] {
            case ASCII.openParenthesis, ASCII.openBracket: open += 1
            case ASCII.closeParenthesis, ASCII.closeBracket: open -= 1
            default: break
            }
            at += 1
        }
        // `(key=value)`, `[key=value]`: what closes there was opened before the key.
        let isClosed =
            open < 0 && (text.start[at - 1] == ASCII.closeParenthesis || text.start[at - 1] == ASCII.closeBracket)
        return text.slice(from, isClosed ? at - 1 : at)
    }

    private func closing(_ quote: UInt8, _ from: Int) -> Int? {
        var index = from
        while index < text.count {
            let byte = text.start[index]
            if byte == ASCII.backslash {
                index += 2
                continue
            }
            if byte == quote { return index }
            index += 1
        }
        return nil
    }

    @inline(__always) static func isKeyByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == ASCII.underscore || byte == ASCII.dot || byte == ASCII.minus
            || byte == 0x40
    }

    @inline(__always) private static func isEnd(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.tab || byte == ASCII.comma || byte == ASCII.semicolon || byte == 0x1D
    }
}
