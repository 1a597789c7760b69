internal import Events

/// States of RFC 9293 section 3.3.2 as an observer tells them apart, seen from the side that closes first.
enum TCPState: UInt8 {
    case synSent
    case synReceived
    case established
    case finWait1
    case finWait2
    case closing
    case closeWait
    case timeWait
    case lastAck
    case closed

    /// Suricata's word for it.
    var word: StaticString {
        switch self {
        case .synSent: "syn_sent"
        case .synReceived: "syn_recv"
        case .established: "established"
        case .finWait1: "fin_wait1"
        case .finWait2: "fin_wait2"
        case .closing: "closing"
        case .closeWait: "close_wait"
        case .timeWait: "time_wait"
        case .lastAck: "last_ack"
        case .closed: "closed"
        }
    }
}

/// What a session or one of its directions has shown.
struct TCPStreamFlags: OptionSet {
    let rawValue: UInt8
    /// The side's SYN had a time stamp, and it was 0.
    static var hasTimestamp: TCPStreamFlags { TCPStreamFlags(rawValue: 1) }
    static var zeroTimestamp: TCPStreamFlags { TCPStreamFlags(rawValue: 2) }
    /// A keep-alive was seen and not answered yet.
    static var keepAlive: TCPStreamFlags { TCPStreamFlags(rawValue: 4) }
    /// A reset that the other side sent closed the session.
    static var resetReceived: TCPStreamFlags { TCPStreamFlags(rawValue: 8) }
}

/// One direction of a session. Positions are offsets from the first data byte (sequence number `isn` + 1).
struct TCPStream {
    var isn: UInt32 = 0
    /// Window scale that this side announced.
    var scale: UInt8 = 0
    var flags: TCPStreamFlags = []
    var finSeen = false
    /// The application layer was told that no more will come.
    var ended = false
    var depthReached = false
    var lastTimestamp: UInt32 = 0
    /// Capture time of the last segment with a time stamp, in seconds.
    var lastSeconds: Int64 = 0
    /// Behind the last byte sent in order, the last byte stored, the last byte acknowledged by the other side, and the
    /// last byte that it has room for; the window that it gave last.
    var next: Int64 = 0
    var stored: Int64 = 0
    var acknowledged: Int64 = 0
    var windowEnd: Int64 = 0
    var window: Int64 = 0
    var fin: Int64 = 0
    /// Behind the last byte given to the application layer, and the last given to raw inspection.
    var applied: Int64 = 0
    var inspected: Int64 = 0
    var data = SegmentList()

    /// Where a sequence number lies, taken as near to what was sent last as 32 bits allow.
    @inline(__always) func offset(of sequence: UInt32) -> Int64 {
        let reference = isn &+ 1 &+ UInt32(truncatingIfNeeded: next)
        return next &+ Int64(Int32(bitPattern: sequence &- reference))
    }
}

/// What is true of a whole session.
struct TCPSessionFlags: OptionSet {
    let rawValue: UInt8
    /// Both sides scale their windows (RFC 7323 section 2.2): told by the options of both SYN segments.
    static var clientScales: TCPSessionFlags { TCPSessionFlags(rawValue: 1) }
    /// Both sides send time stamps.
    static var timestamps: TCPSessionFlags { TCPSessionFlags(rawValue: 2) }
    /// Both sides began with a SYN (simultaneous or split handshake).
    static var fourWay: TCPSessionFlags { TCPSessionFlags(rawValue: 4) }
    /// Picked up behind its beginning; `midstreamSynAck`: at the server's SYN and ACK.
    static var midstream: TCPSessionFlags { TCPSessionFlags(rawValue: 8) }
    static var midstreamSynAck: TCPSessionFlags { TCPSessionFlags(rawValue: 16) }
    /// Only one side is in the capture.
    static var oneSided: TCPSessionFlags { TCPSessionFlags(rawValue: 32) }
    /// The server sent something behind the handshake: it has the client's acknowledgement.
    static var confirmed: TCPSessionFlags { TCPSessionFlags(rawValue: 64) }
}

/// One TCP session: plain values in the pool's memory.
struct TCPSession {
    var client = TCPStream()
    var server = TCPStream()
    var flow: Int32
    var state = TCPState.synSent
    /// The state before a reset closed the session.
    var stateBefore = TCPState.synSent
    var flags: TCPSessionFlags = []
    var inHeld = false
    /// Other initial sequence numbers that the sides have begun with, while the handshake lasts.
    var clientISNs = SIMD16<UInt32>()
    var serverISNs = SIMD8<UInt32>()
    var clientISNCount: UInt8 = 0
    var serverISNCount: UInt8 = 0
    /// Neighbours in the list of sessions that hold waiting data, oldest first; `next` is also the free list.
    var previous: Int32 = -1
    var next: Int32 = -1

    init(flow: Int32) { self.flow = flow }
}

/// One segment, as the tracker looks at it.
struct TCPSegment {
    let way: FlowDirection
    let flags: UInt8
    let sequence: UInt32
    let acknowledgement: UInt32
    let window: UInt16
    let timestamp: UInt32
    let echo: UInt32
    let hasTimestamp: Bool
    let fastOpen: Bool
    let bytes: UnsafePointer<UInt8>
    let length: Int64
    /// Where its data begins in the sender's stream, and what it acknowledges of the other's.
    var start: Int64 = 0
    var acknowledged: Int64 = 0

    var end: Int64 { start &+ length }

    @inline(__always) init(_ packet: PacketView, _ way: FlowDirection) {
        self.way = way
        flags = packet.header.tcpFlags
        sequence = packet.header.sequence
        acknowledgement = packet.header.acknowledgement
        window = packet.header.window
        timestamp = packet.tcpTimestamp
        echo = packet.tcpEcho
        hasTimestamp = packet.tcpHasTimestamps
        fastOpen = packet.tcpFastOpen
        bytes = packet.start + packet.payloadOffset
        length = Int64(packet.payloadLength)
    }

    @inline(__always) func has(_ flag: UInt8) -> Bool { flags & flag != 0 }

    var isSynAck: Bool { flags & (TCP.syn | TCP.ack) == TCP.syn | TCP.ack }
}
