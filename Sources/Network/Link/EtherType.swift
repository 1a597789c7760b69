/// What follows an Ethernet-like header (IEEE 802 numbers, https://www.iana.org/assignments/ieee-802-numbers).
enum EtherType {
    /// `unknown`: what a type that is not known is to this layer.
    static func read(
        _ type: UInt16, _ packet: inout PacketView, _ offset: Int, unknown: DecodeEvent? = nil
    ) -> UnreadPacketReason? {
        guard packet.enterLayer() else { return .tooManyLayers }
        switch type {
        case 0x0800: return IPv4.read(&packet, offset)
        case 0x86DD: return IPv6.read(&packet, offset)
        case 0x8100, 0x88A8, 0x9100, 0x9200: return VLAN.read(&packet, offset)
        case 0x8847, 0x8848: return MPLS.read(&packet, offset)
        case 0x8863: return PPPoE.readDiscovery(&packet, offset)
        case 0x8864: return PPPoE.read(&packet, offset)
        case 0x0806: return .arp
        case 0x6558: return Ethernet.read(&packet, offset)
        case 0x88E7: return ProviderBackbone.read(&packet, offset)
        case 0x8903: return FabricPath.read(&packet, offset)
        case 0x8926: return VNTag.read(&packet, offset)
        default: break
        }
        if let unknown { packet.events.note(unknown) }
        return .notIP
    }
}

/// Provider backbone bridges, IEEE 802.1ah: service tag (4 bytes), customer addresses, EtherType.
enum ProviderBackbone {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 18 else { return packet.cut(.ieee8021ahTooSmall) }
        return EtherType.read(packet.u16(offset + 16), &packet, offset + 18)
    }
}

/// Cisco FabricPath and data centre Ethernet: two more bytes, then an Ethernet frame.
enum FabricPath {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 2 + 14 else { return packet.cut(.dceTooSmall) }
        return Ethernet.read(&packet, offset + 2)
    }
}

/// Cisco VNTag (IEEE 802.1BR's forerunner): a tag of four bytes, then the EtherType.
enum VNTag {
    static func read(_ packet: inout PacketView, _ offset: Int) -> UnreadPacketReason? {
        guard packet.count >= offset + 6 else { return packet.cut(.vntagTooSmall) }
        return EtherType.read(packet.u16(offset + 4), &packet, offset + 6, unknown: .vntagUnknownType)
    }
}
