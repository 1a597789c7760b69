internal import Events
internal import Rules

/// Where rules' field names lie in events, looked up in the taxonomy once for each rule and name: hits of rules that
/// only feed correlations come by the hundred thousand.
struct HitNames {
    private struct Key: Hashable {
        var rule: Int
        var name: String
    }

    private var known: [Key: [(id: FieldID, name: String)]] = [:]

    /// Fields that may hold what `rule` calls `name`, best first.
    mutating func sources(
        _ name: String, rule: Int, logSource: RuleLogSource, registry: FieldRegistry
    ) -> [(id: FieldID, name: String)] {
        let key = Key(rule: rule, name: name)
        if let found = known[key] { return found }
        let found = Taxonomy.sources(name, for: logSource).compactMap { source in
            registry.id(of: source).map { (id: $0, name: source) }
        }
        known[key] = found
        return found
    }
}
