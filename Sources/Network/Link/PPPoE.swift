/// PPP over Ethernet (RFC 2516): version and type, code, session, length; then PPP, or the tags of discovery.
enum PPPoE {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 7 else { return packet.cut(.pppoeTooSmall) }
        guard packet.start[offset] == 0x11, packet.start[offset + 1] == 0 else { return .damagedLink }
        return PPP.read(&packet, offset + 6)
    }

    /// Offers and requests carry no packet; codes and tags are looked over.
    static func readDiscovery(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 6 else { return packet.cut(.pppoeTooSmall) }
        switch packet.start[offset + 1] {
        case 0x07, 0x09, 0x19, 0x65, 0xA7: break
        default:
            packet.events.note(.pppoeWrongCode)
            return .notIP
        }
        var left = Int(packet.u16(offset + 4))
        var at = offset + 6
        guard left <= packet.count - at else {
            packet.events.note(.pppoeMalformedTags)
            return .notIP
        }
        while left >= 4 {
            let length = 4 + Int(packet.u16(at + 2))
            guard length <= left else {
                packet.events.note(.pppoeMalformedTags)
                return .notIP
            }
            at += length
            left -= length
        }
        return .notIP
    }
}
