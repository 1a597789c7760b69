internal import Events
internal import Rules

/// Where rules' field names lie in events, looked up in the taxonomy once for each rule and name: hits of rules that
/// only feed correlations come by the hundred thousand.
package struct HitNames {
    /// Field names as a rule writes them.
    package typealias Names = [String]

    private struct Key: Hashable {
        var rule: Int
        var name: String
    }

    private var known: [Key: [(id: FieldID, name: String)]] = [:]
    /// By rule: names that were asked for together, and the fields that may hold each of them.
    private var lists: [Int: (names: Names, fields: [[FieldID]])] = [:]

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

    /// The same for all the names that observations of `rule` carry: mostly the list of the time before.
    mutating func fields(
        _ names: Names, rule: Int, logSource: RuleLogSource, registry: FieldRegistry
    ) -> [[FieldID]] {
        if let list = lists[rule], list.names == names { return list.fields }
        let found = names.map { name in
            sources(name, rule: rule, logSource: logSource, registry: registry).map(\.id)
        }
        lists[rule] = (names, found)
        return found
    }
}
