/// Applies processing pipelines to a rule, one item after the other.
struct PipelineRunner {
    private let pipelines: [ProcessingPipeline]
    private let tools: ExpressionTools

    /// A rule that grows beyond this many items (fields mapped to many, in lists of many) is refused.
    static let maximumItems = 100_000

    init(_ options: RuleLoadOptions) {
        pipelines = options.pipelines
        tools = options.expressions ?? .none
    }

    func run(on subject: inout ProcessingSubject) throws {
        for pipeline in pipelines {
            for item in pipeline.items { try apply(item, of: pipeline, to: &subject) }
        }
        try PipelineRunner.prune(&subject)
    }

    private func apply(
        _ item: ProcessingItem, of pipeline: ProcessingPipeline, to subject: inout ProcessingSubject
    ) throws {
        guard item.rules.holds({ $0.holds(subject) }) else { return }
        if case .nest(let items) = item.transformation {
            for inner in items { try apply(inner, of: pipeline, to: &subject) }
        } else {
            try item.transformation.apply(item, pipeline.name, &subject, tools)
        }
        if let id = item.id { subject.applied.insert(id) }
        var count = 0
        for selection in subject.selections {
            _ = selection.content?.contains { _ in
                count += 1
                return false
            }
        }
        guard count <= PipelineRunner.maximumItems else {
            throw RuleError(
                subject.document, "",
                "the pipeline \(pipeline.name) makes more than \(PipelineRunner.maximumItems) items")
        }
    }

    /// What of the condition still has something to look for.
    private static func prune(_ subject: inout ProcessingSubject) throws {
        guard subject.selections.contains(where: { $0.content == nil }) else { return }
        guard let condition = pruned(subject.condition, subject.selections) else {
            throw RuleError(subject.document, "", "a pipeline has dropped everything that the rule looks for")
        }
        subject.condition = condition
    }

    private static func pruned(
        _ expression: SigmaExpression, _ selections: [ProcessingSubject.Selection]
    ) -> SigmaExpression? {
        func kept(_ parts: [SigmaExpression]) -> [SigmaExpression]? {
            let kept = parts.compactMap { pruned($0, selections) }
            return kept.isEmpty ? nil : kept
        }
        switch expression {
        case .all(let parts): return kept(parts).map { .all($0) }
        case .any(let parts): return kept(parts).map { .any($0) }
        case .atLeast(let number, let parts): return kept(parts).map { .atLeast(min(number, $0.count), $0) }
        case .not(let inner): return pruned(inner, selections).map { .not($0) }
        case .selection(let index): return selections[index].content == nil ? nil : expression
        case .test: return expression
        }
    }

    /// Values of placeholders for this rule: the ones given, and those of `value_placeholders` and
    /// `wildcard_placeholders`, which a pipeline may keep to some rules.
    static func placeholders(_ options: RuleLoadOptions, for subject: ProcessingSubject) throws -> Placeholders {
        var known = Placeholders(values: options.placeholders)
        func take(_ items: [ProcessingItem], _ variables: [String: [String]]) {
            for item in items where item.rules.holds({ $0.holds(subject) }) {
                switch item.transformation {
                case .valuePlaceholders(let names):
                    for (name, values) in variables where names.covers(name) && known.values[name] == nil {
                        known.values[name] = values
                    }
                case .wildcardPlaceholders(let names): known.wildcards.append(names)
                case .nest(let inner): take(inner, variables)
                default: break
                }
            }
        }
        for pipeline in options.pipelines { take(pipeline.items, pipeline.variables) }
        return known
    }
}

/// What placeholders stand for.
struct Placeholders: Sendable {
    /// By name, without the percent signs.
    var values: [String: [String]]
    /// Names that stand for anything where no value is known.
    var wildcards: [PlaceholderNames] = []

    init(values: [String: [String]]) { self.values = values }

    subscript(_ name: String) -> [String]? {
        if let values = values[name], !values.isEmpty { return values }
        return wildcards.contains { $0.covers(name) } ? ["*"] : nil
    }
}

/// `include:` and `exclude:` of a placeholder transformation; neither: every name.
struct PlaceholderNames: Sendable {
    var include: [String]?
    var exclude: [String]?

    func covers(_ name: String) -> Bool {
        (include?.contains(name) ?? true) && !(exclude?.contains(name) ?? false)
    }
}
