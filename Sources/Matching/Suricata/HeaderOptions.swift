internal import Primitives

/// Options in IPv4 (RFC 791) and TCP headers (RFC 9293 section 3.2), read when a signature asks.
enum HeaderOptions {
    /// Whether the IPv4 header has option `number`, or any where that is nil.
    static func hasIPOption(_ number: UInt8?, _ header: Bytes) -> Bool {
        if number == nil { return header.count > 20 }
        var at = 20
        while at < header.count {
            let kind = header.start[at]
            if kind == number { return true }
            if kind == 0 { return false }
            if kind == 1 {
                at += 1
                continue
            }
            guard at + 1 < header.count, header.start[at + 1] >= 2 else { return false }
            at += Int(header.start[at + 1])
        }
        return false
    }

    static func segmentSize(_ header: Bytes) -> Int? {
        find(2, 4, header).map { Int(header.start[$0 + 2]) << 8 | Int(header.start[$0 + 3]) }
    }

    static func windowScale(_ header: Bytes) -> Int? { find(3, 3, header).map { Int(header.start[$0 + 2]) } }

    /// MTU of a "packet too big" message (RFC 4443 section 3.2).
    static func icmpv6MTU(_ header: Bytes) -> Int? {
        guard header.count >= 8 else { return nil }
        return (4..<8).reduce(0) { $0 << 8 | Int(header.start[$1]) }
    }

    private static func find(_ kind: UInt8, _ length: Int, _ header: Bytes) -> Int? {
        var at = 20
        while at < header.count, header.start[at] != 0 {
            if header.start[at] == 1 {
                at += 1
                continue
            }
            guard at + 1 < header.count else { return nil }
            let own = Int(header.start[at + 1])
            guard own >= 2, at + own <= header.count else { return nil }
            if header.start[at] == kind && own == length { return at }
            at += own
        }
        return nil
    }
}
