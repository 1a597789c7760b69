internal import Events
internal import Primitives

/// A transaction that waits for its acknowledgement: its first message, kept as it came.
struct MQTTPending {
    var identifier = 0
    /// 0: the place is free.
    var first: UInt8 = 0
    var body = ByteStore()
    var transaction: UInt32 = 0
    var time = Timestamp.none
}

/// One MQTT connection.
struct MQTTConnection {
    static let maximumPending = 8

    var toServer = ByteStore()
    var toClient = ByteStore()
    var version = 0
    var isConnected = false
    var isLost = false
    var pending:
        (
            MQTTPending, MQTTPending, MQTTPending, MQTTPending, MQTTPending, MQTTPending, MQTTPending, MQTTPending
        ) = (
            MQTTPending(), MQTTPending(), MQTTPending(), MQTTPending(), MQTTPending(), MQTTPending(), MQTTPending(),
            MQTTPending()
        )
    var oldest = 0
    /// Messages without what acknowledges them, and messages that came for the one kept last.
    var unanswered = 0
    var isCrowded = false
    var followers = 0
}

/// MQTT 3.1, 3.1.1 and 5 (OASIS standards). A transaction is a message with what acknowledges it.
final class MQTTParser: FlowStateParser<MQTTConnection> {
    private static let maximumMessage = 256 << 10
    /// More of these are worth noting (Suricata: `mqtt.max-tx`, `mqtt.max-messages`, a constant of its parser).
    private static let mostUnanswered = 1025
    private static let mostMessages = 1024
    private static let mostProperties = 256

    init(output: InspectionOutput) { super.init(.mqtt, output, initial: MQTTConnection(), flows: 1 << 14) }

    /// CONNECT, or on the protocol's port anything of its shape.
    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        guard let head = MQTTHead(bytes) else { return bytes.count < 5 && bytes[0] == 0x10 ? .more : .no }
        if bytes[0] == 0x10, way == .toServer {
            let body = bytes.dropping(head.length)
            if body.count < 6 { return .more }
            return body.starts(with: "\u{0}\u{4}MQTT") || body.starts(with: "\u{0}\u{6}MQIs") ? .yes : .no
        }
        guard flow.pointee.serverPort == 1883, head.type > 0, head.bodyLength <= 4096 else { return .no }
        return head.length + head.bodyLength <= bytes.count ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow), !connection.pointee.isLost else { return }
        var pending = way == .toServer ? connection.pointee.toServer : connection.pointee.toClient
        let kept = pending.take(bytes, limit: MQTTParser.maximumMessage + (64 << 10), meter) { held in
            var at = 0
            while at < held.count, !connection.pointee.isLost {
                guard let head = MQTTHead(held.dropping(at)) else {
                    if held.count - at >= 5 { lose(connection, flow, way) }
                    break
                }
                if head.bodyLength > MQTTParser.maximumMessage { lose(connection, flow, way) }
                guard held.count - at >= head.length + head.bodyLength else { break }
                let from = at + head.length
                output.frames(
                    .mqttUnit, .mqttHeader, .mqttData, held.slice(at, from + head.bodyLength),
                    headerBytes: head.length, flow, way)
                // Signatures see every message in one direction, as Suricata's do.
                message(held[at], held.slice(from, from + head.bodyLength), connection, flow, .toServer)
                at = from + head.bodyLength
            }
            return connection.pointee.isLost ? held.count : at
        }
        if way == .toServer { connection.pointee.toServer = pending } else { connection.pointee.toClient = pending }
        if !kept { connection.pointee.isLost = true }
    }

    private func lose(
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        raise("mqtt.malformed_traffic", flow, way, flow.pointee.transactions)
        connection.pointee.isLost = true
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        eachPending(connection) { pending in
            if pending.pointee.first != 0 { finish(pending, 0, .empty, connection, flow, .toServer) }
        }
        connection.pointee.toServer.free(meter)
        connection.pointee.toClient.free(meter)
        release(flow)
    }

    private func eachPending(
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ body: (UnsafeMutablePointer<MQTTPending>) -> Void
    ) {
        withUnsafeMutablePointer(to: &connection.pointee.pending) { all in
            all.withMemoryRebound(to: MQTTPending.self, capacity: MQTTConnection.maximumPending) { first in
                for place in 0..<MQTTConnection.maximumPending { body(first + place) }
            }
        }
    }

    // MARK: Transactions

    private func message(
        _ first: UInt8, _ body: Bytes, _ connection: UnsafeMutablePointer<MQTTConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        let type = first >> 4
        let quality = first >> 1 & 3
        if MQTTProperties.lacksIdentifier(first, body) { return lose(connection, flow, way) }
        switch type {
        case 1:
            if connection.pointee.isConnected { raise("mqtt.double_connect", flow, way, flow.pointee.transactions) }
            connection.pointee.version = MQTTBuffers.version(body)
            if MQTTProperties.areDamaged(first, body, version: connection.pointee.version) {
                return lose(connection, flow, way)
            }
            keep(first, body, identifier: -1, connection, flow)
        case 2:
            connection.pointee.isConnected = true
            answer(
                first, body, to: 1, identifier: -1, missing: "mqtt.missing_connect", connection, flow, way)
        case 3:
            let identifier = MQTTBuffers.publishIdentifier(first, body)
            introduced(connection, flow, way)
            countProperties(first, body, connection, flow)
            if quality == 0 { single(first, body, connection, flow, way) }
            if quality == 3 { single(first, body, connection, flow, way, anomaly: "mqtt.invalid_qos_level") }
            if quality == 1 || quality == 2 { keep(first, body, identifier: identifier, connection, flow) }
        case 4, 7:
            answer(
                first, body, to: 3, identifier: MQTTBuffers.identifier(body), missing: "mqtt.missing_publish",
                connection, flow, way)
        case 5, 6: follow(connection, flow)
        case 8, 10:
            introduced(connection, flow, way)
            keep(first, body, identifier: MQTTBuffers.identifier(body), connection, flow)
        case 9, 11:
            answer(
                first, body, to: type - 1, identifier: MQTTBuffers.identifier(body),
                missing: type == 9 ? "mqtt.missing_subscribe" : "mqtt.missing_unsubscribe", connection, flow, way)
        case 0: single(first, body, connection, flow, way, anomaly: "mqtt.unassigned_msg_type")
        case 15 where connection.pointee.version < 5:
            single(first, body, connection, flow, way, anomaly: "mqtt.unassigned_msg_type")
        default:
            introduced(connection, flow, way)
            single(first, body, connection, flow, way)
        }
    }

    /// A step between a message and its acknowledgement: there are two of them as a rule (MQTT 5 section 4.3.3).
    private func follow(
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        connection.pointee.followers += 1
        if connection.pointee.followers == MQTTParser.mostMessages + 1 {
            raise("mqtt.too_many_messages", flow, .toServer, max(flow.pointee.transactions, 1) - 1)
        }
    }

    private func countProperties(
        _ first: UInt8, _ body: Bytes, _ connection: UnsafeMutablePointer<MQTTConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        guard connection.pointee.version >= 5, body.count > MQTTParser.mostProperties,
            MQTTProperties.exceed(MQTTParser.mostProperties, first, body)
        else { return }
        raise("mqtt.too_many_properties", flow, .toServer, flow.pointee.transactions)
    }

    private func introduced(
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        if !connection.pointee.isConnected {
            raise("mqtt.unintroduced_message", flow, way, flow.pointee.transactions)
        }
    }

    /// Keeps a message until it is acknowledged; the oldest one kept gives way.
    private func keep(
        _ first: UInt8, _ body: Bytes, identifier: Int, _ connection: UnsafeMutablePointer<MQTTConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let wanted = connection.pointee.oldest
        connection.pointee.oldest = (wanted + 1) % MQTTConnection.maximumPending
        connection.pointee.followers = 1
        connection.pointee.unanswered += 1
        if connection.pointee.unanswered > MQTTParser.mostUnanswered, !connection.pointee.isCrowded {
            connection.pointee.isCrowded = true
            raise("mqtt.too_many_transactions", flow, .toServer, flow.pointee.transactions)
        }
        var place = 0
        eachPending(connection) { pending in
            defer { place += 1 }
            guard place == wanted else { return }
            if pending.pointee.first != 0 { finish(pending, 0, .empty, connection, flow, .toServer) }
            pending.pointee.first = first
            pending.pointee.identifier = identifier
            pending.pointee.time = output.dataTime
            pending.pointee.transaction = flow.pointee.transactions
            _ = pending.pointee.body.append(body, limit: MQTTParser.maximumMessage, meter)
        }
        flow.pointee.transactions += 1
    }

    private func answer(
        _ first: UInt8, _ body: Bytes, to type: UInt8, identifier: Int, missing: StaticString,
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        var isFound = false
        eachPending(connection) { pending in
            guard !isFound, pending.pointee.first >> 4 == type, pending.pointee.identifier == identifier else { return }
            isFound = true
            finish(pending, first, body, connection, flow, way)
        }
        connection.pointee.unanswered = max(connection.pointee.unanswered - 1, 0)
        if !isFound { single(first, body, connection, flow, way, anomaly: missing) }
    }

    /// The item and the event of a kept message, with its answer where there is one.
    private func finish(
        _ pending: UnsafeMutablePointer<MQTTPending>, _ first: UInt8, _ body: Bytes,
        _ connection: UnsafeMutablePointer<MQTTConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        var made = item(flow, way, pending.pointee.transaction)
        let version = connection.pointee.version
        MQTTBuffers.add(pending.pointee.first, pending.pointee.body.bytes, version, output)
        if first != 0 { MQTTBuffers.add(first, body, version, output) }
        made.event = event(flow, pending.pointee.first, pending.pointee.body.bytes, pending.pointee.time)
        append(made, way)
        pending.pointee.body.free(meter)
        pending.pointee.first = 0
    }

    private func single(
        _ first: UInt8, _ body: Bytes, _ connection: UnsafeMutablePointer<MQTTConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, anomaly: StaticString? = nil
    ) {
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        MQTTBuffers.add(first, body, connection.pointee.version, output)
        if let anomaly { output.anomaly(anomaly) }
        made.event = event(flow, first, body, output.dataTime)
        append(made, way)
    }

    private func event(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ first: UInt8, _ body: Bytes, _ time: Timestamp
    ) -> Int32 {
        beginEvent(flow)
        let events = output.events
        let name = MQTTBuffers.name(first >> 4)
        writer.text(.mqttType, Bytes(start: name.utf8Start, count: name.utf8CodeUnitCount), events)
        if first >> 4 == 3 {
            var reader = MessageReader(body)
            writer.text(.mqttTopic, reader.bytes(reader.u16()), events)
        }
        return writer.end(output, .networkMQTT, time)
    }
}
