/// Point-to-point protocol (RFC 1661), with or without HDLC-like framing (RFC 1662).
enum PPP {
    static func readFramed(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 2 else { return .truncatedLink }
        let first = packet.u16(offset)
        if first == 0x0F00 || first == 0x8F00 { return CiscoHDLC.read(&packet, offset) }
        return read(&packet, first == 0xFF03 ? offset + 2 : offset)
    }

    /// Protocol field of one byte (odd: compressed) or two.
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        guard packet.count > offset else { return .truncatedLink }
        var number = UInt16(packet.start[offset])
        var next = offset + 1
        if number & 1 == 0 {
            guard packet.count > offset + 1 else { return .truncatedLink }
            number = packet.u16(offset)
            next += 1
        }
        switch number {
        case 0x0021: return IPv4.read(&packet, next)
        case 0x0057: return IPv6.read(&packet, next)
        case 0x0281, 0x0283: return MPLS.read(&packet, next)
        default: return .notIP
        }
    }
}

/// Cisco HDLC (LINKTYPE_C_HDLC): address, control, EtherType.
enum CiscoHDLC {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 4 else { return .truncatedLink }
        return EtherType.read(packet.u16(offset + 2), &packet, offset + 4)
    }
}
