internal import Primitives

/// What kinds of telling bytes a text has: what decides which judges look at it.
struct ByteClasses: OptionSet, Sendable {
    let rawValue: UInt32

    static let quote = ByteClasses(rawValue: 1)
    static let doubleQuote = ByteClasses(rawValue: 1 << 1)
    static let backtick = ByteClasses(rawValue: 1 << 2)
    static let parenthesis = ByteClasses(rawValue: 1 << 3)
    static let angle = ByteClasses(rawValue: 1 << 4)
    static let brace = ByteClasses(rawValue: 1 << 5)
    static let bracket = ByteClasses(rawValue: 1 << 6)
    static let dollar = ByteClasses(rawValue: 1 << 7)
    static let percent = ByteClasses(rawValue: 1 << 8)
    static let semicolon = ByteClasses(rawValue: 1 << 9)
    static let pipe = ByteClasses(rawValue: 1 << 10)
    static let ampersand = ByteClasses(rawValue: 1 << 11)
    static let backslash = ByteClasses(rawValue: 1 << 12)
    static let slash = ByteClasses(rawValue: 1 << 13)
    static let colon = ByteClasses(rawValue: 1 << 14)
    static let equals = ByteClasses(rawValue: 1 << 15)
    static let hash = ByteClasses(rawValue: 1 << 16)
    static let star = ByteClasses(rawValue: 1 << 17)
    static let at = ByteClasses(rawValue: 1 << 18)
    static let exclamation = ByteClasses(rawValue: 1 << 19)
    static let caret = ByteClasses(rawValue: 1 << 20)
    static let tilde = ByteClasses(rawValue: 1 << 21)
    static let question = ByteClasses(rawValue: 1 << 22)
    static let space = ByteClasses(rawValue: 1 << 23)
    static let line = ByteClasses(rawValue: 1 << 24)
    static let control = ByteClasses(rawValue: 1 << 25)
    static let high = ByteClasses(rawValue: 1 << 26)
    static let dot = ByteClasses(rawValue: 1 << 27)
    static let minus = ByteClasses(rawValue: 1 << 28)
    static let plus = ByteClasses(rawValue: 1 << 29)
    /// Bytes that begin UTF-8 sequences which may stand for a letter of ASCII.
    static let lead = ByteClasses(rawValue: 1 << 30)

    static let quotes: ByteClasses = [.quote, .doubleQuote, .backtick]
    /// Bytes that prose, names, numbers, dates and addresses do without.
    static let punctuation: ByteClasses = [
        .quote, .doubleQuote, .backtick, .parenthesis, .angle, .brace, .bracket, .dollar, .percent,
        .semicolon, .pipe,
        .ampersand, .backslash, .equals, .hash, .star, .at, .exclamation, .caret, .tilde, .line,
        .control,
    ]

    /// By byte, the class it belongs to; letters, digits and the comma belong to none.
    static let table: FrozenTable<UInt32> = {
        let table = FrozenTable<UInt32>(repeating: 0, count: 256)
        for byte in 0..<256 {
            let kind: ByteClasses = byte < 0x20 || byte == 0x7F ? .control : byte >= 0x80 ? .high : []
            table[byte] = kind.rawValue
        }
        let named: [(UInt8, ByteClasses)] = [
            (0x27, .quote), (0x22, .doubleQuote), (0x60, .backtick), (0x28, .parenthesis),
            (0x29, .parenthesis),
            (0x3C, .angle), (0x3E, .angle), (0x7B, .brace), (0x7D, .brace), (0x5B, .bracket),
            (0x5D, .bracket),
            (0x24, .dollar), (0x25, .percent), (0x3B, .semicolon), (0x7C, .pipe), (0x26, .ampersand),
            (0x5C, .backslash), (0x2F, .slash), (0x3A, .colon), (0x3D, .equals), (0x23, .hash),
            (0x2A, .star),
            (0x40, .at), (0x21, .exclamation), (0x5E, .caret), (0x7E, .tilde), (0x3F, .question),
            (0x20, .space),
            (0x0A, .line), (0x0D, .line), (0x09, .space), (0x2E, .dot), (0x2D, .minus), (0x2B, .plus),
        ]
        for byte in [0xC0, 0xC1, 0xE0, 0xE2, 0xEF, 0xF0] {
            table[byte] = table[byte] | ByteClasses.lead.rawValue
        }
        for (byte, kind) in named { table[Int(byte)] = kind.rawValue }
        return table
    }()
}
