package import Primitives

/// Foreign text made safe for a terminal: nothing in it can steer the terminal or pass for other text.
///
/// Control characters (C0, DEL, C1), bidirectional controls, line separators and bytes that are not UTF-8 are shown as
/// `\n`, `\t`, `\xHH` or `\u{HHHH}`; a backslash stays one. Letters stay as they are, composed (NFC) or with combining
/// marks (NFD).
package enum TerminalText {
    package static func escaped(_ bytes: Bytes) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let (scalar, length) = UTF8Reader.scalar(bytes, at: index)
            if let scalar, !TextSafety.isUnsafe(scalar) {
                output.append(contentsOf: bytes.slice(index, index + length).raw)
            } else if let scalar {
                output.append(contentsOf: name(of: scalar).utf8)
            } else {
                for byte in bytes.slice(index, index + length).raw { output.append(contentsOf: hex(byte).utf8) }
            }
            index += length
        }
        return String(decoding: output, as: UTF8.self)
    }

    package static func escaped(_ text: String) -> String { text.withBytes { escaped($0) } }

    private static func name(of scalar: UInt32) -> String {
        switch scalar {
        case 0x09: "\\t"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0..<0x80: hex(UInt8(scalar))
        default: "\\u{" + String(scalar, radix: 16) + "}"
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16) }
}
