internal import Events
internal import Primitives

/// A connection's fragments that are not whole yet, and how many requests wait for an answer.
struct DNP3Memory {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var unanswered = 0
    var isFlooded = false
}

/// DNP3 over TCP (IEEE 1815): frames of the link layer, fragments of the transport function, application messages. Each
/// message is a transaction.
final class DNP3Parser: FramedParser<DNP3Memory> {
    private static let headBytes = 10
    private static let blockBytes = 16
    /// Bytes of a message that are put together (IEEE 1815 asks for at least 2048).
    private static let fragmentLimit = 64 << 10
    /// Requests without an answer that are in order.
    private static let maximumUnanswered = 32
    /// Points of an object that are in order.
    private static let maximumPoints = 16_384
    private let maximumObjects: Int
    private var frame = ScratchBuffer(capacity: 512, limit: 4096)

    init(output: InspectionOutput, options: NetworkOptions) {
        maximumObjects = options.dnp3Objects
        super.init(.dnp3, output, memory: DNP3Memory(), maximumMessage: 292)
    }

    /// Start bytes, and a length that counts from the control byte on without checksums (section 9.2.4).
    override func length(_ bytes: Bytes, _ way: FlowDirection) -> Int? {
        if bytes[0] != 0x05 { return nil }
        if bytes.count >= 2 && bytes[1] != 0x64 { return nil }
        guard bytes.count >= 3 else { return 0 }
        guard bytes[2] >= 5 else { return nil }
        let user = Int(bytes[2]) - 5
        return DNP3Parser.headBytes + user + 2 * ((user + DNP3Parser.blockBytes - 1) / DNP3Parser.blockBytes)
    }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        guard let length = length(bytes, way) else { return .no }
        guard bytes.count >= DNP3Parser.headBytes, length > 0 else { return .more }
        return DNP3Checksum.holds(bytes.prefix(DNP3Parser.headBytes)) ? .yes : .no
    }

    override func message(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<DNP3Memory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard DNP3Checksum.holds(bytes.prefix(DNP3Parser.headBytes)) else {
            return raise("dnp3.bad_link_crc", flow, way, flow.pointee.transactions)
        }
        frame.removeAll()
        guard frame.reserve(bytes.count) else { return }
        var rest = bytes.dropping(DNP3Parser.headBytes)
        while rest.count > 2 {
            let block = rest.prefix(DNP3Parser.blockBytes + 2)
            guard DNP3Checksum.holds(block) else {
                return raise("dnp3.bad_transport_crc", flow, way, flow.pointee.transactions)
            }
            _ = frame.append(block.prefix(block.count - 2))
            rest = rest.dropping(block.count)
        }
        if !frame.everything.isEmpty { fragment(frame.everything, memory, flow, way) }
    }

    /// A piece of a message, behind its transport byte: the first bit says that it is the last, the second that it is
    /// the first (section 8.2).
    private func fragment(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<DNP3Memory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        let (isLast, isFirst) = (bytes[0] & 0x80 != 0, bytes[0] & 0x40 != 0)
        let piece = bytes.dropping(1)
        if isFirst && isLast { return application(piece, memory, flow, way) }
        var store = way == .toServer ? memory.pointee.toServer : memory.pointee.toClient
        if isFirst { store.clear() }
        if isFirst || store.count > 0 {
            _ = store.append(piece, limit: DNP3Parser.fragmentLimit, meter)
            if isLast {
                application(store.bytes, memory, flow, way)
                store.free(meter)
            }
        }
        if way == .toServer { memory.pointee.toServer = store } else { memory.pointee.toClient = store }
    }

    private func application(
        _ bytes: Bytes, _ memory: UnsafeMutablePointer<DNP3Memory>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        let head = way == .toServer ? 2 : 4
        guard bytes.count >= head else {
            return raise("dnp3.len_too_small", flow, way, flow.pointee.transactions)
        }
        let made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.number(.dnp3Function, Int(bytes[1]))
        output.buffer(.dnp3Data, bytes)
        if way == .toClient { output.number(.dnp3Indicators, Int(bytes.bigEndian16(at: 2))) }
        objects(bytes.dropping(head), hasData: way == .toClient || bytes[1] != 1)
        count(memory, isRequest: way == .toServer, isSolicited: bytes[1] != 130)
        append(made, way)
    }

    private func objects(_ bytes: Bytes, hasData: Bool) {
        var objects = DNP3Objects(bytes, hasData: hasData)
        var number = 0
        while let object = objects.next() {
            number += 1
            if object.count > DNP3Parser.maximumPoints { output.anomaly("dnp3.too_many_points") }
            if number > maximumObjects { return output.anomaly("dnp3.too_many_objects") }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2) { pair in
                pair[0] = object.group
                pair[1] = object.variation
                output.buffer(.dnp3Object, Bytes(UnsafeRawBufferPointer(pair)))
            }
        }
        if objects.problem == .unknown { output.anomaly("dnp3.unknown_object") }
        if objects.problem == .cut { output.anomaly("dnp3.malformed") }
    }

    private func count(_ memory: UnsafeMutablePointer<DNP3Memory>, isRequest: Bool, isSolicited: Bool) {
        if !isRequest {
            if isSolicited {
                memory.pointee.unanswered = 0
                memory.pointee.isFlooded = false
            }
            return
        }
        memory.pointee.unanswered += 1
        guard memory.pointee.unanswered > DNP3Parser.maximumUnanswered, !memory.pointee.isFlooded else { return }
        memory.pointee.isFlooded = true
        output.anomaly("dnp3.flooded")
    }

    override func forget(_ memory: inout DNP3Memory) {
        memory.toServer.free(meter)
        memory.toClient.free(meter)
    }
}

/// The checksum of a block (section 9.2.4.1.7): polynomial 0x3D65, bits mirrored, inverted, low byte first.
enum DNP3Checksum {
    /// Whether the last two bytes are the checksum of those before them.
    static func holds(_ block: Bytes) -> Bool {
        guard block.count > 2 else { return false }
        var sum: UInt16 = 0
        for index in 0..<block.count - 2 {
            sum ^= UInt16(block[index])
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xA6BC : sum >> 1 }
        }
        return ~sum == block.littleEndian16(at: block.count - 2)
    }
}
