internal import Events
internal import Primitives

/// Messages of one WebSocket connection that come in several frames.
struct WebSocketMemory {
    var toServer = ByteStore()
    var toClient = ByteStore()
    /// Bytes so far of the message under way.
    var bytesToServer = 0
    var bytesToClient = 0
}

/// WebSocket (RFC 6455), which takes over a connection of HTTP. Each frame is a transaction; the one that ends a
/// message shows all of it.
final class WebSocketParser: FramedParser<WebSocketMemory> {
    /// Bytes of a message that are inspected.
    private static let messageLimit = 256 << 10
    /// More of one frame is worth noting (Suricata: `max-payload-size`).
    private static let payloadLimit = 0xFFFF
    private var plain = ScratchBuffer(capacity: 4096, limit: messageLimit)

    private enum Opcode {
        static let continuation: UInt8 = 0
        /// Close, ping and pong may come between a message's frames.
        static func isControl(_ number: UInt8) -> Bool { number & 8 != 0 }
    }

    init(output: InspectionOutput) {
        super.init(.websocket, output, memory: WebSocketMemory(), maximumMessage: WebSocketParser.messageLimit + 14)
    }

    /// Where the payload begins, and how long it is (section 5.2); nil where the head is not whole.
    private static func extent(_ bytes: Bytes) -> (start: Int, length: Int)? {
        guard bytes.count >= 2 else { return nil }
        let short = Int(bytes[1] & 0x7F)
        let head = short == 126 ? 4 : short == 127 ? 10 : 2
        guard bytes.count >= head else { return nil }
        var length = short
        if short == 126 { length = Int(bytes.bigEndian16(at: 2)) }
        if short == 127 {
            guard bytes.bigEndian32(at: 2) == 0 else { return (head, Int.max / 2) }
            length = Int(bytes.bigEndian32(at: 6))
        }
        return (head + (bytes[1] & 0x80 != 0 ? 4 : 0), length)
    }

    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        guard let extent = WebSocketParser.extent(bytes) else { return 0 }
        return extent.start + extent.length
    }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<WebSocketMemory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let extent = WebSocketParser.extent(bytes) else { return }
        output.frames(
            .websocketUnit, .websocketHeader, .websocketData, bytes, headerBytes: extent.start, flow, way)
        let opcode = bytes[0] & 15
        let isFinal = bytes[0] & 0x80 != 0
        let made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.number(.websocketOpcode, Int(opcode))
        if extent.length > WebSocketParser.payloadLimit { output.anomaly("websocket.skip_end_of_payload") }
        output.number(.websocketFlags, Int(bytes[0] >> 4))
        let isMasked = bytes[1] & 0x80 != 0
        if isMasked { output.number(.websocketMask, Int(bytes.bigEndian32(at: extent.start - 4))) }
        let payload = unmask(bytes.dropping(extent.start), isMasked ? bytes.slice(extent.start - 4, extent.start) : nil)
        if Opcode.isControl(opcode) {
            output.buffer(.websocketPayload, payload)
        } else {
            var store = way == .toServer ? memory.pointee.toServer : memory.pointee.toClient
            gather(payload, &store, begins: opcode != Opcode.continuation, ends: isFinal)
            count(extent.length, &memory.pointee, way, begins: opcode != Opcode.continuation, ends: isFinal)
            if way == .toServer { memory.pointee.toServer = store } else { memory.pointee.toClient = store }
        }
        append(made, way)
    }

    /// A message of several frames that is longer than what is put together (Suricata: `max-payload-size`).
    private func count(
        _ length: Int, _ memory: inout WebSocketMemory, _ way: FlowDirection, begins: Bool, ends: Bool
    ) {
        let before = begins ? 0 : way == .toServer ? memory.bytesToServer : memory.bytesToClient
        let after = before + length
        if after > WebSocketParser.payloadLimit, before <= WebSocketParser.payloadLimit, !(begins && ends) {
            output.anomaly("websocket.reassembly_limit_reached")
        }
        if way == .toServer { memory.bytesToServer = after } else { memory.bytesToClient = after }
    }

    private func gather(_ payload: Bytes, _ store: inout ByteStore, begins: Bool, ends: Bool) {
        if begins { store.clear() }
        if begins && ends { return output.buffer(.websocketPayload, payload) }
        _ = store.append(payload, limit: WebSocketParser.messageLimit, meter)
        output.buffer(.websocketPayload, ends ? store.bytes : payload)
        if ends { store.free(meter) }
    }

    /// Valid until the next call.
    private func unmask(_ payload: Bytes, _ mask: Bytes?) -> Bytes {
        guard let mask, !payload.isEmpty else { return payload }
        plain.removeAll()
        guard plain.reserve(payload.count) else { return .empty }
        for index in 0..<payload.count { plain.push(payload[index] ^ mask[index & 3]) }
        return plain.everything
    }

    override func forget(_ memory: inout WebSocketMemory) {
        memory.toServer.free(meter)
        memory.toClient.free(meter)
    }
}
