internal import Events
internal import Matching
internal import Rules

/// Rules that could not have found anything in a run: a promise is that these are not silent.
enum DeadRules {
    /// - Parameters:
    ///   - sources: a bit for each kind of log that was read; 0 (nothing was read): the answer is empty
    ///   - captures: whether packets were read
    static func find(_ desk: RuleDesk, sources: UInt64, captures: Bool) -> [DeadRule] {
        guard sources != 0 else { return [] }
        let seen = LogSource.allCases.filter { sources & (1 << UInt64($0.rawValue)) != 0 }
        var dead: [DeadRule] = []
        for (index, rule) in desk.rules.sigma.enumerated()
        where !seen.contains(where: { desk.events.isOpen(rule: index, for: $0) }) {
            let source = [
                ("category", rule.logSource.category), ("product", rule.logSource.product),
                ("service", rule.logSource.service),
            ].compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: ", ")
            dead.append(
                DeadRule(rule: rule.info.id, title: rule.info.title, reason: "no log of \(source) was read"))
        }
        if !captures, !desk.rules.signatures.isEmpty {
            dead.append(
                DeadRule(
                    rule: "signatures", title: "all \(desk.rules.signatures.count) signatures",
                    reason: "no packets were read"))
        }
        return dead.sorted { $0.rule < $1.rule }
    }
}
