package import Events
internal import Matching
internal import Primitives

/// `--mask` and `--mask-pattern`: which secrets are written over.
package enum MaskPatterns {
    /// - Parameters:
    ///   - kinds: names of `MaskRule.table`, or `all`
    ///   - patterns: `NAME=PATTERN`; the pattern's first group is the secret, else all that matches
    package static func rules(kinds: [String], patterns: [String]) throws(OptionProblem) -> [MaskRule] {
        var rules: [MaskRule] = []
        for kind in kinds where !kind.isEmpty {
            if kind == "all" {
                rules += MaskRule.table
                continue
            }
            guard let rule = MaskRule.named(kind) else {
                let names = MaskRule.table.map(\.name).joined(separator: ", ")
                throw OptionProblem("--mask is one of all, \(names), not '\(kind)'; --mask-pattern takes others")
            }
            rules.append(rule)
        }
        for pattern in patterns where !pattern.isEmpty { rules.append(try rule(pattern)) }
        return rules.enumerated().filter { index, rule in !rules[..<index].contains { $0.name == rule.name } }
            .map(\.element)
    }

    private static func rule(_ text: String) throws(OptionProblem) -> MaskRule {
        guard let at = text.firstIndex(of: "="), MaskRule.isName(String(text[..<at])) else {
            throw OptionProblem(
                "--mask-pattern is NAME=PATTERN, the name of letters, digits and hyphens, not '\(text)'")
        }
        let name = String(text[..<at])
        let pattern = String(text[text.index(after: at)...])
        let expression: RegularExpression
        do {
            expression = try RegularExpression(pattern)
        } catch {
            let caret = String(repeating: " ", count: min(error.offset, pattern.utf8.count))
            throw OptionProblem("--mask-pattern \(name): \(error.message)\n  \(pattern)\n  \(caret)^")
        }
        return MaskRule(name: name, help: "--mask-pattern") { find(expression, $0) }
    }

    /// No more places of one pattern in one record.
    private static let maximumPlaces = 1_000

    private static func find(_ expression: RegularExpression, _ bytes: Bytes) -> [Range<Int>] {
        let worker = RegularExpressionWorker()
        var places: [Range<Int>] = []
        var from = 0
        while from <= bytes.count, places.count < maximumPlaces,
            let match = expression.firstMatch(bytes, from: from, worker)
        {
            let secret = expression.captureCount > 0 ? worker.group(1) ?? match : match
            if secret.end > secret.start { places.append(secret.start..<secret.end) }
            from = max(match.end, from + 1)
        }
        return places
    }
}
