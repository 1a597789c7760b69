internal import Events

/// A field of incidents that filters may name.
struct FilterField {
    enum Kind {
        case severity
        case status
        case text(FilterTextField)
        /// Entities of this kind only, where given.
        case entity(String?)
        case count
        case first
        case last
        case id
        case run
    }

    var name: String
    var aliases: [String]
    var kind: Kind
    var help: String

    /// Every field, in the order that help shows them.
    static let table: [FilterField] = [
        FilterField(
            name: "severity", aliases: ["level", "sev"], kind: .severity, help: "informational < low < ... < critical"),
        FilterField(name: "status", aliases: ["state"], kind: .status, help: "open, acknowledged, closed, suppressed"),
        FilterField(
            name: "rule", aliases: ["rule.id", "sid"], kind: .text(.rule), help: "id of the rule or of any that hit"),
        FilterField(
            name: "title", aliases: ["rule.name", "what", "happened"], kind: .text(.title), help: "what happened"),
        FilterField(
            name: "entity", aliases: ["who", "address"], kind: .entity(nil),
            help: "what it is about: a value, a pattern or a network"),
        FilterField(
            name: "source.ip", aliases: ["ip", "src_ip", "client.ip", "source.address", "related.ip"],
            kind: .entity("ip"), help: "an entity that is an address"),
        FilterField(
            name: "user.name", aliases: ["user", "related.user"], kind: .entity("user"),
            help: "an entity that is a user"),
        FilterField(
            name: "host.name", aliases: ["host", "host.hostname"], kind: .entity("host"),
            help: "an entity that is a host"),
        FilterField(
            name: "domain", aliases: ["url.domain", "dns.question.name"], kind: .entity("domain"),
            help: "an entity that is a domain"),
        FilterField(
            name: "hash", aliases: ["file.hash.sha256"], kind: .entity("hash"),
            help: "an entity that is a file's hash"),
        FilterField(
            name: "technique", aliases: ["threat.technique.id", "attack"], kind: .text(.technique),
            help: "ATT&CK technique; T1110 means its sub-techniques too"),
        FilterField(
            name: "stage", aliases: ["tactic", "threat.tactic.name"], kind: .text(.stage), help: "ATT&CK tactic"),
        FilterField(name: "count", aliases: ["n"], kind: .count, help: "records behind it"),
        FilterField(name: "first", aliases: ["start", "begin"], kind: .first, help: "time of its first record"),
        FilterField(
            name: "last", aliases: ["end", "time", "@timestamp"], kind: .last, help: "time of its last record"),
        FilterField(
            name: "assignee", aliases: ["owner", "assigned"], kind: .text(.assignee), help: "who has it; none: nobody"),
        FilterField(name: "id", aliases: [], kind: .id, help: "beginning of its id"),
        FilterField(name: "run", aliases: [], kind: .run, help: "new or grown in this run: a number, or last"),
    ]

    static let names = table.flatMap { [$0.name] + $0.aliases }

    /// By name, alias, or an unmistakable beginning of a name.
    static func named(_ word: String) -> FilterField? {
        let word = word.lowercased()
        if let exact = table.first(where: { $0.name == word || $0.aliases.contains(word) }) { return exact }
        guard word.count >= 3 else { return nil }
        let begun = table.filter { $0.name.hasPrefix(word) }
        return begun.count == 1 ? begun[0] : nil
    }

    /// Words that are not fields: what the parser reads by itself.
    static let keywords = [
        "and", "or", "not", "in", "about", "last", "since", "until", "before", "after", "today", "yesterday",
    ]
}

/// The word of a fixed list that `text` is, or is an unmistakable beginning of (two letters or more).
func completed(_ text: String, among words: [String]) -> String? {
    let text = text.lowercased()
    if words.contains(text) { return text }
    let begun = words.filter { $0.hasPrefix(text) }
    return text.count >= 2 && begun.count == 1 ? begun[0] : nil
}
