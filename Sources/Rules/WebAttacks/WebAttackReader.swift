internal import Events

/// Reads one document whose `scorer:` block names judges of web attacks:
///
/// ```yaml
/// scorer:
///   judges: [sql]
///   paranoia: 1          # 1 to 4; or threshold: 5
///   exclude:
///     - host: cms.example.org
///       path: /wp-admin/*
///       parameter: content
/// ```
struct WebAttackReader {
    let file: String
    var warnings: [RuleError] = []

    init(file: String) { self.file = file }

    mutating func read(_ document: RuleNode) throws -> WebAttackRule {
        let head = try RuleHead.read(document, kind: .scored, file: file, warnings: &warnings)
        guard let body = document["scorer"], let pairs = body.pairs else {
            throw RuleError(document.key("scorer") ?? document, "scorer", "`scorer` must be a mapping")
        }
        let known = ["judges", "paranoia", "threshold", "exclude"]
        for pair in pairs where !known.contains(pair.key.text ?? "") {
            throw RuleError(
                pair.key, pair.key.text ?? "", "`scorer` has no setting \"\(pair.key.text ?? "")\"",
                advice: "It has: \(known.joined(separator: ", ")).")
        }
        return WebAttackRule(
            info: head.info, logSource: try SigmaReader.logSource(document, isRequired: true),
            judges: try WebAttackReader.judges(body), threshold: try WebAttackReader.threshold(body),
            exclusions: try WebAttackReader.exclusions(body["exclude"]))
    }

    private static func judges(_ body: RuleNode) throws -> [AttackJudge] {
        guard let node = body["judges"], !node.texts.isEmpty else {
            throw RuleError(body, "", "`scorer` names no judge", advice: "Add `judges:`, such as `judges: [sql]`.")
        }
        return try (node.items ?? [node]).map { item in
            guard let judge = item.text.flatMap({ AttackJudge(name: $0) }) else {
                throw RuleError(
                    item, item.text ?? "", "there is no judge \"\(item.text ?? "")\"",
                    advice: "Judges: \(AttackJudge.allCases.map(\.name).joined(separator: ", ")).")
            }
            return judge
        }
    }

    private static func threshold(_ body: RuleNode) throws -> Int {
        if let node = body["threshold"] { return try number(node, "threshold", 1...100) }
        guard let node = body["paranoia"] else { return WebAttackRule.thresholds[0] }
        return WebAttackRule.thresholds[try number(node, "paranoia", 1...4) - 1]
    }

    private static func number(_ node: RuleNode, _ name: String, _ range: ClosedRange<Int>) throws -> Int {
        guard case .integer(let value) = node.meaning, range.contains(value) else {
            throw RuleError(
                node, node.text ?? "", "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private static func exclusions(_ node: RuleNode?) throws -> [WebAttackExclusion] {
        guard let node else { return [] }
        guard let items = node.items else { throw RuleError(node, "", "`exclude` takes a list of mappings") }
        return try items.map { item in
            guard let pairs = item.pairs, !pairs.isEmpty else {
                throw RuleError(item, "", "an exclusion is a mapping with host, path or parameter")
            }
            var exclusion = WebAttackExclusion()
            for pair in pairs {
                guard let text = pair.value.text, !text.isEmpty else {
                    throw RuleError(pair.value, "", "`\(pair.key.text ?? "")` takes one text")
                }
                let glob = Array(text.lowercased().utf8)
                switch pair.key.text {
                case "host": exclusion.host = glob
                case "path": exclusion.path = glob
                case "parameter": exclusion.parameter = glob
                default:
                    throw RuleError(
                        pair.key, pair.key.text ?? "", "an exclusion knows host, path and parameter",
                        advice: "`*` stands for anything.")
                }
            }
            return exclusion
        }
    }
}
