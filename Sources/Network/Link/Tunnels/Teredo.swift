/// IPv6 in UDP through NATs (RFC 4380): optional authentication and origin headers, then the IPv6 packet.
enum Teredo {
    static func read(_ packet: inout PacketView, _ offset: Int) {
        var at = offset
        if packet.end >= at + 4, packet.u16(at) == 0x0001 {
            at += 4 + Int(packet.start[at + 2]) + Int(packet.start[at + 3]) + 9
        }
        if packet.end >= at + 8, packet.u16(at) == 0x0000 { at += 8 }
        guard packet.end >= at + 40, packet.start[at] >> 4 == 6 else { return }
        guard Int(packet.u16(at + 4)) + 40 <= packet.end - at else { return }
        packet.inner = .network
        packet.innerOffset = at
    }
}
