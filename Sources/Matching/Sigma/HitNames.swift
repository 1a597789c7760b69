internal import Events
internal import Primitives
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
    private var lists: [Int: List] = [:]

    /// Names that a rule's hits were asked for together.
    final class List {
        let names: Names
        /// Those that may hold each of them, best first.
        let fields: [[FieldID]]
        /// What the hit before had.
        @exclusivity(unchecked) fileprivate(set) var latest: [FieldValue] = []

        fileprivate init(names: Names, fields: [[FieldID]]) {
            self.names = names
            self.fields = fields
        }

        /// The value of the name at `place`, the next one behind `before`. Under attack one hit is like the one before:
        /// its texts are not made again.
        func value(_ place: Int, _ text: Bytes, behind before: [FieldValue]) -> FieldValue {
            let next = before.count
            if next < latest.count, latest[next].name == names[place], latest[next].value.withBytes({ $0 == text }) {
                return latest[next]
            }
            return FieldValue(name: names[place], value: text.text)
        }

        func note(_ values: [FieldValue]) { latest = values }
    }

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

    /// The list of the time before, where it is of the same names.
    func list(_ names: Names, rule: Int) -> List? {
        guard let list = lists[rule], list.names == names else { return nil }
        return list
    }

    /// The same as `sources` for all the names that observations of `rule` carry.
    mutating func makeList(
        _ names: Names, rule: Int, logSource: RuleLogSource, registry: FieldRegistry
    ) -> List {
        let found = names.map { name in
            sources(name, rule: rule, logSource: logSource, registry: registry).map(\.id)
        }
        let list = List(names: names, fields: found)
        lists[rule] = list
        return list
    }
}
