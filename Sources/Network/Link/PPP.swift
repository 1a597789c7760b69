/// Point-to-point protocol (RFC 1661), with or without HDLC-like framing (RFC 1662).
enum PPP {
    static func readFramed(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 2 else { return packet.cut(.pppTooSmall) }
        let first = packet.u16(offset)
        if first == 0x0F00 || first == 0x8F00 { return CiscoHDLC.read(&packet, offset) }
        return read(&packet, first == 0xFF03 ? offset + 2 : offset)
    }

    /// Protocol field of one byte (odd: compressed) or two.
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        guard packet.count > offset else { return packet.cut(.pppTooSmall) }
        var number = UInt16(packet.start[offset])
        var next = offset + 1
        if number & 1 == 0 {
            guard packet.count > offset + 1 else { return packet.cut(.pppTooSmall) }
            number = packet.u16(offset)
            next += 1
        }
        return read(number, &packet, next)
    }

    /// Numbers of https://www.iana.org/assignments/ppp-numbers: those that carry packets are read, the others known.
    private static func read(_ number: UInt16, _ packet: inout PacketView, _ at: Int) -> UnreadPacketReason? {
        switch number {
        case 0x0021:
            guard packet.count >= at + 20 else { return packet.cut(.pppIPv4TooSmall) }
            return IPv4.read(&packet, at)
        case 0x002F:
            // Van Jacobson's uncompressed form keeps the IPv4 header whole.
            guard packet.count >= at + 20 else { return packet.cut(.pppVJTooSmall) }
            guard packet.start[at] >> 4 == 4 else { return .notIP }
            return IPv4.read(&packet, at)
        case 0x0057:
            guard packet.count >= at + 40 else { return packet.cut(.pppIPv6TooSmall) }
            return IPv6.read(&packet, at)
        case 0x0281, 0x0283:
            packet.events.note(.pppUnsupportedProtocol)
            return MPLS.read(&packet, at)
        // What sets the link up carries no packet, and is in order.
        case 0x8021, 0x8057, 0x80FD, 0xC021, 0xC023, 0xC025, 0xC223: break
        case 0x0023, 0x0025, 0x0027, 0x0029, 0x002B, 0x002D, 0x0031, 0x0033, 0x0035, 0x003D, 0x00FD, 0x0201, 0x0231,
            0x0233, 0x8023, 0x8025, 0x8027, 0x8029, 0x802B, 0x8031, 0x8033, 0x8035, 0x8281, 0x8283:
            packet.events.note(.pppUnsupportedProtocol)
        default: packet.events.note(.pppWrongType)
        }
        return .notIP
    }
}

/// Cisco HDLC (LINKTYPE_C_HDLC): address, control, EtherType.
enum CiscoHDLC {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 4 else { return packet.cut(.chdlcTooSmall) }
        return EtherType.read(packet.u16(offset + 2), &packet, offset + 4)
    }
}
