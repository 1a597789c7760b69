package import Events
internal import Primitives
package import Rules

/// Rules came from a cache without their selections, and what was compiled of them is gone: they must be read.
package struct RulesForgotten: Error {}

/// A rule that could not be compiled, and why.
package struct RefusedRule: Sendable {
    /// Its place among the matcher's rules.
    package var rule: Int
    package var message: String
}

/// Sigma rules compiled against one field registry. Made once, before the registry is frozen; shared by all workers.
package final class EventMatcher: Sendable {
    let program: SigmaProgram
    let rules: [SigmaRule]
    let options: MatchOptions
    let registry: FieldRegistry
    /// Distinct plans, and by log source's number which of them holds (-1: no rule is open).
    let plans: [SourcePlan]
    let planNumbers: [Int]

    /// Rules that could not be compiled, and why. They match nothing. (The loader refuses them with their place where
    /// it is given `SigmaExpressions.problem`.)
    package let refused: [RefusedRule]
    /// How many rules have neither a literal nor a field that could rule an event out, and are evaluated for every
    /// event of their source.
    package let unconditionalCount: Int

    package init(
        rules: [SigmaRule], registry: FieldRegistry, options: MatchOptions = MatchOptions()
    ) throws {
        self.rules = rules
        self.options = options
        self.registry = registry
        let memory = MatcherMemory(options)
        let compiled: CompiledRules
        if let known = memory?.recall(registry, ruleCount: rules.count) {
            compiled = known
        } else {
            if options.areRulesRemembered { throw RulesForgotten() }
            compiled = try EventMatcher.compile(rules, registry, options, memory)
        }
        program = compiled.program
        plans = compiled.plans
        planNumbers = compiled.planNumbers
        refused = compiled.refused
        unconditionalCount = compiled.unconditionalCount
    }

    private static func compile(
        _ rules: [SigmaRule], _ registry: FieldRegistry, _ options: MatchOptions, _ memory: MatcherMemory?
    ) throws -> CompiledRules {
        var builder = ProgramBuilder(registry: registry)
        var refused: [RefusedRule] = []
        for (index, rule) in rules.enumerated() {
            do {
                try builder.add(rule)
            } catch {
                refused.append(
                    RefusedRule(rule: index, message: "a regular expression cannot be read: \(error.description)"))
            }
        }
        registerShown(rules, registry, options)
        let tables = builder.tables
        let program = SigmaProgram(tables, fieldLimit: Int(FieldID.firstOfBatch))
        var literals: [Int: [PlacedLiteral]] = [:]
        let left = Set(refused.map(\.rule))
        for (index, rule) in rules.enumerated() {
            literals[index] =
                left.contains(index) ? [] : LiteralAnalysis(rule: rule).required().map { place($0, rule, registry) }
        }
        let presences = presences(rules, without: literals, registry)
        let (plans, planNumbers) = try makePlans(rules, literals, presences, options, program)
        let compiled = CompiledRules(
            program: program, plans: plans, planNumbers: planNumbers, refused: refused,
            unconditionalCount: rules.count - literals.count - presences.count)
        memory?.keep(compiled, tables, registry)
        return compiled
    }

    /// Names that `matchedFields` and `values` will ask for, so that inputs which name their own fields keep them.
    private static func registerShown(_ rules: [SigmaRule], _ registry: FieldRegistry, _ options: MatchOptions) {
        for rule in rules {
            let names = rule.shownFields + rule.info.entityFields + (options.neededFields[rule.info.id] ?? [])
            for name in names {
                for source in Taxonomy.sources(name, for: rule.logSource) { _ = registry.register(source) }
            }
        }
        for name in Entity.fieldOrder { _ = registry.register(name) }
    }

    /// Field names as the rule writes them to the numbers that events may carry them by. A name for which no number was
    /// left is a field that no event has.
    private static func place(
        _ literals: [RequiredLiteral], _ rule: SigmaRule, _ registry: FieldRegistry
    ) -> [PlacedLiteral] {
        literals.compactMap { literal in
            guard let name = literal.item.field else { return PlacedLiteral(literal: literal, fields: []) }
            let fields = Taxonomy.candidates(name, for: rule.logSource).compactMap { registry.register($0)?.rawValue }
            return fields.isEmpty ? nil : PlacedLiteral(literal: literal, fields: fields)
        }
    }

    /// For rules without literals, the numbers of the fields that wake them.
    private static func presences(
        _ rules: [SigmaRule], without literals: [Int: [PlacedLiteral]], _ registry: FieldRegistry
    ) -> [Int: [UInt16]] {
        var found: [Int: [UInt16]] = [:]
        for (index, rule) in rules.enumerated() where literals[index] == nil {
            guard let names = PresenceAnalysis(rule: rule).required() else { continue }
            found[index] = names.flatMap { name in
                Taxonomy.candidates(name, for: rule.logSource).compactMap { registry.register($0)?.rawValue }
            }
        }
        return found
    }

    private static func makePlans(
        _ rules: [SigmaRule], _ literals: [Int: [PlacedLiteral]], _ presences: [Int: [UInt16]],
        _ options: MatchOptions, _ program: SigmaProgram
    ) throws -> ([SourcePlan], [Int]) {
        var plans: [SourcePlan] = []
        var known: [[Int]: Int] = [:]
        var numbers: [Int] = []
        for source in LogSource.allCases {
            let open = rules.indices.filter { isOpen(rules[$0].logSource, for: source, options.logSource) }
            if open.isEmpty {
                numbers.append(-1)
            } else if let number = known[open] {
                numbers.append(number)
            } else {
                let keywords = open.contains { hasKeywords(rules[$0]) }
                plans.append(
                    try SourcePlan(
                        rules: open, literals: literals, presences: presences, searchesRecord: keywords,
                        program: program, cache: options.sigmaKey == nil ? options.cache : nil))
                known[open] = plans.count - 1
                numbers.append(plans.count - 1)
            }
        }
        return (plans, numbers)
    }

    /// The log-source gate.
    static func isOpen(_ rule: RuleLogSource, for source: LogSource, _ override: LogSourceOverride?) -> Bool {
        if override?.isAny ?? false { return true }
        let names = source.names
        return rule.isOpen(
            categories: override?.source.category.map { [$0] } ?? names.categories,
            products: override?.source.product.map { [$0] } ?? names.products,
            services: override?.source.service.map { [$0] } ?? names.services)
    }

    /// Whether events of this kind can reach the rule: for telling rules that never had a chance.
    package func isOpen(rule: Int, for source: LogSource) -> Bool {
        EventMatcher.isOpen(rules[rule].logSource, for: source, options.logSource)
    }

    static func hasKeywords(_ rule: SigmaRule) -> Bool {
        func visit(_ expression: SigmaExpression) -> Bool {
            switch expression {
            case .all(let parts), .any(let parts), .atLeast(_, let parts): parts.contains(where: visit)
            case .not(let part): visit(part)
            case .selection(let index): visit(rule.selections[index].expression)
            case .test(let item): item.field == nil
            }
        }
        return visit(rule.condition)
    }

    /// A worker; each thread has its own.
    package func makeWorker() throws -> EventMatchWorker { try EventMatchWorker(self) }
}
