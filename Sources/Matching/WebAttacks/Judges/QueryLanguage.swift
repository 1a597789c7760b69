internal import Primitives

/// Conditions in the languages that search pages speak (Jira's JQL, Confluence's CQL, Kibana's KQL, OData): a whole
/// condition, from a field's name to the last value, with every quote and bracket closed. What an injection sends goes
/// on with a statement around it instead: it begins with a value or a quote, or ends in the middle.
enum QueryLanguage {
    static func isWhole(_ text: AttackText) -> Bool {
        guard text.has([.equals, .angle, .parenthesis, .space]), ASCII.isLetter(text[0]), isOpened(text) else {
            return false
        }
        return isClosed(text) && !text.containsAny(statements)
    }

    /// A field's name, and an operator right behind it.
    private static func isOpened(_ text: AttackText) -> Bool {
        var at = 0
        while AttackText.isWord(text[at]) || text[at] == ASCII.dot || text[at] == ASCII.minus { at += 1 }
        at = text.skipSpace(at)
        if text[at] == 0x21 || text[at] == 0x7E { at += 1 }
        let isSign =
            text[at] == ASCII.equals || text[at] == ASCII.less || text[at] == ASCII.greater || text[at - 1] == 0x7E
        let end = text.wordEnd(at)
        let word = text.slice(at, end)
        guard isSign || word == "in" || word == "not" || word == "eq" || word == "ne" || word == "ge" || word == "le"
        else { return false }
        return isValue(text, text.skipSpace(isSign ? at + 1 : end))
    }

    /// A word or a quoted text that is no number: `a=1 or 1=1` is what an injection begins with.
    private static func isValue(_ text: AttackText, _ at: Int) -> Bool {
        ASCII.isLetter(text[at]) || text[at] == ASCII.quote || text[at] == ASCII.openParenthesis
    }

    /// Double quotes and brackets come in pairs; there is no single quote, comment or semicolon.
    private static func isClosed(_ text: AttackText) -> Bool {
        var depth = 0
        var isQuoted = false
        for index in 0..<text.count {
            let byte = text[index]
            if byte == ASCII.quote { isQuoted.toggle() }
            if isQuoted { continue }
            switch byte {
            case ASCII.openParenthesis: depth += 1
            case ASCII.closeParenthesis:
                depth -= 1
                if depth < 0 { return false }
            case 0x27, ASCII.semicolon, 0x23, 0x60: return false
            case ASCII.minus where text[index + 1] == ASCII.minus: return false
            case ASCII.slash where text[index + 1] == 0x2A: return false
            default: break
            }
        }
        return depth == 0 && !isQuoted
    }

    private static let statements: [StaticString] = [
        "select", "union", "sleep(", "benchmark(", "waitfor", "1=1", "extractvalue", "updatexml", "exec",
        "information_schema", "concat(", "char(", "case when", "pg_",
    ]
}
