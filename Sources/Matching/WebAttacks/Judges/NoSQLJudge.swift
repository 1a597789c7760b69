internal import Primitives

/// NoSQL injection: an operator of MongoDB where a value was expected, in a parameter's name or as JSON; its
/// JavaScript.
enum NoSQLJudge {
    private static let operators = WordTable([
        (
            1,
            """
            ne eq gt gte lt lte in nin or and nor not exists type mod regex text where all elemmatch size expr \
            jsonschema comment set unset inc push pull func function slice meta natural lookup match project group out \
            merge options
            """
        )
    ])

    /// As a parameter's whole name; OData has names of its own.
    private static let bare = WordTable([(1, "where ne regex func function expr gt gte lt lte nin")])

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tally: inout AttackTally) {
        var at = text.find(byte: 0x24)
        while at >= 0 {
            let end = text.wordEnd(at + 1)
            if end > at + 1, operators.contains(text.slice(at + 1, end)) {
                let bracketed = text[at - 1] == ASCII.openBracket && text[end] == ASCII.closeBracket
                let keyed =
                    (text[at - 1] == 0x22 || text[at - 1] == 0x27 || text[at - 1] == 0x7B
                        || AttackText.isSpace(text[at - 1]) || at == 0 || text[at - 1] == ASCII.comma)
                    && (text[text.skipSpace(end)] == ASCII.colon
                        || (text[end] == 0x22 || text[end] == 0x27) && text[text.skipSpace(end + 1)] == ASCII.colon)
                let isName =
                    place == .parameterName && at == 0 && end == text.count && bare.contains(text.slice(at + 1, end))
                if bracketed || keyed || isName { return tally.add(5, "operator of MongoDB", at: at, end - at) }
            }
            at = text.find(byte: 0x24, from: at + 1)
        }
        if let found = text.first(of: [
            "||this.", "&&this.", "|| this.", "&& this.", "'||'1'=='1", "||1==1", "';return", "\";return", "';while(",
            "db.getcollection", "db.injection", "tojson(", ".find({", "this.password", "return true;", "true, $where",
            "||'a'=='a",
        ]) {
            tally.add(5, "code for MongoDB", at: found.at, found.length)
        }
        if text.containsAny(["__schema", "__typename", "introspectionquery"]), text.has(.brace) {
            tally.add(5, "question for a GraphQL schema")
        }
        if text.contains("[%24") { tally.add(5, "operator of MongoDB") }
    }
}
