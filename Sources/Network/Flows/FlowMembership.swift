internal import Events

// Which flow a packet belongs to, and whether it still does.

extension FlowRecord {
    /// Whether a SYN begins another session on the ports of this one, which is over or never was one.
    @inline(__always) func isLeft(by packet: UnsafeMutablePointer<PacketView>, _ way: FlowDirection) -> Bool {
        guard packet.pointee.header.has.contains(.tcp),
            packet.pointee.header.tcpFlags & (TCP.syn | TCP.ack | TCP.rst) == TCP.syn
        else { return false }
        if session < 0 { return way == .toClient }
        return phase == .closed && (way == .toClient || clientISN != packet.pointee.header.sequence)
    }
}

extension FlowLookup {
    /// ICMP messages have no ports: type and code take their place, so that a request and its answer meet. Packets in
    /// tunnels have flows of their own, told apart by depth.
    @inline(__always) init(_ view: PacketView, tunnel: UInt32) {
        self.init(
            source: view.header.source, destination: view.header.destination, sourcePort: view.header.sourcePort,
            destinationPort: view.header.destinationPort, vlan: view.vlan | tunnel << 28,
            ipProtocol: view.header.ipProtocol)
        if view.header.has.contains(.icmp) {
            let (type, code) = (view.header.icmpType, view.header.icmpCode)
            let isV4 = view.header.has.contains(.ipv4)
            let answer = isV4 ? ICMP.counterpart(of: type) : ICMPv6.counterpart(of: type)
            sourcePort = UInt16(type) << 8 | UInt16(code)
            destinationPort = UInt16(answer) << 8 | UInt16(code)
        }
    }
}

extension PacketView {
    /// Whether the packet belongs to a flow.
    @inline(__always) var isFollowed: Bool {
        !header.has.contains(.fragment) && (!isWithoutDirection || header.isEnvelope)
    }

    /// Neither ports nor kinds of messages say who asks whom: all packets go to the server, as Suricata has it.
    @inline(__always) var isWithoutDirection: Bool { header.has.isDisjoint(with: [.tcp, .udp, .icmp, .sctp]) }
}

extension PacketHeader {
    /// IP in IP, and IP that is encrypted.
    var isEnvelope: Bool {
        (ipProtocol == 4 || ipProtocol == 41 || ipProtocol == 50) && !has.isDisjoint(with: [.ipv4, .ipv6])
    }
}
