internal import Events
internal import Primitives

/// Who the client really is, where requests come through proxies of one's own (`--trusted-proxy`).
///
/// Each hop writes the address that it was spoken to from behind the list that it was given (X-Forwarded-For, and
/// Forwarded of RFC 7239). So the list is read from the right, and as far as the hops are trusted: the first that is
/// not is
/// the client, whatever stands to the left of it. The proxy stays as `observer.ip`.
struct TrustedProxies: Sendable {
    private let networks: [IPNetwork]
    /// Hops of one list that are looked at.
    private static let hopLimit = 64

    init(_ networks: [IPNetwork]) { self.networks = networks }

    var isEmpty: Bool { networks.isEmpty }

    /// Puts the client in place of the proxy, where the event's source is a trusted one that handed on a list.
    func apply(to sink: inout EventSink) {
        guard let proxy = sink.value(of: .sourceIP), isTrusted(proxy), let list = sink.value(of: .httpForwardedFor),
            let client = client(list)
        else { return }
        sink.replaceClient(by: client)
        sink.add(.observerIP, proxy)
    }

    private func isTrusted(_ text: Bytes) -> Bool {
        guard let address = IPAddress(text) else { return false }
        for network in networks where network.contains(address) { return true }
        return false
    }

    /// The hop nearest to us that is not trusted; the farthest where all are. What is no address ends the list: what
    /// stands left of it may be anybody's.
    private func client(_ list: Bytes) -> Bytes? {
        var found: Bytes?
        var end = list.count
        for _ in 0..<TrustedProxies.hopLimit {
            let comma = list.lastIndex(of: ASCII.comma, before: end) ?? -1
            guard let address = hop(list.slice(comma + 1, end).trimmed) else { return found }
            found = address
            if comma < 0 || !isTrusted(address) { return address }
            end = comma
        }
        return found
    }

    /// `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`, `for="[2001:db8::1]:4711";proto=https`.
    private func hop(_ text: Bytes) -> Bytes? {
        var node = text
        if let label = TrustedProxies.label(text) {
            let from = text.dropping(label)
            node = from.slice(0, from.firstIndex(of: ASCII.semicolon) ?? from.count).trimmed
        }
        if node.count >= 2, node.start[0] == ASCII.quote, node.start[node.count - 1] == ASCII.quote {
            node = node.slice(1, node.count - 1)
        }
        guard node.count > 0, node.firstIndex(of: ASCII.comma) == nil, let (host, _) = PeerText.split(node)
        else { return nil }
        return plainAddress(host)
    }

    /// Behind `for=`, in any case; it begins the element, or stands behind a semicolon.
    private static func label(_ text: Bytes) -> Int? {
        var from = 0
        while from + 4 < text.count {
            if text.slice(from, from + 4).equalsIgnoringCase("for=") { return from + 4 }
            guard let semicolon = text.firstIndex(of: ASCII.semicolon, from: from) else { return nil }
            from = semicolon + 1
            while from < text.count, text.start[from] == ASCII.space { from += 1 }
        }
        return nil
    }
}
