internal import Events
internal import Primitives
internal import Rules

/// Compiles rules into the tables of a `SigmaProgram`.
struct ProgramBuilder {
    private let registry: FieldRegistry
    private(set) var nodes: [ProgramNode] = []
    private(set) var children: [Int32] = []
    private(set) var tests: [ProgramTest] = []
    private(set) var fields: [UInt16] = []
    private(set) var rules: [ProgramRule] = []
    private(set) var networks: [IPNetwork] = []
    private(set) var patterns = PatternTableBuilder()
    private(set) var expressions: [RegularExpression] = []
    private(set) var urlFields: Set<UInt16> = []
    private var fieldRuns: [[UInt16]: Int] = [:]
    private var expressionNumbers: [ExpressionKey: Int] = [:]

    private struct ExpressionKey: Hashable {
        var pattern: String
        var options: RegularExpressionFlags
    }

    init(registry: FieldRegistry) { self.registry = registry }

    var tables: ProgramTables {
        ProgramTables(
            nodes: nodes, children: children, tests: tests, fields: fields, rules: rules, networks: networks,
            patterns: patterns.patterns, segments: patterns.segments, elements: patterns.elements,
            arena: patterns.arena, expressions: expressions, urlFields: urlFields.sorted())
    }

    /// Adds a rule. Throws where one of its regular expressions cannot be compiled; the rule is left out then, and
    /// takes a place that matches nothing.
    mutating func add(_ rule: SigmaRule) throws(RegularExpressionError) {
        var readsURLs = false
        do {
            let root = try compile(rule.condition, rule, &readsURLs)
            rules.append(ProgramRule(root: Int32(root), readsURLs: readsURLs))
        } catch {
            addEmpty()
            throw error
        }
    }

    private mutating func addEmpty() {
        nodes.append(ProgramNode(operation: .any, first: 0, count: 0, needed: 0))
        rules.append(ProgramRule(root: Int32(nodes.count - 1), readsURLs: false))
    }

    private mutating func compile(
        _ expression: SigmaExpression, _ rule: SigmaRule, _ readsURLs: inout Bool
    ) throws(RegularExpressionError) -> Int {
        switch expression {
        case .all(let parts): return try group(.all, parts, rule, &readsURLs)
        case .any(let parts): return try group(.any, parts, rule, &readsURLs)
        case .atLeast(let number, let parts): return try group(.atLeast, parts, rule, &readsURLs, needed: number)
        case .not(let part): return try group(.not, [part], rule, &readsURLs)
        case .selection(let index): return try compile(rule.selections[index].expression, rule, &readsURLs)
        case .test(let item):
            let number = try test(item, rule.logSource, &readsURLs)
            nodes.append(ProgramNode(operation: .test, first: Int32(number), count: 0, needed: 0))
            return nodes.count - 1
        }
    }

    private mutating func group(
        _ operation: ProgramNode.Operation, _ parts: [SigmaExpression], _ rule: SigmaRule, _ readsURLs: inout Bool,
        needed: Int = 0
    ) throws(RegularExpressionError) -> Int {
        var numbers: [Int32] = []
        for part in parts { numbers.append(Int32(try compile(part, rule, &readsURLs))) }
        let first = children.count
        children += numbers
        nodes.append(
            ProgramNode(operation: operation, first: Int32(first), count: Int32(numbers.count), needed: Int32(needed)))
        return nodes.count - 1
    }

    /// Places the candidates of a field name in `fields`.
    private mutating func candidates(
        _ name: String, _ logSource: RuleLogSource, _ readsURLs: inout Bool
    ) -> (first: Int32, count: Int32) {
        let names = Taxonomy.candidates(name, for: logSource)
        let isURL = names.contains { Taxonomy.urlFields.contains($0) }
        var numbers: [UInt16] = []
        for name in names {
            guard let id = registry.register(name), !numbers.contains(id.rawValue) else { continue }
            numbers.append(id.rawValue)
            if isURL { urlFields.insert(id.rawValue) }
        }
        if isURL { readsURLs = true }
        if numbers.isEmpty { numbers = [UInt16.max] }  // no number left: a field that no event has
        if let known = fieldRuns[numbers] { return (Int32(known), Int32(numbers.count)) }
        fieldRuns[numbers] = fields.count
        fields += numbers
        return (Int32(fields.count - numbers.count), Int32(numbers.count))
    }

    private mutating func test(
        _ item: SigmaItem, _ logSource: RuleLogSource, _ readsURLs: inout Bool
    ) throws(RegularExpressionError) -> Int {
        var run: (first: Int32, count: Int32) = (0, 0)
        if let field = item.field { run = candidates(field, logSource, &readsURLs) } else { readsURLs = true }
        var test = ProgramTest(kind: .text, firstField: run.first, fieldCount: run.count)
        switch item.test {
        case .text(let pattern): test.index = Int32(patterns.add(pattern))
        case .number(let value, let text):
            test.kind = .number
            test.value = value
            test.index = Int32(patterns.add(TextPattern(elements: [.bytes(Array(text.utf8))], cased: true)))
        case .regularExpression(let pattern, let options):
            test.kind = .expression
            test.index = Int32(try expression(pattern, options))
        case .network(let network):
            test.kind = .network
            test.index = Int32(networks.count)
            networks.append(network)
        case .exists(let wanted): test.kind = wanted ? .exists : .absent
        case .null: test.kind = .null
        case .compare(let comparison, let value):
            test.kind = .compare
            (test.comparison, test.value) = (comparison, value)
        case .time(let part, let comparison, let value):
            test.kind = .time
            (test.part, test.comparison, test.value) = (part, comparison, ExactNumber(value))
        case .field(let name, let part, let isCased):
            let other = candidates(name, logSource, &readsURLs)
            test.kind = .field
            (test.index, test.otherCount) = (other.first, other.count)
            (test.fieldPart, test.isCased) = (part, isCased)
        }
        tests.append(test)
        return tests.count - 1
    }

    private mutating func expression(
        _ pattern: String, _ options: RegularExpressionFlags
    ) throws(RegularExpressionError) -> Int {
        let key = ExpressionKey(pattern: pattern, options: options)
        if let known = expressionNumbers[key] { return known }
        expressions.append(try RegularExpression(pattern, options: SigmaExpressions.options(pattern, options)))
        expressionNumbers[key] = expressions.count - 1
        return expressions.count - 1
    }
}
