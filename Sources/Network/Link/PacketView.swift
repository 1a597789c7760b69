internal import Events
internal import Glibc
internal import Primitives

/// What stands behind a packet's own headers and is to be read as a packet of its own.
enum InnerFrame: UInt8 {
    case none
    case ethernet
    case network
    case ppp
}

/// One packet on its way through the layers: its bytes, and what the headers said. Plain values only; reused. As small
/// as it can be, since every packet clears one: places and lengths are kept in 32 bits.
struct PacketView {
    /// The bytes being read, and where the first of them lies for inspection buffers.
    private(set) var start: UnsafePointer<UInt8>
    private var countStored: UInt32
    private var regionOffsetStored: UInt32
    var count: Int { Int(countStored) }
    var regionOffset: Int { Int(regionOffsetStored) }
    private(set) var region: ValueRegion

    /// Layers read so far: bounds work on frames that nest headers without end.
    var layers: UInt8 = 0
    var vlanCount: UInt8 = 0
    var inner = InnerFrame.none
    /// Outer and inner VLAN id: outer in the low half, as `FlowKey.vlan` has them.
    var vlan: UInt32 = 0

    var header = PacketHeader()

    private var places = Places()
    /// The network layer's first byte, and the end of what it covers (padding excluded).
    var networkOffset: Int {
        get { Int(places.network) }
        set { places.network = UInt32(truncatingIfNeeded: newValue) }
    }
    var end: Int {
        get { Int(places.end) }
        set { places.end = UInt32(truncatingIfNeeded: newValue) }
    }
    var transportOffset: Int {
        get { Int(places.transport) }
        set { places.transport = UInt32(truncatingIfNeeded: newValue) }
    }
    var payloadOffset: Int {
        get { Int(places.payload) }
        set { places.payload = UInt32(truncatingIfNeeded: newValue) }
    }
    var payloadLength: Int {
        get { Int(places.payloadLength) }
        set { places.payloadLength = UInt32(truncatingIfNeeded: newValue) }
    }
    var innerOffset: Int {
        get { Int(places.inner) }
        set { places.inner = UInt32(truncatingIfNeeded: newValue) }
    }

    /// Fragment: identification, offset of its data in the datagram, and whether more follow.
    var fragmentID: UInt32 = 0
    var fragmentOffset: Int {
        get { Int(places.fragment) }
        set { places.fragment = UInt32(truncatingIfNeeded: newValue) }
    }
    var moreFragments = false
    /// Protocol of the fragment's data: of the datagram that is put together.
    var fragmentProtocol: UInt8 = 0

    var tcpWindowScale: UInt8 = 0
    var tcpHasWindowScale = false
    var tcpHasTimestamps = false
    /// A Fast Open option (RFC 7413), by its own number or the experimental one.
    var tcpFastOpen = false
    var tcpMSS: UInt16 = 0
    /// Time stamps (RFC 7323): the sender's, and the one it echoes.
    var tcpTimestamp: UInt32 = 0
    var tcpEcho: UInt32 = 0

    /// What is odd about its headers.
    var events = DecodeEvents()

    /// Offsets from `start`, and a length: a frame has at most 256 KiB, a datagram 64 KiB.
    private struct Places {
        var network: UInt32 = 0
        var end: UInt32 = 0
        var transport: UInt32 = 0
        var payload: UInt32 = 0
        var payloadLength: UInt32 = 0
        var inner: UInt32 = 0
        var fragment: UInt32 = 0
    }

    /// `count` and `regionOffset`: below 4 GiB, as all memory of a batch is.
    init(start: UnsafePointer<UInt8>, count: Int, region: ValueRegion, regionOffset: Int) {
        self.start = start
        countStored = UInt32(count)
        self.region = region
        regionOffsetStored = UInt32(regionOffset)
    }

    /// Begins anew with other bytes. Everything unset is zero but the two addresses, which the network layer sets
    /// before anybody asks, so clearing the memory in a few wide stores does what setting every field would.
    @inline(__always) static func restart(
        _ view: UnsafeMutablePointer<PacketView>, start: UnsafePointer<UInt8>, count: UInt32, regionOffset: UInt32
    ) {
        memset(view, 0, MemoryLayout<PacketView>.size)
        view.pointee.start = start
        view.pointee.countStored = count
        view.pointee.regionOffsetStored = regionOffset
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

    /// What the packet inside this one will have come from.
    var innerOrigin: PacketOrigin {
        if header.ipProtocol == 47 { return .gre }
        guard header.has.contains(.udp) else { return header.has.contains(.ipv6) ? .ipv6 : .ipv4 }
        switch header.destinationPort {
        case 4789: return .vxlan
        case 6081: return .geneve
        default: return .teredo
        }
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

    static let maximumLayers: UInt8 = 16

    /// One more header; false once there are too many.
    mutating func enterLayer() -> Bool {
        layers += 1
        return layers <= PacketView.maximumLayers
    }
}
