internal import Primitives

/// Whose request a proxy of our own hands on: what `X-Forwarded-For` says counts only where the connection comes from a
/// proxy that is trusted, and then the hop nearest to us that is none.
struct HTTPForwarding {
    private let networks: [IPNetwork]
    /// Hops of one list that are looked at.
    private static let hopLimit = 64

    init(_ networks: [IPNetwork]) { self.networks = networks }

    @inline(__always) func isTrusted(_ address: IPAddress) -> Bool {
        if networks.isEmpty { return false }
        for network in networks where network.contains(address) { return true }
        return false
    }

    /// The hop nearest to us that is not trusted; the farthest where all are. What is no address ends the list: what
    /// stands left of it may be anybody's.
    func client(_ list: Bytes) -> IPAddress? {
        var found: IPAddress?
        var end = list.count
        for _ in 0..<HTTPForwarding.hopLimit {
            let comma = list.lastIndex(of: ASCII.comma, before: end) ?? -1
            guard let address = HTTPForwarding.hop(list.slice(comma + 1, end).trimmed) else { return found }
            found = address
            if comma < 0 || !isTrusted(address) { return found }
            end = comma
        }
        return found
    }

    /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
    private static func hop(_ text: Bytes) -> IPAddress? {
        var host = text
        if host.count > 2, host.start[0] == ASCII.openBracket {
            guard let close = host.firstIndex(of: ASCII.closeBracket) else { return nil }
            host = host.slice(1, close)
        } else if let colon = host.firstIndex(of: ASCII.colon),
            host.firstIndex(of: ASCII.colon, from: colon + 1) == nil
        {
            host = host.slice(0, colon)
        }
        return IPAddress(host)
    }
}
