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
        var seen = IPv6Headers()
        while true {
            switch next {
            case 0, 43, 60, 135, 139, 140:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                let length = (Int(packet.start[at + 1]) + 1) * 8
                guard packet.end >= at + length else { return .badIPv6Extension }
                seen.enter(next, &packet, at, at + length)
                next = packet.start[at]
                at += length
            case 51:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                seen.enter(next, &packet, at, at + 8)
                next = packet.start[at]
                at += (Int(packet.start[at + 1]) + 2) * 4
            case 44:
                guard packet.enterLayer(), packet.end >= at + 8 else { return .badIPv6Extension }
                seen.enter(next, &packet, at, at + 8)
                packet.header.ipProtocol = 44
                if packet.u16(at + 2) & 0xFFF9 != 0 { return readFragment(&packet, at) }
                packet.events.note(.ipv6UselessFragmentHeader)
                // An atomic fragment (RFC 6946) is the whole datagram.
                next = packet.start[at]
                at += 8
            default:
                // A header was named and is not there.
                guard packet.end >= at + (at > offset && next != 59 ? 2 : 0) else { return .badIPv6Extension }
                packet.header.ipProtocol = next
                return Transport.read(next, &packet, at)
            }
            guard packet.end >= at else { return .badIPv6Extension }
        }
    }

    /// A last header that is no transport protocol's.
    static func look(at number: UInt8, _ packet: inout PacketView, _ offset: Int) {
        let length = packet.end - offset
        switch number {
        case 1: packet.events.note(.ipv6ICMPv4)
        case 4:
            if length < 20 {
                packet.events.note(.ipv4InIPv6TooSmall)
            } else if packet.start[offset] >> 4 != 4 {
                packet.events.note(.ipv4InIPv6WrongVersion)
            }
        case 41:
            if length < 40 {
                packet.events.note(.ipv6InIPv6TooSmall)
            } else if packet.start[offset] >> 4 != 6 {
                packet.events.note(.ipv6InIPv6WrongVersion)
            }
        case 59: if length > 0 { packet.events.note(.ipv6DataAfterNone) }
        case 47, 50: break
        default: packet.events.note(.ipv6UnknownNextHeader)
        }
    }

    private static func readFragment(_ packet: inout PacketView, _ at: Int) -> UnreadPacketReason? {
        let field = packet.u16(at + 2)
        packet.header.has.insert(.fragment)
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
