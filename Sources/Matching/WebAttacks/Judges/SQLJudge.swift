internal import Primitives

/// SQL injection: whether the value, read as SQL where a value was expected, goes on with the statement around it.
///
/// The value is split into tokens as if the statement had no quote open, or one of the three kinds, and the sequence of
/// tokens is judged: conditions, unions, sub-selects, stacked statements, comments that cut off the rest. Words alone
/// count for nothing; a whole statement that stands by itself is text about SQL rather than an injection and stays
/// below the threshold.
struct SQLJudge {
    /// Whether the text has anything that SQL needs: a byte that ends a value, or a word and a space.
    static func mayHold(_ text: AttackText) -> Bool {
        text.has([
            .quote, .doubleQuote, .backtick, .parenthesis, .semicolon, .equals, .star, .hash, .pipe, .ampersand, .at,
            .space, .slash, .angle,
        ])
    }

    static func judge(_ text: AttackText, _ place: AttackPlace, _ tokens: inout SQLTokens, _ tally: inout AttackTally) {
        guard mayHold(text), place != .parameter || !QueryLanguage.isWhole(text) else { return }
        for context in SQLContext.allCases {
            if context != .none && text.find(byte: context.rawValue) < 0 { continue }
            if context == .double && JSONShape.isWhole(text) { continue }
            tokens.read(text, context)
            if tokens.count < 2 && context != .none { continue }
            let before = tally.current
            SQLGrammar(text: text, context: context, place: place).judge(tokens, &tally)
            if tally.current - before >= 5 { return }
        }
    }
}
