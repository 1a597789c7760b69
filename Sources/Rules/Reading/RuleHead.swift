internal import Events

/// The keys that Sigma rules, correlations and anomaly rules have in common.
struct RuleHead {
    var info: RuleInfo
    var status: String?
    var shownFields: [String]

    static let maximumTitle = 256

    /// Keys of the specification and of SigmaHQ's repository, and our own: `entity`, `detector`, `scorer`.
    static let knownKeys: Set<String> = [
        "title", "id", "name", "related", "taxonomy", "status", "description", "license", "references", "author",
        "date",
        "modified", "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope", "correlation",
        "generate", "detector", "scorer", "entity", "action", "filter", "regression_tests_path", "simulation",
    ]

    /// Reads the head of `document`. Throws where the title is missing or a value has no meaning.
    static func read(
        _ document: RuleNode, kind: RuleKind, file: String, warnings: inout [RuleError]
    ) throws -> RuleHead {
        guard let title = document["title"]?.text, !title.withoutOuterSpace.isEmpty else {
            throw RuleError(
                document, "", "the rule has no title", advice: "Add `title:` with a short name for what it finds.")
        }
        let id = document["id"]?.text?.withoutOuterSpace ?? ""
        let name = document["name"]?.text?.withoutOuterSpace
        var info = RuleInfo(
            id: id.isEmpty ? name ?? title.withoutOuterSpace : id, title: title.withoutOuterSpace,
            level: try level(document), kind: kind,
            origin: RuleOrigin(file: file, line: document.key("title")?.line ?? document.line))
        info.name = name
        info.tags = document["tags"]?.texts ?? []
        info.description = document["description"]?.text?.withoutOuterSpace
        info.author = document["author"]?.text
        info.references = document["references"]?.texts ?? []
        info.falsePositives = document["falsepositives"]?.texts ?? []
        info.entityFields = document["entity"]?.texts ?? []
        warn(document, &warnings)
        return RuleHead(
            info: info, status: document["status"]?.text, shownFields: document["fields"]?.texts ?? [])
    }

    private static func level(_ document: RuleNode) throws -> Severity {
        guard let node = document["level"], let text = node.text else { return .medium }
        guard let level = Severity(name: text) else {
            let words = Severity.allCases.map(\.name).joined(separator: ", ")
            throw RuleError(node, text, "unknown level \"\(text)\"", advice: "Levels: \(words).")
        }
        return level
    }

    private static func warn(_ document: RuleNode, _ warnings: inout [RuleError]) {
        for pair in document.pairs ?? [] {
            guard let key = pair.key.text, !knownKeys.contains(key) else { continue }
            guard let close = Spelling.closest(to: key, among: knownKeys) else {
                warnings.append(RuleError(pair.key, key, "the key \"\(key)\" has no meaning here and is passed over"))
                continue
            }
            warnings.append(
                RuleError(
                    pair.key, key, "the key \"\(key)\" has no meaning here and is passed over",
                    advice: "Did you mean \"\(close)\"?"))
        }
        if let title = document["title"], let text = title.text, text.count > maximumTitle {
            warnings.append(RuleError(title, "", "the title is longer than \(maximumTitle) characters"))
        }
        if let status = document["status"], status.text == "deprecated" {
            warnings.append(RuleError(status, "deprecated", "the rule is deprecated: another one replaces it"))
        }
    }
}
