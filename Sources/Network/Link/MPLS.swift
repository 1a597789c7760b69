/// MPLS label stack (RFC 3032). The payload's first nibble tells IPv4, IPv6 or a pseudowire's control word (RFC 4385).
enum MPLS {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        var at = offset
        var label: UInt32
        repeat {
            guard packet.enterLayer() else { return .tooManyLayers }
            guard packet.count >= at + 4 else { return packet.cut(.mplsHeaderTooSmall) }
            label = packet.u32(at)
            at += 4
        } while label & 0x100 == 0
        guard packet.count > at else { return packet.cut(.mplsPacketTooSmall) }
        switch label >> 12 {
        case 0: return IPv4.read(&packet, at)
        case 2: return IPv6.read(&packet, at)
        case 1: packet.events.note(.mplsRouterAlert)
        case 3: packet.events.note(.mplsImplicitNull)
        case 4...6, 8...13, 15: packet.events.note(.mplsReservedLabel)
        default: break
        }
        switch packet.start[at] >> 4 {
        case 4: return IPv4.read(&packet, at)
        case 6: return IPv6.read(&packet, at)
        case 0: return Ethernet.read(&packet, at + 4)
        default:
            packet.events.note(.mplsUnknownPayload)
            return .notIP
        }
    }
}
