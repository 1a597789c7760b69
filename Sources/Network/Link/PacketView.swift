internal import Events
internal import Primitives

/// What stands behind a packet's own headers and is to be read as a packet of its own.
enum InnerFrame: UInt8 {
    case none
    case ethernet
    case network
    case ppp
}

/// One packet on its way through the layers: its bytes, and what the headers said. Plain values only; reused.
struct PacketView {
    /// The bytes being read, and where the first of them lies for inspection buffers.
    private(set) var start: UnsafePointer<UInt8>
    private(set) var count: Int
    private(set) var region: ValueRegion
    private(set) var regionOffset: Int

    var header = PacketHeader()
    /// Outer and inner VLAN id: outer in the low half, as `FlowKey.vlan` has them.
    var vlan: UInt32 = 0
    var vlanCount = 0
    /// Layers read so far: bounds work on frames that nest headers without end.
    var layers = 0

    /// The network layer's first byte, and the end of what it covers (padding excluded).
    var networkOffset = 0
    var end = 0
    var transportOffset = 0
    var payloadOffset = 0
    var payloadLength = 0

    /// Fragment: identification, offset of its data in the datagram, and whether more follow.
    var fragmentID: UInt32 = 0
    var fragmentOffset = 0
    var moreFragments = false
    /// Protocol of the fragment's data: of the datagram that is put together.
    var fragmentProtocol: UInt8 = 0

    var tcpWindowScale: UInt8 = 0
    var tcpHasWindowScale = false
    var tcpMSS: UInt16 = 0
    var tcpHasTimestamps = false
    /// Time stamps (RFC 7323): the sender's, and the one it echoes.
    var tcpTimestamp: UInt32 = 0
    var tcpEcho: UInt32 = 0
    /// A Fast Open option (RFC 7413), by its own number or the experimental one.
    var tcpFastOpen = false

    /// What is odd about its headers.
    var events = DecodeEvents()

    var inner = InnerFrame.none
    var innerOffset = 0

    init(start: UnsafePointer<UInt8>, count: Int, region: ValueRegion, regionOffset: Int) {
        self.start = start
        self.count = count
        self.region = region
        self.regionOffset = regionOffset
    }

    /// Begins anew with other bytes: a copy of `blank`, which has seen none, is cheaper than setting every field.
    @inline(__always) mutating func restart(
        from blank: UnsafePointer<PacketView>, start: UnsafePointer<UInt8>, count: Int, regionOffset: Int
    ) {
        self = blank.pointee
        self.start = start
        self.count = count
        self.regionOffset = regionOffset
    }

    /// Big-endian numbers at an offset that has been checked against the length before.
    @inline(__always) func u16(_ offset: Int) -> UInt16 {
        UInt16(start[offset]) << 8 | UInt16(start[offset + 1])
    }

    @inline(__always) func u32(_ offset: Int) -> UInt32 {
        UInt32(bigEndian: UnsafeRawPointer(start + offset).loadUnaligned(as: UInt32.self))
    }

    @inline(__always) func u64(_ offset: Int) -> UInt64 {
        UInt64(bigEndian: UnsafeRawPointer(start + offset).loadUnaligned(as: UInt64.self))
    }

    var payload: Bytes { Bytes(start: start + payloadOffset, count: payloadLength) }

    /// Bytes of the network and transport headers together, and of the transport header.
    var networkLength: UInt16 { UInt16(clamping: payloadOffset - networkOffset) }
    var transportLength: UInt16 {
        transportOffset > networkOffset ? UInt16(clamping: payloadOffset - transportOffset) : 0
    }

    /// The frame ends before its header does.
    mutating func cut(_ event: DecodeEvent) -> UnreadPacketReason {
        events.note(event)
        return .truncatedLink
    }

    static let maximumLayers = 16

    /// One more header; false once there are too many.
    mutating func enterLayer() -> Bool {
        layers += 1
        return layers <= PacketView.maximumLayers
    }
}
