internal import Events
internal import Primitives

/// Walks over the extensions of a CEF record: values run, blanks and all, up to the blank before the next `key=`; `\=`,
/// `\\`, `\n` and `\r` are escapes. "ArcSight Common Event Format", revision 25, "Character Encoding".
struct CommonEventPairs {
    struct Pair {
        var key: Bytes
        /// As it stands in the record.
        var value: Bytes
    }

    private let text: Bytes
    /// The `=` of the pair to come; nil behind the last.
    private var equals: Int?
    private var from = 0

    init(_ text: Bytes) {
        self.text = text
        equals = CommonEventPairs.nextEquals(text, 0)
    }

    mutating func next() -> Pair? {
        guard let equals else { return nil }
        let key = text.slice(CommonEventPairs.keyStart(text, from, equals), equals)
        let following = CommonEventPairs.nextEquals(text, equals + 1)
        self.equals = following
        from = equals + 1
        let end = following.map { CommonEventPairs.keyStart(text, equals + 1, $0) } ?? text.count
        return Pair(key: key, value: text.slice(equals + 1, end).trimmed)
    }

    /// The next `=` right behind a key that stands behind a blank.
    private static func nextEquals(_ text: Bytes, _ from: Int) -> Int? {
        var at = from
        while let hit = text.firstIndex(of: ASCII.equals, from: at) {
            let start = keyStart(text, from, hit)
            if start < hit, start == 0 || start > from && isBlank(text.start[start - 1]) { return hit }
            at = hit + 1
        }
        return nil
    }

    /// Where the key that ends at `end` begins, not before `from`. Longer ones than any key end the search.
    private static func keyStart(_ text: Bytes, _ from: Int, _ end: Int) -> Int {
        var at = end
        while at > from, end - at < longestKey, KeyValueScanner.isKeyByte(text.start[at - 1]) { at -= 1 }
        return at
    }

    private static let longestKey = 128

    private static func isBlank(_ byte: UInt8) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    /// `value` without its escapes: a view of it where it has none. The batch's scratch memory has room for it.
    static func plain(_ value: Bytes, _ sink: inout EventSink) -> FieldSlot {
        guard value.firstIndex(of: ASCII.backslash) != nil else { return sink.view(value, type: .text) }
        let from = sink.batch.scratch.count
        var at = 0
        while at < value.count {
            var byte = value.start[at]
            if byte == ASCII.backslash, at + 1 < value.count, let meant = escaped(value.start[at + 1]) {
                byte = meant
                at += 1
            }
            sink.batch.scratch.push(byte)
            at += 1
        }
        return FieldSlot(FieldID(.message), .scratch, .text, offset: from, length: sink.batch.scratch.count - from)
    }

    private static func escaped(_ byte: UInt8) -> UInt8? {
        switch byte {
        case ASCII.equals, ASCII.backslash, 0x7C: byte
        case 0x6E: ASCII.newline
        case 0x72: ASCII.carriageReturn
        default: nil
        }
    }
}
