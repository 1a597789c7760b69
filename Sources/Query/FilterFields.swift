internal import Events

/// A field of incidents that filters may name.
struct FilterField {
    enum Kind {
        case severity
        case status
        case text(FilterTextField)
        case entity
        /// Fields of detections by these names; entities of this kind count too.
        case party([String], kind: String?)
        case input(FilterInputField)
        /// Of the estate, or the name that --asset gave.
        case estate(FilterTextField)
        case resolution
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
            name: "entity", aliases: ["who", "address"], kind: .entity,
            help: "what it is about: a value, a pattern or a network"),
        FilterField(
            name: "source.ip", aliases: ["ip", "src_ip", "client.ip", "source.address", "related.ip"],
            kind: .party(["source.ip", "client.ip", "source.address"], kind: "ip"),
            help: "an address that something came from"),
        FilterField(
            name: "destination.ip", aliases: ["dest_ip", "dst_ip", "server.ip", "destination.address"],
            kind: .party(["destination.ip", "server.ip", "destination.address"], kind: nil),
            help: "an address that something went to"),
        FilterField(
            name: "user.name", aliases: ["user", "related.user"],
            kind: .party(["user.name", "user.target.name", "related.user"], kind: "user"), help: "a user"),
        FilterField(
            name: "host.name", aliases: ["host", "host.hostname"],
            kind: .party(["host.name", "host.hostname", "observer.name"], kind: "host"), help: "a host"),
        FilterField(
            name: "domain", aliases: ["url.domain", "dns.question.name"],
            kind: .party(["url.domain", "dns.question.name", "dns.question.registered_domain"], kind: "domain"),
            help: "a domain"),
        FilterField(
            name: "hash", aliases: ["file.hash.sha256"],
            kind: .party(["file.hash.sha256", "file.hash.md5", "file.hash.sha1"], kind: "hash"),
            help: "a file's hash"),
        FilterField(
            name: "technique", aliases: ["threat.technique.id", "attack"], kind: .text(.technique),
            help: "ATT&CK technique; T1110 means its sub-techniques too"),
        FilterField(
            name: "stage", aliases: ["tactic", "threat.tactic.name"], kind: .text(.stage), help: "ATT&CK tactic"),
        FilterField(
            name: "tag", aliases: ["tags", "label"], kind: .text(.tag), help: "what analysts put on it; none: nothing"),
        FilterField(
            name: "resolution", aliases: ["closed.as", "outcome"], kind: .resolution,
            help: "as what it was closed: true-positive, false-positive, benign, duplicate"),
        FilterField(
            name: "asset", aliases: ["system"], kind: .estate(.asset),
            help: "a system of the estate that it concerns, or whose log it is in (--asset)"),
        FilterField(name: "owner", aliases: [], kind: .text(.owner), help: "who answers for such a system"),
        FilterField(
            name: "agency", aliases: [], kind: .estate(.agency), help: "whose such a system, or such a log, is"),
        FilterField(name: "sensor", aliases: [], kind: .input(.sensor), help: "where it was recorded (--sensor)"),
        FilterField(
            name: "input", aliases: ["file", "path", "log.file.path"], kind: .input(.path),
            help: "path of a file that its records lie in"),
        FilterField(name: "count", aliases: ["n"], kind: .count, help: "records behind it"),
        FilterField(name: "first", aliases: ["start", "begin"], kind: .first, help: "time of its first record"),
        FilterField(
            name: "last", aliases: ["end", "time", "@timestamp"], kind: .last, help: "time of its last record"),
        FilterField(
            name: "assignee", aliases: ["assigned"], kind: .text(.assignee), help: "who has it; none: nobody"),
        FilterField(name: "id", aliases: [], kind: .id, help: "beginning of its id"),
        FilterField(name: "run", aliases: [], kind: .run, help: "new or grown in this run: a number, or last"),
    ]

    static let names = table.flatMap { [$0.name] + $0.aliases }

    /// By name, alias, a name of the field catalogue (ECS), or an unmistakable beginning of a name.
    static func named(_ word: String) -> FilterField? {
        let word = word.lowercased()
        if let exact = table.first(where: { $0.name == word || $0.aliases.contains(word) }) { return exact }
        if word.contains("."), let field = Field(rawValue: word) {
            return FilterField(
                name: word, aliases: [], kind: .party([field.rawValue], kind: nil), help: "a field of its detections")
        }
        guard word.count >= 3 else { return nil }
        let begun = table.filter { $0.name.hasPrefix(word) }
        return begun.count == 1 ? begun[0] : nil
    }

    /// What "did you mean" may answer.
    static let spellings = names + Field.allCases.map(\.rawValue).filter { $0.contains(".") }

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
