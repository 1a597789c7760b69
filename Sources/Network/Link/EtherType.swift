/// What follows an Ethernet-like header (IEEE 802 numbers, https://www.iana.org/assignments/ieee-802-numbers).
enum EtherType {
    static func read(_ type: UInt16, _ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        switch type {
        case 0x0800: return IPv4.read(&packet, offset)
        case 0x86DD: return IPv6.read(&packet, offset)
        case 0x8100, 0x88A8, 0x9100, 0x9200: return VLAN.read(&packet, offset)
        case 0x8847, 0x8848: return MPLS.read(&packet, offset)
        case 0x8864: return PPPoE.read(&packet, offset)
        case 0x0806: return .arp
        case 0x6558: return Ethernet.read(&packet, offset)
        default: return .notIP
        }
    }
}
