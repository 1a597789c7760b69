internal import Events

/// A correlation whose references are still words: id or name, with their places.
struct PendingCorrelation {
    var rule: CorrelationRule
    var references: [RuleNode]
    var text: RuleFileText
    /// The rule's own place, for errors about it as a whole.
    var node: RuleNode
}

/// Reads one document that is a Sigma correlation (specification 2.1, "Sigma Correlation Rules").
struct CorrelationReader {
    let text: RuleFileText
    var warnings: [RuleError] = []

    init(text: RuleFileText) { self.text = text }

    private static let knownKeys: Set<String> = [
        "type", "rules", "group-by", "timespan", "condition", "aliases", "generate", "chain",
    ]

    mutating func read(_ document: RuleNode) throws -> PendingCorrelation {
        let head = try RuleHead.read(document, kind: .correlation, file: text.file, warnings: &warnings)
        guard let body = document["correlation"], body.pairs != nil else {
            throw RuleError(document.key("correlation") ?? document, "correlation", "`correlation` must be a mapping")
        }
        try refuseUnknown(body)
        let kind = try kind(body)
        let references = try references(body)
        let condition = try CorrelationCondition.read(body, kind, names: references.map { $0.text ?? "" })
        var rule = CorrelationRule(
            info: head.info, kind: kind, rules: references.map { $0.text ?? "" },
            groupBy: body["group-by"]?.texts ?? [],
            aliases: try aliases(body), timespanNanoseconds: try timespan(body), conditions: condition.conditions,
            countedFields: condition.fields, generate: try generate(document, body))
        rule.percentile = condition.percentile
        rule.pattern = condition.pattern
        rule.isChain = try flag(body["chain"], "chain")
        return PendingCorrelation(
            rule: rule, references: references, text: text, node: document.key("correlation") ?? body)
    }

    private func refuseUnknown(_ body: RuleNode) throws {
        for pair in body.pairs ?? [] {
            guard let key = pair.key.text, !CorrelationReader.knownKeys.contains(key) else { continue }
            let close = Spelling.closest(to: key, among: CorrelationReader.knownKeys)
            throw RuleError(
                pair.key, key, "a correlation has no key `\(key)`", advice: close.map { "Did you mean `\($0)`?" } ?? "")
        }
    }

    private func kind(_ body: RuleNode) throws -> CorrelationRule.Kind {
        guard let node = body["type"], let name = node.text else {
            throw RuleError(body, "", "the correlation has no `type`")
        }
        guard let kind = CorrelationRule.Kind(rawValue: name) else {
            throw RuleError(
                node, name, "correlation type `\(name)` is not supported",
                advice: "Types: " + CorrelationRule.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ".")
        }
        return kind
    }

    private func references(_ body: RuleNode) throws -> [RuleNode] {
        guard let node = body["rules"] else { throw RuleError(body, "", "the correlation names no `rules`") }
        let nodes = node.items ?? [node]
        guard !nodes.isEmpty else { throw RuleError(node, "", "the correlation names no `rules`") }
        for node in nodes where node.text?.isEmpty ?? true {
            throw RuleError(node, "", "a rule is named by its id or name, and this is \(node.kindName)")
        }
        return nodes
    }

    private func timespan(_ body: RuleNode) throws -> Int64 {
        guard let node = body["timespan"], let text = node.text else {
            throw RuleError(body, "", "the correlation has no `timespan`")
        }
        let units: [Character: Int64] = [
            "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000,
        ]
        guard let unit = text.last, let seconds = units[unit], let number = Int64(text.dropLast()), number > 0,
            number <= 1_000_000_000
        else {
            throw RuleError(
                node, text, "`\(text)` is no timespan",
                advice: "Write a number and one of s, m, h, d, w, M (30 days), y (365 days), such as 5m.")
        }
        let (whole, overflowed) = (number * seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflowed else { throw RuleError(node, text, "the timespan \(text) is too long") }
        return whole
    }

    private func aliases(_ body: RuleNode) throws -> [CorrelationRule.Alias] {
        guard let node = body["aliases"] else { return [] }
        guard let pairs = node.pairs else { throw RuleError(node, "", "`aliases` must be a mapping") }
        return try pairs.map { pair in
            guard let rules = pair.value.pairs else {
                throw RuleError(pair.key, pair.key.text ?? "", "an alias is a mapping of rules to field names")
            }
            var fields: [String: String] = [:]
            for (key, value) in rules {
                guard let rule = key.text, let field = value.text, !field.isEmpty else {
                    throw RuleError(key, key.text ?? "", "an alias names one field for each rule")
                }
                fields[rule] = field
            }
            return CorrelationRule.Alias(name: pair.key.text ?? "", fields: fields)
        }
    }

    private func generate(_ document: RuleNode, _ body: RuleNode) throws -> Bool {
        try flag(body["generate"] ?? document["generate"], "generate")
    }

    private func flag(_ node: RuleNode?, _ name: String) throws -> Bool {
        guard let node else { return false }
        guard case .boolean(let value) = node.meaning else {
            throw RuleError(node, "", "`\(name)` takes true or false")
        }
        return value
    }
}
