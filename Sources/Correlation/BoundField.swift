internal import Events
internal import Primitives

/// A group-by field, possibly through a binding: `user.of(source.ip)` is the user who had the address in `source.ip` at
/// the time of the record; `host.of(...)` its host name, `domain.of(...)` a domain that was answered for it or asked of
/// it. `mailbox.of(email.to.address)` needs no binding: each address that the record has there, and what stands before
/// its @, which is what most servers call the user.
struct BoundField {
    /// The field that the record must have.
    let source: String
    /// The kinds of names that are looked up for its value; empty: the value itself.
    let kinds: [SightingKind]
    let isMailbox: Bool

    var isPlain: Bool { kinds.isEmpty && !isMailbox }

    /// Recipients of one mail that are looked at.
    private static let maximumMailboxes = 16

    init(_ name: String) {
        isMailbox = name.hasPrefix("mailbox.of(") && name.hasSuffix(")")
        if isMailbox {
            source = String(name.dropFirst("mailbox.of(".count).dropLast())
            kinds = []
            return
        }
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

    /// Addresses in lower case, each whole and without its domain.
    static func mailboxes(_ addresses: [String]) -> [String] {
        var names: [String] = []
        for address in addresses.prefix(maximumMailboxes) {
            let whole = address.lowercased().filter { $0 != "<" && $0 != ">" }
            for name in [whole, String(whole.prefix { $0 != "@" })] where !name.isEmpty && !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }
}
