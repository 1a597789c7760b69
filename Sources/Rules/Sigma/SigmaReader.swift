internal import Events

/// Reads one document that is a Sigma rule.
struct SigmaReader {
    let file: String
    let options: RuleLoadOptions
    var warnings: [RuleError] = []
    /// What pipelines call the fields of the rule that was read.
    private(set) var renaming = FieldRenaming()

    init(file: String, options: RuleLoadOptions) {
        self.file = file
        self.options = options
    }

    mutating func read(_ document: RuleNode) throws -> SigmaRule {
        let head = try RuleHead.read(document, kind: .sigma, file: file, warnings: &warnings)
        let logSource = try SigmaReader.logSource(document)
        guard let detection = document["detection"], detection.pairs != nil else {
            throw RuleError(
                document.key("detection") ?? document, "detection",
                "`detection` must be a mapping of selections and a condition")
        }
        var subject = ProcessingSubject(document, logSource: logSource, shownFields: head.shownFields)
        let (selections, condition) = try selections(detection, of: &subject)
        if let status = document["status"], status.text == "unsupported" {
            throw RuleError(
                status, "unsupported", "the rule calls itself unsupported: its author says it cannot be used as it is",
                advice: "Bring it up to date and change `status`, or leave it out.")
        }
        var info = head.info
        renaming = subject.renaming
        info.entityFields = info.entityFields.map {
            Taxonomy.canonical(renaming.name($0), for: subject.logSource)
        }
        try SigmaReader.checkTaxonomy(document, subject)
        return SigmaRule(
            info: info, logSource: subject.logSource, selections: selections, condition: condition,
            shownFields: subject.shownFields, status: head.status)
    }

    /// Field names in another taxonomy than Sigma's own mean nothing here, unless a pipeline has translated them.
    private static func checkTaxonomy(_ document: RuleNode, _ subject: ProcessingSubject) throws {
        guard let node = document["taxonomy"], let name = node.text, name != "sigma", name != "ecs" else { return }
        guard subject.renaming.steps.isEmpty else { return }
        throw RuleError(
            node, name, "the rule's fields are named in the taxonomy \"\(name)\", which is not known here",
            advice: "Known are sigma and ecs; a pipeline with `field_name_mapping` (--pipeline) can translate others.")
    }

    /// The named selections of a mapping and the condition over them, as the pipelines leave them.
    mutating func selections(
        _ detection: RuleNode, of subject: inout ProcessingSubject
    ) throws -> ([SigmaSelection], SigmaExpression) {
        var reader = SelectionReader(
            placeholders: try PipelineRunner.placeholders(options, for: subject),
            checkExpression: options.checkExpression)
        let named = (detection.pairs ?? []).filter { $0.key.text != "condition" && $0.key.text != "timeframe" }
        subject.condition = try condition(detection, names: named.map { $0.key.text ?? "" }, keys: named.map(\.key))
        try SigmaReader.refuseTimeframe(detection)
        for pair in named {
            subject.selections.append(
                .init(name: pair.key.text ?? "", content: try reader.read(pair.value, key: pair.key)))
            if subject.logSource.service == "auditd" { try AuditRecords.check(pair.value, key: pair.key) }
        }
        try PipelineRunner(options).run(on: &subject)
        var selections: [SigmaSelection] = []
        for selection in subject.selections {
            let expression = try selection.content.map { try reader.finish($0) } ?? .all([])
            selections.append(SigmaSelection(name: selection.name, expression: expression))
        }
        warnings += reader.warnings
        return (selections, subject.condition)
    }

    static func logSource(_ document: RuleNode, isRequired: Bool = true) throws -> RuleLogSource {
        guard let node = document["logsource"] else {
            if !isRequired { return RuleLogSource() }
            throw RuleError(
                document, "", "the rule has no `logsource`",
                advice: "Say which logs it is for, such as `logsource: {category: webserver}`.")
        }
        guard node.pairs != nil else {
            throw RuleError(document.key("logsource") ?? node, "logsource", "`logsource` must be a mapping")
        }
        func value(_ key: String) throws -> String? {
            guard let value = node[key], value.meaning != .null else { return nil }
            guard let text = value.text else {
                throw RuleError(node.key(key), key, "`\(key)` takes one word, and this is \(value.kindName)")
            }
            return text.isEmpty ? nil : text.lowercased()
        }
        return RuleLogSource(
            category: try value("category"), product: try value("product"), service: try value("service"))
    }

    private mutating func condition(
        _ detection: RuleNode, names: [String], keys: [RuleNode]
    ) throws -> SigmaExpression {
        guard let node = detection["condition"] else {
            throw RuleError(detection, "", "`detection` has no `condition`")
        }
        let nodes = node.items ?? [node]
        var parts: [SigmaExpression] = []
        var used: Set<Int> = []
        for node in nodes {
            guard let text = node.text else {
                throw RuleError(node, "", "a condition must be text, and this is \(node.kindName)")
            }
            var parser = ConditionParser(text, names: names, node: node)
            parts.append(try parser.parse())
            used.formUnion(parser.used)
        }
        guard !parts.isEmpty else { throw RuleError(node, "", "the list of conditions is empty") }
        for (index, name) in names.enumerated() where !used.contains(index) && !name.hasPrefix("_") {
            warnings.append(RuleError(keys[index], name, "the condition does not use the selection \"\(name)\""))
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private static func refuseTimeframe(_ detection: RuleNode) throws {
        guard let key = detection.key("timeframe") else { return }
        throw RuleError(
            key, "timeframe", "`timeframe` belongs to the aggregations that Sigma 2 took out of conditions",
            advice: "Write a correlation with `timespan`.")
    }
}
