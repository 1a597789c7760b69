internal import Events
internal import Primitives

/// Walks one JSON text (RFC 8259) and hands every scalar to the sink under its path: object keys joined by dots, arrays
/// as repeated values. No tree is built.
struct JSONScanner {
    static let maximumDepth = 64

    private let text: Bytes
    private(set) var at: Int
    private(set) var reason = UnreadReason.badJSON
    private let keys: JSONKeys
    private let board: AliasBoard

    init(_ text: Bytes, at: Int = 0, keys: JSONKeys, board: AliasBoard) {
        self.text = text
        self.at = at
        self.keys = keys
        self.board = board
    }

    /// Reads the object that begins at `at`. False where it is damaged; `at` says where, `reason` how.
    mutating func object(_ sink: inout EventSink, prefix: Int = 0, depth: Int = 1) -> Bool {
        guard depth <= JSONScanner.maximumDepth else { return fail(.tooDeep) }
        at += 1
        skipBlanks()
        if take(0x7D) { return true }
        while true {
            guard peek == ASCII.quote, let key = string(&sink) else { return false }
            skipBlanks()
            guard take(ASCII.colon) else { return false }
            skipBlanks()
            let name = keys.join(prefix, sink.bytes(of: key))
            guard value(&sink, name: name, depth: depth) else { return false }
            skipBlanks()
            if take(0x7D) { return true }
            guard take(ASCII.comma) else { return false }
            skipBlanks()
        }
    }

    /// One value. `name` is the length of its path in the key memory.
    private mutating func value(_ sink: inout EventSink, name: Int, depth: Int) -> Bool {
        switch peek {
        case 0x7B: return object(&sink, prefix: name, depth: depth + 1)
        case ASCII.openBracket: return array(&sink, name: name, depth: depth + 1)
        case ASCII.quote:
            guard let slot = string(&sink) else { return false }
            keys.add(slot, name: name, &sink, board)
            return true
        default:
            guard let slot = scalar(&sink) else { return false }
            keys.add(slot, name: name, &sink, board)
            return true
        }
    }

    private mutating func array(_ sink: inout EventSink, name: Int, depth: Int) -> Bool {
        guard depth <= JSONScanner.maximumDepth else { return fail(.tooDeep) }
        if name == 7, keys.isPath(name, "MESSAGE"), let slot = byteArray(&sink) {
            keys.add(slot, name: name, &sink, board)
            return true
        }
        at += 1
        skipBlanks()
        if take(ASCII.closeBracket) { return true }
        while true {
            guard value(&sink, name: name, depth: depth) else { return false }
            skipBlanks()
            if take(ASCII.closeBracket) { return true }
            guard take(ASCII.comma) else { return false }
            skipBlanks()
        }
    }

    /// journald's form of text that is no UTF-8: an array of bytes
    /// (https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format). Nil for any other array; `at` stays then.
    private mutating func byteArray(_ sink: inout EventSink) -> FieldSlot? {
        guard let close = text.firstIndex(of: ASCII.closeBracket, from: at),
            sink.batch.scratch.reserve((close - at) / 2 + 1)
        else { return nil }
        let from = sink.batch.scratch.count
        var index = at + 1
        while index < close {
            let comma = text.firstIndex(of: ASCII.comma, from: index) ?? close
            let end = min(comma, close)
            guard let byte = text.slice(index, end).trimmed.decimal, byte < 256 else { return nil }
            sink.batch.scratch.push(UInt8(byte))
            index = end + 1
        }
        at = close + 1
        return FieldSlot(FieldID(.message), .scratch, .text, offset: from, length: sink.batch.scratch.count - from)
    }

    // MARK: - Tokens

    @inline(__always) private var peek: UInt8 { at < text.count ? text.start[at] : 0 }

    @inline(__always) private mutating func take(_ byte: UInt8) -> Bool {
        guard at < text.count, text.start[at] == byte else { return false }
        at += 1
        return true
    }

    @inline(__always) mutating func skipBlanks() {
        while at < text.count, text.start[at] <= ASCII.space {
            let byte = text.start[at]
            guard byte == ASCII.space || byte == ASCII.tab || byte == ASCII.newline || byte == ASCII.carriageReturn
            else { return }
            at += 1
        }
    }

    private mutating func fail(_ why: UnreadReason) -> Bool {
        reason = why
        return false
    }

    /// `true`, `false`, `null` or a number.
    private mutating func scalar(_ sink: inout EventSink) -> FieldSlot? {
        let from = at
        let first = peek
        if first == ASCII.minus || ASCII.isDigit(first) {
            at += 1
            while at < text.count, isNumberByte(text.start[at]) { at += 1 }
            guard ASCII.isDigit(text.start[at - 1]) else { return nil }
            return sink.view(text.slice(from, at), type: .number)
        }
        if text.starts(with: "true", at: at) {
            at += 4
            return sink.view(text.slice(from, at), type: .boolean)
        }
        if text.starts(with: "false", at: at) {
            at += 5
            return sink.view(text.slice(from, at), type: .boolean)
        }
        if text.starts(with: "null", at: at) {
            at += 4
            return sink.view(text.slice(from, from), type: .null)
        }
        return nil
    }

    @inline(__always) private func isNumberByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || byte == ASCII.dot || byte | 0x20 == 0x65 || byte == ASCII.minus || byte == ASCII.plus
    }

    /// A string as a view of the line, or of its text in scratch memory where it has escapes. `at` is on the quote.
    mutating func string(_ sink: inout EventSink) -> FieldSlot? {
        at += 1
        let from = at
        while at < text.count {
            skipPlain()
            guard at < text.count else { return nil }
            let byte = text.start[at]
            if byte == ASCII.quote {
                at += 1
                return sink.view(text.slice(from, at - 1), type: .text)
            }
            if byte == ASCII.backslash { return escapedString(from, &sink) }
            if byte < 0x20, byte != ASCII.tab { return nil }
            at += 1
        }
        return nil
    }

    /// Passes over bytes of a string, sixteen at a time, of which none is a quote, a backslash or a control byte.
    @inline(__always) private mutating func skipPlain() {
        while at + 16 <= text.count {
            let block = UnsafeRawPointer(text.start + at).loadUnaligned(as: SIMD16<UInt8>.self)
            let hits =
                (block .== JSONScanner.quotes) .| (block .== JSONScanner.backslashes) .| (block .< JSONScanner.blanks)
            let mask = unsafeBitCast(hits, to: SIMD2<UInt64>.self)
            if mask[0] != 0 {
                at += mask[0].trailingZeroBitCount >> 3
                return
            }
            if mask[1] != 0 {
                at += 8 + mask[1].trailingZeroBitCount >> 3
                return
            }
            at += 16
        }
    }

    private static var quotes: SIMD16<UInt8> { SIMD16(repeating: ASCII.quote) }
    private static var backslashes: SIMD16<UInt8> { SIMD16(repeating: ASCII.backslash) }
    private static var blanks: SIMD16<UInt8> { SIMD16(repeating: ASCII.space) }

    private mutating func escapedString(_ from: Int, _ sink: inout EventSink) -> FieldSlot? {
        guard let end = closingQuote(at), sink.batch.scratch.reserve(end - from) else { return nil }
        let offset = sink.batch.scratch.count
        var index = from
        while index < end {
            let byte = text.start[index]
            if byte != ASCII.backslash {
                sink.batch.scratch.push(byte)
                index += 1
            } else {
                guard let next = JSONEscape.decode(text, index, end: end, into: sink.batch) else {
                    at = index
                    return nil
                }
                index = next
            }
        }
        at = end + 1
        return FieldSlot(
            FieldID(.message), .scratch, .text, offset: offset, length: sink.batch.scratch.count - offset)
    }

    private func closingQuote(_ from: Int) -> Int? {
        var index = from
        while index < text.count {
            let byte = text.start[index]
            if byte == ASCII.backslash {
                index += 2
                continue
            }
            if byte == ASCII.quote { return index }
            index += 1
        }
        return nil
    }
}

/// Escapes of JSON strings (RFC 8259 section 7).
enum JSONEscape {
    /// Appends what the escape at `index` stands for (never longer than its spelling) and answers where it ends.
    static func decode(_ text: Bytes, _ index: Int, end: Int, into batch: EventBatch) -> Int? {
        guard index + 1 < end else { return nil }
        switch text.start[index + 1] {
        case ASCII.quote: batch.scratch.push(ASCII.quote)
        case ASCII.backslash: batch.scratch.push(ASCII.backslash)
        case ASCII.slash: batch.scratch.push(ASCII.slash)
        case 0x62: batch.scratch.push(8)
        case 0x66: batch.scratch.push(12)
        case 0x6E: batch.scratch.push(10)
        case 0x72: batch.scratch.push(13)
        case 0x74: batch.scratch.push(9)
        case 0x75: return unicode(text, index, end: end, into: batch)
        default: return nil
        }
        return index + 2
    }

    /// `\uXXXX`, or two of them that make one character. A lone surrogate becomes U+FFFD.
    private static func unicode(_ text: Bytes, _ index: Int, end: Int, into batch: EventBatch) -> Int? {
        guard let first = unit(text, index, end) else { return nil }
        var code = first
        var next = index + 6
        if first & 0xFC00 == 0xD800, let second = unit(text, next, end), second & 0xFC00 == 0xDC00 {
            code = 0x10000 + (first & 0x3FF) << 10 + second & 0x3FF
            next += 6
        } else if first & 0xF800 == 0xD800 {
            code = 0xFFFD
        }
        push(code, into: batch)
        return next
    }

    private static func unit(_ text: Bytes, _ index: Int, _ end: Int) -> UInt32? {
        guard index + 6 <= end, text.start[index] == ASCII.backslash, text.start[index + 1] == 0x75 else { return nil }
        var code: UInt32 = 0
        for place in 2..<6 {
            guard let digit = ASCII.hexValue(text.start[index + place]) else { return nil }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private static func push(_ code: UInt32, into batch: EventBatch) {
        if code < 0x80 {
            batch.scratch.push(UInt8(code))
        } else if code < 0x800 {
            batch.scratch.push(UInt8(0xC0 | code >> 6))
            batch.scratch.push(UInt8(0x80 | code & 0x3F))
        } else if code < 0x10000 {
            batch.scratch.push(UInt8(0xE0 | code >> 12))
            batch.scratch.push(UInt8(0x80 | code >> 6 & 0x3F))
            batch.scratch.push(UInt8(0x80 | code & 0x3F))
        } else {
            batch.scratch.push(UInt8(0xF0 | code >> 18))
            batch.scratch.push(UInt8(0x80 | code >> 12 & 0x3F))
            batch.scratch.push(UInt8(0x80 | code >> 6 & 0x3F))
            batch.scratch.push(UInt8(0x80 | code & 0x3F))
        }
    }
}
