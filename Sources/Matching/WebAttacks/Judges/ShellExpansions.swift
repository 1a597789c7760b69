internal import Primitives

/// What shells put in place of a `$`, a backtick or a bracket.
enum ShellExpansions {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = text.find(byte: 0x24)
        var rounds = 0
        while at >= 0, tally.current < 10, rounds < 256 {
            dollar(text, at, &tally)
            rounds += 1
            at = text.find(byte: 0x24, from: at + 1)
        }
        if text.has(.backtick) { backticks(text, &tally) }
        if text.contains("() {") || text.contains("(){") || text.contains("() :;") { functionHeader(text, &tally) }
        redirections(text, &tally)
    }

    private static func dollar(_ text: AttackText, _ at: Int, _ tally: inout AttackTally) {
        switch text[at + 1] {
        case 0x28: substitution(text, at, at + 2, &tally)
        case 0x7B: parameter(text, at, &tally)
        case ASCII.openBracket where ASCII.isDigit(text[at + 2]): tally.add(5, "arithmetic of a shell", at: at, 3)
        default:
            if text.starts("$ifs", at: at) { tally.add(5, "field separator in place of a space", at: at, 4) }
            if text.starts("$shell", at: at) || text.starts("$path", at: at), tail(text, text.wordEnd(at + 1)) {
                tally.add(5, "variable of a shell", at: at, 6)
            }
        }
    }

    private static func tail(_ text: AttackText, _ at: Int) -> Bool {
        at >= text.count || UnixJudge.tail(text, at) == .shell
    }

    /// `$(command)`, `$((1+1))`.
    private static func substitution(_ text: AttackText, _ at: Int, _ from: Int, _ tally: inout AttackTally) {
        if text[from] == 0x28 { return tally.add(5, "arithmetic of a shell", at: at, 3) }
        let word = ShellWord.unix(text, text.skipSpace(from))
        let kind = word.value(in: UnixCommands.table)
        let close = text.closing(at + 1, 0x28, 0x29)
        let isScript =
            text.starts("document", at: from) || text.starts("this", at: from) || text.starts("window", at: from)
            || text.starts("function", at: from) || text[from] == 0x27 || text[from] == 0x22 && kind == 0
            || text[from] == 0x23
        if kind != 0 || word.isHidden && word.length > 0 && !isScript || text[from] == ASCII.less {
            tally.add(5, "substitution of a command", at: at, max(word.end, from) - at)
        } else if !isScript && close < text.count && word.length > 0 {
            tally.add(text[close + 1] == ASCII.dot ? 2 : 5, "substitution of a command", at: at, close - at)
        }
    }

    /// `${x:0:1}`, `${x#y}`, `${x//y}`, `${IFS}`, `${!x}`.
    private static func parameter(_ text: AttackText, _ at: Int, _ tally: inout AttackTally) {
        if text.starts("${ifs", at: at) { return tally.add(5, "field separator in place of a space", at: at, 6) }
        if text[at + 2] == 0x60 { return tally.add(5, "substitution of a command", at: at, 3) }
        let start = text[at + 2] == 0x21 || text[at + 2] == 0x23 ? at + 3 : at + 2
        let end = text[start] == 0x40 || text[start] == 0x2A ? start + 1 : text.wordEnd(start)
        let next = text[end]
        let second = text[end + 1]
        let slices =
            next == ASCII.colon
            && (ASCII.isDigit(second) || second == ASCII.minus || second == ASCII.plus || second == ASCII.question
                || second == ASCII.equals || second == 0x23 || second == 0x7E)
        let trims =
            next == 0x23 || next == ASCII.percent || next == ASCII.slash || next == 0x5E || next == ASCII.comma
            || next == 0x40
        if end > start, slices || trims, !text.starts("${jndi", at: at) {
            tally.add(slices && second == ASCII.minus ? 3 : 5, "parameter of a shell cut up", at: at, end + 2 - at)
        }
    }

    private static func backticks(_ text: AttackText, _ tally: inout AttackTally) {
        let first = text.find(byte: 0x60)
        let word = ShellWord.unix(text, text.skipSpace(first + 1))
        if text[first + 1] == 0x60 { return }
        if word.value(in: UnixCommands.table) != 0, text.find(byte: 0x60, from: word.end) > 0 || first == 0 {
            tally.add(5, "substitution of a command", at: first, word.end - first)
        }
    }

    /// CVE-2014-6271: a function in a variable, and what follows it.
    private static func functionHeader(_ text: AttackText, _ tally: inout AttackTally) {
        let at = max(text.find("() "), text.find("(){"))
        if at <= 1 || text.contains("};") && at < 3 { tally.add(5, "function in a variable", at: max(0, at), 4) }
    }

    private static func redirections(_ text: AttackText, _ tally: inout AttackTally) {
        if text.containsAny(["2>&1", ">&0", "0>&1", "0<&1", "&>/", "0>$", "<<<", "1>&2"]) {
            tally.add(text.contains("<<<") ? 4 : 5, "redirection of a shell")
        }
        let process = text.first(of: ["<(", ">("])
        if let process,
            ShellWord.unix(text, process.at + 2).value(in: UnixCommands.table) != 0 || text[process.at + 2] == 0x29
        {
            tally.add(5, "substitution of a process", at: process.at, 2)
        }
        if let file = text.first(of: [">/tmp/", "> /tmp/", ">/dev/null", "> /dev/null", ">/etc/", ">/var/"]) {
            tally.add(5, "output written to a file", at: file.at, file.length)
        }
    }
}
