/// Generic Network Virtualization Encapsulation (RFC 8926).
enum GENEVE {
    static func read(_ packet: inout PacketView, _ offset: Int) {
        guard packet.end >= offset + 8, packet.start[offset] >> 6 == 0 else { return }
        let at = offset + 8 + Int(packet.start[offset] & 0x3F) * 4
        guard at < packet.end else { return }
        switch packet.u16(offset + 2) {
        case 0x6558: packet.inner = .ethernet
        case 0x0800, 0x86DD: packet.inner = .network
        default: return
        }
        packet.innerOffset = at
    }
}
