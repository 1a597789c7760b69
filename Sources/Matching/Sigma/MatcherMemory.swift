internal import Events
internal import Primitives
internal import Rules

/// What an `EventMatcher` compiles its rules into.
struct CompiledRules {
    var program: SigmaProgram
    var plans: [SourcePlan]
    var planNumbers: [Int]
    var refused: [RefusedRule]
    var unconditionalCount: Int
}

/// Compiled Sigma rules as a cache brings them back: the tables as they lay in memory, the search databases, and the
/// patterns of regular expressions, which are compiled when they are first needed.
struct MatcherMemory {
    private let cache: RuleCache
    private let key: ContentID

    /// Nil where rules are not known by a key, or nothing is kept.
    init?(_ options: MatchOptions) {
        guard let cache = options.cache, let sigma = options.sigmaKey else { return nil }
        self.cache = cache
        var hasher = ContentHasher()
        hasher.add("sigma matcher 4")
        hasher.add(sigma)
        hasher.add(options.decodesURLs ? 1 : 0)
        hasher.add(options.logSource.map { $0.isAny ? 2 : 1 } ?? 0)
        let source = options.logSource?.source ?? RuleLogSource()
        for name in [source.category, source.product, source.service] { hasher.add(name ?? "\u{0}") }
        for (rule, names) in options.neededFields.sorted(by: { $0.key < $1.key }) {
            hasher.add(rule)
            hasher.add(UInt64(names.count))
            for name in names { hasher.add(name) }
        }
        key = hasher.finish()
    }

    // MARK: - Writing

    func keep(_ compiled: CompiledRules, _ tables: ProgramTables, _ registry: FieldRegistry) {
        var writer = CacheWriter()
        let names = registry.registeredNames
        writer.put(texts: names)
        MatcherMemory.put(tables, into: &writer)
        writer.put(compiled.plans.count)
        for plan in compiled.plans { MatcherMemory.put(plan, into: &writer) }
        writer.put(compiled.planNumbers.map { Int32($0) })
        writer.put(compiled.refused.count)
        for refused in compiled.refused {
            writer.put(refused.rule)
            writer.put(refused.message)
        }
        writer.put(compiled.unconditionalCount)
        cache.write(key, writer.bytes)
    }

    private static func put(_ tables: ProgramTables, into writer: inout CacheWriter) {
        writer.put(tables.nodes)
        writer.put(tables.children)
        writer.put(tables.tests)
        writer.put(tables.fields)
        writer.put(tables.rules)
        writer.put(tables.networks)
        writer.put(tables.patterns)
        writer.put(tables.segments)
        writer.put(tables.elements)
        writer.put(tables.arena)
        writer.put(tables.urlFields)
        writer.put(tables.expressions.count)
        for expression in tables.expressions {
            writer.put(Int(expression.options.rawValue))
            writer.put(expression.pattern)
        }
    }

    private static func put(_ plan: SourcePlan, into writer: inout CacheWriter) {
        let tables = plan.tables
        writer.put(tables.unconditional)
        writer.put(tables.literals)
        writer.put(tables.starts)
        writer.put(tables.owners)
        writer.put(tables.byteOwners)
        writer.put(tables.byteWakes)
        writer.put(tables.presenceOwners)
        writer.put(tables.fieldUses)
        writer.put(tables.fieldBits)
        writer.put(tables.crossings)
        writer.put(tables.shortestKeyword)
        writer.put(tables.searchesRecord ? 1 : 0)
        writer.put(tables.readsURLs ? 1 : 0)
        writer.put(tables.quotesPartKeywords ? 1 : 0)
        writer.put(tables.headsAreClean ? 1 : 0)
        writer.put(plan.database.patternCount)
        writer.put(plan.database.serialized)
    }

    // MARK: - Reading

    /// Registers the names that the rules need, with the numbers they had; nil where nothing that fits is kept.
    func recall(_ registry: FieldRegistry, ruleCount: Int) -> CompiledRules? {
        guard let data = cache.read(key), registry.registeredNames.isEmpty else { return nil }
        return try? MatcherMemory.read(data, registry, ruleCount)
    }

    private static func read(
        _ data: [UInt8], _ registry: FieldRegistry, _ ruleCount: Int
    ) throws -> CompiledRules {
        var reader = CacheReader(data)
        let names = try reader.texts()
        let tables = try programTables(&reader)
        guard tables.rules.count == ruleCount else { throw CacheDamage() }
        var plans: [SourcePlan] = []
        for _ in 0..<max(0, try reader.number()) { plans.append(try plan(&reader)) }
        let numbers = try reader.elements(Int32.self).map { Int($0) }
        guard numbers.count == LogSource.allCases.count, numbers.allSatisfy({ $0 < plans.count }) else {
            throw CacheDamage()
        }
        var refused: [RefusedRule] = []
        for _ in 0..<max(0, try reader.number()) {
            refused.append(RefusedRule(rule: try reader.number(), message: try reader.text()))
        }
        let unconditional = try reader.number()
        for name in names { _ = registry.register(name) }
        return CompiledRules(
            program: SigmaProgram(tables, fieldLimit: Int(FieldID.firstOfBatch)), plans: plans, planNumbers: numbers,
            refused: refused, unconditionalCount: unconditional)
    }

    private static func programTables(_ reader: inout CacheReader) throws(CacheDamage) -> ProgramTables {
        var tables = ProgramTables()
        tables.nodes = try reader.elements(ProgramNode.self)
        tables.children = try reader.elements(Int32.self)
        tables.tests = try reader.elements(ProgramTest.self)
        tables.fields = try reader.elements(UInt16.self)
        tables.rules = try reader.elements(ProgramRule.self)
        tables.networks = try reader.elements(IPNetwork.self)
        tables.patterns = try reader.elements(CompiledPattern.self)
        tables.segments = try reader.elements(CompiledSegment.self)
        tables.elements = try reader.elements(CompiledElement.self)
        tables.arena = try reader.elements(UInt8.self)
        tables.urlFields = try reader.elements(UInt16.self)
        for _ in 0..<max(0, try reader.number()) {
            let options = RegularExpressionOptions(rawValue: UInt16(truncatingIfNeeded: try reader.number()))
            tables.expressions.append(RegularExpression(known: try reader.elements(UInt8.self), options))
        }
        return tables
    }

    private static func plan(_ reader: inout CacheReader) throws -> SourcePlan {
        var tables = SourceTables()
        tables.unconditional = try reader.elements(Int32.self)
        tables.literals = try reader.elements(PlanLiteral.self)
        tables.starts = try reader.elements(Int32.self)
        tables.owners = try reader.elements(LiteralOwner.self)
        tables.byteOwners = try reader.elements(ByteOwner.self)
        tables.byteWakes = try reader.elements(UInt64.self)
        tables.presenceOwners = try reader.elements(PresenceOwner.self)
        tables.fieldUses = try reader.elements(UInt8.self)
        tables.fieldBits = try reader.elements(UInt64.self)
        guard tables.fieldUses.count == tables.fieldBits.count else { throw CacheDamage() }
        tables.crossings = try reader.elements(Int32.self)
        tables.shortestKeyword = try reader.number()
        tables.searchesRecord = try reader.number() == 1
        tables.readsURLs = try reader.number() == 1
        tables.quotesPartKeywords = try reader.number() == 1
        tables.headsAreClean = try reader.number() == 1
        let count = try reader.number()
        let database = try PatternDatabase(serialized: try reader.elements(UInt8.self), patternCount: count)
        return SourcePlan(tables, database)
    }
}
