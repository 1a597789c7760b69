internal import Events
internal import Primitives
internal import Rules

/// Rules that find exactly the same in all samples: nothing shows what the second one is for.
struct SharedHits {
    private let rules: RuleSet
    /// Rule id to the correlations that it is a part of, directly or through others, and to itself.
    private var families: [String: Set<String>] = [:]

    init(_ rules: RuleSet) {
        self.rules = rules
        var parents: [String: [String]] = [:]
        for rule in rules.correlations { for part in rule.rules { parents[part, default: []].append(rule.info.id) } }
        for part in Set(parents.keys).union(rules.correlations.map(\.info.id)) {
            var family: Set<String> = [part]
            var open = [part]
            while let next = open.popLast() {
                for parent in parents[next] ?? [] where family.insert(parent).inserted { open.append(parent) }
            }
            families[part] = family
        }
    }

    /// To a rule the one that finds the same records; of such a pair the later id is named.
    func find(_ found: [String: Set<ContentID>]) -> [String: String] {
        var byEvents: [Set<ContentID>: [String]] = [:]
        for (rule, events) in found where !events.isEmpty { byEvents[events, default: []].append(rule) }
        var twins: [String: String] = [:]
        for group in byEvents.values where group.count > 1 {
            let group = group.sorted()
            for (place, rule) in group.enumerated() {
                if let other = group[..<place].first(where: { !areRelated($0, rule) }) { twins[rule] = other }
            }
        }
        return twins
    }

    /// One says so (`related:`), one stands on the other, or a correlation takes both as measures of one thing.
    private func areRelated(_ one: String, _ other: String) -> Bool {
        if rules.related[one]?.contains(other) ?? false || rules.related[other]?.contains(one) ?? false { return true }
        return !(families[one] ?? []).isDisjoint(with: families[other] ?? [])
    }
}
