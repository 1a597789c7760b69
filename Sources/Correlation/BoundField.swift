internal import Events
internal import Primitives

/// A group-by field, possibly through a binding: `user.of(source.ip)` is the user who had the address in `source.ip` at
/// the time of the record; `host.of(...)` its host name, `domain.of(...)` a domain that was answered for it or asked of
/// it.
struct BoundField {
    /// The field that the record must have.
    let source: String
    /// The kinds of names that are looked up for its value; empty: the value itself.
    let kinds: [SightingKind]

    init(_ name: String) {
        for (prefix, kinds) in BoundField.table where name.hasPrefix(prefix) && name.hasSuffix(")") {
            source = String(name.dropFirst(prefix.count).dropLast())
            self.kinds = kinds
            return
        }
        source = name
        kinds = []
    }

    private static let table: [(prefix: String, kinds: [SightingKind])] = [
        ("user.of(", [.user]), ("host.of(", [.lease]), ("domain.of(", [.answer, .serverName]),
    ]
}
