package import Events
package import Primitives

/// Which flow a frame belongs to by its own headers alone: no flow table, no fragments, no tunnels. For finding the
/// other packets of a flow that is known already.
package struct FrameNamer {
    private var view = PacketView(start: Bytes.empty.start, count: 0, region: .input, regionOffset: 0)
    private var linkType: UInt16?
    private var read: LayerReader?

    package init() {}

    /// The same for both directions: the lower end counts as the client. Nil for what has no addresses.
    package mutating func name(of frame: Bytes, linkType: UInt16) -> FlowKey? {
        if linkType != self.linkType {
            self.linkType = linkType
            read = LinkTypes.reader(of: linkType)
        }
        view = PacketView(start: frame.start, count: frame.count, region: .input, regionOffset: 0)
        guard let read, read(&view, 0) == nil, !view.header.has.isDisjoint(with: [.ipv4, .ipv6]) else { return nil }
        let header = view.header
        return FrameNamer.name(
            FlowKey(
                client: header.source, server: header.destination, clientPort: header.sourcePort,
                serverPort: header.destinationPort, ipProtocol: header.ipProtocol, vlan: view.vlan))
    }

    /// A flow's name without its direction. Ports of protocols that have none count as 0.
    package static func name(_ key: FlowKey) -> FlowKey {
        var named = key
        let hasPorts =
            key.ipProtocol == Transport.tcp || key.ipProtocol == Transport.udp || key.ipProtocol == Transport.sctp
        if !hasPorts { (named.clientPort, named.serverPort) = (0, 0) }
        let left = (named.client.high, named.client.low, named.clientPort)
        let right = (named.server.high, named.server.low, named.serverPort)
        guard left > right else { return named }
        (named.client, named.server) = (key.server, key.client)
        (named.clientPort, named.serverPort) = (named.serverPort, named.clientPort)
        return named
    }
}
