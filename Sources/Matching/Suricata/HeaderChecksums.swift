internal import Events
internal import Primitives
internal import Rules

/// Checksums of a packet's headers (RFC 1071), summed when a signature asks for them.
enum HeaderChecksums {
    /// Nil where the packet has no such header, or none whose checksum counts.
    static func holds(_ layer: ChecksumLayer, _ context: ItemContext) -> Bool? {
        let header = context.header
        if layer == .ipv4 {
            // The header of a datagram that was put together is our own making.
            if header.origin == .fragments { return true }
            return context.headerBytes(.ipv4Header).map { fold(sum($0)) == 0xFFFF }
        }
        guard header.has.contains(layer.isV6 ? .ipv6 : .ipv4), !header.has.contains(.fragment),
            header.has.contains(layer.needed)
        else { return nil }
        let payload = context.payload(context.items[context.packet]).bytes
        let transport = Int(header.transportLength)
        guard transport >= 8 else { return nil }
        let whole = Bytes(start: payload.start - transport, count: transport + payload.count)
        // UDP over IPv4 may go without (RFC 768).
        if layer == .udpv4 && whole[6] == 0 && whole[7] == 0 { return true }
        return fold(sum(whole) + (layer == .icmpv4 ? 0 : pseudo(header, whole.count))) == 0xFFFF
    }

    private static func pseudo(_ header: PacketHeader, _ count: Int) -> UInt64 {
        var total = UInt64(count) + UInt64(header.ipProtocol)
        if header.has.contains(.ipv4) {
            for address in [header.source.v4 ?? 0, header.destination.v4 ?? 0] {
                total += UInt64(address >> 16) + UInt64(address & 0xFFFF)
            }
            return total
        }
        for half in [header.source.high, header.source.low, header.destination.high, header.destination.low] {
            for shift in [UInt64(48), 32, 16, 0] { total += half >> shift & 0xFFFF }
        }
        return total
    }

    private static func sum(_ bytes: Bytes) -> UInt64 {
        var total: UInt64 = 0
        var at = 0
        while at + 1 < bytes.count {
            total += UInt64(bytes[at]) << 8 | UInt64(bytes[at + 1])
            at += 2
        }
        return at < bytes.count ? total + UInt64(bytes[at]) << 8 : total
    }

    private static func fold(_ sum: UInt64) -> UInt64 {
        var folded = sum
        while folded > 0xFFFF { folded = folded & 0xFFFF + folded >> 16 }
        return folded
    }
}

extension ChecksumLayer {
    fileprivate var isV6: Bool { self == .tcpv6 || self == .udpv6 || self == .icmpv6 }

    fileprivate var needed: PacketHeader.Layers {
        switch self {
        case .ipv4: .ipv4
        case .tcpv4, .tcpv6: .tcp
        case .udpv4, .udpv6: .udp
        case .icmpv4, .icmpv6: .icmp
        }
    }
}
