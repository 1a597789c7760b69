internal import Primitives

/// Reads one search identifier of `detection:`: first into a `PendingSelection`, then, when pipelines are through with
/// it, into an expression.
struct SelectionReader {
    let placeholders: Placeholders
    /// Says why a regular expression cannot be used; nil where it can (or nobody checks).
    let checkExpression: (@Sendable (String, RegularExpressionFlags) -> String?)?
    /// Warnings noted on the way.
    var warnings: [RuleError] = []
    /// Values read so far in this rule.
    private var valueCount = 0

    static let maximumValues = 200_000
    static let maximumListDepth = 8

    init(
        placeholders: Placeholders, checkExpression: (@Sendable (String, RegularExpressionFlags) -> String?)?
    ) {
        self.placeholders = placeholders
        self.checkExpression = checkExpression
    }

    /// A mapping: all of its fields. A list: one of its entries (mappings, or words sought anywhere).
    mutating func read(_ node: RuleNode, key: RuleNode, depth: Int = 0) throws -> PendingSelection {
        let name = key.text ?? ""
        guard depth < SelectionReader.maximumListDepth else {
            throw RuleError(node, "", "lists are nested more than \(SelectionReader.maximumListDepth) deep")
        }
        switch node.content {
        case .mapping(let pairs):
            guard !pairs.isEmpty else { throw RuleError(key, name, "the selection \"\(name)\" is empty") }
            var parts: [PendingSelection] = []
            for pair in pairs { parts.append(try readField(pair.key, pair.value)) }
            return parts.count == 1 ? parts[0] : .all(parts)
        case .sequence(let items):
            guard !items.isEmpty else { throw RuleError(key, name, "the selection \"\(name)\" is empty") }
            var parts: [PendingSelection] = []
            for item in items {
                if case .scalar = item.content {
                    parts.append(try keyword(item))
                } else {
                    parts.append(try read(item, key: key, depth: depth + 1))
                }
            }
            return parts.count == 1 ? parts[0] : .any(parts)
        case .scalar(let text, _):
            guard node.meaning != .null, !text.isEmpty else {
                throw RuleError(key, name, "the selection \"\(name)\" is empty")
            }
            return try keyword(node)
        }
    }

    private func keyword(_ node: RuleNode) throws -> PendingSelection {
        guard let text = node.text, node.meaning != .null else {
            throw RuleError(node, "", "null cannot be sought as a word")
        }
        var item = pending(isKeyword: true)
        item.values = [[.written(text, .text)]]
        return .item(PendingDetection(field: nil, values: item, key: node, nodes: [node]))
    }

    /// `field|modifier|...: value` or a list of values.
    private mutating func readField(_ key: RuleNode, _ value: RuleNode) throws -> PendingSelection {
        guard let written = key.text else { throw RuleError(key, "", "a field name must be a single word") }
        let words = written.split(separator: "|", omittingEmptySubsequences: false).map { String($0).withoutOuterSpace }
        let field = words[0].isEmpty ? nil : words[0]
        let nodes: [RuleNode]
        switch value.content {
        case .scalar: nodes = [value]
        case .sequence(let items):
            guard !items.isEmpty else {
                throw RuleError(
                    key, written, "the list of values is empty", advice: "Write '' or null where that is meant.")
            }
            nodes = items
        case .mapping:
            throw RuleError(key, written, "a field takes a value or a list of values, and this is a mapping")
        }
        var item = pending(isKeyword: field == nil)
        item.values = try nodes.map { node in
            guard let text = node.text else {
                throw RuleError(
                    node, "", "a value must be text, a number, true, false or null; this is \(node.kindName)")
            }
            return [.written(text, node.meaning)]
        }
        // What a placeholder stands for is what the other modifiers work on, wherever `expand` is written.
        let modifiers = words.dropFirst()
        for name in modifiers.filter({ $0 == "expand" }) + modifiers.filter({ $0 != "expand" }) {
            try apply(name, to: &item, key: key)
        }
        if item.matchesAll, nodes.count == 1 {
            warnings.append(RuleError(key, "all", "`all` has no effect on a single value"))
        }
        return .item(PendingDetection(field: field, values: item, key: key, nodes: nodes))
    }

    private func pending(isKeyword: Bool) -> PendingItem {
        PendingItem(values: [], isKeyword: isKeyword, placeholders: placeholders)
    }

    private func apply(_ name: String, to item: inout PendingItem, key: RuleNode) throws {
        let site = ModifierSite(name: name, key: key)
        guard let modifier = Modifier.byName[name] else {
            if name.isEmpty { throw RuleError(key, key.text ?? "", "a modifier is missing behind `|`") }
            let close = Spelling.closest(to: name, among: Modifier.byName.keys)
            throw site.refuse(
                "unknown modifier `\(name)`", advice: close.map { "Did you mean `\($0)`?" } ?? "")
        }
        try modifier.apply(&item, site)
        item.applied.append(name)
    }

    /// The checked form of what was read.
    mutating func finish(_ selection: PendingSelection) throws -> SigmaExpression {
        switch selection {
        case .all(let parts): .all(try parts.map { try finish($0) })
        case .any(let parts): .any(try parts.map { try finish($0) })
        case .item(let item): try finish(item)
        }
    }

    private mutating func finish(_ detection: PendingDetection) throws -> SigmaExpression {
        let (item, key) = (detection.values, detection.key)
        var parts: [SigmaExpression] = []
        for (variants, node) in zip(item.values, detection.nodes) {
            var tests: [SigmaExpression] = []
            for variant in variants {
                valueCount += 1
                if valueCount > SelectionReader.maximumValues {
                    throw RuleError(key, "", "more than \(SelectionReader.maximumValues) values in one rule")
                }
                tests.append(.test(SigmaItem(field: detection.field, test: try test(variant, item, node))))
            }
            parts.append(tests.count == 1 ? tests[0] : .any(tests))
        }
        var whole = parts.count == 1 ? parts[0] : item.matchesAll ? .all(parts) : .any(parts)
        if item.isNegated { whole = .not(whole) }
        return whole
    }

    private func test(_ value: PendingValue, _ item: PendingItem, _ node: RuleNode) throws -> SigmaTest {
        switch value {
        case .written(_, .null):
            if item.isKeyword { throw RuleError(node, "", "null cannot be sought as a word") }
            return .null
        case .written(let text, let meaning) where !item.isKeyword:
            if case .integer(let number) = meaning { return .number(ExactNumber(number), text: String(number)) }
            if case .fraction(let number) = meaning { return .number(ExactNumber(number), text: text) }
            return .text(RawPattern(text).pattern(cased: item.isCased))
        case .written(let text, _): return .text(sought(RawPattern(text)).pattern(cased: item.isCased))
        case .pattern(let pattern):
            return .text((item.isKeyword ? sought(pattern) : pattern).pattern(cased: item.isCased))
        case .expression(let pattern, let flags):
            if let problem = checkExpression?(pattern, flags) {
                throw RuleError(node, pattern, "the regular expression cannot be read: \(problem)")
            }
            return .regularExpression(pattern: pattern, options: flags)
        case .comparison(let comparison, let number): return .compare(comparison, number)
        case .time(let part, let comparison, let number): return .time(part, comparison, number)
        case .network(let network): return .network(network)
        case .exists(let wanted): return .exists(wanted)
        case .field(let name, let part): return .field(name: name, part: part, cased: item.isCased)
        }
    }

    /// A keyword is sought anywhere.
    private func sought(_ pattern: RawPattern) -> RawPattern {
        var pattern = pattern
        if pattern.parts.first != .gap { pattern.parts.insert(.gap, at: 0) }
        if pattern.parts.last != .gap { pattern.parts.append(.gap) }
        return pattern
    }
}
