internal import Primitives

/// Injection of commands for Unix shells: the value ends a command or opens a substitution, and a command follows; or
/// it is a command as a shell takes it, with an option, a path or a redirection.
enum UnixJudge {
    static let needs: ByteClasses = [
        .semicolon, .pipe, .ampersand, .backtick, .dollar, .line, .slash, .minus, .brace, .parenthesis, .angle, .quote,
        .backslash, .exclamation, .space,
    ]

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if text.has([.dollar, .backtick, .angle, .parenthesis]) { ShellExpansions.judge(text, place, &tally) }
        if place != .path || text.has([.semicolon, .pipe, .backtick]) { separated(text, place, &tally) }
        if place != .path { leading(text, 0, place, &tally) }
        paths(text, place, &tally)
        if text.has(.brace) { braces(text, &tally) }
    }

    /// Behind `;`, `|`, `&`, a newline, a backtick or an opening bracket.
    private static func separated(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = 0
        while at < text.count, tally.current < 10 {
            let byte = text.bytes.start[at]
            guard byte == 0x3B || byte == 0x7C || byte == 0x26 || byte == 0x0A || byte == 0x0D || byte == 0x60
            else {
                at += 1
                continue
            }
            var next = at + 1
            while next < text.count, isJoin(text[next]) { next += 1 }
            // In an agent or a referrer `;` and `&` part what belongs there.
            // Titles are parted by a bar or an `&` between spaces.
            let isSpaced =
                text[at + 1] == 0x20 && (byte == 0x26 || byte == 0x7C) && text[at - 1] == 0x20
                && ASCII.isLetter(text[text.skipSpaceBack(at) - 1])
            if byte == 0x3B, text.starts("base64,", at: at + 1), text.starts("data:") {
                at += 1
                continue
            }
            let isOrdinary =
                place == .agent && byte == 0x3B && text[at + 1] == 0x20 || isSpaced
                || byte == 0x26 && isEntity(text, at)
            command(text, at, next, weak: isOrdinary, &tally)
            at = max(next, at + 1)
        }
    }

    private static func isJoin(_ byte: UInt8) -> Bool {
        AttackText.isSpace(byte) || byte == 0x3B || byte == 0x7C || byte == 0x26 || byte == 0x28 || byte == 0x7B
            || byte == 0x21
            || byte == 0x40 || byte == 0x2C || byte == 0x7D
    }

    /// `&amp;`, `&#39;`.
    private static func isEntity(_ text: AttackText, _ at: Int) -> Bool {
        if text[at + 1] == 0x23 { return true }
        let end = text.wordEnd(at + 1)
        return end > at + 1 && end < at + 9 && text[end] == ASCII.semicolon
    }

    private static func command(
        _ text: AttackText, _ separator: Int, _ from: Int, weak: Bool, _ tally: inout AttackTally
    ) {
        guard let found = name(text, from) else { return }
        let kind = found.value(in: UnixCommands.table)
        let tail = tail(text, found.end)
        if kind == 0 {
            if found.isHidden && found.length >= 2 && (tail != .prose) && text[found.start] != 0x27
                && text[found.start] != 0x22
            {
                tally.raise(to: 3, "word hidden from filters", at: found.start, found.end - found.start)
            }
            return
        }
        // Prose has a space behind its semicolon, and sentences behind its line ends.
        let isProse =
            tail == .prose && (from > separator + 1 || kind == 2) && kind != 3
            && (weak || text[separator] != 0x7C && text[separator] != 0x60)
        var score = isProse ? kind == 1 && !weak ? 3 : 2 : 5
        // A list of words between bars, or a name such as AT&T.
        let next = text[text.skipSpace(found.end)]
        if kind == 2 && (next == 0x7C || next == 0x26) && (text[separator] == 0x7C || text[separator] == 0x26) {
            score = 2
        }
        if kind == 2 && next == 0x3B && from > separator + 1 { score = 2 }
        if weak && kind == 2 && !argument(text, found.end) { score = 2 }
        // `; size M/L`: an ordinary word behind a semicolon and a space, with nothing that only a shell reads.
        if kind == 2 && text[separator] == 0x3B && text[separator + 1] == 0x20 && isName(text, found.end) { score = 2 }
        if weak && tail == .end { score = kind == 2 ? 2 : 4 }
        if weak && tail == .word { score -= 2 }
        if found.isHidden { score += 2 }
        tally.raise(to: score, "command behind a separator", at: separator, found.end - separator)
    }

    /// The command's name, over assignments and words that run another command.
    private static func name(_ text: AttackText, _ from: Int) -> ShellWord? {
        var at = from
        var assigns = false
        for _ in 0..<6 {
            at = text.skipSpace(at)
            let word = ShellWord.unix(text, at)
            if word.length == 0 && !word.hasWildcard { return nil }
            if text[word.end] == ASCII.equals, !word.isPath {
                assigns = true
                at = word.end + 1
                while at < text.count, !AttackText.isSpace(text[at]) && text[at] != 0x3B && text[at] != 0x26 { at += 1 }
                if text[at] == 0x3B || text[at] == 0x26 { return nil }
                continue
            }
            if word.value(in: UnixCommands.runners) != 0 {
                let next = text.skipSpace(word.end)
                let inner = ShellWord.unix(text, next)
                if next > word.end,
                    inner.value(in: UnixCommands.table) != 0 || inner.value(in: UnixCommands.runners) != 0
                {
                    at = next
                    continue
                }
            }
            // `key: value` and `key|value` are lists, not commands.
            if text[word.end] == ASCII.colon { return nil }
            let isSure = UnixCommands.isSure(word.value(in: UnixCommands.table)) && tail(text, word.end) != .prose
            return assigns && !isSure ? nil : word
        }
        return nil
    }

    enum Tail {
        case end
        /// An option, a path, an expansion, a redirection, another separator.
        case shell
        /// One more word that ends the text or stands before shell.
        case word
        case prose
    }

    static func tail(_ text: AttackText, _ from: Int) -> Tail {
        let at = text.skipSpace(from)
        if at >= text.count { return .end }
        switch text[at] {
        case 0x3B, 0x7C, 0x26, 0x60, 0x24, ASCII.greater, ASCII.less, 0x23, 0x7E, 0x27, 0x22, 0x29, 0x7D, 0x2A, 0x5C:
            return .shell
        case ASCII.slash: return at > from ? .shell : .prose
        case ASCII.dot: return text[at + 1] == ASCII.slash || text[at + 1] == ASCII.dot ? .shell : .prose
        case ASCII.minus:
            return at > from && (ASCII.isAlphanumeric(text[at + 1]) || text[at + 1] == ASCII.minus) ? .shell : .prose
        default: break
        }
        if at == from { return .prose }
        if text.starts("http", at: at) && text.contains("://") { return .shell }
        var end = at
        while end < text.count,
            AttackText.isWord(text[end]) || text[end] == ASCII.dot || text[end] == ASCII.slash
                || text[end] == ASCII.minus || text[end] == ASCII.colon || text[end] == 0x40
        { end += 1 }
        let hasShape =
            text.slice(at, end).firstIndex(of: ASCII.slash) != nil
            || text.slice(at, end).firstIndex(of: ASCII.dot) != nil
                && text[end - 1] != ASCII.dot
        if hasShape && end > at { return .shell }
        if let path = text.slice(end, end + 64).firstIndex(of: " /"), ASCII.isLetter(text[end + path + 2]) {
            return .shell
        }
        let next = text.skipSpace(end)
        if next >= text.count || text[next] == 0x3B || text[next] == 0x7C || text[next] == 0x26 { return .word }
        return .prose
    }

    /// The whole value is a command.
    static func leading(_ text: AttackText, _ from: Int, _ place: AttackPlace, _ tally: inout AttackTally) {
        var start = text.skipSpace(from)
        if place == .referrer || place == .agent, let equals = afterEquals(text) { start = equals }
        guard let word = name(text, start) else { return }
        let kind = word.value(in: UnixCommands.table)
        guard kind != 0, word.start > start || word.length > 0 else { return }
        let isRun = word.start > start
        let tail = tail(text, word.end)
        let spaced = AttackText.isSpace(text[word.end])
        let joined =
            text[word.end] == 0x3B || text[word.end] == 0x7C || text[word.end] == 0x26 || text[word.end] == ASCII.less
        if tail == .shell && (spaced || joined && kind == 3) || tail == .shell && text[word.end] == ASCII.less {
            let strong = kind != 2 || argument(text, word.end)
            tally.add(strong ? 5 : 3, "command with its arguments", at: word.start, word.end - word.start)
        } else if word.isHidden && word.length >= 2 && (!isQuoted(text, start) || joinsQuotes(text, word))
            && !isPossessive(text, word)
        {
            tally.add(5, "command hidden from filters", at: word.start, word.end - word.start)
        } else if kind == 3 && (place == .agent || place == .referrer) && text[word.end] != ASCII.slash {
            tally.add(5, "command in place of a name", at: word.start, word.end - word.start)
        } else if word.isPath && kind != 2 && tail != .prose && text[word.start] == ASCII.slash {
            tally.add(5, "path of a command", at: word.start, word.end - word.start)
        } else if isRun && kind != 2 && tail != .prose {
            tally.add(kind == 3 ? 5 : 4, "command run by another", at: start, word.end - start)
        }
    }

    private static func isQuoted(_ text: AttackText, _ at: Int) -> Bool { text[at] == 0x27 || text[at] == 0x22 }

    /// `'c'at`: a quote between two letters.
    private static func joinsQuotes(_ text: AttackText, _ word: ShellWord) -> Bool {
        for at in word.start..<word.end where isQuoted(text, at) {
            if ASCII.isLetter(text[at + 1]), ASCII.isLetter(text[at - 1]) || isQuoted(text, at - 1) { return true }
        }
        return false
    }

    /// `user's`, `I'd`: one apostrophe between letters and no other in the text. A shell would wait for its end.
    private static func isPossessive(_ text: AttackText, _ word: ShellWord) -> Bool {
        let at = text.find(byte: 0x27)
        return at > word.start && at + 1 < word.end && ASCII.isLetter(text[at - 1]) && ASCII.isLetter(text[at + 1])
            && text.find(byte: 0x27, from: at + 1) < 0 && !text.has([.backslash, .dollar, .doubleQuote, .backtick])
    }

    /// Whether a blank and a letter follow: no option, path or expansion.
    private static func isName(_ text: AttackText, _ from: Int) -> Bool {
        AttackText.isSpace(text[from]) && ASCII.isLetter(text[text.skipSpace(from)])
    }

    private static func afterEquals(_ text: AttackText) -> Int? {
        let at = text.find(byte: ASCII.equals)
        return at >= 0 ? at + 1 : nil
    }

    /// An option or an absolute path with a letter.
    private static func argument(_ text: AttackText, _ from: Int) -> Bool {
        let at = text.skipSpace(from)
        if text[at] == ASCII.minus { return ASCII.isLetter(text[at + 1]) || text[at + 1] == ASCII.minus }
        return text[at] == ASCII.slash && ASCII.isLetter(text[at + 1]) || text[at] == 0x24 || text[at] == ASCII.greater
            || text[at] == 0x7C
    }

    /// Paths with wildcards, quotes or escapes inside: nobody but a shell reads them. `/bin/sh` and its like.
    private static func paths(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        if text.contains("/dev/tcp/") || text.contains("/dev/udp/") {
            tally.add(5, "connection opened by a shell", at: max(0, text.find("/dev/")), 9)
        }
        for folder in ["bin/", "sbin/"] as [StaticString] {
            let at = text.find(folder)
            guard at >= 0, at == 0 || text[at - 1] == ASCII.slash || !AttackText.isWord(text[at - 1]) else { continue }
            let word = ShellWord.unix(text, at + folder.utf8CodeUnitCount)
            if word.value(in: UnixCommands.table) != 0, place != .path || at <= 5,
                tail(text, word.end) != .prose || AttackText.isSpace(text[word.end])
            {
                tally.add(5, "path of a command", at: at, word.end - at)
                break
            }
        }
        if place != .path, text.has([.question, .star, .bracket, .quote, .backslash, .dollar, .doubleQuote]) {
            ShellPaths.judge(text, &tally)
        }
    }

    /// Each is looked at for up to 128 bytes; no command line has so many.
    private static let maximumBraces = 512

    /// `{cat,/etc/passwd}`: a list in braces is a command with its arguments.
    private static func braces(_ text: AttackText, _ tally: inout AttackTally) {
        var at = text.find(byte: 0x7B)
        var seen = 0
        while at >= 0, seen < maximumBraces {
            seen += 1
            let start = text[at + 1] == ASCII.comma ? at + 2 : at + 1
            let word = ShellWord.unix(text, start)
            let listed = text[word.end] == ASCII.comma || start == at + 2 && text[word.end] == 0x7D
            if listed, word.value(in: UnixCommands.table) != 0 || word.isHidden {
                tally.add(5, "command in braces", at: at, word.end - at)
                return
            }
            at = text.find(byte: 0x7B, from: at + 1)
        }
    }
}
