/// What a pipeline's item does to a rule. `TransformationReader.table` has their names.
enum Transformation: Sendable {
    /// `field_name_mapping`: name to the names that take its place.
    case mapFields([String: [String]])
    case mapFieldPrefixes([(prefix: String, names: [String])])
    case addFieldPrefix(String)
    case addFieldSuffix(String)
    case dropItem
    case mapText([String: [String]])
    case replaceText(pattern: String, template: String, skipsSpecial: Bool)
    case setValue(PendingValue)
    case convert(toNumbers: Bool)
    case addCondition(PendingSelection, isNegated: Bool)
    case changeLogSource(RuleLogSource)
    case setState(String, String)
    case setAttribute(String, String)
    case addFields([String])
    case removeFields([String])
    case setFields([String])
    case refuseRule(String)
    case refuseItem(String)
    case valuePlaceholders(PlaceholderNames)
    case wildcardPlaceholders(PlaceholderNames)
    case nest([ProcessingItem])

    func apply(
        _ item: ProcessingItem, _ pipeline: String, _ subject: inout ProcessingSubject, _ tools: ExpressionTools
    ) throws {
        switch self {
        case .mapFields, .mapFieldPrefixes, .addFieldPrefix, .addFieldSuffix: renameFields(item, &subject, tools)
        case .dropItem, .mapText, .replaceText, .setValue, .convert, .refuseItem:
            try changeItems(item, pipeline, &subject, tools)
        case .addCondition(let content, let isNegated):
            let place = subject.selections.count
            subject.selections.append(.init(name: "_\(pipeline)_\(place)", content: content))
            let added = SigmaExpression.selection(place)
            subject.condition = .all([isNegated ? .not(added) : added, subject.condition])
        case .changeLogSource(let source): subject.logSource = source
        case .setState(let key, let value): subject.state[key] = value
        case .setAttribute(let key, let value): subject.attributes[key] = value
        case .addFields(let names): subject.shownFields += names
        case .removeFields(let names): subject.shownFields.removeAll { names.contains($0) }
        case .setFields(let names): subject.shownFields = names
        case .refuseRule(let message):
            throw RuleError(subject.document, "", "the pipeline \(pipeline) refuses the rule: \(message)")
        case .valuePlaceholders, .wildcardPlaceholders, .nest: break  // the runner does these
        }
    }

    // MARK: - Names

    /// The names that take `name`'s place; nil: it stays.
    private func renamed(_ name: String) -> [String]? {
        switch self {
        case .mapFields(let table): table[name]
        case .mapFieldPrefixes(let table):
            table.first { name.hasPrefix($0.prefix) }.map { entry in
                entry.names.map { $0 + name.dropFirst(entry.prefix.count) }
            }
        case .addFieldPrefix(let prefix): [prefix + name]
        case .addFieldSuffix(let suffix): [name + suffix]
        default: nil
        }
    }

    private func renameFields(_ item: ProcessingItem, _ subject: inout ProcessingSubject, _ tools: ExpressionTools) {
        let before = subject
        @Sendable func names(_ name: String, _ applied: Set<String>) -> [String]? {
            item.covers(name, before, tools, applied) ? renamed(name) : nil
        }
        subject.mapItems { detection in
            guard item.detections.holds({ $0.holds(detection, before, tools) }) else { return .item(detection) }
            let applied = detection.applied
            var detection = detection
            detection.values.expandVariants { value in
                guard case .field(let other, let part) = value else { return [value] }
                return (names(other, applied) ?? [other]).map { .field($0, part) }
            }
            guard let field = detection.field, let found = names(field, applied) else {
                return .item(detection)
            }
            if let id = item.id { detection.applied.insert(id) }
            let copies = found.map { name in
                var copy = detection
                copy.field = name
                return PendingSelection.item(copy)
            }
            // "Different from" has to hold of every name.
            return copies.count == 1 ? copies[0] : detection.values.isNegated ? .all(copies) : .any(copies)
        }
        subject.shownFields = subject.shownFields.flatMap { names($0, []) ?? [$0] }
        // Conditions on items say nothing of names that stand elsewhere.
        if item.detections.isEmpty { subject.renaming.steps.append { names($0, []) } }
    }

    // MARK: - Values

    private func changeItems(
        _ item: ProcessingItem, _ pipeline: String, _ subject: inout ProcessingSubject, _ tools: ExpressionTools
    ) throws {
        let before = subject
        try subject.mapItems { detection in
            guard item.covers(detection, before, tools) else { return .item(detection) }
            if case .dropItem = self { return nil }
            if case .refuseItem(let message) = self {
                throw RuleError(
                    detection.key, detection.field ?? "", "the pipeline \(pipeline) refuses this item: \(message)")
            }
            var changed = detection
            if let id = item.id { changed.applied.insert(id) }
            try changed.values.expandVariants { try self.changed($0, detection, tools) }
            return .item(changed)
        }
    }

    private func changed(
        _ value: PendingValue, _ detection: PendingDetection, _ tools: ExpressionTools
    ) throws -> [PendingValue] {
        switch self {
        case .mapText(let table):
            if case .written(_, let meaning) = value, meaning != .text { return [value] }
            guard let pattern = value.asPattern, let texts = table[pattern.written] else { return [value] }
            return texts.map { .pattern(RawPattern($0)) }
        case .replaceText(let pattern, let template, let skipsSpecial):
            guard let own = value.asPattern else { return [value] }
            guard own.isText else {
                throw RuleError(
                    detection.key, "", "`replace_string` cannot change what `windash` and the encodings have made")
            }
            return [.pattern(replaced(own, pattern, template, skipsSpecial, tools))]
        case .setValue(let fixed): return [fixed]
        case .convert(let toNumbers): return [try converted(value, toNumbers, detection)]
        default: return [value]
        }
    }

    private func replaced(
        _ own: RawPattern, _ pattern: String, _ template: String, _ skipsSpecial: Bool, _ tools: ExpressionTools
    ) -> RawPattern {
        guard skipsSpecial else {
            return RawPattern(escapingBackslashes: tools.replaced(pattern, own.written, template))
        }
        var result = own
        result.parts = own.parts.map { part in
            guard case .text(let text) = part else { return part }
            return .text(tools.replaced(pattern, text, template))
        }
        return result
    }

    private func converted(
        _ value: PendingValue, _ toNumbers: Bool, _ detection: PendingDetection
    ) throws -> PendingValue {
        switch value {
        case .written(_, .null): return value
        case .written(let text, _) where !toNumbers: return .written(text, .text)
        case .written(let text, .text):
            let meaning = RuleNode(content: .scalar(text, plain: true), line: 0, column: 0).meaning
            switch meaning {
            case .integer, .fraction: return .written(text, meaning)
            default: throw RuleError(detection.key, "", "`convert_type` to num: \"\(text)\" is no number")
            }
        default: return value
        }
    }
}

extension RawPattern {
    /// Of a text whose backslashes are meant literally, but before `*` and `?`.
    fileprivate init(escapingBackslashes text: String) {
        let scalars = Array(text.unicodeScalars)
        var escaped = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            escaped.append(scalar)
            let next = index + 1 < scalars.count ? scalars[index + 1] : nil
            if scalar == "\\", next != "*", next != "?" { escaped.append("\\") }
        }
        self.init(String(escaped))
    }
}
