/// The words of a `condition:`.
struct ConditionToken: Equatable {
    enum Kind: Equatable {
        case open
        case close
        case and
        case or
        case not
        case of
        /// `|`, which began the aggregations of old.
        case pipe
        /// A search identifier, a pattern, `them`, or a quantifier.
        case word
    }

    var kind: Kind
    var text: String
}

enum ConditionLexer {
    static let maximumTokens = 4096

    static func tokens(_ text: String) -> [ConditionToken] {
        var tokens: [ConditionToken] = []
        var word = ""
        func flush() {
            if !word.isEmpty { tokens.append(ConditionToken(kind: kind(word), text: word)) }
            word = ""
        }
        for character in text {
            switch character {
            case "(", ")", "|":
                flush()
                tokens.append(
                    ConditionToken(
                        kind: character == "(" ? .open : character == ")" ? .close : .pipe, text: String(character)))
            case _ where character.isWhitespace: flush()
            default: word.append(character)
            }
        }
        flush()
        return tokens
    }

    private static func kind(_ word: String) -> ConditionToken.Kind {
        switch word.lowercased() {
        case "and": .and
        case "or": .or
        case "not": .not
        case "of": .of
        default: .word
        }
    }
}
