internal import Correlation
package import Events
internal import Output
internal import Primitives
package import Rules

/// Rules as a table to look things up in: what each is for, and what it says of ATT&CK.
package struct RuleListing: Sendable {
    package struct Row: Sendable {
        package var info: RuleInfo
        /// Nil: a correlation or signature, which has none of its own.
        package var logSource: RuleLogSource?
        package var tactics: [String]
        package var techniques: [String]
    }

    /// What a row must have; nil: anything.
    package struct Filter: Sendable {
        package var logSource: RuleLogSource?
        /// `T1110` stands for its sub-techniques too.
        package var technique: String?
        package var tactic: String?

        package init(logSource: RuleLogSource? = nil, technique: String? = nil, tactic: String? = nil) {
            self.logSource = logSource
            self.technique = technique
            self.tactic = tactic
        }
    }

    /// The most severe first, then by id.
    package private(set) var rows: [Row]

    package init(_ rules: RuleSet) {
        var rows = rules.sigma.map { Row($0.info, $0.logSource) }
        rows += rules.webAttacks.map { Row($0.info, $0.logSource) }
        rows += rules.anomalies.map {
            Row($0.info, RuleLogSource(category: $0.category, product: $0.product, service: $0.service))
        }
        rows += rules.correlations.map { Row($0.info, nil) } + rules.signatures.map { Row($0.info, nil) }
        self.rows = rows.sorted { ($0.info.level, $1.info.id) > ($1.info.level, $0.info.id) }
    }

    package mutating func keep(_ filter: Filter) { rows = rows.filter { $0.fits(filter) } }

    /// A layer of ATT&CK Navigator (layer format 4.5): each technique with the number of rules that speak of it.
    package func navigatorLayer(name: String) -> [UInt8] {
        var rules: [String: [String]] = [:]
        for row in rows { for technique in row.techniques { rules[technique, default: []].append(row.info.title) } }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("name")
        writer.string(name)
        writer.key("versions")
        writer.beginObject()
        writer.key("attack")
        writer.string("17")
        writer.key("navigator")
        writer.string("5.1.0")
        writer.key("layer")
        writer.string("4.5")
        writer.endObject()
        writer.key("domain")
        writer.string("enterprise-attack")
        writer.key("description")
        writer.string("\(rows.count) rules, \(rules.count) techniques")
        RuleListing.gradient(most: rules.values.map(\.count).max() ?? 1, &writer)
        writer.key("techniques")
        writer.beginArray()
        for technique in rules.keys.sorted() { RuleListing.technique(technique, rules[technique] ?? [], &writer) }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    private static func gradient(most: Int, _ writer: inout JSONWriter) {
        writer.key("gradient")
        writer.beginObject()
        writer.key("colors")
        writer.strings(["#ffffff", "#66b1ff"])
        writer.key("minValue")
        writer.integer(0)
        writer.key("maxValue")
        writer.integer(most)
        writer.endObject()
    }

    private static func technique(_ id: String, _ titles: [String], _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("techniqueID")
        writer.string(id)
        writer.key("score")
        writer.integer(titles.count)
        writer.key("comment")
        writer.string(titles.sorted().joined(separator: "\n"))
        writer.key("enabled")
        writer.boolean(true)
        writer.endObject()
    }
}

extension RuleListing.Row {
    init(_ info: RuleInfo, _ logSource: RuleLogSource?) {
        self.info = info
        self.logSource = logSource
        tactics = AttackTags.tactics.filter { AttackTags.tactics(of: info).contains($0) }
        techniques = AttackTags.techniques(of: info).sorted()
    }

    /// As rules write it: `category=webserver`; "-" for none.
    package var logSourceText: String {
        let parts = [
            ("category", logSource?.category), ("product", logSource?.product), ("service", logSource?.service),
        ]
        let text = parts.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: ",")
        return text.isEmpty ? "-" : text
    }

    func fits(_ filter: RuleListing.Filter) -> Bool {
        if let wanted = filter.logSource {
            guard let own = logSource else { return false }
            let pairs = [(wanted.category, own.category), (wanted.product, own.product), (wanted.service, own.service)]
            if pairs.contains(where: { $0.0 != nil && $0.0 != $0.1 }) { return false }
        }
        if let tactic = filter.tactic, !tactics.contains(tactic) { return false }
        guard let technique = filter.technique?.uppercased() else { return true }
        return techniques.contains { $0 == technique || $0.hasPrefix(technique + ".") }
    }

    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in [
            ("id", info.id), ("title", info.title), ("level", info.level.name), ("kind", info.kind.rawValue),
            ("file", info.origin.file), ("logsource", logSourceText),
        ] {
            writer.key(named: key)
            writer.string(value)
        }
        writer.key("tactics")
        writer.strings(tactics)
        writer.key("techniques")
        writer.strings(techniques)
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }
}
