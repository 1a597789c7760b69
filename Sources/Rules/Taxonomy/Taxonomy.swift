internal import Events

/// Sigma's field names (taxonomy appendix, and the spellings rules use in practice) to ECS names.
///
/// What a name means depends on the log source its rule is for, so each family of log sources has a table, and a common
/// one follows (`Signatures/taxonomy/*.yml`). A rule's field stands for its own name (events that come as JSON) and for
/// the names listed there.
package enum Taxonomy {
    /// Fields that hold a URL or a part of one: matched in their raw and their decoded forms.
    package static let urlFields: Set<String> = [
        "url.original", "url.full", "url.path", "url.query", "http.request.referrer",
    ]

    /// Names in an event that `name` stands for in a rule for `logSource`: `name` itself first.
    package static func candidates(_ name: String, for logSource: RuleLogSource) -> [String] {
        [name] + mapped(name, for: logSource).filter { $0 != name }
    }

    /// The one ECS name to group, count and show by; `name` itself where no table has it.
    package static func canonical(_ name: String, for logSource: RuleLogSource) -> String {
        mapped(name, for: logSource).first ?? name
    }

    /// Names under which events may carry what rules for `logSource` call `name`, Sigma or ECS: for reading the value
    /// of a group-by or entity field.
    package static func sources(_ name: String, for logSource: RuleLogSource) -> [String] {
        var names = candidates(name, for: logSource)
        for family in families(for: logSource) {
            for alias in family.aliases[name] ?? [] where !names.contains(alias) { names.append(alias) }
        }
        return names
    }

    /// Every Sigma name that rules for `logSource` may use, sorted.
    package static func sigmaNames(for logSource: RuleLogSource) -> [String] {
        Set(tables(for: logSource).flatMap(\.keys)).sorted()
    }

    static func mapped(_ name: String, for logSource: RuleLogSource) -> [String] {
        if Field(rawValue: name) != nil, !isSharedWord(name) { return [] }
        for table in tables(for: logSource) {
            if let found = table[name] { return found }
        }
        return []
    }

    /// ECS names of one word may also be words of another taxonomy.
    private static func isSharedWord(_ name: String) -> Bool { !name.contains(".") && name != "@timestamp" }

    static func tables(for logSource: RuleLogSource) -> [[String: [String]]] {
        families(for: logSource).map(\.fields)
    }

    private static func families(for logSource: RuleLogSource) -> [TaxonomyTable.Family] {
        TaxonomyTable.standard.families.filter { $0.isForAll || $0.covers(logSource) }
    }

    /// Whether `document` is one of the tables.
    static func isTable(_ document: RuleNode) -> Bool {
        document["taxonomy"] != nil && document["fields"]?.pairs != nil && document["detection"] == nil
    }
}
