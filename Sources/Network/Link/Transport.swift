internal import Events

/// What an IP packet carries (https://www.iana.org/assignments/protocol-numbers).
enum Transport {
    static let icmp: UInt8 = 1
    static let tcp: UInt8 = 6
    static let udp: UInt8 = 17
    static let icmpv6: UInt8 = 58
    static let sctp: UInt8 = 132

    static func read(_ number: UInt8, _ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        packet.transportOffset = offset
        switch number {
        case tcp: return TCP.read(&packet, offset)
        case udp: return UDP.read(&packet, offset)
        case icmp where packet.header.has.contains(.ipv4): return ICMP.read(&packet, offset)
        case icmpv6 where packet.header.has.contains(.ipv6): return ICMPv6.read(&packet, offset)
        case sctp: return SCTP.read(&packet, offset)
        default: break
        }
        // What is not read has no payload that signatures look into, as in Suricata.
        setPayload(&packet, offset)
        packet.payloadLength = 0
        packet.header.payloadLength = 0
        if packet.header.has.contains(.ipv6) { IPv6.look(at: number, &packet, offset) }
        switch number {
        case icmpv6: packet.events.note(.ipv4ICMPv6)
        case 4, 41:
            packet.inner = .network
            packet.innerOffset = offset
        case 47:
            GRE.read(&packet, offset)
        default:
            break
        }
        return nil
    }

    static func setPayload(_ packet: inout PacketView, _ offset: Int) {
        packet.payloadOffset = min(offset, packet.end)
        packet.payloadLength = packet.end - packet.payloadOffset
        packet.header.payloadLength = UInt32(truncatingIfNeeded: packet.payloadLength)
    }
}
