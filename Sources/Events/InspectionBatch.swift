public import Primitives

/// One named run of bytes that belongs to an inspection item.
public struct InspectionBuffer: Sendable {
    public var kind: BufferKind
    /// `.input`: in the packet batch; `.scratch`: in the inspection batch's own memory.
    public var region: ValueRegion
    public var offset: UInt32
    public var length: UInt32
    /// Offset of the first byte within its stream or body, for a buffer that continues an earlier one.
    public var streamOffset: UInt64

    public init(_ kind: BufferKind, _ region: ValueRegion, offset: Int, length: Int, streamOffset: UInt64 = 0) {
        self.kind = kind
        self.region = region
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        self.streamOffset = streamOffset
    }
}

/// State of a flow at the moment of an inspection item (Suricata's `flow` keyword reads it).
public struct FlowState: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// TCP: handshake complete (or midstream pick-up). Others: data seen in both directions.
    public static var established: FlowState { FlowState(rawValue: 1) }
    public static var midstream: FlowState { FlowState(rawValue: 2) }
    public static var closed: FlowState { FlowState(rawValue: 4) }
    /// The first item of this flow.
    public static var isNew: FlowState { FlowState(rawValue: 8) }
    /// The packet's payload was taken into its TCP stream: `.stream` items carry it (Suricata: PKT_STREAM_ADD).
    public static var streamed: FlowState { FlowState(rawValue: 16) }
    /// The flow's packets have IPv6 headers: an address alone does not tell, for IPv6 maps IPv4's.
    public static var ipv6: FlowState { FlowState(rawValue: 32) }
    /// What the flow carries is encrypted from here on: payloads say nothing (Suricata: FLOW_NOPAYLOAD_INSPECTION).
    public static var encrypted: FlowState { FlowState(rawValue: 64) }
    /// What the item's direction speaks was found out, or given up, by packets before this one (over TCP; else by it).
    public static var settled: FlowState { FlowState(rawValue: 128) }
}

public enum InspectionKind: UInt8, Sendable {
    /// A packet by itself: header keywords and its payload.
    case packet
    /// A run of reassembled stream data in one direction.
    case stream
    /// (Part of) one request or response: its protocol's buffers.
    case transaction
    /// The flow is over; whatever is kept for it can go.
    case flowEnd
}

/// Where a packet came from: a frame of the capture, a tunnel in one, fragments put together.
public enum PacketOrigin: UInt8, Sendable {
    case frame
    case gre
    case ipv4
    case ipv6
    case teredo
    case vxlan
    case geneve
    case fragments
    /// None: the flow is over, and what is left of it is looked at.
    case flowEnd
}

/// Header values of a packet, for signatures' header keywords. What a packet does not have is 0, with `has` telling.
public struct PacketHeader: Sendable {
    public struct Layers: OptionSet, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static var ipv4: Layers { Layers(rawValue: 1) }
        public static var ipv6: Layers { Layers(rawValue: 2) }
        public static var tcp: Layers { Layers(rawValue: 4) }
        public static var udp: Layers { Layers(rawValue: 8) }
        public static var icmp: Layers { Layers(rawValue: 16) }
        public static var fragment: Layers { Layers(rawValue: 32) }
        /// The IPv4 or transport checksum is wrong (and checksums are judged).
        public static var badChecksum: Layers { Layers(rawValue: 64) }
        public static var sctp: Layers { Layers(rawValue: 128) }
    }
    public var has: Layers = []
    public var source = IPAddress(v4: 0)
    public var destination = IPAddress(v4: 0)
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0
    public var ipProtocol: UInt8 = 0
    public var origin = PacketOrigin.frame
    public var ttl: UInt8 = 0
    public var tos: UInt8 = 0
    /// IPv4 flags and fragment offset as on the wire.
    public var fragmentField: UInt16 = 0
    public var ipID: UInt32 = 0
    public var tcpFlags: UInt8 = 0
    public var sequence: UInt32 = 0
    public var acknowledgement: UInt32 = 0
    public var window: UInt16 = 0
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    public var icmpID: UInt16 = 0
    public var icmpSequence: UInt16 = 0
    /// Payload behind the transport header, bytes.
    public var payloadLength: UInt32 = 0
    /// Bytes from the network header's start, and from the transport header's, to the payload: they lie right before
    /// the payload in memory. 0 where there is no such header.
    public var networkLength: UInt16 = 0
    public var transportLength: UInt16 = 0

    @inlinable public init() {}
}

/// One thing that signatures are tried on.
public struct InspectionItem: Sendable {
    public var kind: InspectionKind
    public var direction: FlowDirection = .toServer
    public var state: FlowState = []
    public var application: ApplicationProtocol = .unknown
    /// What each direction was found to speak: the flow's protocol, or another one, `failed`, or `unknown` yet.
    public var applicationToServer: ApplicationProtocol = .unknown
    public var applicationToClient: ApplicationProtocol = .unknown
    /// Number of the packet that brought this about (`pcap_cnt`), its time and its place in the packet batch.
    /// `packetIndex` is -1 where the packet came in an earlier batch (time-outs, end of capture).
    public var packetNumber: UInt64
    public var packetIndex: Int32 = -1
    public var time: Timestamp
    /// The flow's number within the capture (from 1; 0: no flow), never reused. Flowbits hang on it.
    public var flow: UInt64 = 0
    public var key: FlowKey
    public var flowStart: Timestamp
    public var packetsToServer: UInt32 = 0
    public var packetsToClient: UInt32 = 0
    public var bytesToServer: UInt64 = 0
    public var bytesToClient: UInt64 = 0
    /// TCP: sequence numbers that each side has used, from its first (Suricata's `stream_size`).
    public var streamToServer: UInt32 = 0
    public var streamToClient: UInt32 = 0
    /// Of the transaction within its flow, from 0.
    public var transaction: UInt32 = 0
    /// The request (or response) is whole: no more of it will come.
    public var complete = false
    /// The event of this transaction in the event batch of the same call, -1 where there is none (yet).
    public var event: Int32 = -1
    public var header = PacketHeader()
    /// Range of its buffers in `InspectionBatch.buffers`.
    public var firstBuffer: UInt32 = 0
    public var bufferCount: UInt16 = 0

    @inlinable
    public init(kind: InspectionKind, packetNumber: UInt64, time: Timestamp, key: FlowKey, flowStart: Timestamp) {
        self.kind = kind
        self.packetNumber = packetNumber
        self.time = time
        self.key = key
        self.flowStart = flowStart
    }
}

/// What `Network` hands to `Matching` for one packet batch: items in packet order, with their buffers. Reused.
public final class InspectionBatch: @unchecked Sendable {
    /// The packet batch's bytes, alive while this batch is read.
    @exclusivity(unchecked) public private(set) var input: Bytes = .empty
    @exclusivity(unchecked) public var items: [InspectionItem] = []
    @exclusivity(unchecked) public var buffers: [InspectionBuffer] = []
    /// Records for those who write what a capture shows, in packet order, and their values.
    @exclusivity(unchecked) public var records: [CaptureRecord] = []
    @exclusivity(unchecked) public var recordValues: [RecordValue] = []
    @exclusivity(unchecked) public var flowFacts: [FlowFacts] = []
    /// Behind a pointer: what another module changes in place, as a property, costs a check of exclusive access.
    @usableFromInline let scratchMemory: UnsafeMutablePointer<ScratchBuffer>
    @inlinable public var scratch: ScratchBuffer {
        _read { yield scratchMemory.pointee }
        _modify { yield &scratchMemory.pointee }
    }

    public init() {
        scratchMemory = .allocate(capacity: 1)
        scratchMemory.initialize(to: ScratchBuffer(capacity: 1 << 20, limit: 256 << 20))
        items.reserveCapacity(16_384)
        buffers.reserveCapacity(32_768)
    }

    deinit {
        scratchMemory.deinitialize(count: 1)
        scratchMemory.deallocate()
    }

    public func reset(input: Bytes) {
        self.input = input
        items.removeAll(keepingCapacity: true)
        buffers.removeAll(keepingCapacity: true)
        records.removeAll(keepingCapacity: true)
        recordValues.removeAll(keepingCapacity: true)
        flowFacts.removeAll(keepingCapacity: true)
        scratch.removeAll()
    }

    public func bytes(of buffer: InspectionBuffer) -> Bytes {
        let from = Int(buffer.offset)
        let length = Int(buffer.length)
        return buffer.region == .input ? input.slice(from, from + length) : scratch.bytes(from, length)
    }

    public func bytes(of value: RecordValue) -> Bytes { scratch.bytes(Int(value.offset), Int(value.length)) }

    /// None of a flow's record, which has its facts.
    public func values(of record: CaptureRecord) -> ArraySlice<RecordValue> {
        record.kind == .flow
            ? []
            : recordValues[Int(record.firstValue)..<Int(record.firstValue + record.valueCount)]
    }
}
