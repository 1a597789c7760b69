/// MPLS label stack (RFC 3032). The payload's first nibble tells IPv4, IPv6 or a pseudowire's control word (RFC 4385).
enum MPLS {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        var at = offset
        while true {
            guard packet.enterLayer() else { return .tooManyLayers }
            guard packet.count >= at + 4 else { return .truncatedLink }
            let last = packet.start[at + 2] & 1 == 1
            at += 4
            if last { break }
        }
        guard packet.count > at else { return .truncatedLink }
        switch packet.start[at] >> 4 {
        case 4: return IPv4.read(&packet, at)
        case 6: return IPv6.read(&packet, at)
        case 0: return Ethernet.read(&packet, at + 4)
        default: return .notIP
        }
    }
}
