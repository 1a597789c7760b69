internal import Events

/// Reads one document that is an anomaly rule: Sigma's head, and `detector:` with its `type` and settings.
struct AnomalyReader {
    let file: String
    var warnings: [RuleError] = []

    init(file: String) { self.file = file }

    mutating func read(_ document: RuleNode) throws -> AnomalyRule {
        let head = try RuleHead.read(document, kind: .anomaly, file: file, warnings: &warnings)
        guard let body = document["detector"], body.pairs != nil else {
            throw RuleError(document.key("detector") ?? document, "detector", "`detector` must be a mapping")
        }
        guard let type = body["type"]?.text, !type.isEmpty else {
            throw RuleError(
                body, "", "`detector` has no `type`", advice: "Name the detector, such as `type: port_scan`.")
        }
        let logSource = try SigmaReader.logSource(document, isRequired: false)
        var settings: [String: String] = [:]
        for pair in body.pairs ?? [] where pair.key.text != "type" {
            try AnomalyReader.flatten(pair.value, under: pair.key.text ?? "", into: &settings)
        }
        var info = head.info
        info.entityFields = info.entityFields.map { Taxonomy.canonical($0, for: logSource) }
        return AnomalyRule(
            info: info, detector: type, category: logSource.category, product: logSource.product,
            service: logSource.service, settings: settings)
    }

    /// What is wrong with a setting (of nested mappings: keys joined by dots), at its place in the document.
    static func error(_ document: RuleNode, setting: String, _ reason: String) -> RuleError {
        var place = document.key("detector") ?? document
        var below = document["detector"]
        var rest = setting[...]
        while let pairs = below?.pairs,
            let pair = pairs.filter({ rest == $0.key.text ?? "" || rest.hasPrefix(($0.key.text ?? "") + ".") })
                .max(by: { $0.key.text?.count ?? 0 < $1.key.text?.count ?? 0 })
        {
            (place, below) = (pair.key, pair.value)
            rest = rest.dropFirst((pair.key.text?.count ?? 0) + 1)
        }
        return RuleError(place, place.text ?? "", "`\(setting)`: \(reason)")
    }

    /// Lists are joined by commas; the keys of nested mappings by dots.
    private static func flatten(_ node: RuleNode, under name: String, into settings: inout [String: String]) throws {
        switch node.content {
        case .scalar(let text, _): settings[name] = text
        case .sequence(let items):
            settings[name] = try items.map { item in
                guard let text = item.text else { throw RuleError(item, "", "`\(name)` takes a list of single values") }
                return text
            }.joined(separator: ",")
        case .mapping(let pairs):
            for pair in pairs { try flatten(pair.value, under: name + "." + (pair.key.text ?? ""), into: &settings) }
        }
    }
}
