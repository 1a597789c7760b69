internal import Events
internal import Rules

/// Finds, for a rule without literals, fields of which every event that it matches has at least one: the rule is worth
/// evaluating only where one of them is there.
///
/// Only tests that no absent field can pass count: that it exists, is a number, an address, or fits an expression.
struct PresenceAnalysis {
    let rule: SigmaRule

    private struct Choice {
        var names: Set<String>
        /// How many of them ordinary records have.
        var everyday: Int
    }

    /// Names as the rule writes them, in order; nil: nothing has to be there.
    func required() -> [String]? { analyse(rule.condition)?.names.sorted() }

    private func analyse(_ expression: SigmaExpression) -> Choice? {
        switch expression {
        case .all(let parts):
            return parts.compactMap(analyse).min { ($0.everyday, $0.names.count) < ($1.everyday, $1.names.count) }
        case .any(let parts), .atLeast(_, let parts): return joined(parts)
        case .not: return nil
        case .selection(let index): return analyse(rule.selections[index].expression)
        case .test(let item): return choice(item)
        }
    }

    private func joined(_ parts: [SigmaExpression]) -> Choice? {
        var all = Choice(names: [], everyday: 0)
        for part in parts {
            guard let choice = analyse(part) else { return nil }
            all.names.formUnion(choice.names)
            all.everyday += choice.everyday
        }
        return parts.isEmpty ? nil : all
    }

    private func choice(_ item: SigmaItem) -> Choice? {
        guard let name = item.field else { return nil }
        switch item.test {
        case .exists(true), .network, .compare, .number, .regularExpression:
            let known = Taxonomy.candidates(name, for: rule.logSource)
            let everyday = known.contains { PresenceAnalysis.everyday.contains($0) }
            return Choice(names: [name], everyday: everyday ? 1 : 0)
        default: return nil
        }
    }

    /// Fields that most records of some kind have.
    private static let everyday = Set(
        [
            Field.message, .sourceIP, .sourceAddress, .sourcePort, .destinationIP, .destinationPort, .userName,
            .hostHostname, .processName, .processPID, .eventCategory, .eventType, .eventAction, .eventOutcome,
            .urlOriginal, .urlPath, .urlQuery, .httpRequestMethod, .httpResponseStatusCode, .httpResponseBodyBytes,
            .httpVersion, .userAgentOriginal, .httpRequestReferrer,
        ].map(\.rawValue))
}

/// A rule that the mere presence of a field wakes.
struct PresenceOwner {
    var rule: Int32
    var field: UInt16
}
