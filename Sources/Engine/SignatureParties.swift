internal import Events
internal import Primitives

/// Who talks to whom where a signature hit: the packet's own addresses, or, where the hit was decided on stream or
/// transaction data whose packet is gone, the flow's in the direction of the data.
struct SignatureParties {
    let header: PacketHeader
    private let application: ApplicationProtocol

    var source: IPAddress { header.source }

    init(_ item: InspectionItem) {
        application = item.application
        var header = item.header
        if !header.has.contains(.ipv4) && !header.has.contains(.ipv6) {
            let toServer = item.direction == .toServer
            header.source = toServer ? item.key.client : item.key.server
            header.destination = toServer ? item.key.server : item.key.client
            header.sourcePort = toServer ? item.key.clientPort : item.key.serverPort
            header.destinationPort = toServer ? item.key.serverPort : item.key.clientPort
            header.ipProtocol = item.key.ipProtocol
            // A frame without a network layer has no ends.
            let isBare = item.flow == 0 && item.key.ipProtocol == 0 && item.key.client == item.key.server
            if isBare {
                self.header = header
                return
            }
            header.has.insert(item.state.contains(.ipv6) || !header.source.isV4 ? .ipv6 : .ipv4)
            if item.key.ipProtocol == 6 { header.has.insert(.tcp) }
            if item.key.ipProtocol == 17 { header.has.insert(.udp) }
        }
        self.header = header
    }

    var fields: [FieldValue] {
        [
            FieldValue(name: "source.ip", value: header.source.description),
            FieldValue(name: "source.port", value: String(header.sourcePort)),
            FieldValue(name: "destination.ip", value: header.destination.description),
            FieldValue(name: "destination.port", value: String(header.destinationPort)),
            FieldValue(name: "network.protocol", value: application.rawValue),
        ]
    }
}
