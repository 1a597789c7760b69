internal import Primitives

/// Template injection: a template engine's brackets around something it would reckon, call or look into. A name alone
/// is a placeholder that somebody forgot to fill in.
enum TemplateJudge {
    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        let pairs: [(open: StaticString, close: StaticString)] = [
            ("{{", "}}"), ("${", "}"), ("#{", "}"), ("<%", "%>"), ("{%", "%}"), ("*{", "}"), ("@{", "}"), ("[[", "]]"),
            ("{#", "}"), ("@(", ")"), ("~{", "}"),
        ]
        for pair in pairs {
            let at = text.find(pair.open)
            if at < 0 { continue }
            let start = at + pair.open.utf8CodeUnitCount
            let end = text.find(pair.close, from: start)
            inside(text, at, start, end < 0 ? text.count : end, isClosed: end >= 0, &tally)
            if tally.current >= 5 { return }
        }
        if text.contains("@{["),
            text.containsAny(["system", "exec", "qx", "`", "%env", "keys", "eval", "print", "do ", "uc "])
                || text.find("@{[") == 0
        {
            tally.add(5, "expression of Perl in a string", at: text.find("@{["), 3)
        }
    }

    private static func inside(
        _ text: AttackText, _ at: Int, _ from: Int, _ end: Int, isClosed: Bool, _ tally: inout AttackTally
    ) {
        let body = text.slice(from, end)
        if body.trimmed.isEmpty { return }
        if reckons(text, from, end) { return tally.add(5, "arithmetic in a template", at: at, end - at) }
        let tag = text[at] == ASCII.less || text.starts("{%", at: at)
        let looks =
            body.contains("__") || body.contains("config") || body.contains("self.") || body.contains("request.")
            || body.contains("class") || body.contains("constructor") || body.contains("_self") || body.contains("[]")
            || body.contains("''.")
            || body.contains("\"\".") || body.contains("cycler") || body.contains("joiner") || body.contains("lipsum")
            || body.contains("app.")
            || body.contains("dump(") || body.contains("system") || body.contains("exec") || body.contains("eval")
            || body.contains("file") || body.contains("$on.") || body.contains("settings")
            || body.contains("env") || body.contains("@java") || body.contains("runtime") || body.contains("import")
            || body.contains("freemarker") || body.contains("|attr") || body.contains("`")
        let calls =
            body.firstIndex(of: ASCII.openParenthesis) != nil || body.firstIndex(of: 0x27) != nil
            || body.firstIndex(of: ASCII.openBracket) != nil
        if looks && (calls || isClosed) {
            return tally.add(
                calls || body.contains("__") || !isClosed ? 5 : 4, "look into the server from a template", at: at,
                end - at)
        }
        if calls && isClosed {
            return tally.add(
                body.firstIndex(of: ASCII.openParenthesis) != nil || tag ? 5 : 3, "call in a template", at: at, end - at
            )
        }
        if tag && text[at] == ASCII.less {
            tally.add(text[from] == ASCII.equals ? 5 : 4, "tag of a template", at: at, end - at)
        }
        if tag && text[at] == 0x7B { tally.add(4, "tag of a template", at: at, end - at) }
    }

    /// Two numbers with an operator between.
    private static func reckons(_ text: AttackText, _ from: Int, _ end: Int) -> Bool {
        var at = from
        while at < end,
            text[at] == 0x27 || text[at] == 0x22 || AttackText.isSpace(text[at]) || text[at] == ASCII.equals
                || text[at] == 0x28
        { at += 1 }
        let first = text.digitsEnd(at)
        guard first > at else { return false }
        var next = first
        while text[next] == 0x27 || text[next] == 0x22 || AttackText.isSpace(text[next]) { next += 1 }
        guard text[next] == 0x2A || text[next] == ASCII.plus || text[next] == ASCII.minus || text[next] == ASCII.slash
        else { return false }
        next += 1
        while text[next] == 0x27 || text[next] == 0x22 || AttackText.isSpace(text[next]) || text[next] == 0x2A {
            next += 1
        }
        return ASCII.isDigit(text[next]) && next < end
    }
}
