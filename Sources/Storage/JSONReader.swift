internal import Primitives

/// Reads JSON text (RFC 8259), nested at most 32 deep; nil for anything else. Numbers must be whole.
struct JSONReader {
    private let bytes: Bytes
    private var position = 0
    private static let maximumDepth = 32

    private init(_ bytes: Bytes) { self.bytes = bytes }

    static func read(_ bytes: Bytes) -> JSONValue? {
        var reader = JSONReader(bytes)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipSpace()
        return reader.position == bytes.count ? value : nil
    }

    static func read(_ text: String) -> JSONValue? { text.withBytes { read($0) } }

    private mutating func skipSpace() {
        while let byte = peek, byte == ASCII.space || (byte >= 9 && byte <= 13) { position += 1 }
    }

    private var peek: UInt8? { position < bytes.count ? bytes.start[position] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
        guard bytes.starts(with: word, at: position) else { return nil }
        position += word.utf8CodeUnitCount
        return value
    }

    private mutating func value(depth: Int) -> JSONValue? {
        guard depth < JSONReader.maximumDepth else { return nil }
        skipSpace()
        switch peek {
        case ASCII.quote: return string().map { .text($0) }
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "t"): return word("true", .boolean(true))
        case UInt8(ascii: "f"): return word("false", .boolean(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func number() -> JSONValue? {
        let from = position
        if peek == ASCII.minus { position += 1 }
        while let byte = peek, ASCII.isDigit(byte) { position += 1 }
        return Int64(bytes.slice(from, position).text).map { .integer($0) }
    }

    private mutating func array(depth: Int) -> JSONValue? {
        position += 1
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            guard let element = value(depth: depth + 1) else { return nil }
            elements.append(element)
        } while take(ASCII.comma)
        return take(UInt8(ascii: "]")) ? .array(elements) : nil
    }

    private mutating func object(depth: Int) -> JSONValue? {
        position += 1
        var members: [JSONValue.Member] = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard peek == ASCII.quote, let name = string(), take(ASCII.colon), let value = value(depth: depth + 1)
            else { return nil }
            members.append(JSONValue.Member(name, value))
        } while take(ASCII.comma)
        return take(UInt8(ascii: "}")) ? .object(members) : nil
    }

    private mutating func string() -> String? {
        position += 1
        guard let end = bytes.firstIndex(of: ASCII.quote, from: position) else { return nil }
        let plain = bytes.slice(position, end)
        if plain.firstIndex(of: ASCII.backslash) == nil {
            position = end + 1
            return plain.text
        }
        return escapedString()
    }

    private mutating func escapedString() -> String? {
        var content: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == ASCII.quote { return String(decoding: content, as: UTF8.self) }
            guard byte == ASCII.backslash else {
                content.append(byte)
                continue
            }
            guard let kind = peek else { return nil }
            position += 1
            switch kind {
            case UInt8(ascii: "n"): content.append(ASCII.newline)
            case UInt8(ascii: "r"): content.append(ASCII.carriageReturn)
            case UInt8(ascii: "t"): content.append(ASCII.tab)
            case UInt8(ascii: "b"): content.append(8)
            case UInt8(ascii: "f"): content.append(12)
            case UInt8(ascii: "u"):
                guard let scalar = escapedScalar() else { return nil }
                content.append(contentsOf: String(Character(scalar)).utf8)
            default: content.append(kind)
            }
        }
        return nil
    }

    /// Four hexadecimal digits behind `\u`; a surrogate pair is put together, a lone half becomes U+FFFD.
    private mutating func escapedScalar() -> Unicode.Scalar? {
        guard let high = codeUnit() else { return nil }
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xDC00, bytes.starts(with: "\\u", at: position) else { return "\u{FFFD}" }
        let back = position
        position += 2
        guard let low = codeUnit(), low >= 0xDC00, low < 0xE000 else {
            position = back
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    }

    private mutating func codeUnit() -> UInt32? {
        guard position + 4 <= bytes.count, let value = UInt32(bytes.slice(position, position + 4).text, radix: 16)
        else { return nil }
        position += 4
        return value
    }
}
