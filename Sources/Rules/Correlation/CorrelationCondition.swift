/// `condition:` of a correlation (specification 2.1, "Condition"): bounds on a count or a number, or, for the temporal
/// kinds, an expression over the rules' names: `a and (b or c) and not d`. Such "extended" conditions are not in 2.1,
/// whose conditions are counts alone; they are agreed for 2.2 (SigmaHQ/sigma-specification, issue 198) and read as
/// pySigma reads them.
struct CorrelationCondition {
    var conditions: [(comparison: CorrelationRule.Comparison, bound: Int)] = []
    /// Several: `value_count` of their combinations.
    var fields: [String] = []
    var percentile: Int?
    var pattern: SigmaExpression?

    /// Rules under an expression in order, or under one with `not`: every subset may have to be tried.
    static let maximumTried = 10

    /// `names`: the words by which the rules are referred to, in their order.
    static func read(
        _ body: RuleNode, _ kind: CorrelationRule.Kind, names: [String]
    ) throws -> CorrelationCondition {
        guard let node = body["condition"] else {
            if kind.isTemporal { return CorrelationCondition() }
            throw RuleError(body, "", "a correlation of type \(kind.rawValue) needs a `condition`")
        }
        if kind.isTemporal, let text = node.text {
            guard kind == .temporal || names.count <= maximumTried else {
                throw RuleError(node, "", "an ordered condition takes at most \(maximumTried) rules")
            }
            return try expression(text, node, names)
        }
        guard let pairs = node.pairs else {
            throw RuleError(node, "", "`condition` must be a mapping", advice: "Write it like `gte: 10`.")
        }
        var condition = CorrelationCondition()
        for pair in pairs { try condition.take(pair.key, pair.value, kind) }
        try condition.check(node, kind, names.count)
        return condition
    }

    private static func expression(
        _ text: String, _ node: RuleNode, _ names: [String]
    ) throws -> CorrelationCondition {
        var parser = ConditionParser(text, names: names, node: node)
        let pattern = try parser.parse()
        guard !pattern.hasNegation || names.count <= maximumTried else {
            throw RuleError(node, "not", "a condition with `not` takes at most \(maximumTried) rules")
        }
        return CorrelationCondition(pattern: pattern)
    }

    private mutating func take(_ key: RuleNode, _ value: RuleNode, _ kind: CorrelationRule.Kind) throws {
        let name = key.text ?? ""
        if name == "field" {
            fields = try CorrelationCondition.fields(value, kind)
        } else if name == "percentile", kind == .valuePercentile {
            guard case .integer(let number) = value.meaning, (1...100).contains(number) else {
                throw RuleError(value, "", "`percentile` needs a whole number from 1 to 100")
            }
            percentile = number
        } else if let comparison = CorrelationRule.Comparison(rawValue: name) {
            conditions.append((comparison, try CorrelationCondition.bound(name, value, kind)))
        } else {
            throw RuleError(
                key, name, "`\(name)` is no condition", advice: "Conditions: gt, gte, lt, lte, eq, neq, field.")
        }
    }

    private static func bound(_ name: String, _ value: RuleNode, _ kind: CorrelationRule.Kind) throws -> Int {
        if kind.isNumeric {
            switch value.meaning {
            case .integer(let number) where abs(number) < 1 << 50: return number * 1000
            case .fraction(let number) where abs(number) < 1e15: return Int((number * 1000).rounded())
            default: throw RuleError(value, "", "`\(name)` needs a number")
            }
        }
        guard case .integer(let number) = value.meaning, number >= 0 else {
            throw RuleError(value, "", "`\(name)` needs a whole number")
        }
        return number
    }

    private static func fields(_ node: RuleNode, _ kind: CorrelationRule.Kind) throws -> [String] {
        guard kind.hasField else {
            throw RuleError(node, "", "`field` belongs to the value kinds, and this is \(kind.rawValue)")
        }
        let names = node.texts
        guard !names.isEmpty, !names.contains(""), node.items.map({ $0.count == names.count }) ?? true else {
            throw RuleError(node, "", "`field` takes a field name, or a list of them")
        }
        guard names.count == 1 || kind == .valueCount else {
            throw RuleError(node, "", "a \(kind.rawValue) correlation reckons with one field")
        }
        return names
    }

    private func check(_ node: RuleNode, _ kind: CorrelationRule.Kind, _ ruleCount: Int) throws {
        guard !conditions.isEmpty else {
            throw RuleError(node, "", "`condition` has no bound", advice: "Write it like `gte: 10`.")
        }
        if kind.hasField, fields.isEmpty {
            throw RuleError(node, "", "a \(kind.rawValue) correlation needs `field` in its condition")
        }
        if kind == .valuePercentile, percentile == nil {
            throw RuleError(node, "", "a value_percentile correlation needs `percentile` in its condition")
        }
        if kind.isTemporal, conditions.contains(where: { $0.comparison == .greaterOrEqual && $0.bound > ruleCount }) {
            throw RuleError(node, "", "the correlation has only \(ruleCount) rules: its condition can never hold")
        }
    }
}
