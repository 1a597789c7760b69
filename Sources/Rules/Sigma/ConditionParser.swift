/// Reads a `condition:` (specification, "Condition"). Binding, loosest first: or, and, not, `x of`, parentheses.
struct ConditionParser {
    private let tokens: [ConditionToken]
    private let names: [String]
    private let node: RuleNode
    private var position = 0
    private var depth = 0
    /// Selections that the condition refers to, by index.
    private(set) var used: Set<Int> = []

    static let maximumDepth = 64

    init(_ text: String, names: [String], node: RuleNode) {
        tokens = ConditionLexer.tokens(text)
        self.names = names
        self.node = node
    }

    mutating func parse() throws -> SigmaExpression {
        guard !tokens.isEmpty else { throw refuse("", "the condition is empty") }
        guard tokens.count <= ConditionLexer.maximumTokens else {
            throw refuse("", "the condition has more than \(ConditionLexer.maximumTokens) words")
        }
        if let pipe = tokens.firstIndex(where: { $0.kind == .pipe }) { throw aggregation(after: pipe) }
        let expression = try disjunction()
        if let extra = current {
            throw refuse(
                extra.text, "`\(extra.text)` does not continue the condition", advice: "Join parts by and, or.")
        }
        return expression
    }

    private static let correlationAdvice =
        "Write the selection as a rule and count its hits with a correlation (event_count, value_count, temporal)."

    private var current: ConditionToken? { position < tokens.count ? tokens[position] : nil }

    private func refuse(_ subject: String, _ message: String, advice: String = "") -> RuleError {
        RuleError(node, subject, message, advice: advice)
    }

    private func aggregation(after pipe: Int) -> RuleError {
        let word = pipe + 1 < tokens.count ? tokens[pipe + 1].text : "|"
        return refuse(
            word, "aggregation `| \(word)` is not part of Sigma 2", advice: ConditionParser.correlationAdvice)
    }

    private mutating func disjunction() throws -> SigmaExpression {
        var parts = [try conjunction()]
        while current?.kind == .or {
            position += 1
            parts.append(try conjunction())
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws -> SigmaExpression {
        var parts = [try negation()]
        while current?.kind == .and {
            position += 1
            parts.append(try negation())
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func negation() throws -> SigmaExpression {
        var negated = false
        while current?.kind == .not {
            position += 1
            negated.toggle()
        }
        let operand = try operand()
        return negated ? .not(operand) : operand
    }

    private mutating func operand() throws -> SigmaExpression {
        guard let token = current else {
            throw refuse(tokens.last?.text ?? "", "the condition ends where a selection is expected")
        }
        switch token.kind {
        case .open: return try parenthesis()
        case .word:
            position += 1
            if current?.kind == .of {
                position += 1
                return try quantified(token)
            }
            return try selection(token)
        default: throw refuse(token.text, "a selection is expected here, not `\(token.text)`")
        }
    }

    private mutating func parenthesis() throws -> SigmaExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= ConditionParser.maximumDepth else {
            throw refuse("(", "parentheses are nested more than \(ConditionParser.maximumDepth) deep")
        }
        position += 1
        let inner = try disjunction()
        guard let token = current else { throw refuse("(", "a parenthesis is not closed") }
        guard token.kind == .close else {
            throw refuse(token.text, "`)` is expected, not `\(token.text)`", advice: "Join parts by and, or.")
        }
        position += 1
        return inner
    }

    private mutating func selection(_ token: ConditionToken) throws -> SigmaExpression {
        guard let index = names.firstIndex(of: token.text) else {
            if token.text.contains("*") {
                throw refuse(
                    token.text, "a pattern needs a quantifier",
                    advice: "Write `1 of \(token.text)` or `all of \(token.text)`.")
            }
            if current?.kind == .open {
                throw refuse(
                    token.text, "the function `\(token.text)()` is not part of a Sigma 2 condition",
                    advice: ConditionParser.correlationAdvice)
            }
            let close = Spelling.closest(to: token.text, among: names)
            throw refuse(
                token.text, "there is no selection \"\(token.text)\"",
                advice: close.map { "Did you mean \"\($0)\"?" } ?? "Selections here: " + names.joined(separator: ", ")
                    + ".")
        }
        used.insert(index)
        return .selection(index)
    }

    /// Behind `1 of`, `all of`, `any of`, `N of`.
    private mutating func quantified(_ quantifier: ConditionToken) throws -> SigmaExpression {
        guard let target = current, target.kind == .word else {
            throw refuse("of", "behind `of` the name of selections is missing, such as `selection*` or `them`")
        }
        position += 1
        let matching = names.indices.filter { ConditionParser.covers(target.text, names[$0]) }
        guard !matching.isEmpty else { throw refuse(target.text, "no selection is called \"\(target.text)\"") }
        used.formUnion(matching)
        let parts = matching.map { SigmaExpression.selection($0) }
        switch quantifier.text.lowercased() {
        case "all": return parts.count == 1 ? parts[0] : .all(parts)
        case "1", "any": return parts.count == 1 ? parts[0] : .any(parts)
        default:
            guard let number = Int(quantifier.text), number >= 1 else {
                throw refuse(
                    quantifier.text, "`\(quantifier.text) of` is no quantifier",
                    advice: "Write `1 of`, `all of`, or a number.")
            }
            guard number <= parts.count else {
                throw refuse(
                    quantifier.text, "\(number) of \(parts.count) selections can never match")
            }
            return .atLeast(number, parts)
        }
    }

    /// `them` is every name that does not begin with an underscore; a pattern likewise, unless it begins with one.
    private static func covers(_ pattern: String, _ name: String) -> Bool {
        if pattern == "them" { return !name.hasPrefix("_") }
        if name.hasPrefix("_") && !pattern.hasPrefix("_") { return false }
        return glob(Array(pattern.utf8)[...], Array(name.utf8)[...])
    }

    /// `*` stands for any number of characters; nothing else is special.
    private static func glob(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        let parts = pattern.split(separator: 0x2A, omittingEmptySubsequences: false)
        guard parts.count > 1 else { return pattern == text }
        guard text.starts(with: parts[0]) else { return false }
        var rest = text.dropFirst(parts[0].count)
        for part in parts[1..<(parts.count - 1)] {
            guard
                let start = rest.indices.first(where: { rest[$0...].starts(with: part) })
                    ?? (part.isEmpty ? rest.startIndex : nil)
            else { return false }
            rest = rest[(start + part.count)...]
        }
        let last = parts[parts.count - 1]
        return rest.count >= last.count && rest.suffix(last.count) == last
    }
}
