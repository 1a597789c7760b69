internal import Events
internal import Primitives

/// Clients as applications write them into a value of their own: `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]:4711`,
/// `192.0.2.1:4711:WAN`, `IPV4/UDP/192.0.2.1/4711`, `/192.0.2.1:4711`, `udp:192.0.2.1:4711`.
enum PeerText {
    enum Side {
        case source
        case destination
    }

    /// Adds address (or name) and port. False where `text` holds neither.
    @discardableResult
    static func add(_ text: Bytes, _ side: Side, _ sink: inout EventSink) -> Bool {
        guard let (host, port) = split(text.trimmed) else { return false }
        if side == .source {
            sink.addSource(host)
            if port.count > 0, !sink.has(.sourcePort) { sink.add(.sourcePort, port, type: .number) }
        } else {
            sink.addDestination(host)
            if port.count > 0, !sink.has(.destinationPort) { sink.add(.destinationPort, port, type: .number) }
        }
        return true
    }

    /// Host and port (empty where there is none); nil where no host can be told.
    static func split(_ text: Bytes) -> (Bytes, Bytes)? {
        guard text.count > 0, text.count <= 256 else { return nil }
        if plainAddress(text) != nil { return (text, .empty) }
        if text.firstIndex(of: ASCII.comma) != nil { return forwarded(text).map { ($0, .empty) } }
        if let slash = text.lastIndex(of: ASCII.slash) { return splitAtSlash(text, slash) }
        if text.start[0] == ASCII.openBracket, let close = text.firstIndex(of: ASCII.closeBracket),
            let plain = plainAddress(text.slice(1, close))
        {
            let rest = text.dropping(close + 1)
            let port = rest.starts(with: ":") && rest.dropping(1).decimal != nil ? rest.dropping(1) : .empty
            return (plain, port)
        }
        if let (plain, port) = splitAtColon(text) { return (plain, port) }
        if let hash = text.firstIndex(of: 0x23), let plain = plainAddress(text.slice(0, hash)) {
            return (plain, text.dropping(hash + 1).decimal == nil ? .empty : text.dropping(hash + 1))
        }
        return isHostName(text) ? (text, .empty) : nil
    }

    /// The client in a list of addresses that each hop added to at the right: the last one that is not of a private
    /// network, since those are the site's own proxies; where all are, the last. Nil where one is no address.
    static func forwarded(_ list: Bytes) -> Bytes? {
        var client: Bytes?
        var end = list.count
        while end >= 0 {
            let comma = list.lastIndex(of: ASCII.comma, before: end) ?? -1
            let hop = list.slice(comma + 1, end).trimmed
            guard let plain = plainAddress(hop), let address = IPAddress(plain) else { return nil }
            if client == nil { client = hop }
            if !isPrivate(address) { return hop }
            end = comma
        }
        return client
    }

    /// Networks that no client of the internet comes from: RFC 1918, 6598, 3927, 4193, 4291, and the loopback.
    static func isPrivate(_ address: IPAddress) -> Bool {
        guard let v4 = address.v4 else {
            return address.high >> 57 == 0x7E || address.high >> 54 == 0x3FA || address.high == 0 && address.low == 1
        }
        return v4 >> 24 == 10 || v4 >> 24 == 127 || v4 >> 20 == 0xAC1 || v4 >> 16 == 0xC0A8 || v4 >> 16 == 0xA9FE
            || v4 >> 22 == 0x191
    }

    private static func splitAtSlash(_ text: Bytes, _ slash: Int) -> (Bytes, Bytes)? {
        let last = text.dropping(slash + 1)
        if last.decimal != nil {
            let before = text.slice(0, slash)
            let from = before.lastIndex(of: ASCII.slash).map { $0 + 1 } ?? 0
            if let plain = plainAddress(before.dropping(from)) { return (plain, last) }
        }
        return last.firstIndex(of: ASCII.slash) == nil && last.count > 0 ? split(last) : nil
    }

    /// `address:port`, `address:port:interface`, `word:address:port`.
    private static func splitAtColon(_ text: Bytes) -> (Bytes, Bytes)? {
        guard let colon = text.lastIndex(of: ASCII.colon) else { return nil }
        let head = text.slice(0, colon)
        let tail = text.dropping(colon + 1)
        if let plain = plainAddress(head) { return (plain, tail.decimal == nil ? .empty : tail) }
        if let first = text.firstIndex(of: ASCII.colon), let plain = plainAddress(text.slice(0, first)) {
            let rest = text.dropping(first + 1)
            let end = rest.firstIndex(of: ASCII.colon) ?? rest.count
            return (plain, rest.slice(0, end).decimal == nil ? .empty : rest.slice(0, end))
        }
        if let first = text.firstIndex(of: ASCII.colon), first > 0, ASCII.isLetter(text.start[0]), first < colon {
            let rest = text.dropping(first + 1)
            if let plain = plainAddress(rest) { return (plain, .empty) }
            if let plain = plainAddress(text.slice(first + 1, colon)) {
                return (plain, tail.decimal == nil ? .empty : tail)
            }
        }
        return isHostName(head) && tail.decimal != nil ? (head, tail) : nil
    }
}
