import Events
import Primitives

/// Builds inspection batches by hand: documentation addresses, one flow from 10.0.0.1:40000 to 203.0.113.80:80 unless said
/// otherwise.
final class InspectionBuilder {
    let batch = InspectionBatch()
    private(set) var packetNumber: UInt64 = 0
    var seconds = 1_700_000_000
    var client = "10.0.0.1"
    var server = "203.0.113.80"
    var clientPort: UInt16 = 40_000
    var serverPort: UInt16 = 80
    var flow: UInt64 = 1
    var ipProtocol: UInt8 = 6
    var application = ApplicationProtocol.unknown
    var state: FlowState = .established

    init() { batch.reset(input: .empty) }

    private func item(_ kind: InspectionKind, _ direction: FlowDirection) -> InspectionItem {
        let key = FlowKey(
            client: IPAddress(client)!, server: IPAddress(server)!, clientPort: clientPort, serverPort: serverPort,
            ipProtocol: ipProtocol)
        let time = Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000)
        var item = InspectionItem(kind: kind, packetNumber: packetNumber, time: time, key: key, flowStart: time)
        item.direction = direction
        item.flow = flow
        item.application = application
        item.applicationToServer = application
        item.applicationToClient = application
        item.state = state
        item.firstBuffer = UInt32(batch.buffers.count)
        item.packetsToServer = UInt32(packetNumber)
        item.packetsToClient = UInt32(packetNumber)
        return item
    }

    private func add(_ item: InspectionItem, _ buffers: [(BufferKind, [UInt8])], streamOffset: UInt64 = 0) {
        var item = item
        item.bufferCount = UInt16(buffers.count)
        for (kind, bytes) in buffers {
            let offset = bytes.withBytes { batch.scratch.append($0)! }
            batch.buffers.append(
                InspectionBuffer(kind, .scratch, offset: offset, length: bytes.count, streamOffset: streamOffset))
        }
        batch.items.append(item)
    }

    func packet(
        _ payload: String = "", _ direction: FlowDirection = .toServer, change: (inout PacketHeader) -> Void = { _ in }
    ) {
        packet(bytes: Array(payload.utf8), direction, change: change)
    }

    func packet(
        bytes: [UInt8], _ direction: FlowDirection = .toServer, change: (inout PacketHeader) -> Void = { _ in }
    ) {
        packetNumber += 1
        var made = item(.packet, direction)
        let toServer = direction == .toServer
        made.header.has = [.ipv4]
        if ipProtocol == 6 { made.header.has.insert(.tcp) }
        if ipProtocol == 17 { made.header.has.insert(.udp) }
        if ipProtocol == 1 { made.header.has.insert(.icmp) }
        made.header.source = toServer ? made.key.client : made.key.server
        made.header.destination = toServer ? made.key.server : made.key.client
        made.header.sourcePort = toServer ? clientPort : serverPort
        made.header.destinationPort = toServer ? serverPort : clientPort
        made.header.ipProtocol = ipProtocol
        made.header.payloadLength = UInt32(bytes.count)
        made.header.ttl = 64
        change(&made.header)
        add(made, [(.payload, bytes)])
    }

    func stream(_ data: String, _ direction: FlowDirection = .toServer, offset: UInt64 = 0) {
        add(item(.stream, direction), [(.stream, Array(data.utf8))], streamOffset: offset)
    }

    func transaction(
        _ buffers: [(BufferKind, String)], number: UInt32 = 0, _ direction: FlowDirection = .toServer,
        complete: Bool = true, streamOffset: UInt64 = 0
    ) {
        if packetNumber == 0 { packetNumber = 1 }
        var made = item(.transaction, direction)
        made.transaction = number
        made.complete = complete
        add(made, buffers.map { ($0.0, Array($0.1.utf8)) }, streamOffset: streamOffset)
    }

    func end() { add(item(.flowEnd, .toServer), []) }
}
