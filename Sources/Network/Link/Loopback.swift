/// BSD loopback: a 4-byte address family in the byte order of the capturing host (NULL) or big-endian (LOOP).
enum Loopback {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 4 else { return packet.cut(.nullTooSmall) }
        let given = packet.u32(offset)
        let family = given > 0xFFFF ? given.byteSwapped : given
        switch family {
        case 2: return IPv4.read(&packet, offset + 4)
        case 10, 24, 28, 30: return IPv6.read(&packet, offset + 4)
        default:
            packet.events.note(.nullUnsupportedType)
            return .notIP
        }
    }
}
