internal import Events
internal import Primitives

/// The flow and transaction around a signature's alert, as JSON.
enum AlertCoding {
    static func json(_ alert: AlertContext) -> JSONValue {
        .object([
            .init("packet", .unsigned(alert.packetNumber)), .init("flow", .unsigned(alert.flow)),
            .init("client", .text(alert.key.client.description)), .init("server", .text(alert.key.server.description)),
            .init("client_port", .integer(Int64(alert.key.clientPort))),
            .init("server_port", .integer(Int64(alert.key.serverPort))),
            .init("protocol", .integer(Int64(alert.key.ipProtocol))), .init("vlan", .integer(Int64(alert.key.vlan))),
            .init("direction", .integer(Int64(alert.direction.rawValue))),
            .init("application", .text(alert.application.rawValue)),
            .init("transaction", alert.transaction.map { .integer(Int64($0)) } ?? .null),
            .init("flow_start", .integer(alert.flowStart.nanoseconds)),
            .init("packets_to_server", .integer(Int64(alert.packetsToServer))),
            .init("packets_to_client", .integer(Int64(alert.packetsToClient))),
            .init("bytes_to_server", .unsigned(alert.bytesToServer)),
            .init("bytes_to_client", .unsigned(alert.bytesToClient)), .init("header", header(alert.header)),
            .init("fields", .fields(alert.transactionFields)),
        ])
    }

    static func alert(_ json: JSONValue) -> AlertContext? {
        guard let client = IPAddress(json.string("client")), let server = IPAddress(json.string("server")) else {
            return nil
        }
        let key = FlowKey(
            client: client, server: server, clientPort: UInt16(truncatingIfNeeded: json.integer("client_port")),
            serverPort: UInt16(truncatingIfNeeded: json.integer("server_port")),
            ipProtocol: UInt8(truncatingIfNeeded: json.integer("protocol")),
            vlan: UInt32(truncatingIfNeeded: json.integer("vlan")))
        let start = Timestamp(nanoseconds: json.integer("flow_start"))
        let transaction = json["transaction"]?.number
        var item = InspectionItem(
            kind: transaction == nil ? .packet : .transaction, packetNumber: json.unsigned("packet"), time: start,
            key: key, flowStart: start)
        item.transaction = UInt32(truncatingIfNeeded: transaction ?? 0)
        item.flow = json.unsigned("flow")
        item.direction = FlowDirection(rawValue: UInt8(truncatingIfNeeded: json.integer("direction"))) ?? .toServer
        item.application = ApplicationProtocol(rawValue: json.string("application")) ?? .unknown
        item.packetsToServer = UInt32(truncatingIfNeeded: json.integer("packets_to_server"))
        item.packetsToClient = UInt32(truncatingIfNeeded: json.integer("packets_to_client"))
        item.bytesToServer = json.unsigned("bytes_to_server")
        item.bytesToClient = json.unsigned("bytes_to_client")
        item.header = header(json["header"] ?? .null)
        return AlertContext(item: item, transactionFields: json["fields"]?.fieldValues ?? [])
    }

    private static func header(_ header: PacketHeader) -> JSONValue {
        let numbers: [(String, Int64)] = [
            ("layers", Int64(header.has.rawValue)), ("source_port", Int64(header.sourcePort)),
            ("destination_port", Int64(header.destinationPort)), ("protocol", Int64(header.ipProtocol)),
            ("ttl", Int64(header.ttl)), ("tos", Int64(header.tos)), ("fragment", Int64(header.fragmentField)),
            ("ip_id", Int64(header.ipID)), ("tcp_flags", Int64(header.tcpFlags)), ("seq", Int64(header.sequence)),
            ("ack", Int64(header.acknowledgement)), ("window", Int64(header.window)),
            ("icmp_type", Int64(header.icmpType)), ("icmp_code", Int64(header.icmpCode)),
            ("icmp_id", Int64(header.icmpID)), ("icmp_seq", Int64(header.icmpSequence)),
            ("payload", Int64(header.payloadLength)),
        ]
        return .object(
            [
                .init("source", .text(header.source.description)),
                .init("destination", .text(header.destination.description)),
            ] + numbers.filter { $0.1 != 0 }.map { .init($0.0, .integer($0.1)) })
    }

    private static func header(_ json: JSONValue) -> PacketHeader {
        var header = PacketHeader()
        header.has = PacketHeader.Layers(rawValue: UInt8(truncatingIfNeeded: json.integer("layers")))
        header.source = IPAddress(json.string("source")) ?? header.source
        header.destination = IPAddress(json.string("destination")) ?? header.destination
        header.sourcePort = UInt16(truncatingIfNeeded: json.integer("source_port"))
        header.destinationPort = UInt16(truncatingIfNeeded: json.integer("destination_port"))
        header.ipProtocol = UInt8(truncatingIfNeeded: json.integer("protocol"))
        header.ttl = UInt8(truncatingIfNeeded: json.integer("ttl"))
        header.tos = UInt8(truncatingIfNeeded: json.integer("tos"))
        header.fragmentField = UInt16(truncatingIfNeeded: json.integer("fragment"))
        header.ipID = UInt32(truncatingIfNeeded: json.integer("ip_id"))
        header.tcpFlags = UInt8(truncatingIfNeeded: json.integer("tcp_flags"))
        header.sequence = UInt32(truncatingIfNeeded: json.integer("seq"))
        header.acknowledgement = UInt32(truncatingIfNeeded: json.integer("ack"))
        header.window = UInt16(truncatingIfNeeded: json.integer("window"))
        header.icmpType = UInt8(truncatingIfNeeded: json.integer("icmp_type"))
        header.icmpCode = UInt8(truncatingIfNeeded: json.integer("icmp_code"))
        header.icmpID = UInt16(truncatingIfNeeded: json.integer("icmp_id"))
        header.icmpSequence = UInt16(truncatingIfNeeded: json.integer("icmp_seq"))
        header.payloadLength = UInt32(truncatingIfNeeded: json.integer("payload"))
        return header
    }
}
