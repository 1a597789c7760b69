internal import Events
internal import Primitives

/// The flow and transaction around a signature's alert, as JSON.
enum AlertCoding {
    /// As an object, without a tree in between: every alert is written.
    static func write(_ alert: AlertContext, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        JSONText.member("packet", Int64(bitPattern: alert.packetNumber), to: &bytes)
        JSONText.member("flow", Int64(bitPattern: alert.flow), to: &bytes)
        JSONText.member("client", alert.key.client, to: &bytes)
        JSONText.member("server", alert.key.server, to: &bytes)
        let numbers: [(StaticString, Int64)] = [
            ("client_port", Int64(alert.key.clientPort)), ("server_port", Int64(alert.key.serverPort)),
            ("protocol", Int64(alert.key.ipProtocol)), ("vlan", Int64(alert.key.vlan)),
            ("direction", Int64(alert.direction.rawValue)), ("flow_start", alert.flowStart.nanoseconds),
            ("packets_to_server", Int64(alert.packetsToServer)), ("packets_to_client", Int64(alert.packetsToClient)),
            ("bytes_to_server", Int64(bitPattern: alert.bytesToServer)),
            ("bytes_to_client", Int64(bitPattern: alert.bytesToClient)),
        ]
        for (name, number) in numbers { JSONText.member(name, number, to: &bytes) }
        if let transaction = alert.transaction { JSONText.member("transaction", Int64(transaction), to: &bytes) }
        JSONText.key("application", to: &bytes)
        JSONText.write(alert.application.rawValue, to: &bytes)
        JSONText.key("header", to: &bytes)
        write(alert.header, to: &bytes)
        JSONText.key("fields", to: &bytes)
        JSONText.write(alert.transactionFields, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
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

    private static func write(_ header: PacketHeader, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        JSONText.member("source", header.source, to: &bytes)
        JSONText.member("destination", header.destination, to: &bytes)
        let numbers: [(StaticString, Int64)] = [
            ("layers", Int64(header.has.rawValue)), ("source_port", Int64(header.sourcePort)),
            ("destination_port", Int64(header.destinationPort)), ("protocol", Int64(header.ipProtocol)),
            ("ttl", Int64(header.ttl)), ("tos", Int64(header.tos)), ("fragment", Int64(header.fragmentField)),
            ("ip_id", Int64(header.ipID)), ("tcp_flags", Int64(header.tcpFlags)), ("seq", Int64(header.sequence)),
            ("ack", Int64(header.acknowledgement)), ("window", Int64(header.window)),
            ("icmp_type", Int64(header.icmpType)), ("icmp_code", Int64(header.icmpCode)),
            ("icmp_id", Int64(header.icmpID)), ("icmp_seq", Int64(header.icmpSequence)),
            ("payload", Int64(header.payloadLength)),
        ]
        for (name, number) in numbers where number != 0 { JSONText.member(name, number, to: &bytes) }
        bytes.append(UInt8(ascii: "}"))
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
