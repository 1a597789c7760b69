/// Virtual eXtensible LAN (RFC 7348): flags with the I bit, a network id, then an Ethernet frame.
enum VXLAN {
    static func read(_ packet: inout PacketView, _ offset: Int) {
        guard packet.end >= offset + 8 + 14, packet.start[offset] & 0x08 != 0 else { return }
        packet.inner = .ethernet
        packet.innerOffset = offset + 8
    }
}
