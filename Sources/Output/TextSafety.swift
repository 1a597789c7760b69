/// Which characters of foreign text are never written as they are, to JSON or to a terminal: those that steer a
/// terminal (C0, DEL, C1), turn the direction of writing (bidirectional controls, which make text look like other
/// text), or break a line where JSON Lines readers do not expect it (U+2028, U+2029).
///
/// Letters are left alone whatever their form: Vietnamese reads the same with combining marks (NFD) and without (NFC).
enum TextSafety {
    static func isUnsafe(_ scalar: UInt32) -> Bool {
        if scalar < 0x20 || scalar >= 0x7F && scalar <= 0x9F { return true }
        switch scalar {
        case 0x061C, 0x200E, 0x200F: return true
        case 0x2028...0x202E, 0x2066...0x2069: return true
        case 0xFEFF, 0xFFF9...0xFFFB: return true
        case 0xE0000...0xE007F: return true
        default: return false
        }
    }
}
