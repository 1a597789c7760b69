import Output
import Primitives
import Testing

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("GET /a?b=c HTTP/1.1", "GET /a?b=c HTTP/1.1"),
        ("\u{1B}[31mred\u{1B}]0;title\u{7}", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("a\tb\r\nc\0", "a\\tb\\r\\nc\\x00"),
        ("\u{7F}\u{9B}31m", "\\x7f\\u{9b}31m"),
        ("invoice\u{202E}fdp.exe", "invoice\\u{202e}fdp.exe"),
        ("a\u{2028}b\u{2069}\u{FEFF}", "a\\u{2028}b\\u{2069}\\u{feff}"),
        ("back\\slash", "back\\slash"),
        ("Thủ tục hành chính", "Thủ tục hành chính"),
        ("Thu\u{309} tu\u{323}c", "Thu\u{309} tu\u{323}c"),
        ("中文 😀 عربي", "中文 😀 عربي"),
        ("\u{E0041}", "\\u{e0041}"),
    ])
    func texts(_ text: String, _ safe: String) {
        #expect(Array(TerminalText.escaped(text).utf8) == Array(safe.utf8))
    }

    @Test func bytesThatAreNotUTF8() {
        let bytes: [UInt8] = [0x61, 0xFF, 0xE1, 0x80, 0x62, 0x9B, 0xC3]
        #expect(bytes.withBytes { TerminalText.escaped($0) } == "a\\xff\\xe1\\x80b\\x9b\\xc3")
    }

    /// Nothing that comes out can steer a terminal, whatever goes in.
    @Test func everyByteAndEveryControl() {
        for byte in UInt8.min...UInt8.max {
            let shown = [0x41, byte, 0x42].withBytes { TerminalText.escaped($0) }
            #expect(
                shown.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value)
                })
        }
    }
}
