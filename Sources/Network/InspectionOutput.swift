internal import Events
internal import Primitives

/// The batches that are being filled, and the packet that what is found now belongs to.
final class InspectionOutput {
    @exclusivity(unchecked) private(set) var inspection = InspectionBatch()
    /// The batch's lists, taken out of it while it is filled, and kept behind pointers: an array that is a class's
    /// property costs a check for each access.
    private let items = InspectionOutput.list(of: InspectionItem.self)
    private let buffers = InspectionOutput.list(of: InspectionBuffer.self)
    let records = InspectionOutput.list(of: CaptureRecord.self)
    let flowFacts = InspectionOutput.list(of: FlowFacts.self)
    @exclusivity(unchecked) private(set) var events = EventBatch(registry: FieldRegistry())
    /// Number, place in the packet batch, time, and place of the frame's bytes of the packet at hand.
    @exclusivity(unchecked) private(set) var packetNumber: UInt64 = 0
    @exclusivity(unchecked) private(set) var packetIndex: Int32 = -1
    @exclusivity(unchecked) private(set) var time = Timestamp.none
    /// When the first of the bytes at hand was captured: stream data waits for its acknowledgement.
    @exclusivity(unchecked) var dataTime = Timestamp.none
    /// Where the packet that is looked at came from: there may be several in a frame.
    @exclusivity(unchecked) var origin = PacketOrigin.frame
    /// Which way the packet at hand goes in its flow.
    @exclusivity(unchecked) var packetWay = FlowDirection.toServer
    @exclusivity(unchecked) private(set) var frameOffset = 0
    @exclusivity(unchecked) private(set) var frameLength = 0
    @exclusivity(unchecked) private(set) var transactions: Int64 = 0
    @exclusivity(unchecked) private(set) var bytesDropped: Int64 = 0
    /// Records that somebody wants.
    let recordKinds: RecordKinds
    /// Frames that some signature looks into: a bit for each.
    let frames: UInt64
    /// Of the record that is appended next.
    @exclusivity(unchecked) var firstValue = 0
    @exclusivity(unchecked) private var rawToServer = false
    @exclusivity(unchecked) private var rawToClient = false

    init(records: RecordKinds = [], frames: UInt64 = 0) {
        recordKinds = records
        self.frames = frames
    }

    deinit {
        InspectionOutput.free(items)
        InspectionOutput.free(buffers)
        InspectionOutput.free(records)
        InspectionOutput.free(flowFacts)
    }

    private static func list<Element>(of: Element.Type) -> UnsafeMutablePointer<[Element]> {
        let list = UnsafeMutablePointer<[Element]>.allocate(capacity: 1)
        list.initialize(to: [])
        return list
    }

    private static func free<Element>(_ list: UnsafeMutablePointer<[Element]>) {
        list.deinitialize(count: 1)
        list.deallocate()
    }

    /// Items appended to the batch so far.
    var itemCount: Int { items.pointee.count }

    func begin(_ inspection: InspectionBatch, _ events: EventBatch) {
        self.inspection = inspection
        self.events = events
        firstValue = 0
        exchange()
    }

    /// Gives the batch back what was taken out of it.
    func end() { exchange() }

    private func exchange() {
        swap(&items.pointee, &inspection.items)
        swap(&buffers.pointee, &inspection.buffers)
        swap(&records.pointee, &inspection.records)
        swap(&flowFacts.pointee, &inspection.flowFacts)
    }

    func enter(_ packet: CapturedPacket, index: Int) {
        packetNumber = packet.number
        packetIndex = Int32(truncatingIfNeeded: index)
        time = packet.time
        dataTime = packet.time
        origin = .frame
        frameOffset = Int(packet.offset)
        frameLength = Int(packet.capturedLength)
    }

    /// End of the batch: what follows belongs to no packet in it.
    func leave() {
        packetIndex = -1
        frameOffset = 0
        frameLength = 0
    }

    // MARK: Raw stream inspection

    /// A transaction ended: the stream data that made it is due for inspection.
    func wantRaw(_ way: FlowDirection) {
        if way == .toServer { rawToServer = true } else { rawToClient = true }
    }

    func rawWanted(_ way: FlowDirection) -> Bool { way == .toServer ? rawToServer : rawToClient }

    func rawDone(_ way: FlowDirection) {
        if way == .toServer { rawToServer = false } else { rawToClient = false }
    }

    // MARK: Items

    /// An item with the flow's state filled in.
    @inline(__always) func item(
        _ kind: InspectionKind, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> InspectionItem {
        var item = InspectionItem(
            kind: kind, packetNumber: packetNumber, time: time, key: flow.pointee.key,
            flowStart: Timestamp(nanoseconds: flow.pointee.start))
        item.direction = way
        item.header.origin = origin
        item.application = flow.pointee.application
        item.applicationToServer = flow.pointee.application(.toServer)
        item.applicationToClient = flow.pointee.application(.toClient)
        if flow.pointee.isSettled(way) { item.state.insert(.settled) }
        item.packetIndex = packetIndex
        item.flow = flow.pointee.number
        item.packetsToServer = flow.pointee.packetsToServer
        item.packetsToClient = flow.pointee.packetsToClient
        item.bytesToServer = flow.pointee.bytesToServer
        item.bytesToClient = flow.pointee.bytesToClient
        if flow.pointee.phase != .new { item.state.insert(.established) }
        if flow.pointee.phase == .closed { item.state.insert(.closed) }
        if flow.pointee.midstream { item.state.insert(.midstream) }
        if flow.pointee.isV6 { item.state.insert(.ipv6) }
        if flow.pointee.encrypted { item.state.insert(.encrypted) }
        item.firstBuffer = UInt32(truncatingIfNeeded: buffers.pointee.count)
        return item
    }

    /// The item of a packet that its flow has counted.
    @inline(__always) func packetItem(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> InspectionItem {
        var item = self.item(.packet, flow, way)
        if flow.pointee.packetsToServer &+ flow.pointee.packetsToClient == 1 { item.state.insert(.isNew) }
        return item
    }

    /// An item of a packet that belongs to no flow: a fragment, or a protocol without ports.
    @inline(__always) func flowlessItem(_ header: PacketHeader, vlan: UInt32) -> InspectionItem {
        let key = FlowKey(
            client: header.source, server: header.destination, clientPort: 0, serverPort: 0,
            ipProtocol: header.ipProtocol, vlan: vlan)
        var item = InspectionItem(kind: .packet, packetNumber: packetNumber, time: time, key: key, flowStart: time)
        item.packetIndex = packetIndex
        item.firstBuffer = UInt32(truncatingIfNeeded: buffers.pointee.count)
        return item
    }

    /// Copies bytes into the inspection batch as a buffer of the item that is appended next.
    func buffer(_ kind: BufferKind, _ bytes: Bytes, streamOffset: UInt64 = 0) {
        guard let offset = inspection.scratch.append(bytes) else {
            bytesDropped += Int64(bytes.count)
            return
        }
        buffers.pointee.append(
            InspectionBuffer(kind, .scratch, offset: offset, length: bytes.count, streamOffset: streamOffset))
    }

    /// A word as a buffer.
    func constant(_ kind: BufferKind, _ text: StaticString) {
        buffer(kind, Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// A number as a buffer of eight bytes, most significant first: what number keywords compare.
    func number(_ kind: BufferKind, _ value: Int) {
        withUnsafeTemporaryAllocation(byteCount: 8, alignment: 8) { memory in
            memory.storeBytes(of: UInt64(truncatingIfNeeded: value).bigEndian, as: UInt64.self)
            buffer(kind, Bytes(UnsafeRawBufferPointer(memory)))
        }
    }

    /// A protocol anomaly, by Suricata's name for it, in the item that is appended next.
    func anomaly(_ name: StaticString) { constant(.applicationEvent, name) }

    /// Anomaly records of the buffers of the item that is appended now.
    private func recordAnomalies(_ item: InspectionItem) {
        for place in Int(item.firstBuffer)..<buffers.pointee.count {
            let buffer = buffers.pointee[place]
            guard buffer.kind == .applicationEvent else { continue }
            let name = inspection.bytes(of: buffer)
            recordWord(.anomalyType, "applayer")
            recordValue(.anomalyEvent, name.dropping((name.firstIndex(of: ASCII.dot) ?? -1) + 1))
            record(.anomaly, item, event: -1)
        }
    }

    /// Copies a payload with the headers that lie before it, and names the payload as a buffer.
    func payload(_ bytes: Bytes, behind headers: Bytes) {
        let whole = Bytes(start: headers.start, count: headers.count + bytes.count)
        guard let offset = inspection.scratch.append(whole) else {
            bytesDropped += Int64(bytes.count)
            return
        }
        buffers.pointee.append(
            InspectionBuffer(.payload, .scratch, offset: offset + headers.count, length: bytes.count))
    }

    /// Appends the item of a frame by itself: never while another item is filled.
    func append(frame buffer: InspectionBuffer, _ item: consuming InspectionItem) {
        buffers.pointee.append(buffer)
        item.bufferCount = 1
        items.pointee.append(item)
    }

    /// Names bytes that the buffer before this one holds as another buffer too.
    func sameBuffer(_ kind: BufferKind) {
        guard var last = buffers.pointee.last else { return }
        last.kind = kind
        buffers.pointee.append(last)
    }

    /// Appends an item; its buffers are those added since it was made.
    @inline(__always) func append(_ item: consuming InspectionItem) {
        let count = buffers.pointee.count - Int(item.firstBuffer)
        item.bufferCount = UInt16(truncatingIfNeeded: min(count, Int(UInt16.max)))
        if item.kind == .transaction && item.flow > 0 {
            transactions += 1
            if wants(.anomaly) { recordAnomalies(item) }
        }
        items.pointee.append(item)
    }

    /// Names a payload that lies in the packet batch as a buffer of the item that is appended next.
    @inline(__always) func inputPayload(_ offset: Int, _ length: Int) {
        buffers.pointee.append(InspectionBuffer(.payload, .input, offset: offset, length: length))
    }

    /// What became of the packet whose item stands at `index`, known only behind it.
    func amend(_ index: Int, streamed: Bool, settled: Bool, _ flow: UnsafeMutablePointer<FlowRecord>) {
        if streamed { items.pointee[index].state.insert(.streamed) }
        if settled { items.pointee[index].state.insert(.settled) }
        items.pointee[index].application = flow.pointee.application
        items.pointee[index].applicationToServer = flow.pointee.application(.toServer)
        items.pointee[index].applicationToClient = flow.pointee.application(.toClient)
    }

    /// How far the TCP session of the packet's item at `index` has come.
    func amend(_ index: Int, streamToServer: UInt32, streamToClient: UInt32) {
        items.pointee[index].streamToServer = streamToServer
        items.pointee[index].streamToClient = streamToClient
    }

    func stream(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ bytes: Bytes, offset: UInt64) {
        let made = item(.stream, flow, way)
        buffer(.stream, bytes, streamOffset: offset)
        append(made)
    }
}
