/// Bytes as `offset  hexadecimal  text`, sixteen a line.
package enum HexDump {
    package static func lines(_ bytes: [UInt8], rows: Int) -> [String] {
        let digits = Array("0123456789abcdef")
        var lines: [String] = []
        for row in 0..<min(rows, (bytes.count + 15) / 16) {
            let slice = bytes[(row * 16)..<min(bytes.count, row * 16 + 16)]
            let offset = [12, 8, 4, 0].map { String(digits[(row * 16 >> $0) & 15]) }.joined()
            let hex = slice.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined(separator: " ")
            let text = String(slice.map { $0 >= 0x20 && $0 < 0x7F ? Character(Unicode.Scalar($0)) : "." })
            lines.append("\(offset)  \(TerminalText.fitted(hex, to: 47))  \(text)")
        }
        if bytes.count > rows * 16 { lines.append("... \(bytes.count) bytes") }
        return lines
    }
}
