internal import Events

/// User Datagram Protocol (RFC 768), and the tunnels that ride on it.
enum UDP {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.end >= offset + 8 else { return .truncatedUDP }
        let length = Int(packet.u16(offset + 4))
        guard length >= 8, packet.end >= offset + length else {
            packet.events.note(length < 8 ? .udpLength : .udpTooSmall)
            return .badUDPLength
        }
        packet.header.has.insert(.udp)
        packet.header.sourcePort = packet.u16(offset)
        packet.header.destinationPort = packet.u16(offset + 2)
        packet.end = offset + length
        Transport.setPayload(&packet, offset + 8)
        switch packet.header.destinationPort {
        case 4789: VXLAN.read(&packet, offset + 8)
        case 6081: GENEVE.read(&packet, offset + 8)
        case 3544: Teredo.read(&packet, offset + 8)
        default:
            if packet.header.sourcePort == 3544 { Teredo.read(&packet, offset + 8) }
        }
        return nil
    }
}

/// Stream Control Transmission Protocol, common header only (RFC 9260).
enum SCTP {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.end >= offset + 12 else { return .truncatedSCTP }
        packet.header.has.insert(.sctp)
        packet.header.sourcePort = packet.u16(offset)
        packet.header.destinationPort = packet.u16(offset + 2)
        Transport.setPayload(&packet, offset + 12)
        return nil
    }
}
