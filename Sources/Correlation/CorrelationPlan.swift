internal import Events
internal import Rules

/// A correlation made ready to run: who feeds it, whom it feeds, and how its condition is judged.
final class CorrelationPlan {
    let rule: CorrelationRule
    /// The referred rules, in the order given, each once.
    let parts: [String]
    /// All must hold. A temporal kind without a condition wants every part.
    let conditions: [(comparison: CorrelationRule.Comparison, bound: Int)]
    /// Only lower bounds, or an expression without `not`: once reached, no further event can undo the condition, so it
    /// is judged at each event. Any other condition is judged when its episode has ended.
    let judgedAtOnce: Bool
    /// Places (in the list of plans) of the correlations above that refer to this one.
    var parents: [Int] = []
    /// How each of them takes its detections.
    var takers: [CorrelationTaker] = []
    /// Whether it refers to correlations.
    var isAboveOthers = false
    /// Whether someone above asks for its growth; see `GrowthLink`.
    var isAsked = false

    init(_ rule: CorrelationRule) {
        self.rule = rule
        var seen = Set<String>()
        parts = rule.rules.filter { seen.insert($0).inserted }
        if rule.pattern != nil {
            conditions = [(.greaterOrEqual, 1)]
        } else if rule.conditions.isEmpty {
            conditions = [(.greaterOrEqual, rule.kind.isTemporal ? parts.count : 1)]
        } else {
            conditions = rule.conditions
        }
        let isMonotone = conditions.allSatisfy { $0.comparison == .greater || $0.comparison == .greaterOrEqual }
        judgedAtOnce = isMonotone && rule.pattern?.hasNegation != true
    }

    /// The least number of observations of one group that can make the condition hold; 0 where fewer, or none at
    /// all, may do: conditions that a further hit could undo, and those that chained detections or the order of rules
    /// decide.
    var leastCount: Int {
        let counts = rule.kind == .eventCount || rule.kind == .valueCount
        guard counts, judgedAtOnce, !isAboveOthers else { return 0 }
        return conditions.map { $0.comparison == .greater ? $0.bound + 1 : $0.bound }.max() ?? 0
    }

    /// Whether a hit that only moves to a later time never makes the condition true: of means and sums it could, by
    /// what falls out of the window. (Of ordered rules it may too; there `Correlator.isMovable` decides.)
    var isUnmovedByGrowth: Bool { judgedAtOnce && !rule.kind.isNumeric }

    /// The field that group-by name `name` means in `rule`, which hits as the part at place `part`.
    func field(_ name: String, in rule: String, part: Int) -> String {
        let own = self.rule.field(name, in: rule)
        return own == name ? self.rule.field(name, in: parts[part]) : own
    }

    func holds(_ value: Int) -> Bool { conditions.allSatisfy { $0.comparison.holds(value, $0.bound) } }
}

/// A correlation as one of the rules that it refers to feeds it.
final class CorrelationTaker {
    /// Place among the plans.
    let plan: Int
    /// Place among the correlation's parts.
    let part: Int
    /// The group-by fields, as this rule's hits have them.
    let key: [BoundField]
    /// Whether each of them is the field's own value.
    let hasPlainKey: Bool
    /// The fields whose values are counted.
    let counted: [String]
    /// All of these fields: a hit that lacks one takes no part.
    let names: [String]
    /// The group that took its latest hit: mostly that of the next one too.
    @exclusivity(unchecked) var latest: WindowGroup?
    /// Of a correlation below: whether its growth can wait until something else happens to the group that it is a hit
    /// in; see `GrowthLink`.
    var asksForGrowth = false
    /// What does not follow from the group below: of those names the hit must have the same values for growth to wait.
    var loose: [(name: String, placeInKey: Int?)] = []
    /// Whether there are such names here or above.
    var isLoose = false
    /// The pause between two hits after which all windows above are still open, in nanoseconds.
    var longestPause = Int64.max

    init(_ plan: CorrelationPlan, at place: Int, part: Int, of rule: String) {
        self.plan = place
        self.part = part
        key = plan.rule.groupBy.map { BoundField(plan.field($0, in: rule, part: part)) }
        hasPlainKey = key.allSatisfy(\.isPlain)
        counted = plan.rule.kind.hasField ? plan.rule.countedFields.map { plan.field($0, in: rule, part: part) } : []
        names = key.map(\.source) + counted
    }
}

/// All correlations of a run, children before the correlations that refer to them.
struct CorrelationPlans {
    private(set) var plans: [CorrelationPlan] = []
    /// Referred rule's id to the correlations that take its hits.
    private(set) var takers: [String: [CorrelationTaker]] = [:]

    /// References may be ids or names (`catalogue` translates). A reference that would close a circle is left out: a
    /// correlation cannot stand on itself.
    init(_ rules: [CorrelationRule], catalogue: [String: RuleInfo]) {
        let names = RuleNames(rules.map(\.info), catalogue)
        let resolved = rules.map { names.resolved($0) }
        for index in CorrelationPlans.childrenFirst(resolved) { plans.append(CorrelationPlan(resolved[index])) }
        let places = Dictionary(
            plans.enumerated().map { ($1.rule.info.id, $0) }, uniquingKeysWith: { first, _ in first })
        for (place, plan) in plans.enumerated() {
            for (part, id) in plan.parts.enumerated() {
                for member in plan.rule.members(of: id) { takeHits(of: member, place, part: part, places) }
            }
        }
        // Those above first: what a correlation may leave for later depends on who takes it.
        for plan in plans.reversed() {
            plan.takers = takers[plan.rule.info.id] ?? []
            decideWhoAsks(plan)
        }
    }

    /// A correlation above asks for the growth of `plan` if its condition cannot come true by growth, its group follows
    /// from values of the hit, and whoever takes its own growth asks too.
    private func decideWhoAsks(_ plan: CorrelationPlan) {
        for taker in plan.takers {
            let above = plans[taker.plan]
            let asked = above.takers
            taker.asksForGrowth =
                taker.hasPlainKey && taker.counted.count <= 1 && above.isUnmovedByGrowth
                && asked.allSatisfy(\.asksForGrowth)
            guard taker.asksForGrowth else { continue }
            let names = taker.key.enumerated().map { (name: $1.source, placeInKey: Int?.some($0)) }
            let counted = taker.counted.map { (name: $0, placeInKey: Int?.none) }
            taker.loose = (names + counted).filter { !plan.rule.groupBy.contains($0.name) }
            taker.isLoose = !taker.loose.isEmpty || asked.contains(where: \.isLoose)
            taker.longestPause = asked.reduce(above.rule.timespanNanoseconds) { min($0, $1.longestPause) }
            plan.isAsked = true
        }
    }

    private mutating func takeHits(of rule: String, _ place: Int, part: Int, _ places: [String: Int]) {
        if let child = places[rule] {
            guard child < place else { return }
            if !plans[child].parents.contains(place) { plans[child].parents.append(place) }
            plans[place].isAboveOthers = true
        }
        takers[rule, default: []].append(CorrelationTaker(plans[place], at: place, part: part, of: rule))
    }

    /// Depth-first order over the references, in the order of the rules' ids, so that it does not depend on the order
    /// in which files were loaded.
    private static func childrenFirst(_ rules: [CorrelationRule]) -> [Int] {
        let places = Dictionary(
            rules.enumerated().map { ($1.info.id, $0) }, uniquingKeysWith: { first, _ in first })
        var order: [Int] = []
        var seen = Set<Int>()
        func visit(_ index: Int) {
            guard seen.insert(index).inserted else { return }
            for id in rules[index].rules.flatMap(rules[index].members(of:)).sorted() {
                if let child = places[id] { visit(child) }
            }
            order.append(index)
        }
        for index in places.values.sorted(by: { rules[$0].info.id < rules[$1].info.id }) { visit(index) }
        return order
    }
}

/// What references of correlations can mean: rules' ids and, where they have them, names.
private struct RuleNames {
    private let ids: Set<String>
    private let catalogue: [String: RuleInfo]
    private let names: [String: String]

    init(_ correlations: [RuleInfo], _ catalogue: [String: RuleInfo]) {
        ids = Set(correlations.map(\.id))
        self.catalogue = catalogue
        var names: [String: String] = [:]
        for info in correlations + catalogue.values {
            guard let name = info.name else { continue }
            // Of rules of one name always the same one, in whatever order they come.
            names[name] = min(info.id, names[name] ?? info.id)
        }
        self.names = names
    }

    private func id(_ reference: String) -> String {
        ids.contains(reference) || catalogue[reference] != nil ? reference : names[reference] ?? reference
    }

    /// `rule` with its references by name written as ids.
    func resolved(_ rule: CorrelationRule) -> CorrelationRule {
        var result = rule
        result.rules = rule.rules.map(id)
        result.aliases = rule.aliases.map { alias in
            let fields = alias.fields.map { (id($0.key), $0.value) }
            return .init(name: alias.name, fields: Dictionary(fields, uniquingKeysWith: { first, _ in first }))
        }
        return result
    }
}

/// Which fields the observations of each referred rule must carry.
enum NeededFields {
    /// What a correlation needs of a part goes down through chains to the base rules: a chained detection answers with
    /// its own group-by values and else with those of the record that made it fire.
    static func of(_ rules: [CorrelationRule]) -> [String: [String]] {
        let plans = CorrelationPlans(rules, catalogue: [:]).plans
        var needed: [String: Set<String>] = [:]
        for plan in plans.reversed() {
            let inherited = needed[plan.rule.info.id] ?? []
            let names = plan.rule.groupBy + plan.rule.countedFields
            let own = Set(plan.rule.groupBy)
            for part in plan.parts {
                var fields = Set(names.map { BoundField(plan.rule.field($0, in: part)).source })
                fields.formUnion(plan.rule.info.entityFields.map { plan.rule.field($0, in: part) })
                fields.formUnion(PartyList.fields)
                fields.formUnion(inherited.filter { !own.contains($0) })
                for member in plan.rule.members(of: part) { needed[member, default: []].formUnion(fields) }
            }
        }
        return needed.mapValues { $0.sorted() }
    }
}
