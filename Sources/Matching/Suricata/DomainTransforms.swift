internal import Events
internal import Primitives

/// What the transforms `domain` and `tld` make of a host name. Source: Suricata User Guide, "Transformations".
///
/// Suricata goes by the Public Suffix List; here suffixes are those of `RegisteredDomain`.
enum DomainTransforms {
    /// `example.co.uk` of `www.example.co.uk`; empty where nobody registered anything.
    static func domain(_ name: Bytes) -> Bytes {
        // The dot of the root belongs to the name, and says nothing about who registered it.
        let bare = withoutRoot(name)
        return RegisteredDomain.start(in: bare).map { name.dropping($0) } ?? .empty
    }

    /// `co.uk` of `www.example.co.uk`.
    static func suffix(_ name: Bytes) -> Bytes {
        let registered = domain(name)
        guard let dot = registered.firstIndex(of: ASCII.dot) else { return .empty }
        return registered.dropping(dot + 1)
    }

    private static func withoutRoot(_ name: Bytes) -> Bytes {
        name.count > 1 && name[name.count - 1] == ASCII.dot ? name.prefix(name.count - 1) : name
    }
}
