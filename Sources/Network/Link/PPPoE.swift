/// PPP over Ethernet, session stage (RFC 2516): version/type, code, session, length, then PPP.
enum PPPoE {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 8 else { return .truncatedLink }
        guard packet.start[offset] == 0x11, packet.start[offset + 1] == 0 else { return .damagedLink }
        return PPP.read(&packet, offset + 6)
    }
}
