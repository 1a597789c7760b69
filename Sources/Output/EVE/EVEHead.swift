internal import Events
internal import Primitives

/// What all EVE records begin with, in Suricata's order ("Eve JSON Format": common section).
struct EVEHead {
    var time: Timestamp
    var flow: UInt64
    /// Nil where the record belongs to no packet.
    var packet: UInt64?
    var vlan: UInt32
    /// A packet or a flow, as the record shows it: source and destination in `header`.
    var header: PacketHeader

    /// A record of a flow, seen in one direction.
    init(_ item: InspectionItem, packet: UInt64?) {
        time = item.time
        flow = item.flow
        self.packet = packet
        vlan = item.key.vlan
        header = item.header
        guard header.has.isDisjoint(with: [.ipv4, .ipv6]) else { return }
        // A frame without a network layer has no ends.
        if item.flow == 0, item.key.ipProtocol == 0, item.key.client == item.key.server { return }
        let toServer = item.direction == .toServer
        header.source = toServer ? item.key.client : item.key.server
        header.destination = toServer ? item.key.server : item.key.client
        header.sourcePort = toServer ? item.key.clientPort : item.key.serverPort
        header.destinationPort = toServer ? item.key.serverPort : item.key.clientPort
        header.ipProtocol = item.key.ipProtocol
        header.has = item.state.contains(.ipv6) || !header.source.isV4 ? .ipv6 : .ipv4
        switch header.ipProtocol {
        case 6: header.has.insert(.tcp)
        case 17: header.has.insert(.udp)
        case 132: header.has.insert(.sctp)
        default: break
        }
    }

    /// An alert: its packet as it is.
    init(_ alert: AlertContext, time: Timestamp) {
        self.time = time
        flow = alert.flow
        packet = alert.header.origin == .flowEnd ? nil : alert.packetNumber
        vlan = alert.key.vlan
        header = alert.header
    }

    func encode(_ type: StaticString, into writer: inout JSONWriter) {
        writer.key("timestamp")
        writer.eveTime(time)
        if flow != 0 {
            writer.key("flow_id")
            writer.integer(flow)
        }
        if let packet {
            writer.key("pcap_cnt")
            writer.integer(packet)
        }
        writer.key("event_type")
        writer.word(type)
        if vlan != 0 { EVEHead.encodeVLAN(vlan, into: &writer) }
        guard !header.has.isDisjoint(with: [.ipv4, .ipv6]) else { return }
        let isV6 = header.has.contains(.ipv6)
        let hasPorts = EVEProtocol.hasPorts(header.ipProtocol)
        writer.key("src_ip")
        writer.address(header.source, isV6: isV6)
        if hasPorts {
            writer.key("src_port")
            writer.integer(header.sourcePort)
        }
        writer.key("dest_ip")
        writer.address(header.destination, isV6: isV6)
        if hasPorts {
            writer.key("dest_port")
            writer.integer(header.destinationPort)
        }
        writer.key("proto")
        switch header.ipProtocol {
        case 6: writer.word("TCP")
        case 17: writer.word("UDP")
        default: writer.string(EVEProtocol.name(header.ipProtocol))
        }
        writer.key("ip_v")
        writer.integer(isV6 ? 6 : 4)
    }

    /// Outer id, then inner (`FlowKey.vlan` holds the outer one in its low half).
    private static func encodeVLAN(_ vlan: UInt32, into writer: inout JSONWriter) {
        writer.key("vlan")
        writer.beginArray()
        writer.integer(vlan & 0xFFFF)
        if vlan >> 16 != 0 { writer.integer(vlan >> 16) }
        writer.endArray()
    }
}

extension PacketOrigin {
    /// EVE's `pkt_src`.
    var word: StaticString {
        switch self {
        case .frame: "wire/pcap"
        case .gre: "gre tunnel"
        case .ipv4: "ipv4 tunnel"
        case .ipv6: "ipv6 tunnel"
        case .teredo: "teredo tunnel"
        case .vxlan: "vxlan encapsulation"
        case .geneve: "geneve encapsulation"
        case .fragments: "defrag"
        case .flowEnd: "stream (flow timeout)"
        }
    }
}
