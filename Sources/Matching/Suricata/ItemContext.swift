internal import Events
internal import Primitives

/// The item at hand among its batch.
struct ItemContext {
    var items: UnsafeBufferPointer<InspectionItem>
    /// Of `items`.
    let start: UnsafePointer<InspectionItem>
    var index: Int
    /// The packet that brought the item about; the item itself where that packet is not in the batch.
    var packet: Int
    /// The batch's buffers and the two regions they lie in: its arrays cost a check and a count for each access.
    var buffers: UnsafeBufferPointer<InspectionBuffer>
    var input: Bytes
    var scratch: Bytes
    /// Candidates of packets and streams that were looked for ahead.
    var gathered: GatheredList?

    func bytes(of buffer: InspectionBuffer) -> Bytes {
        let from = Int(buffer.offset)
        let end = from + Int(buffer.length)
        return buffer.region == .input ? input.slice(from, end) : scratch.slice(from, end)
    }

    /// The item at hand, where it lies: a copy is dear for the many that nothing comes of.
    @inline(__always) var item: UnsafePointer<InspectionItem> { start + index }

    /// A packet of a flow that has begun to encrypt: its payload says nothing.
    var isEncrypted: Bool { item.pointee.kind == .packet && item.pointee.state.contains(.encrypted) }

    /// Headers for header keywords.
    var header: PacketHeader { items[packet].header }

    /// A header of the packet at hand, from its first byte; nil where it has none such.
    func headerBytes(_ kind: BufferKind) -> Bytes? {
        let item = items[packet]
        let has = item.header.has
        let payload = payload(item).bytes
        let network = Int(item.header.networkLength)
        let transport = Int(item.header.transportLength)
        switch kind {
        case .ipv4Header where has.contains(.ipv4) && network >= 20:
            let start = payload.start - network
            return Bytes(start: start, count: min(Int(start[0] & 15) * 4, network))
        case .ipv6Header where has.contains(.ipv6) && network >= 40:
            return Bytes(start: payload.start - network, count: network - transport)
        case .tcpHeader where has.contains(.tcp) && transport >= 20,
            .udpHeader where has.contains(.udp) && transport >= 8:
            return Bytes(start: payload.start - transport, count: transport)
        case .icmpv4Header where has.contains([.icmp, .ipv4]), .icmpv6Header where has.contains([.icmp, .ipv6]):
            let whole = Bytes(start: payload.start - transport, count: transport + payload.count)
            return whole.prefix(kind == .icmpv4Header ? HeaderOptions.icmpLength(whole) : 8)
        default: return nil
        }
    }

    /// Stream data that came with the transaction at hand, in its direction: it stands behind the transaction. The
    /// packet's payload where there is none.
    func streamPayload(_ item: InspectionItem) -> Payload {
        for next in index + 1..<max(items.count, index + 1) {
            guard items[next].packetNumber == item.packetNumber, items[next].kind != .packet else { break }
            if items[next].kind == .stream, items[next].flow == item.flow, items[next].direction == item.direction {
                return payload(items[next])
            }
        }
        return payload(items[packet])
    }

    /// The item's payload or stream data; empty where it has none.
    func payload(_ item: InspectionItem) -> Payload { payload(Int(item.firstBuffer), Int(item.bufferCount)) }

    /// The same of the item at hand.
    var payload: Payload { payload(Int(item.pointee.firstBuffer), Int(item.pointee.bufferCount)) }

    /// What is payload or stream data of these buffers.
    private func payload(_ first: Int, _ count: Int) -> Payload {
        for index in first..<min(first + count, buffers.count) {
            let buffer = buffers[index]
            if buffer.kind == .payload || buffer.kind == .stream {
                return Payload(bytes: bytes(of: buffer), streamOffset: buffer.streamOffset)
            }
        }
        return Payload(bytes: .empty, streamOffset: 0)
    }
}

extension InspectionBatch {
    /// Every item in turn, among the others.
    func forEachContext(_ body: (inout ItemContext) -> Void) {
        items.withUnsafeBufferPointer { items in
            buffers.withUnsafeBufferPointer { buffers in
                guard let start = items.baseAddress else { return }
                var context = ItemContext(
                    items: items, start: start, index: 0, packet: 0, buffers: buffers, input: input,
                    scratch: scratch.bytes(0, scratch.count))
                for index in 0..<items.count {
                    context.index = index
                    context.packet = index
                    body(&context)
                }
            }
        }
    }
}

extension InspectionItem {
    /// The flow's first packet in its direction, or one without a flow.
    var isFirst: Bool {
        if flow == 0 { return true }
        return (direction == .toServer ? packetsToServer : packetsToClient) == 1
    }
}

struct Payload {
    var bytes: Bytes
    var streamOffset: UInt64
}

/// A buffer of the item at hand as a view shows it: raw in the batch, or transformed in the session's memory.
struct ViewBuffer {
    var view: Int32
    var isTransformed: Bool
    /// Place in the batch's buffers; for a transformed one its offset and length in the session's memory.
    var place: Int
    var length: Int
    var streamOffset: UInt64
    var continues: Bool
}
