internal import Primitives

/// Reads foreign bytes as UTF-8, character by character, without trusting them.
enum UTF8Reader {
    /// One character and how many bytes it takes. `scalar` nil: no valid UTF-8 begins here, and `length` is that of the
    /// longest part that could have been the beginning of a character (Unicode 15, section 3.9, "maximal subpart"; what
    /// W3C's decoders and Swift's `String(decoding:)` replace by one U+FFFD).
    static func scalar(_ bytes: Bytes, at index: Int) -> (scalar: UInt32?, length: Int) {
        let start = bytes.start + index
        let left = bytes.count - index
        let first = start[0]
        if first < 0x80 { return (UInt32(first), 1) }
        let (needed, low, high): (Int, UInt8, UInt8)
        switch first {
        case 0xC2...0xDF: (needed, low, high) = (1, 0x80, 0xBF)
        case 0xE0: (needed, low, high) = (2, 0xA0, 0xBF)
        case 0xED: (needed, low, high) = (2, 0x80, 0x9F)
        case 0xE1...0xEF: (needed, low, high) = (2, 0x80, 0xBF)
        case 0xF0: (needed, low, high) = (3, 0x90, 0xBF)
        case 0xF1...0xF3: (needed, low, high) = (3, 0x80, 0xBF)
        case 0xF4: (needed, low, high) = (3, 0x80, 0x8F)
        default: return (nil, 1)
        }
        guard left > 1, start[1] >= low, start[1] <= high else { return (nil, 1) }
        var value = UInt32(first & (needed == 1 ? 0x1F : needed == 2 ? 0x0F : 0x07)) << 6 | UInt32(start[1] & 0x3F)
        for position in 1..<needed {
            guard left > position + 1, start[position + 1] & 0xC0 == 0x80 else { return (nil, position + 1) }
            value = value << 6 | UInt32(start[position + 1] & 0x3F)
        }
        return (value, needed + 1)
    }
}
