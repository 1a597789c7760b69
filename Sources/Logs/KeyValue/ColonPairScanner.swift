internal import Primitives

/// Walks over `key:"value"; key:"value"` (Check Point) and `Key: value, Key: value` (Cisco's Firepower and others).
struct ColonPairScanner: PairScanner {
    private let text: Bytes
    private var at = 0

    init(_ text: Bytes) { self.text = text }

    /// The next pair; what is none is passed over.
    mutating func next() -> KeyValueScanner.Pair? {
        while let colon = text.firstIndex(of: ASCII.colon, from: at), colon + 1 < text.count {
            var start = colon
            while start > at, KeyValueScanner.isKeyByte(text.start[start - 1]) { start -= 1 }
            at = colon + 1
            guard start < colon else { continue }
            let key = text.slice(start, colon)
            if text.start[at] == ASCII.quote, let close = text.firstIndex(of: ASCII.quote, from: at + 1) {
                let value = text.slice(at + 1, close)
                at = close + 1
                return KeyValueScanner.Pair(key: key, value: value, end: at)
            }
            guard text.start[at] == ASCII.space else { continue }
            let from = at + 1
            while at < text.count, text.start[at] != ASCII.comma, text.start[at] != ASCII.semicolon { at += 1 }
            return KeyValueScanner.Pair(key: key, value: text.slice(from, at).trimmed, end: at)
        }
        return nil
    }
}
