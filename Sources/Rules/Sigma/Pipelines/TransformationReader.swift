/// Reads the part of a pipeline's item that says what it does.
struct TransformationReader {
    let node: RuleNode
    let tools: ExpressionTools

    /// Every transformation there is here, by its name in pySigma.
    static let table: [String: @Sendable (TransformationReader) throws -> Transformation] = [
        // Names of fields
        "field_name_mapping": { .mapFields(try $0.table("mapping")) },
        "field_name_prefix_mapping": { reader in
            .mapFieldPrefixes(try reader.table("mapping").sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        },
        "field_name_prefix": { .addFieldPrefix(try $0.text("prefix")) },
        "field_name_suffix": { .addFieldSuffix(try $0.text("suffix")) },
        // Items and values
        "drop_detection_item": { _ in .dropItem },
        "map_string": { .mapText(try $0.table("mapping")) },
        "replace_string": { try $0.replacement() },
        "set_value": { try $0.value() },
        "convert_type": { .convert(toNumbers: try $0.word("target_type", of: ["str", "num"]) == "num") },
        "value_placeholders": { .valuePlaceholders(try $0.placeholderNames()) },
        "wildcard_placeholders": { .wildcardPlaceholders(try $0.placeholderNames()) },
        // The rule
        "add_condition": { try $0.condition() },
        "change_logsource": { .changeLogSource(try PipelineReader.logSource($0.node)) },
        "set_state": { .setState(try $0.text("key"), try $0.text("val")) },
        "set_custom_attribute": { .setAttribute(try $0.text("attribute"), try $0.text("value")) },
        "add_field": { .addFields(try $0.list("field")) },
        "remove_field": { .removeFields(try $0.list("field")) },
        "set_field": { .setFields(try $0.list("fields")) },
        "rule_failure": { .refuseRule(try $0.text("message")) },
        "detection_item_failure": { .refuseItem(try $0.text("message")) },
        "nest": { reader in .nest(try PipelineReader.items(reader.node, "items", reader.tools)) },
    ]

    /// Those of pySigma that have no meaning here, and why.
    static let refused: [String: String] = [
        "query_expression_placeholders": "rules are run, not written as queries of another language",
        "field_name_transform": "it needs a function of Python",
        "regex": "text is matched without regard to case here already",
        "case": "text is matched without regard to case here already",
        "hashes_fields": "hashes have fields of their own here",
        "strict_field_mapping_failure": "fields that no rule names here are looked for under their own name",
    ]

    // MARK: - Parameters

    private func required(_ key: String) throws -> RuleNode {
        guard let value = node[key] else { throw RuleError(node, "", "`\(key)` is missing") }
        return value
    }

    private func text(_ key: String) throws -> String {
        let value = try required(key)
        guard let text = value.text else { throw RuleError(value, "", "`\(key)` takes a single value") }
        return text
    }

    private func word(_ key: String, of words: [String]) throws -> String {
        let text = try text(key)
        guard words.contains(text) else {
            throw RuleError(node[key], text, "`\(key)` is one of \(words.joined(separator: ", "))")
        }
        return text
    }

    private func list(_ key: String) throws -> [String] {
        let texts = try required(key).texts
        guard !texts.isEmpty else { throw RuleError(node[key], "", "`\(key)` takes a value or a list of values") }
        return texts
    }

    private func flag(_ key: String) throws -> Bool {
        guard let value = node[key] else { return false }
        guard case .boolean(let flag) = value.meaning else { throw RuleError(value, "", "`\(key)` is true or false") }
        return flag
    }

    private func table(_ key: String) throws -> [String: [String]] {
        guard let pairs = try required(key).pairs else { throw RuleError(node[key], "", "`\(key)` must be a mapping") }
        var table: [String: [String]] = [:]
        for (name, value) in pairs {
            guard let name = name.text, !value.texts.isEmpty else {
                throw RuleError(value, "", "a name is mapped to a value or a list of values")
            }
            table[name] = value.texts
        }
        return table
    }

    private func placeholderNames() throws -> PlaceholderNames {
        PlaceholderNames(include: node["include"]?.texts, exclude: node["exclude"]?.texts)
    }

    private func replacement() throws -> Transformation {
        let pattern = try text("regex")
        if let problem = tools.problem(pattern) {
            throw RuleError(node["regex"], pattern, "the regular expression cannot be read: \(problem)")
        }
        if try flag("interpret_special") {
            throw RuleError(
                node.key("interpret_special"), "interpret_special", "`interpret_special` is not supported here",
                advice: "Without `skip_special`, wildcards of the replacement count anyway.")
        }
        return .replaceText(
            pattern: pattern, template: try text("replacement"), skipsSpecial: try flag("skip_special"))
    }

    private func value() throws -> Transformation {
        let value = try required("value")
        guard let text = value.text else { throw RuleError(value, "", "`value` takes a single value") }
        guard node["force_type"] != nil else { return .setValue(.written(text, value.meaning)) }
        if try word("force_type", of: ["str", "num"]) == "str" { return .setValue(.written(text, .text)) }
        let meaning = RuleNode(content: .scalar(text, plain: true), line: 0, column: 0).meaning
        switch meaning {
        case .integer, .fraction: return .setValue(.written(text, meaning))
        default: throw RuleError(value, text, "\"\(text)\" is no number")
        }
    }

    private func condition() throws -> Transformation {
        let conditions = try required("conditions")
        guard conditions.pairs != nil else { throw RuleError(conditions, "", "`conditions` must be a mapping") }
        if try flag("template") {
            throw RuleError(node.key("template"), "template", "`template` of `add_condition` is not supported here")
        }
        var reader = SelectionReader(
            placeholders: Placeholders(values: [:]),
            checkExpression: { [tools] pattern, _ in
                tools.problem(pattern)
            })
        let content = try reader.read(conditions, key: node.key("conditions") ?? conditions)
        _ = try reader.finish(content)
        return .addCondition(content, isNegated: try flag("negated"))
    }
}
