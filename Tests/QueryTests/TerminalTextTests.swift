import Query
import Testing

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("\u{1b}[31mred\u{1b}[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\u{7f}\u{9b}31m\u{85}", "\\x7f\\x9b31m\\x85"),
        ("user\u{202e}gpj.exe", "user\\u{202e}gpj.exe"),
        ("\u{2066}x\u{2069}\u{200f}", "\\u{2066}x\\u{2069}\\u{200f}"),
        ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
        ("Đăng nhập", "Đăng nhập"),
        ("Đa\u{306}ng", "Đa\u{306}ng"),
        ("漢字 😀", "漢字 😀"),
        ("\u{e0041}\u{2028}", "\\u{e0041}\\u{2028}"),
    ])
    func escapes(text: String, expected: String) {
        #expect(TerminalText.escaped(text) == expected)
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("Đăng nhập", 9), ("Đa\u{306}ng nhâ\u{323}p", 9), ("漢字", 4), ("ｆｕｌｌ", 8), ("😀", 2),
        ("한국", 4), ("e\u{301}\u{302}\u{303}", 1), ("…", 1), ("·", 1),
    ])
    func widths(text: String, columns: Int) {
        #expect(TerminalText.width(of: text) == columns)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"), ("Đa\u{306}ng nhập", 4, "Đa\u{306}n…"),
    ])
    func cuts(text: String, columns: Int, expected: String) {
        let cut = TerminalText.cut(text, to: columns)
        #expect(Array(cut.unicodeScalars) == Array(expected.unicodeScalars))
        #expect(TerminalText.width(of: cut) <= columns)
    }

    @Test func fits() {
        #expect(TerminalText.fitted("ab", to: 4) == "ab  ")
        #expect(TerminalText.fitted("ab", to: 4, rightAligned: true) == "  ab")
        #expect(TerminalText.fitted("漢字漢", to: 4) == "漢… ")
    }

    @Test func wraps() {
        #expect(TerminalText.wrapped("one two three", to: 7) == ["one two", "three"])
        #expect(TerminalText.wrapped("", to: 7).isEmpty)
        let long = TerminalText.wrapped(String(repeating: "x", count: 50) + " y", to: 20)
        #expect(long.joined().filter { $0 == "x" }.count == 50)
        #expect(long.allSatisfy { $0.count <= 20 })
        #expect(TerminalText.wrapped("漢字漢字漢字", to: 5).allSatisfy { TerminalText.width(of: $0) <= 5 })
    }
}
