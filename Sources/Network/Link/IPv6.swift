internal import Events
internal import Primitives

/// Internet Protocol version 6 (RFC 8200) with its extension headers.
enum IPv6 {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 40 else { return .truncatedIPv6 }
        guard packet.start[offset] >> 4 == 6 else { return .badIPv6Version }
        let length = Int(packet.u16(offset + 4))
        guard packet.count >= offset + 40 + length else { return .cutIPv6 }
        packet.networkOffset = offset
        packet.end = offset + 40 + length
        packet.header.has = .ipv6
        packet.header.source = IPAddress(high: packet.u64(offset + 8), low: packet.u64(offset + 16))
        packet.header.destination = IPAddress(high: packet.u64(offset + 24), low: packet.u64(offset + 32))
        packet.header.tos = UInt8(truncatingIfNeeded: packet.u16(offset) >> 4)
        packet.header.ttl = packet.start[offset + 7]
        packet.header.ipID = packet.u32(offset) & 0xFFFFF
        return readExtensions(&packet, packet.start[offset + 6], offset + 40)
    }

    /// Walks the chain of extension headers (RFC 8200 section 4; RFC 4302 for the authentication header).
    private static func readExtensions(
        _ packet: inout PacketView, _ first: UInt8, _ offset: Int
    ) -> UnreadPacketReason? {
        var next = first
        var at = offset
        var hasFragmentHeader = false
        while true {
            switch next {
            case 0, 43, 60, 135, 139, 140:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                let length = (Int(packet.start[at + 1]) + 1) * 8
                if next == 0 || next == 60 { readOptions(&packet, at + 2, at + length, isHop: next == 0) }
                next = packet.start[at]
                at += length
            case 51:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                next = packet.start[at]
                at += (Int(packet.start[at + 1]) + 2) * 4
            case 44:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                if hasFragmentHeader { packet.events.note(.ipv6DuplicateFragmentHeader) }
                hasFragmentHeader = true
                if packet.u16(at + 2) & 0xFFF9 != 0 { return readFragment(&packet, at) }
                packet.events.note(.ipv6UselessFragmentHeader)
                // An atomic fragment (RFC 6946) is the whole datagram.
                next = packet.start[at]
                at += 8
            default:
                guard packet.end >= at else { return .badIPv6Extension }
                packet.header.ipProtocol = next
                return Transport.read(next, &packet, at)
            }
            guard packet.end >= at else { return .badIPv6Extension }
        }
    }

    /// Options of the hop-by-hop and destination headers (RFC 8200 section 4.2): those that are registered and in use.
    private static func readOptions(_ packet: inout PacketView, _ from: Int, _ to: Int, isHop: Bool) {
        var at = from
        let end = min(to, packet.end)
        while at < end {
            switch packet.start[at] {
            case 0:
                at += 1
                continue
            case 1, 5, 0xC2, 0xC9, 0x04, 0x26, 0x1E, 0x8B, 0x8C: break
            default: packet.events.note(isHop ? .ipv6UnknownHopOption : .ipv6UnknownDestinationOption)
            }
            guard at + 1 < end else { return }
            at += 2 + Int(packet.start[at + 1])
        }
    }

    private static func readFragment(_ packet: inout PacketView, _ at: Int) -> UnreadPacketReason? {
        let field = packet.u16(at + 2)
        packet.header.has.insert(.fragment)
        packet.header.ipProtocol = packet.start[at]
        packet.fragmentProtocol = packet.start[at]
        packet.fragmentID = packet.u32(at + 4)
        packet.fragmentOffset = Int(field & 0xFFF8)
        packet.moreFragments = field & 1 == 1
        Transport.setPayload(&packet, at + 8)
        let length = packet.payloadLength
        if packet.fragmentOffset + length > 65_535 { packet.events.note(.ipv6FragmentTooLarge) }
        if packet.moreFragments && length % 8 != 0 { packet.events.note(.ipv6FragmentLength) }
        if length == 0 || packet.fragmentOffset + length > 65_535 { return .badFragment }
        if packet.moreFragments && length % 8 != 0 { return .badFragment }
        return nil
    }
}
