/// A processing pipeline in pySigma's YAML ("Processing Pipelines" of its documentation): what is to be changed in
/// rules before they run, so that rules written for another data model find its names and values here.
package struct ProcessingPipeline: Sendable {
    package let name: String
    /// Lower ones are applied first; equal ones in the order given.
    package let priority: Int
    let items: [ProcessingItem]
    /// `vars:`, values of placeholders.
    let variables: [String: [String]]
}

/// One entry of `transformations:`.
struct ProcessingItem: Sendable {
    /// Its `id:`, by which later conditions refer to it.
    var id: String?
    var rules = ConditionGroup<RuleCondition>()
    var detections = ConditionGroup<DetectionCondition>()
    var fields = ConditionGroup<FieldCondition>()
    var transformation: Transformation

    /// Whether it is for this field of this rule.
    func covers(_ field: String, _ subject: ProcessingSubject, _ tools: ExpressionTools, _ applied: Set<String>) -> Bool
    {
        fields.holds { $0.holds(field, subject, tools, applied) }
    }

    func covers(_ item: PendingDetection, _ subject: ProcessingSubject, _ tools: ExpressionTools) -> Bool {
        detections.holds { $0.holds(item, subject, tools) }
            && (fields.isEmpty || item.field.map { covers($0, subject, tools, item.applied) } ?? false)
    }
}

/// Conditions of one kind, and how they are joined: `*_conditions` with `*_cond_op`, `*_cond_not` or `*_cond_expr`.
struct ConditionGroup<Condition: Sendable>: Sendable {
    var conditions: [Condition] = []
    /// Over the places in `conditions`.
    var expression = SigmaExpression.all([])

    var isEmpty: Bool { conditions.isEmpty }

    func holds(_ test: (Condition) -> Bool) -> Bool { ConditionGroup.holds(expression) { test(conditions[$0]) } }

    private static func holds(_ expression: SigmaExpression, _ test: (Int) -> Bool) -> Bool {
        switch expression {
        case .all(let parts): parts.allSatisfy { holds($0, test) }
        case .any(let parts): parts.contains { holds($0, test) }
        case .atLeast(let number, let parts): parts.count { holds($0, test) } >= number
        case .not(let inner): !holds(inner, test)
        case .selection(let index): test(index)
        case .test: false
        }
    }
}

/// Regular expressions, which this room has no engine for; `Matching` has (`SigmaExpressions.tools`).
package struct ExpressionTools: Sendable {
    private let why: @Sendable (String) -> String?
    private let test: @Sendable (_ pattern: [UInt8], _ text: [UInt8]) -> Bool
    private let replace: @Sendable (_ pattern: [UInt8], _ text: [UInt8], _ template: [UInt8]) -> [UInt8]

    /// - Parameters:
    ///   - problem: why an expression cannot be used; nil where it can
    ///   - matches: whether the expression matches at the beginning of the text
    ///   - replaced: the text with every match replaced; `\1`, `\g<1>` in the template stand for groups
    package init(
        problem: @escaping @Sendable (String) -> String?,
        matches: @escaping @Sendable ([UInt8], [UInt8]) -> Bool,
        replaced: @escaping @Sendable ([UInt8], [UInt8], [UInt8]) -> [UInt8]
    ) {
        why = problem
        test = matches
        replace = replaced
    }

    /// Knows no expression at all.
    static let none = ExpressionTools(
        problem: { _ in "no engine for regular expressions is at hand" }, matches: { _, _ in false },
        replaced: { _, text, _ in text })

    func problem(_ pattern: String) -> String? { why(pattern) }

    func matches(_ pattern: String, _ text: String) -> Bool { test(Array(pattern.utf8), Array(text.utf8)) }

    func replaced(_ pattern: String, _ text: String, _ template: String) -> String {
        String(decoding: replace(Array(pattern.utf8), Array(text.utf8), Array(template.utf8)), as: UTF8.self)
    }
}
