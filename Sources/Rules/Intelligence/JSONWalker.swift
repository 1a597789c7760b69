internal import Primitives

/// Goes through JSON text (RFC 8259) and hands over every object with its members that are single values, as text; an
/// object before the ones inside it ends, and so behind them, save that members already read are handed on as `info`
/// comes. Holds one object a level, whatever the size of the text.
struct JSONWalker {
    private let text: Bytes
    private(set) var position = 0
    private static let maximumDepth = 64
    private static let maximumMembers = 200

    init(_ text: Bytes) { self.text = text }

    /// Answers whether the text was JSON to its end.
    mutating func walk(_ visit: ([String: String]) -> Void) -> Bool {
        while true {
            skipSpace()
            if position >= text.count { return true }
            if !value(depth: 0, visit) { return false }
        }
    }

    private var peek: UInt8? { position < text.count ? text.start[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == ASCII.space || (byte >= 9 && byte <= 13) { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int, _ visit: ([String: String]) -> Void) -> Bool {
        guard depth < JSONWalker.maximumDepth else { return false }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return object(depth: depth, visit)
        case UInt8(ascii: "["):
            position += 1
            if take(UInt8(ascii: "]")) { return true }
            repeat {
                if !value(depth: depth + 1, visit) { return false }
            } while take(ASCII.comma)
            return take(UInt8(ascii: "]"))
        default: return scalar() != nil
        }
    }

    private mutating func object(depth: Int, _ visit: ([String: String]) -> Void) -> Bool {
        position += 1
        var members: [String: String] = [:]
        if take(UInt8(ascii: "}")) { return true }
        repeat {
            skipSpace()
            guard peek == ASCII.quote, let name = scalar(), take(ASCII.colon) else { return false }
            skipSpace()
            if peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") {
                // What is said of the whole counts for its parts.
                if let info = members["info"] { visit(["info": info]) }
                if !value(depth: depth + 1, visit) { return false }
            } else {
                guard let text = scalar() else { return false }
                if members.count < JSONWalker.maximumMembers { members[name] = text }
            }
        } while take(ASCII.comma)
        guard take(UInt8(ascii: "}")) else { return false }
        visit(members)
        return true
    }

    /// A string's content, or the word or number as it stands; nil where there is none.
    private mutating func scalar() -> String? {
        if peek == ASCII.quote { return string() }
        let from = position
        while let byte = peek, byte > ASCII.space, byte != ASCII.comma, byte != UInt8(ascii: "}"),
            byte != UInt8(ascii: "]"), byte != ASCII.colon
        { position += 1 }
        return position > from ? text.slice(from, position).text : nil
    }

    private mutating func string() -> String? {
        position += 1
        var content: [UInt8] = []
        while let byte = peek {
            position += 1
            if byte == ASCII.quote { return String(decoding: content, as: UTF8.self) }
            if byte != ASCII.backslash {
                content.append(byte)
                continue
            }
            guard let escape = peek else { return nil }
            position += 1
            switch escape {
            case UInt8(ascii: "n"): content.append(10)
            case UInt8(ascii: "t"): content.append(9)
            case UInt8(ascii: "r"): content.append(13)
            case UInt8(ascii: "b"): content.append(8)
            case UInt8(ascii: "f"): content.append(12)
            case UInt8(ascii: "u"): if !codePoint(&content) { return nil }
            default: content.append(escape)
            }
        }
        return nil
    }

    /// Four hexadecimal digits, and where they are half of a pair, the other half.
    private mutating func codePoint(_ content: inout [UInt8]) -> Bool {
        guard var code = unit() else { return false }
        if (0xD800...0xDBFF).contains(code), peek == ASCII.backslash {
            position += 1
            guard peek == UInt8(ascii: "u") else { return false }
            position += 1
            guard let low = unit() else { return false }
            if (0xDC00...0xDFFF).contains(low) { code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00) }
        }
        content += Array(String(Unicode.Scalar(code).map(Character.init) ?? "\u{FFFD}").utf8)
        return true
    }

    private mutating func unit() -> UInt32? {
        guard position + 4 <= text.count else { return nil }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexValue(text.start[position]) else { return nil }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}
