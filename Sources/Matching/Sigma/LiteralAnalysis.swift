internal import Primitives
internal import Rules

/// Finds, for a rule, literals of which at least one stands in every event that the rule matches.
///
/// "And" takes the part with the best literals, "or" needs them from every part, "not" gives none.
struct LiteralAnalysis {
    let rule: SigmaRule

    struct Choice {
        var literals: [LiteralPattern]
        /// Higher is rarer.
        var score: Int
    }

    static let maximumLiteralBytes = 32
    static let maximumLiterals = 100_000

    /// Nil: the rule must be evaluated for every event.
    func required() -> [LiteralPattern]? {
        guard let choice = analyse(rule.condition), choice.score >= 2 else { return nil }
        return choice.literals
    }

    private func analyse(_ expression: SigmaExpression) -> Choice? {
        switch expression {
        case .all(let parts): return parts.compactMap(analyse).max { $0.score < $1.score }
        case .any(let parts), .atLeast(_, let parts): return joined(parts)
        case .not: return nil
        case .selection(let index): return analyse(rule.selections[index].expression)
        case .test(let item): return literals(of: item.test)
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

    private func literals(of test: SigmaTest) -> Choice? {
        switch test {
        case .text(let pattern):
            let runs = pattern.elements.compactMap { element -> [UInt8]? in
                if case .bytes(let bytes) = element { return bytes }
                return nil
            }
            guard let best = runs.max(by: { LiteralAnalysis.score($0) < LiteralAnalysis.score($1) }) else { return nil }
            return choice([LiteralPattern(best, caseless: !pattern.cased)])
        case .number(_, let text):
            return text.utf8.allSatisfy(ASCII.isDigit) ? choice([LiteralPattern(text, caseless: true)]) : nil
        case .regularExpression(let pattern, let options):
            guard !options.contains(.caseless) || pattern.utf8.allSatisfy({ $0 < 0x80 }),
                let found = ExpressionLiterals.required(pattern, caseless: options.contains(.caseless))
            else { return nil }
            return choice(found)
        default: return nil
        }
    }

    private func choice(_ literals: [LiteralPattern]) -> Choice? {
        guard literals.allSatisfy({ !$0.bytes.isEmpty }) else { return nil }
        return Choice(
            literals: literals.map {
                LiteralPattern(Array($0.bytes.prefix(LiteralAnalysis.maximumLiteralBytes)), caseless: $0.caseless)
            },
            score: literals.map { LiteralAnalysis.score($0.bytes) }.min() ?? 0)
    }

    /// Length, up to a bound; words that ordinary logs are full of count for little.
    static func score(_ bytes: [UInt8]) -> Int {
        let lowered = bytes.map(ASCII.lower)
        if commonWords.contains(lowered) { return min(bytes.count, 3) }
        return min(bytes.count, 16) * 2 - (lowered.allSatisfy(ASCII.isDigit) ? 2 : 0)
    }

    private static let commonWords: Set<[UInt8]> = Set(
        [
            "get", "post", "head", "http", "https", "http://", "https://", "://", "www.", "mozilla", "mozilla/5.0",
            "windows", "linux", "android", "chrome", "safari", "gecko", "compatible", "index.php", ".php", ".html",
            ".aspx", ".jsp", ".js", "/api/", "/api", "login", "/login", "admin", "/admin", "user", "200", "301", "302",
            "304", "404", "500", "com", ".com", "name=", "id=", "?id=", "true", "false", "root", "system", "microsoft",
            ".exe", "c:\\windows\\", "\\windows\\", "/usr/bin/", "/bin/", "/bin/sh", "/bin/bash", "execve", "syscall",
            "path", "failed", "error", "localhost", "127.0.0.1",
        ].map { Array($0.utf8) })
}
