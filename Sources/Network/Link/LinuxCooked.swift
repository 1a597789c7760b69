/// Linux "cooked" captures (`any` device): LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2.
enum LinuxCooked {
    /// 16 bytes, protocol in the last two.
    static func readVersion1(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 16 else { return packet.cut(.sllTooSmall) }
        return read(packet.u16(offset + 14), &packet, offset + 16)
    }

    /// 20 bytes, protocol in the first two.
    static func readVersion2(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 20 else { return packet.cut(.sllTooSmall) }
        return read(packet.u16(offset), &packet, offset + 20)
    }

    private static func read(_ type: UInt16, _ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        if type == 4 { return LLC.read(&packet, offset) }
        return EtherType.read(type, &packet, offset)
    }
}
