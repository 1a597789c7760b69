internal import Events
internal import Primitives

typealias FlowPointer = UnsafeMutablePointer<FlowRecord>
typealias SessionPointer = UnsafeMutablePointer<TCPSession>
typealias StreamPointer = UnsafeMutablePointer<TCPStream>

/// Follows TCP sessions: handshake, acknowledgements, close, and the data in between, which it hands to `StreamFeeder`
/// once the other side has acknowledged it. What a state takes, refuses and finds odd is what Suricata's stream engine
/// does ("Stream Engine" in its guide; `stream-events.rules` lists the oddities).
final class TCPTracker {
    let sessions = SessionPool()
    let pool: SegmentPool
    let feeder: StreamFeeder
    let options: NetworkOptions
    let depth: Int64
    @exclusivity(unchecked) var outOfWindow: Int64 = 0
    @exclusivity(unchecked) var overlapping: Int64 = 0
    @exclusivity(unchecked) var pastDepth: Int64 = 0
    @exclusivity(unchecked) var evicted: Int64 = 0
    /// What was odd about the segment at hand.
    @exclusivity(unchecked) var events = StreamEvents()

    init(pool: SegmentPool, options: NetworkOptions, feeder: StreamFeeder) {
        self.pool = pool
        self.options = options
        self.feeder = feeder
        depth = options.streamDepth > 0 ? Int64(options.streamDepth) : Int64.max
    }

    /// Takes in a segment. True where its payload was taken into the stream.
    func track(_ packet: PacketView, _ index: Int32, _ flow: FlowPointer, _ way: FlowDirection) -> Bool {
        events = StreamEvents()
        var segment = TCPSegment(packet, way)
        if !segment.has(TCP.ack) && segment.acknowledgement != 0 { events.note(.brokenAck) }
        guard flow.pointee.session >= 0 else { return open(&segment, packet, index, flow) }
        let session = sessions.sessions + Int(flow.pointee.session)
        place(&segment, session)
        if isKeepAlive(segment, session) || isIgnoredUpdate(segment, session) { return false }
        defer { if feeder.sawGap { noteGap() } }
        return dispatch(segment, packet, flow, session)
    }

    private func noteGap() {
        events.note(.sequenceGap)
        feeder.sawGap = false
    }

    private func dispatch(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        if session.pointee.state == .closed { return inClosed(segment, packet, flow, session) }
        if session.pointee.state == .synSent { return inSynSent(segment, packet, flow, session) }
        if segment.has(TCP.rst) { return reset(segment, flow, session) }
        switch session.pointee.state {
        case .synSent, .closed: return false
        case .synReceived: return inSynReceived(segment, packet, flow, session)
        case .established: return inEstablished(segment, flow, session)
        default: return inShutdown(segment, flow, session)
        }
    }

    /// After a reset. Whoever goes on as if there had been none did not send it: the session is as it was before.
    private func inClosed(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        let receiver = stream(session, segment.way.reversed)
        if segment.has(TCP.rst) { return false }
        if receiver.pointee.flags.contains(.resetReceived) {
            receiver.pointee.flags.remove(.resetReceived)
            events.note(.suspectedResetInjection)
        } else if !stream(session, segment.way).pointee.flags.contains(.resetReceived) {
            return false
        }
        session.pointee.state = session.pointee.stateBefore
        if session.pointee.state == .closed { return false }
        flow.pointee.phase = session.pointee.state == .established ? .established : flow.pointee.phase
        flow.pointee.reset = false
        session.pointee.client.ended = false
        session.pointee.server.ended = false
        return dispatch(segment, packet, flow, session)
    }

    /// Sequence numbers that each side has used, SYN and FIN among them.
    func reach(_ flow: FlowPointer) -> (toServer: UInt32, toClient: UInt32) {
        guard flow.pointee.session >= 0 else { return (0, 0) }
        let session = sessions.sessions + Int(flow.pointee.session)
        let client = max(session.pointee.client.next, session.pointee.client.stored)
        let server = max(session.pointee.server.next, session.pointee.server.stored)
        let toServer = UInt32(truncatingIfNeeded: client + (session.pointee.client.finSeen ? 2 : 1))
        if session.pointee.state == .synSent { return (toServer, 0) }
        return (toServer, UInt32(truncatingIfNeeded: server + (session.pointee.server.finSeen ? 2 : 1)))
    }

    /// No data of the flow's session has been seen.
    func isUntouched(_ flow: FlowPointer) -> Bool {
        guard flow.pointee.session >= 0 else { return true }
        let session = sessions.sessions + Int(flow.pointee.session)
        return session.pointee.client.stored == 0 && session.pointee.server.stored == 0
    }

    /// Turns a flow round: its client is its server.
    func reverse(_ flow: FlowPointer) {
        flow.pointee.reverse()
        guard flow.pointee.session >= 0 else { return }
        let session = sessions.sessions + Int(flow.pointee.session)
        swap(&session.pointee.client, &session.pointee.server)
    }

    /// Where the segment lies in both streams.
    @inline(__always) func place(_ segment: inout TCPSegment, _ session: SessionPointer) {
        segment.start = stream(session, segment.way).pointee.offset(of: segment.sequence)
        segment.acknowledged = stream(session, segment.way.reversed).pointee.offset(of: segment.acknowledgement)
    }

    @inline(__always) func stream(_ session: SessionPointer, _ way: FlowDirection) -> StreamPointer {
        let raw = UnsafeMutableRawPointer(session)
        let offset = way == .toServer ? 0 : MemoryLayout<TCPStream>.stride
        return (raw + offset).assumingMemoryBound(to: TCPStream.self)
    }

    func enter(_ state: TCPState, _ flow: FlowPointer, _ session: SessionPointer) {
        session.pointee.state = state
        switch state {
        case .synSent, .synReceived: break
        case .established, .finWait1, .finWait2, .closing, .closeWait: flow.pointee.phase = .established
        case .timeWait, .lastAck, .closed:
            flow.pointee.phase = .closed
            flow.pointee.clientISN = session.pointee.client.isn
        }
    }
}
