/// A rule on its way through processing pipelines: what their conditions look at and their transformations change.
struct ProcessingSubject {
    struct Selection {
        var name: String
        /// Nil: a pipeline has dropped all of it.
        var content: PendingSelection?
    }

    /// The rule as written, for conditions on its attributes and for errors.
    let document: RuleNode
    var logSource: RuleLogSource
    var selections: [Selection] = []
    var condition = SigmaExpression.all([])
    /// `fields:`.
    var shownFields: [String]
    /// What `set_state` and `set_custom_attribute` have noted.
    var state: [String: String] = [:]
    var attributes: [String: String] = [:]
    /// Ids of the items that have been applied to the rule.
    var applied: Set<String> = []
    var renaming = FieldRenaming()

    init(_ document: RuleNode, logSource: RuleLogSource, shownFields: [String] = []) {
        self.document = document
        self.logSource = logSource
        self.shownFields = shownFields
    }

    func attribute(_ name: String) -> String? { attributes[name] ?? document[name]?.text }

    /// Changes every item of every selection; nil drops it.
    mutating func mapItems(_ change: (PendingDetection) throws -> PendingSelection?) rethrows {
        for index in selections.indices {
            guard let content = selections[index].content else { continue }
            selections[index].content = try content.mapItems(change)
        }
    }

    func contains(_ test: (PendingDetection) -> Bool) -> Bool {
        selections.contains { $0.content?.contains(test) ?? false }
    }
}

/// How pipelines rename fields: also for names that stand outside of selections, in `group-by` and `entity`.
struct FieldRenaming: Sendable {
    /// Each answers the names that take a name's place; nil: it stays.
    var steps: [@Sendable (String) -> [String]?] = []

    /// All names that stand for `name` now.
    func names(_ name: String) -> [String] {
        steps.reduce([name]) { names, step in names.flatMap { step($0) ?? [$0] } }
    }

    /// The first of them.
    func name(_ name: String) -> String { names(name).first ?? name }
}
