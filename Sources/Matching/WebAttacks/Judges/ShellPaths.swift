internal import Primitives

/// Absolute paths that are written so that only a shell sees what they are: `/et*/pas?wd`, `/e\tc`, `/b""in/ca$@t`.
enum ShellPaths {
    static func judge(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find(byte: ASCII.slash)
        var rounds = 0
        while at >= 0, rounds < 256 {
            rounds += 1
            let end = pathEnd(text, at)
            if at == 0 || isBoundary(text[at - 1]), hides(text, at, end) {
                return tally.add(5, "path hidden from filters", at: at, end - at)
            }
            at = text.find(byte: ASCII.slash, from: max(end, at + 1))
        }
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        AttackText.isSpace(byte) || byte == ASCII.less || byte == ASCII.greater || byte == 0x3B || byte == 0x7C
            || byte == 0x26
            || byte == ASCII.comma || byte == 0x28 || byte == 0x7D || byte == ASCII.equals || byte == 0x60
    }

    private static func pathEnd(_ text: AttackText, _ from: Int) -> Int {
        var at = from
        while at < text.count, !AttackText.isSpace(text[at]), text[at] != 0x3B, text[at] != 0x7C, text[at] != 0x26,
            text[at] != ASCII.equals, text[at] != ASCII.comma, text[at] != ASCII.less, text[at] != ASCII.greater
        { at += 1 }
        return at
    }

    private static func hides(_ text: AttackText, _ from: Int, _ end: Int) -> Bool {
        var wildcards = 0
        var slashes = 0
        var tricks = 0
        for index in from..<end {
            let byte = text[index]
            let beside = AttackText.isWord(text[index + 1]) || AttackText.isWord(text[index - 1])
            switch byte {
            case ASCII.slash: slashes += 1
            case ASCII.question, 0x2A: wildcards += 1
            case ASCII.backslash where AttackText.isWord(text[index + 1]) && index > from + 1: tricks += 1
            case 0x27 where text[index + 1] == 0x27 && beside, 0x22 where text[index + 1] == 0x22 && beside: tricks += 1
            case 0x24 where text[index + 1] == 0x40 || text[index + 1] == 0x2A: tricks += 1
            case 0x24 where index > from && AttackText.isWord(text[index - 1]) && AttackText.isWord(text[index + 1]):
                tricks += 1
            case ASCII.openBracket
            where text.find(byte: ASCII.closeBracket, from: index) - index <= 6
                && text.find(byte: ASCII.closeBracket, from: index) > index:
                tricks += index == from + 1 || AttackText.isWord(text[index - 1]) ? 1 : 0
            default: break
            }
        }
        if slashes < 2 { return tricks > 1 }
        if tricks > 0 { return true }
        let isQuery = text.find(byte: ASCII.equals, from: from) >= 0
        return wildcards >= 2 && !isQuery
            || wildcards == 1 && text.find("*/", from: from) > 0 && from > 0 && !text.contains("/*")
    }
}
