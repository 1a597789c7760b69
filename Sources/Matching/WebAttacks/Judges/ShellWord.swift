internal import Primitives

/// A word as a shell reads it: quotes and escapes taken away, a path cut to its last name.
struct ShellWord {
    /// Hash of the name, for `WordTable.value(hash:)`.
    var hash: UInt64
    var start: Int
    var end: Int
    /// Letters and digits of the last name.
    var length: Int
    /// Whether something stood in it that only hides it: quotes or escapes inside, an empty expansion, a wildcard.
    var isHidden = false
    var isPath = false
    var hasWildcard = false

    /// POSIX shells (2.2 Quoting, 2.6 Word Expansions).
    static func unix(_ text: AttackText, _ from: Int) -> ShellWord {
        var word = ShellWord(hash: WordTable.start, start: from, end: from, length: 0)
        var at = from
        let limit = min(text.count, from + 128)
        while at < limit {
            let byte = text.bytes.start[at]
            switch byte {
            case 0x27, 0x22:
                word.isHidden = word.isHidden || word.length > 0 || text[at + 1] == byte
                at += 1
            case ASCII.backslash:
                word.isHidden = true
                at += text[at + 1] == ASCII.newline ? 2 : 1
            case 0x60 where text[at + 1] == 0x60:
                word.isHidden = true
                at += 2
            case 0x24:
                let end = expansion(text, at)
                if end == at || word.length == 0 && AttackText.isSpace(text[end]) { return word.ended(at) }
                word.isHidden = true
                at = end
            case ASCII.slash:
                word.isPath = true
                word.hash = WordTable.start
                word.length = 0
                at += 1
            case 0x2A, ASCII.question, ASCII.openBracket, ASCII.closeBracket:
                word.hasWildcard = true
                at += 1
            default:
                guard
                    AttackText.isWord(byte) || byte == ASCII.minus || byte == ASCII.dot
                        || byte == ASCII.plus && word.length > 0
                else { return word.ended(at) }
                word.hash = WordTable.step(word.hash, byte)
                word.length += 1
                at += 1
            }
        }
        return word.ended(at)
    }

    /// `$x`, `$@`, `$-`, `${...}`, `$()`: behind it; `at` where there is none.
    private static func expansion(_ text: AttackText, _ at: Int) -> Int {
        let next = text[at + 1]
        if next == 0x7B {
            let end = text.closing(at + 1, 0x7B, 0x7D)
            return end < text.count ? end + 1 : at
        }
        if next == 0x28, text[at + 2] == 0x29 { return at + 3 }
        if next == 0x40 || next == 0x2A || next == ASCII.minus || next == ASCII.question || next == 0x21 || next == 0x24
        {
            return at + 2
        }
        let end = text.wordEnd(at + 1)
        // A name swallows what follows: `$u` is one letter, `$abc` would be the rest of the word.
        return end > at + 1 ? min(end, at + 3) : at
    }

    /// cmd.exe: `^` escapes, quotes are dropped.
    static func windows(_ text: AttackText, _ from: Int) -> ShellWord {
        var word = ShellWord(hash: WordTable.start, start: from, end: from, length: 0)
        var at = from
        let limit = min(text.count, from + 128)
        while at < limit {
            let byte = text.bytes.start[at]
            if byte == 0x5E || byte == 0x22 {
                word.isHidden = word.isHidden || word.length > 0
            } else if byte == ASCII.backslash || byte == ASCII.slash && word.isPath
                || byte == ASCII.colon && word.length == 1
            {
                word.isPath = true
                word.hash = WordTable.start
                word.length = 0
            } else if AttackText.isWord(byte) || byte == ASCII.minus {
                word.hash = WordTable.step(word.hash, byte)
                word.length += 1
            } else if text.starts(".exe", at: at) || text.starts(".com", at: at) {
                at += 3
            } else {
                return word.ended(at)
            }
            at += 1
        }
        return word.ended(at)
    }

    private func ended(_ at: Int) -> ShellWord {
        var word = self
        word.end = at
        return word
    }

    func value(in table: WordTable) -> UInt8 { length == 0 ? 0 : table.value(hash: WordTable.finish(hash)) }
}
