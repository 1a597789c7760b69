/// A selection between YAML and its checked form: fields with values that modifiers have worked on. Processing
/// pipelines may still change it.
indirect enum PendingSelection {
    case all([PendingSelection])
    case any([PendingSelection])
    case item(PendingDetection)

    /// Each item replaced by what `change` makes of it, and left out where that is nil; nil where nothing is left.
    func mapItems(_ change: (PendingDetection) throws -> PendingSelection?) rethrows -> PendingSelection? {
        switch self {
        case .item(let item): try change(item)
        case .all(let parts): PendingSelection.joined(try parts.compactMap { try $0.mapItems(change) }) { .all($0) }
        case .any(let parts): PendingSelection.joined(try parts.compactMap { try $0.mapItems(change) }) { .any($0) }
        }
    }

    /// Whether some item passes `test`.
    func contains(_ test: (PendingDetection) -> Bool) -> Bool {
        switch self {
        case .item(let item): test(item)
        case .all(let parts), .any(let parts): parts.contains { $0.contains(test) }
        }
    }

    private static func joined(
        _ parts: [PendingSelection], _ join: ([PendingSelection]) -> PendingSelection
    ) -> PendingSelection? {
        parts.count > 1 ? join(parts) : parts.first
    }
}

/// One field and the values it is held against.
struct PendingDetection {
    /// Nil: a keyword, sought anywhere.
    var field: String?
    var values: PendingItem
    /// Where the field and each of its values stand, for errors.
    var key: RuleNode
    var nodes: [RuleNode]
    /// Ids of the pipelines' items that have changed it.
    var applied: Set<String> = []
}
