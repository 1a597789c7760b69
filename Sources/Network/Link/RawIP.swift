/// Packets without a link header: the version nibble tells IPv4 from IPv6.
enum RawIP {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        guard packet.count > offset else { return packet.cut(.ipv4TooSmall) }
        switch packet.start[offset] >> 4 {
        case 4: return IPv4.read(&packet, offset)
        case 6: return IPv6.read(&packet, offset)
        default:
            packet.events.note(.rawInvalidVersion)
            return .notIP
        }
    }

    static func readIPv4(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        IPv4.read(&packet, offset)
    }

    static func readIPv6(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        IPv6.read(&packet, offset)
    }
}
