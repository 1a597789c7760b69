/// Several rules in one file that share parts (`action:`, Sigma 1.0 "Rule Collections"):
///
/// - `global`: the document's keys are merged into every document that follows;
/// - `reset`: forgets what was global; - `repeat`: the previous rule again, with this document's keys merged into it.
struct RuleCollection {
    private var shared: RuleNode?
    private var previous: RuleNode?

    /// The rule that `document` makes; nil where it only sets what is shared. Throws for an unknown action.
    mutating func resolve(_ document: RuleNode) throws -> RuleNode? {
        guard let action = document["action"] else {
            let rule = shared.map { RuleCollection.merged($0, document) } ?? document
            previous = rule
            return rule
        }
        var own = document
        own.content = .mapping((document.pairs ?? []).filter { $0.key.text != "action" })
        switch action.text {
        case "global":
            shared = shared.map { RuleCollection.merged($0, own) } ?? own
            return nil
        case "reset":
            shared = nil
            previous = nil
            return own.pairs?.isEmpty ?? true ? nil : own
        case "repeat":
            guard let last = previous else {
                throw RuleError(action, "repeat", "`action: repeat` has no rule before it to repeat")
            }
            let rule = RuleCollection.merged(last, own)
            previous = rule
            return rule
        default:
            throw RuleError(
                action, action.text ?? "", "`action` knows global, reset and repeat",
                advice: "Leave it out for one rule.")
        }
    }

    /// `base` with what `over` has; mappings in both are merged key by key. The place is `over`'s.
    private static func merged(_ base: RuleNode, _ over: RuleNode) -> RuleNode {
        guard var pairs = base.pairs, let more = over.pairs else { return over }
        for pair in more {
            if let index = pairs.firstIndex(where: { $0.key.text == pair.key.text && $0.key.text != nil }) {
                pairs[index] = (pair.key, merged(pairs[index].value, pair.value))
            } else {
                pairs.append(pair)
            }
        }
        return RuleNode(content: .mapping(pairs), line: over.line, column: over.column)
    }
}
