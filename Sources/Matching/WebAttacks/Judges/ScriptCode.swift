internal import Primitives

/// JavaScript in a value: calls that scripts of attackers make, where code can begin.
enum ScriptCode {
    /// Functions that show, run or fetch; followed by an argument list or a template.
    private static let calls = WordTable([
        (1, "alert prompt confirm"), (2, "eval settimeout setinterval setimmediate execscript"),
        (3, "fetch atob btoa unescape importscripts sendbeacon postmessage"),
        (4, "print open"),
    ])
    /// What only scripts speak of.
    private static let members: [StaticString] = [
        "document.cookie", "document.domain", "document.location", "document.write", "document.body", "document[",
        "window.location", "window.name", "window.open", "window[", "self[", "top[", "this[", "parent[", "frames[",
        "globalthis[", "location.href", "location.hash", "location=", "localstorage", "sessionstorage",
        "string.fromcharcode", "innerhtml", "outerhtml", "insertadjacenthtml", "xmlhttprequest", "activexobject",
        "document.createelement", "document.getelement", "document.implementation", "import(", "navigator.",
        "constructor.constructor", "[].constructor", "reflect.", "onerror=", ".tostring.call", "throw ",
    ]

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        words(text, place, &tally)
        for member in members {
            let at = text.find(member)
            if at < 0 { continue }
            let runs =
                text.has([.equals, .parenthesis, .backtick]) && (begins(text, at) || text.has([.angle, .backtick]))
            tally.add(runs ? 4 : 2, "object of a browser's scripts", at: at, member.utf8CodeUnitCount)
            if runs { break }
        }
        brackets(text, &tally)
    }

    private static func words(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = 0
        var seen = 0
        while at < text.count, seen < 64 {
            guard ASCII.isLetter(text[at]) else {
                at += 1
                continue
            }
            let end = text.wordEnd(at)
            let kind = calls.value(text.slice(at, end))
            if kind != 0 {
                call(text, at, end, kind, &tally)
                seen += 1
            }
            at = max(end, at + 1)
            if tally.current > 10 { return }
        }
    }

    private static func call(_ text: AttackText, _ at: Int, _ end: Int, _ kind: UInt8, _ tally: inout AttackTally) {
        var next = skipComments(text, end)
        if text[next] == ASCII.closeParenthesis { next = skipComments(text, next + 1) }
        if text.starts("?.", at: next) { next += 2 }
        if text.starts(".call", at: next) || text.starts(".apply", at: next) {
            next = text.find(byte: 0x28, from: next)
        }
        let opens = text[next] == ASCII.openParenthesis || text[next] == 0x60
        if !opens {
            // Passed on: `[1].map(alert)`, `onerror=alert;throw 1`, `{alert}`.
            if kind <= 2 && text.containsAny(["throw", ".map(", ".find(", ".some(", "onerror", "${"])
                && begins(text, at)
            {
                tally.add(4, "script's function handed on", at: at, end - at)
            }
            return
        }
        let starts = begins(text, at)
        let score = kind == 4 ? (starts ? 3 : 1) : kind == 3 ? (at == 0 ? 5 : starts ? 3 : 1) : starts ? 5 : 4
        tally.add(score, "call of a script", at: at, end - at)
    }

    /// Whether code can begin at `at`: the start, or behind what ends a value or joins to it.
    private static func begins(_ text: AttackText, _ at: Int) -> Bool {
        let before = text.skipSpaceBack(at)
        if before == 0 { return true }
        switch text[before - 1] {
        case 0x27, 0x22, 0x60, ASCII.semicolon, 0x7D, ASCII.closeParenthesis, ASCII.minus, ASCII.plus, 0x2A, 0x7C, 0x26,
            0x5E,
            ASCII.colon, ASCII.equals, ASCII.slash, 0x21, 0x7E, ASCII.comma, ASCII.greater, ASCII.openBracket, 0x7B:
            return true
        case ASCII.openParenthesis: return before >= 2 && !AttackText.isWord(text[before - 2]) || before == 1
        default: return false
        }
    }

    private static func skipComments(_ text: AttackText, _ from: Int) -> Int {
        var at = ScriptJudge.skipBlank(text, from)
        while text.starts("/*", at: at) {
            let end = text.find("*/", from: at + 2)
            if end < 0 { return at }
            at = ScriptJudge.skipBlank(text, end + 2)
        }
        return at
    }

    /// Code of brackets, signs and nothing else: `[][(![]+[])[+[]]+...`.
    private static func brackets(_ text: AttackText, _ tally: inout AttackTally) {
        guard text.has(.bracket) else { return }
        var count = 0
        var at = text.find("[]")
        while at >= 0, count < 4 {
            count += 1
            at = text.find("[]", from: at + 2)
        }
        let built = text.contains("![]") || text.contains("+[]") || text.contains("[+") || text.contains("[]+")
        if count >= 3 && built || text.contains("(![]+") {
            tally.add(5, "code of brackets", at: max(0, text.find("[]")), 2)
        }
        let joined = text.containsAny(["'+'", "\"+\"", "[\"", "['", "/.source"])
        if joined, text.containsAny(["top[", "self[", "window[", "this[", "parent[", "frames[", "globalthis["]) {
            tally.add(3, "name put together")
        }
    }
}
