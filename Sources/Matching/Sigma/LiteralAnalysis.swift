internal import Events
internal import Primitives
internal import Rules

/// A literal that a test cannot hold without, and where it has to stand.
struct RequiredLiteral {
    var pattern: LiteralPattern
    /// The test, whose field it is asked of; without one: anywhere in the record (a keyword).
    var item: SigmaItem
    /// The value begins, ends with it.
    var beginsValue = false
    var endsValue = false
}

/// Finds, for a rule, literals of which at least one stands in every event that the rule matches.
///
/// "And" takes the part with the best literals, "or" needs them from every part, "not" gives none.
struct LiteralAnalysis {
    let rule: SigmaRule

    struct Choice {
        var literals: [RequiredLiteral]
        /// Higher is rarer.
        var score: Int
    }

    static let maximumLiteralBytes = 32
    static let maximumLiterals = 100_000

    /// Nil: the rule must be evaluated for every event.
    func required() -> [RequiredLiteral]? {
        guard let choice = analyse(rule.condition), choice.score >= 1 else { return nil }
        return choice.literals
    }

    private func analyse(_ expression: SigmaExpression) -> Choice? {
        switch expression {
        case .all(let parts):
            return parts.compactMap(analyse).max { ($0.score, $1.literals.count) < ($1.score, $0.literals.count) }
        case .any(let parts), .atLeast(_, let parts): return joined(parts)
        case .not: return nil
        case .selection(let index): return analyse(rule.selections[index].expression)
        case .test(let item): return literals(of: item)
        }
    }

    private func joined(_ parts: [SigmaExpression]) -> Choice? {
        var all = Choice(literals: [], score: .max)
        for part in parts {
            guard let choice = analyse(part) else { return nil }
            all.literals += choice.literals
            all.score = min(all.score, choice.score)
            if all.literals.count > LiteralAnalysis.maximumLiterals { return nil }
        }
        return parts.isEmpty ? nil : all
    }

    private func literals(of item: SigmaItem) -> Choice? {
        switch item.test {
        case .text(let pattern): return literal(of: pattern, item)
        case .number(_, let text):
            guard !text.isEmpty, text.utf8.allSatisfy(ASCII.isDigit) else { return nil }
            return choice([LiteralPattern(text, caseless: true)], item)
        case .regularExpression(let pattern, let options):
            guard !options.contains(.caseless) || pattern.utf8.allSatisfy({ $0 < 0x80 }),
                let found = ExpressionLiterals.required(pattern, caseless: options.contains(.caseless))
            else { return nil }
            return choice(found, item)
        default: return nil
        }
    }

    /// The best of a pattern's runs of bytes.
    private func literal(of pattern: TextPattern, _ item: SigmaItem) -> Choice? {
        var best: (bytes: [UInt8], place: Int)?
        for (place, element) in pattern.elements.enumerated() {
            guard case .bytes(let bytes) = element else { continue }
            if let known = best, LiteralAnalysis.score(known.bytes) >= LiteralAnalysis.score(bytes) { continue }
            best = (bytes, place)
        }
        guard let best, var choice = choice([LiteralPattern(best.bytes, caseless: !pattern.cased)], item) else {
            return nil
        }
        let isWhole = best.bytes.count <= LiteralAnalysis.maximumLiteralBytes
        choice.literals[0].beginsValue = best.place == 0
        choice.literals[0].endsValue = isWhole && best.place == pattern.elements.count - 1
        return choice
    }

    private func choice(_ literals: [LiteralPattern], _ item: SigmaItem) -> Choice? {
        guard literals.allSatisfy({ !$0.bytes.isEmpty }) else { return nil }
        let cut = literals.map {
            LiteralPattern(Array($0.bytes.prefix(LiteralAnalysis.maximumLiteralBytes)), caseless: $0.caseless)
        }
        return Choice(
            literals: cut.map { RequiredLiteral(pattern: $0, item: item) },
            score: cut.map { LiteralAnalysis.score($0.bytes, of: item) }.min() ?? 0)
    }

    /// Length, up to a bound; what ordinary logs are full of counts for little. 0: stands in every record.
    static func score(_ bytes: [UInt8]) -> Int {
        let lowered = bytes.map(ASCII.lower)
        if lowered.count == 1 { return ASCII.isAlphanumeric(lowered[0]) || commonSigns.contains(lowered[0]) ? 0 : 2 }
        if OrdinaryText.isInEveryRecord(lowered) { return 1 }
        if OrdinaryText.isEveryday(lowered) { return min(bytes.count, 3) }
        return min(bytes.count, 16) * 2 - (lowered.allSatisfy(ASCII.isDigit) ? 2 : 0)
    }

    /// A single digit is rare in a field that holds one of a few short words.
    private static func score(_ bytes: [UInt8], of item: SigmaItem) -> Int {
        bytes.count == 1 && item.field == Field.httpVersion.rawValue ? 2 : score(bytes)
    }

    private static let commonSigns = Set(" /.:-_=,".utf8)
}
