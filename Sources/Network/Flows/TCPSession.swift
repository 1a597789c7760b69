internal import Events

/// States of RFC 9293 section 3.3.2, as far as an observer needs to tell them apart.
enum TCPState: UInt8 {
    case synSent
    case synReceived
    case established
    /// One side has sent its FIN.
    case closing
    case closed
}

/// One direction of a session. Positions are offsets from the first data byte (sequence number `isn` + 1).
struct TCPStream {
    var isn: UInt32 = 0
    var scale: UInt8 = 0
    var finSeen = false
    /// The application layer was told that no more will come.
    var ended = false
    var depthReached = false
    /// Behind the last byte sent, the last byte acknowledged by the other side, and the last byte it has room for.
    var next: Int64 = 0
    var acknowledged: Int64 = 0
    var windowEnd: Int64 = 0
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

/// One TCP session: plain values in the pool's memory.
struct TCPSession {
    var client = TCPStream()
    var server = TCPStream()
    var flow: Int32
    var state = TCPState.synSent
    /// Both sides scale their windows (RFC 7323 section 2.2): told by the options of both SYN segments.
    var clientScales = false
    var inHeld = false
    /// Neighbours in the list of sessions that hold waiting data, oldest first; `next` is also the free list.
    var previous: Int32 = -1
    var next: Int32 = -1

    init(flow: Int32) { self.flow = flow }
}

/// Memory for sessions, named by number. At most one for each flow, so the flow table's limit bounds it.
final class SessionPool {
    private(set) var sessions: UnsafeMutablePointer<TCPSession>
    private var capacity = 1024
    private var fresh = 0
    private var free: Int32 = -1
    private(set) var oldestHolding: Int32 = -1
    private var newestHolding: Int32 = -1

    init() { sessions = .allocate(capacity: capacity) }

    deinit { sessions.deallocate() }

    func take(flow: Int32) -> Int32 {
        let index: Int32
        if free >= 0 {
            index = free
            free = sessions[Int(index)].next
        } else {
            if fresh == capacity { grow() }
            index = Int32(fresh)
            fresh += 1
        }
        (sessions + Int(index)).initialize(to: TCPSession(flow: flow))
        return index
    }

    /// The session's data has been freed before.
    func give(_ index: Int32) {
        release(index)
        sessions[Int(index)].next = free
        free = index
    }

    /// Notes that a session holds waiting data.
    func hold(_ index: Int32) {
        let session = sessions + Int(index)
        if session.pointee.inHeld { return }
        session.pointee.inHeld = true
        session.pointee.previous = newestHolding
        session.pointee.next = -1
        if newestHolding >= 0 { sessions[Int(newestHolding)].next = index } else { oldestHolding = index }
        newestHolding = index
    }

    /// Notes that a session holds nothing any more.
    func release(_ index: Int32) {
        let session = sessions + Int(index)
        if !session.pointee.inHeld { return }
        session.pointee.inHeld = false
        let previous = session.pointee.previous
        let next = session.pointee.next
        if previous >= 0 { sessions[Int(previous)].next = next } else { oldestHolding = next }
        if next >= 0 { sessions[Int(next)].previous = previous } else { newestHolding = previous }
    }

    private func grow() {
        let grown = UnsafeMutablePointer<TCPSession>.allocate(capacity: capacity * 2)
        grown.moveInitialize(from: sessions, count: fresh)
        sessions.deallocate()
        sessions = grown
        capacity *= 2
    }
}
