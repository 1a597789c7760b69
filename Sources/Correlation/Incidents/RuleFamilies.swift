internal import Events
internal import Rules

/// Which rules belong together: a correlation and all rules it refers to, transitively. So brute force, the log-in
/// after it, and their base rules are one family, and make one incident about one source.
struct RuleFamilies {
    private var roots: [String: String] = [:]
    private var heights: [String: Int] = [:]
    private var kinds: [String: CorrelationRule.Kind] = [:]
    /// Correlations that count events of rules which report on their own, with those rules.
    private var joined: [String: [String]] = [:]
    /// Correlations that tie what other rules found, and the fields that they group by.
    private(set) var chains: [String: [String]] = [:]

    init(_ correlations: [CorrelationRule]) {
        let plans = CorrelationPlans(correlations, catalogue: [:]).plans
        var parents: [String: String] = [:]
        for plan in plans {
            let id = plan.rule.info.id
            kinds[id] = plan.rule.kind
            if plan.rule.kind == .eventCount, plan.rule.generate { joined[id] = plan.parts }
            heights[id] = 1 + (plan.parts.map { heights[$0] ?? 0 }.max() ?? 0)
            if plan.rule.isChain {
                chains[id] = plan.rule.groupBy
            } else {
                for part in plan.parts { RuleFamilies.join(id, part, in: &parents) }
            }
        }
        nameFamilies(parents)
    }

    /// A family is named after its highest correlation (of several: the one with the smallest id).
    private mutating func nameFamilies(_ parents: [String: String]) {
        var members: [String: [String]] = [:]
        for rule in Set(parents.keys).union(heights.keys) {
            members[RuleFamilies.root(rule, in: parents), default: []].append(rule)
        }
        for rules in members.values {
            let name = rules.min { (-height($0), $0) < (-height($1), $1) } ?? ""
            for rule in rules { roots[rule] = name }
        }
    }

    private static func root(_ rule: String, in parents: [String: String]) -> String {
        var current = rule
        while let next = parents[current], next != current { current = next }
        return current
    }

    private static func join(_ left: String, _ right: String, in parents: inout [String: String]) {
        let (a, b) = (root(left, in: parents), root(right, in: parents))
        parents[max(a, b)] = min(a, b)
        parents[min(a, b)] = min(a, b)
    }

    /// The family's name; a rule that no correlation knows is its own.
    func family(of rule: String) -> String { roots[rule] ?? rule }

    /// 0 for a rule that is no correlation, else one more than the highest rule it refers to.
    func height(_ rule: String) -> Int { heights[rule] ?? 0 }

    /// Whether a correlation says no more than the one rule that it counted: it joins rules that report on their own
    /// (`generate`), and of those only one is among `present`.
    func isHollow(_ rule: String, among present: Set<String>) -> Bool {
        guard let parts = joined[rule] else { return false }
        return parts.count { present.contains($0) } <= 1
    }

    /// How much a kind of correlation says: an order of steps more than a set, a set more than different values, those
    /// more than a number of events.
    func specificity(_ rule: String) -> Int {
        switch kinds[rule] {
        case .temporalOrdered: 4
        case .temporal: 3
        case .valueCount, .valueSum, .valueAverage, .valuePercentile, .valueMedian: 2
        case .eventCount: 1
        case nil: 0
        }
    }
}
