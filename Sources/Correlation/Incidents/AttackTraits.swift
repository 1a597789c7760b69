internal import Events
internal import Synchronization

/// What a rule says of an attack, as incidents need it.
struct AttackTraits {
    let tactics: Set<String>
    let techniques: Set<String>
    /// What was done (`ActKinds`).
    let kind: String
    /// What was done last, where the rule is a chain.
    let lastStep: String

    init(_ rule: RuleInfo) {
        tactics = AttackTags.tactics(of: rule)
        techniques = AttackTags.techniques(of: rule)
        kind = ActKinds.kind(of: rule, techniques)
        lastStep = ActKinds.lastStep(of: rule)
    }
}

/// The traits of each rule, read from its tags once: a store has thousands of detections of a few hundred rules.
final class AttackTraitsTable: Sendable {
    private let known = Mutex<[String: (rule: RuleInfo, traits: AttackTraits)]>([:])

    func traits(of rule: RuleInfo) -> AttackTraits {
        known.withLock { known in
            // A rule of the same id may have been changed between two runs.
            if let entry = known[rule.id], entry.rule.isSame(as: rule) { return entry.traits }
            let traits = AttackTraits(rule)
            known[rule.id] = (rule, traits)
            return traits
        }
    }
}
