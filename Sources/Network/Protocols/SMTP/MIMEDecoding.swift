internal import Primitives

/// How a part's body is written (RFC 2045 section 6).
enum MIMEEncoding: UInt8 {
    case plain
    case base64
    case quotedPrintable
}

/// Undoes a transfer encoding line by line. A plain value.
struct MIMEDecoder {
    private var group: UInt32 = 0
    private var digits = 0
    /// A line end that belongs to the part if another line follows.
    private var endsLine = false
    /// Something stood there that the encoding does not know.
    private(set) var isDamaged = false

    /// Appends what a line (without its end) decodes to.
    mutating func decode(
        _ line: Bytes, _ encoding: MIMEEncoding, into store: inout ByteStore, limit: Int, _ meter: MemoryMeter
    ) {
        if endsLine {
            MIMEDecoder.append((ASCII.carriageReturn, ASCII.newline), to: &store, limit, meter)
            endsLine = false
        }
        switch encoding {
        case .plain:
            _ = store.append(line, limit: limit, meter)
            endsLine = true
        case .base64: decodeBase64(line, into: &store, limit, meter)
        case .quotedPrintable: decodeQuoted(line, into: &store, limit, meter)
        }
    }

    private static func append(
        _ pair: (UInt8, UInt8), to store: inout ByteStore, _ limit: Int, _ meter: MemoryMeter
    ) {
        withUnsafeBytes(of: pair) { _ = store.append(Bytes($0), limit: limit, meter) }
    }

    /// Characters outside the alphabet are passed over (RFC 2045 section 6.8).
    private mutating func decodeBase64(
        _ line: Bytes, into store: inout ByteStore, _ limit: Int, _ meter: MemoryMeter
    ) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 192) { piece in
            guard let base = piece.baseAddress else { return }
            var filled = 0
            for index in 0..<line.count {
                guard let value = MIMEDecoder.value(line.start[index]) else {
                    // Padding ends a group, wherever it stands.
                    if line.start[index] == ASCII.equals && digits > 1 {
                        digits = 0
                        group = 0
                    } else if line.start[index] != ASCII.equals, line.start[index] > ASCII.space {
                        isDamaged = true
                    }
                    continue
                }
                group = group << 6 | UInt32(value)
                digits += 1
                guard digits > 1 else { continue }
                base[filled] = UInt8(truncatingIfNeeded: group >> UInt32(digits == 2 ? 4 : digits == 3 ? 2 : 0))
                filled += 1
                if digits == 4 {
                    digits = 0
                    group = 0
                }
                if filled == 192 {
                    _ = store.append(Bytes(start: base, count: filled), limit: limit, meter)
                    filled = 0
                }
            }
            _ = store.append(Bytes(start: base, count: filled), limit: limit, meter)
        }
    }

    /// What a character of Base64 stands for.
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5A: byte - 0x41
        case 0x61...0x7A: byte - 0x61 + 26
        case 0x30...0x39: byte - 0x30 + 52
        case ASCII.plus: 62
        case ASCII.slash: 63
        default: nil
        }
    }

    private mutating func decodeQuoted(
        _ line: Bytes, into store: inout ByteStore, _ limit: Int, _ meter: MemoryMeter
    ) {
        var at = 0
        while at < line.count {
            let next = line.firstIndex(of: ASCII.equals, from: at) ?? line.count
            _ = store.append(line.slice(at, next), limit: limit, meter)
            guard next < line.count else { break }
            // An equals sign at the end joins this line with the next.
            if next + 1 == line.count { return }
            guard next + 2 < line.count, let high = ASCII.hexValue(line[next + 1]),
                let low = ASCII.hexValue(line[next + 2])
            else {
                isDamaged = true
                _ = store.append(line.slice(next, next + 1), limit: limit, meter)
                at = next + 1
                continue
            }
            withUnsafeBytes(of: high << 4 | low) { _ = store.append(Bytes($0), limit: limit, meter) }
            at = next + 3
        }
        endsLine = true
    }
}

/// Values of header fields.
enum MIMEValue {
    /// A parameter's value (`boundary="x"`, `filename=x`), without its quotes; empty where it is not there.
    static func parameter(_ value: Bytes, _ lowered: StaticString) -> Bytes {
        let length = lowered.utf8CodeUnitCount
        var at = 0
        while let semicolon = value.firstIndex(of: ASCII.semicolon, from: at) {
            at = semicolon + 1
            let rest = value.dropping(at).trimmed
            guard rest.startsIgnoringCase(lowered) else { continue }
            var text = rest.dropping(length).trimmed
            // RFC 2231 marks values in other character sets with a star.
            if !text.isEmpty, text[0] == 0x2A { text = text.dropping(1) }
            guard !text.isEmpty, text[0] == ASCII.equals else { continue }
            return unquoted(text.dropping(1).trimmed)
        }
        return .empty
    }

    /// Piece `number` of a parameter's value that goes on from piece to piece (RFC 2231 section 3): `filename*0=...`.
    static func piece(_ value: Bytes, _ lowered: StaticString, _ number: Int) -> Bytes? {
        var at = 0
        while let semicolon = value.firstIndex(of: ASCII.semicolon, from: at) {
            at = semicolon + 1
            let rest = value.dropping(at).trimmed
            guard rest.startsIgnoringCase(lowered) else { continue }
            let text = rest.dropping(lowered.utf8CodeUnitCount)
            guard !text.isEmpty, text[0] == 0x2A, let equals = text.firstIndex(of: ASCII.equals) else { continue }
            var digits = text.slice(1, equals).trimmed
            if !digits.isEmpty, digits[digits.count - 1] == 0x2A { digits = digits.slice(0, digits.count - 1) }
            guard digits.decimal == number else { continue }
            return unquoted(text.dropping(equals + 1).trimmed)
        }
        return nil
    }

    private static func unquoted(_ text: Bytes) -> Bytes {
        if !text.isEmpty, text[0] == ASCII.quote {
            let inside = text.dropping(1)
            return inside.slice(0, inside.firstIndex(of: ASCII.quote) ?? inside.count)
        }
        return text.slice(0, text.firstIndex(of: ASCII.semicolon) ?? text.count).trimmed
    }
}
