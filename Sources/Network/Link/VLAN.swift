/// IEEE 802.1Q tags, stacked (802.1ad, QinQ) as deep as they come; the first two name the flow.
enum VLAN {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 4 else { return packet.cut(.vlanTooSmall) }
        if packet.vlanCount == 3 { packet.events.note(.vlanTooManyLayers) }
        if packet.vlanCount < 2 {
            packet.vlan |= UInt32(packet.u16(offset) & 0x0FFF) << (16 * UInt32(packet.vlanCount))
        }
        packet.vlanCount += 1
        let type = packet.u16(offset + 2)
        if type > 1500 { return EtherType.read(type, &packet, offset + 4, unknown: .vlanUnknownType) }
        packet.events.note(.vlanUnknownType)
        return LLC.read(&packet, offset + 4)
    }
}
