internal import Events

/// Internet Control Message Protocol (RFC 792). The payload begins behind the 8-byte header.
enum ICMP {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.end >= offset + 8 else { return .truncatedICMP }
        ICMP.fill(&packet, offset)
        switch packet.header.icmpType {
        case 0, 8, 13, 14, 15, 16, 17, 18: ICMP.fillEcho(&packet, offset)
        default: break
        }
        ICMPChecks.look(&packet, offset)
        Transport.setPayload(&packet, offset + 8)
        return nil
    }

    /// Type that a request's answer has; the type itself where it has none. Both name one flow.
    static func counterpart(of type: UInt8) -> UInt8 {
        switch type {
        case 0: 8
        case 8: 0
        case 13: 14
        case 14: 13
        case 15: 16
        case 16: 15
        case 17: 18
        case 18: 17
        default: type
        }
    }

    static func fill(_ packet: inout PacketView, _ offset: Int) {
        packet.header.has.insert(.icmp)
        packet.header.icmpType = packet.start[offset]
        packet.header.icmpCode = packet.start[offset + 1]
    }

    static func fillEcho(_ packet: inout PacketView, _ offset: Int) {
        packet.header.icmpID = packet.u16(offset + 4)
        packet.header.icmpSequence = packet.u16(offset + 6)
    }
}

/// ICMP for IPv6 (RFC 4443).
enum ICMPv6 {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.end >= offset + 8 else { return .truncatedICMPv6 }
        ICMP.fill(&packet, offset)
        if packet.header.icmpType == 128 || packet.header.icmpType == 129 { ICMP.fillEcho(&packet, offset) }
        ICMPv6Checks.look(&packet, offset)
        Transport.setPayload(&packet, offset + 8)
        return nil
    }

    static func counterpart(of type: UInt8) -> UInt8 {
        switch type {
        case 128: 129
        case 129: 128
        case 133: 134
        case 134: 133
        case 135: 136
        case 136: 135
        case 144: 145
        case 145: 144
        default: type
        }
    }
}
