internal import Acquisition
internal import Events
internal import Primitives

/// The packet that a hit stands on, and what is kept of it as evidence.
///
/// What is found when a flow is over, by its timeout or at the end of the capture, stands on no packet: the one that
/// the clock was read from belongs to another flow. It is named by the flow.
struct HitPacket {
    let event: EventReference
    /// The frame; empty where there is none.
    let bytes: Bytes
    let linkType: UInt16?
    let evidence: [Evidence]

    init(_ item: InspectionItem, _ packets: PacketBatch, input: ContentID) {
        let frame = item.endsFlow || item.packetIndex < 0 ? nil : packets.packets[Int(item.packetIndex)]
        let bytes = frame.map { packets.frame($0) } ?? .empty
        let id =
            frame == nil
            ? HitPacket.name(of: item, input) : eventID(input: input, offset: item.time.nanoseconds, bytes: bytes)
        let event = EventReference(
            id: id, input: input, number: item.packetNumber, offset: frame?.streamOffset ?? 0, length: bytes.count)
        self.event = event
        self.bytes = bytes
        linkType = frame?.linkType
        evidence = frame.map { [Evidence(event: event, bytes: bytes, linkType: $0.linkType)] } ?? []
    }

    private static func name(of item: InspectionItem, _ input: ContentID) -> ContentID {
        let key = item.key
        var bytes: [UInt8] = []
        for part in [key.client.high, key.client.low, key.server.high, key.server.low] { append(part, to: &bytes) }
        append(UInt64(key.clientPort) << 32 | UInt64(key.serverPort) << 16 | UInt64(key.ipProtocol), to: &bytes)
        append(UInt64(key.vlan), to: &bytes)
        return bytes.withBytes { eventID(input: input, offset: item.flowStart.nanoseconds, bytes: $0) }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes += $0 }
    }
}

extension InspectionItem {
    /// Found when the flow was over.
    var endsFlow: Bool { header.origin == .flowEnd }
}
