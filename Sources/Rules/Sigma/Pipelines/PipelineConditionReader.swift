/// Reads the conditions of a pipeline's item: a list, joined by `*_cond_op`, or a mapping of names, joined by
/// `*_cond_expr`; `*_cond_not` turns the outcome round.
struct PipelineConditionReader {
    let node: RuleNode
    let tools: ExpressionTools

    typealias Table<Condition> = [String: @Sendable (PipelineConditionReader, RuleNode) throws -> Condition]

    static let rules: Table<RuleCondition> = [
        "logsource": { .logSource(try PipelineReader.logSource($1)) },
        "contains_field": { .containsField(try $0.text($1, "field")) },
        "contains_detection_item": { .containsItem(field: try $0.text($1, "field"), value: try $0.text($1, "value")) },
        "is_sigma_rule": { _, _ in .isRule(true) },
        "is_sigma_correlation_rule": { _, _ in .isRule(false) },
        "rule_attribute": { try $0.attribute($1) },
        "tag": { .tag(try $0.text($1, "tag")) },
        "processing_state": { .state(try $0.text($1, "key"), try $0.text($1, "val")) },
        "processing_item_applied": { .applied(try $0.text($1, "processing_item_id")) },
    ]

    static let detections: Table<DetectionCondition> = [
        "match_string": { reader, node in
            .matchString(
                pattern: try reader.expression(node, "pattern"), isNegated: try reader.flag(node, "negate"),
                all: try reader.all(node))
        },
        "match_value": { .matchValue(try $0.text($1, "value"), all: try $0.all($1)) },
        "contains_wildcard": { .containsWildcard(all: try $0.all($1)) },
        "is_null": { .isNull(all: try $0.all($1)) },
        "processing_state": { .state(try $0.text($1, "key"), try $0.text($1, "val")) },
        "processing_item_applied": { .applied(try $0.text($1, "processing_item_id")) },
    ]

    static let fields: Table<FieldCondition> = [
        "include_fields": { reader, node in
            let (names, isPattern) = try reader.names(node)
            return .include(names, isPattern: isPattern)
        },
        "exclude_fields": { reader, node in
            let (names, isPattern) = try reader.names(node)
            return .exclude(names, isPattern: isPattern)
        },
        "processing_state": { .state(try $0.text($1, "key"), try $0.text($1, "val")) },
        "processing_item_applied": { .applied(try $0.text($1, "processing_item_id")) },
    ]

    func group<Condition: Sendable>(
        _ kind: String, _ table: Table<Condition>
    ) throws -> ConditionGroup<Condition> {
        guard let list = node["\(kind)_conditions"] else { return ConditionGroup() }
        var group = ConditionGroup<Condition>()
        let nodes = list.items ?? list.pairs?.map(\.value) ?? []
        guard !nodes.isEmpty else { throw RuleError(list, "", "`\(kind)_conditions` is a list, or a mapping of names") }
        group.conditions = try nodes.map { try condition($0, table) }
        group.expression = try expression(kind, list, count: nodes.count)
        return group
    }

    private func condition<Condition>(_ node: RuleNode, _ table: Table<Condition>) throws -> Condition {
        let name = try text(node, "type")
        guard let make = table[name] else {
            let close = Spelling.closest(to: name, among: table.keys)
            throw RuleError(
                node["type"], name, "the condition `\(name)` is not supported here",
                advice: close.map { "Did you mean `\($0)`?" } ?? "There are: "
                    + table.keys.sorted().joined(separator: ", ") + ".")
        }
        return try make(self, node)
    }

    private func expression(_ kind: String, _ list: RuleNode, count: Int) throws -> SigmaExpression {
        let places = (0..<count).map { SigmaExpression.selection($0) }
        var joined = SigmaExpression.all(places)
        if let node = node["\(kind)_cond_expr"] {
            guard let text = node.text, let pairs = list.pairs else {
                throw RuleError(
                    node, "", "`\(kind)_cond_expr` joins conditions that have names: write them as a mapping")
            }
            var parser = ConditionParser(text, names: pairs.map { $0.key.text ?? "" }, node: node)
            joined = try parser.parse()
        } else if let node = node["\(kind)_cond_op"] {
            guard let word = node.text?.lowercased(), word == "and" || word == "or" else {
                throw RuleError(node, "", "`\(kind)_cond_op` is `and` or `or`")
            }
            if word == "or" { joined = .any(places) }
        }
        return try flag(node, "\(kind)_cond_not") ? .not(joined) : joined
    }

    // MARK: - Parameters

    private func text(_ node: RuleNode, _ key: String) throws -> String {
        guard let text = node[key]?.text else { throw RuleError(node, "", "`\(key)` is missing") }
        return text
    }

    private func flag(_ node: RuleNode, _ key: String) throws -> Bool {
        guard let value = node[key] else { return false }
        guard case .boolean(let flag) = value.meaning else { throw RuleError(value, "", "`\(key)` is true or false") }
        return flag
    }

    private func all(_ node: RuleNode) throws -> Bool {
        guard let value = node["cond"] else { return false }
        guard let word = value.text, word == "any" || word == "all" else {
            throw RuleError(value, "", "`cond` is `any` or `all`")
        }
        return word == "all"
    }

    private func expression(_ node: RuleNode, _ key: String) throws -> String {
        let pattern = try text(node, key)
        if let problem = tools.problem(pattern) {
            throw RuleError(node[key], pattern, "the regular expression cannot be read: \(problem)")
        }
        return pattern
    }

    private func attribute(_ node: RuleNode) throws -> RuleCondition {
        let word = node["op"]?.text ?? "eq"
        guard let relation = AttributeRelation(rawValue: word) else {
            let known = AttributeRelation.allCases.map(\.rawValue).joined(separator: ", ")
            throw RuleError(node["op"], word, "`\(word)` is no relation", advice: "There are: \(known).")
        }
        return .attribute(try text(node, "attribute"), relation, try text(node, "value"))
    }

    private func names(_ node: RuleNode) throws -> (names: [String], isPattern: Bool) {
        guard let names = node["fields"]?.texts, !names.isEmpty else {
            throw RuleError(node, "", "`fields` is missing")
        }
        let mode = node["mode"]?.text ?? "plain"
        guard mode == "plain" || mode == "re" else { throw RuleError(node["mode"], mode, "`mode` is plain or re") }
        guard mode == "re" else { return (names, false) }
        for name in names {
            if let problem = tools.problem(name) {
                throw RuleError(node["fields"], name, "the regular expression cannot be read: \(problem)")
            }
        }
        return (names, true)
    }
}
