/// The bytes that decoders look for, by name.
public enum ASCII {
    public static var tab: UInt8 { 0x09 }
    public static var newline: UInt8 { 0x0A }
    public static var carriageReturn: UInt8 { 0x0D }
    public static var space: UInt8 { 0x20 }
    public static var quote: UInt8 { 0x22 }
    public static var percent: UInt8 { 0x25 }
    public static var openParenthesis: UInt8 { 0x28 }
    public static var closeParenthesis: UInt8 { 0x29 }
    public static var plus: UInt8 { 0x2B }
    public static var comma: UInt8 { 0x2C }
    public static var minus: UInt8 { 0x2D }
    public static var dot: UInt8 { 0x2E }
    public static var slash: UInt8 { 0x2F }
    public static var zero: UInt8 { 0x30 }
    public static var colon: UInt8 { 0x3A }
    public static var semicolon: UInt8 { 0x3B }
    public static var less: UInt8 { 0x3C }
    public static var equals: UInt8 { 0x3D }
    public static var greater: UInt8 { 0x3E }
    public static var question: UInt8 { 0x3F }
    public static var openBracket: UInt8 { 0x5B }
    public static var backslash: UInt8 { 0x5C }
    public static var closeBracket: UInt8 { 0x5D }
    public static var underscore: UInt8 { 0x5F }

    public static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    public static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    public static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    public static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
    public static func upper(_ byte: UInt8) -> UInt8 { byte &- 0x61 < 26 ? byte & 0xDF : byte }

    /// 0...15 for a hexadecimal digit of either case, nil for anything else.
    public static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
