/// Ethernet II, and IEEE 802.3 with LLC/SNAP (RFC 1042).
enum Ethernet {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 14 else { return packet.cut(.ethernetTooSmall) }
        let type = packet.u16(offset + 12)
        if type == 0x0800 { return IPv4.read(&packet, offset + 14) }
        if type > 1500 { return EtherType.read(type, &packet, offset + 14, unknown: .ethernetUnknownType) }
        packet.events.note(.ethernetUnknownType)
        return LLC.read(&packet, offset + 14)
    }
}

/// IEEE 802.2 logical link control: IP stands behind SNAP with a zero organisation code.
enum LLC {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        guard packet.count >= offset + 8 else { return .truncatedLink }
        guard packet.u16(offset) == 0xAAAA, packet.start[offset + 2] == 3 else { return .notIP }
        return EtherType.read(packet.u16(offset + 6), &packet, offset + 8)
    }
}
