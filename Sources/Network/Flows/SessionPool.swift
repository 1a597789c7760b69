/// Memory for sessions, named by number. At most one for each flow, so the flow table's limit bounds it.
final class SessionPool {
    @exclusivity(unchecked) private(set) var sessions: UnsafeMutablePointer<TCPSession>
    @exclusivity(unchecked) private var capacity = 1024
    @exclusivity(unchecked) private var fresh = 0
    @exclusivity(unchecked) private var free: Int32 = -1
    @exclusivity(unchecked) private(set) var oldestHolding: Int32 = -1
    @exclusivity(unchecked) private var newestHolding: Int32 = -1

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
