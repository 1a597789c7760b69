internal import Events
internal import Primitives

/// Follows TCP sessions: handshake, acknowledgements, close, and the data in between, which it hands to `StreamFeeder`
/// once the other side has acknowledged it.
final class TCPTracker {
    let sessions = SessionPool()
    let pool: SegmentPool
    let feeder: StreamFeeder
    private let options: NetworkOptions
    private let depth: Int64
    private(set) var outOfWindow: Int64 = 0
    private(set) var overlapping: Int64 = 0
    private(set) var pastDepth: Int64 = 0
    private(set) var evicted: Int64 = 0

    init(pool: SegmentPool, options: NetworkOptions, feeder: StreamFeeder) {
        self.pool = pool
        self.options = options
        self.feeder = feeder
        depth = options.streamDepth > 0 ? Int64(options.streamDepth) : Int64.max
    }

    /// Whether a SYN begins another session on the ports of one that is over.
    func startsAnew(_ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) -> Bool {
        guard packet.header.tcpFlags & (TCP.syn | TCP.ack | TCP.rst) == TCP.syn else { return false }
        guard flow.pointee.session >= 0 else { return way == .toClient }
        let session = sessions.sessions + Int(flow.pointee.session)
        if session.pointee.state != .closed { return false }
        return way == .toClient || session.pointee.client.isn != packet.header.sequence
    }

    /// Takes in a segment. True where its payload was taken into the stream.
    func track(
        _ packet: PacketView, _ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        if flow.pointee.session < 0 {
            guard open(packet, index, flow, way) else { return false }
        }
        let session = sessions.sessions + Int(flow.pointee.session)
        switch session.pointee.state {
        case .synSent: return inSynSent(packet, flow, session, way)
        case .synReceived: return inSynReceived(packet, flow, session, way)
        case .established, .closing: return inEstablished(packet, flow, session, way)
        case .closed: return false
        }
    }

    /// Sequence numbers that each side has used, SYN and FIN among them.
    func reach(_ flow: UnsafeMutablePointer<FlowRecord>) -> (toServer: UInt32, toClient: UInt32) {
        guard flow.pointee.session >= 0 else { return (0, 0) }
        let session = sessions.sessions + Int(flow.pointee.session)
        let client = UInt32(truncatingIfNeeded: session.pointee.client.next + (session.pointee.client.finSeen ? 2 : 1))
        if session.pointee.state == .synSent { return (client, 0) }
        return (
            client, UInt32(truncatingIfNeeded: session.pointee.server.next + (session.pointee.server.finSeen ? 2 : 1))
        )
    }

    /// A session for a flow without one: by a SYN, or midstream where that is asked for.
    private func open(
        _ packet: PacketView, _ index: Int32, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        let flags = packet.header.tcpFlags
        if flags & (TCP.syn | TCP.ack | TCP.rst) == TCP.syn && way == .toServer {
            flow.pointee.session = sessions.take(flow: index)
            beginClient(packet, sessions.sessions + Int(flow.pointee.session))
            return true
        }
        guard options.midstream, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.ack != 0 else { return false }
        flow.pointee.session = sessions.take(flow: index)
        flow.pointee.midstream = true
        let session = sessions.sessions + Int(flow.pointee.session)
        let toServer = way == .toServer
        let sent = packet.header.sequence &- 1
        let received = packet.header.acknowledgement &- 1
        session.pointee.client.isn = toServer ? sent : received
        session.pointee.server.isn = toServer ? received : sent
        // The handshake's window scale was not seen: the largest is assumed, as Suricata does.
        session.pointee.client.scale = 14
        session.pointee.server.scale = 14
        session.pointee.client.windowEnd = 1 << 30
        session.pointee.server.windowEnd = 1 << 30
        establish(flow, session)
        return true
    }

    private func beginClient(_ packet: PacketView, _ session: UnsafeMutablePointer<TCPSession>) {
        pool.removeAll(&session.pointee.client.data)
        session.pointee.client = TCPStream()
        session.pointee.client.isn = packet.header.sequence
        session.pointee.client.scale = packet.tcpWindowScale
        session.pointee.clientScales = packet.tcpHasWindowScale
        session.pointee.server.windowEnd = Int64(packet.header.window)
    }

    private func establish(_ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>) {
        session.pointee.state = .established
        flow.pointee.phase = .established
    }

    private func inSynSent(
        _ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ way: FlowDirection
    ) -> Bool {
        let flags = packet.header.tcpFlags
        if flags & TCP.rst != 0 {
            if way == .toClient && flags & TCP.ack != 0 { close(flow, session, reset: true) }
            return false
        }
        if way == .toServer {
            guard flags & (TCP.syn | TCP.ack) == TCP.syn else { return false }
            if packet.header.sequence != session.pointee.client.isn { beginClient(packet, session) }
            // Data on the SYN (TCP Fast Open, RFC 7413) is taken where the server acknowledges it.
            return packet.payloadLength > 0 && packet.tcpFastOpen
                ? store(packet, flow, session, way, at: 0) : false
        }
        guard flags & (TCP.syn | TCP.ack) == TCP.syn | TCP.ack else { return false }
        let answered = session.pointee.client.offset(of: packet.header.acknowledgement)
        guard answered >= 0, answered <= session.pointee.client.next else { return false }
        session.pointee.server.isn = packet.header.sequence
        session.pointee.server.scale = packet.tcpWindowScale
        if !packet.tcpHasWindowScale || !session.pointee.clientScales {
            session.pointee.client.scale = 0
            session.pointee.server.scale = 0
        }
        session.pointee.client.windowEnd = answered + Int64(packet.header.window)
        session.pointee.client.acknowledged = answered
        session.pointee.state = .synReceived
        return false
    }

    private func inSynReceived(
        _ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ way: FlowDirection
    ) -> Bool {
        let flags = packet.header.tcpFlags
        if flags & TCP.rst != 0 {
            close(flow, session, reset: true)
            return false
        }
        if flags & TCP.syn != 0 {
            if way == .toClient && flags & TCP.ack != 0 { session.pointee.server.isn = packet.header.sequence }
            return false
        }
        guard flags & TCP.ack != 0 else { return false }
        let peer = way == .toServer ? session.pointee.server : session.pointee.client
        let answered = peer.offset(of: packet.header.acknowledgement)
        guard answered >= 0, answered <= max(peer.next, peer.windowEnd) else { return false }
        establish(flow, session)
        return inEstablished(packet, flow, session, way)
    }

    private func inEstablished(
        _ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ way: FlowDirection
    ) -> Bool {
        let flags = packet.header.tcpFlags
        if flags & TCP.rst != 0 {
            if resetIsValid(packet, session, way) { close(flow, session, reset: true) }
            return false
        }
        if flags & TCP.syn != 0 { return false }
        if flags & TCP.ack != 0 { acknowledge(packet, flow, session, way) }
        let start = (way == .toServer ? session.pointee.client : session.pointee.server)
            .offset(of: packet.header.sequence)
        var streamed = false
        if packet.payloadLength > 0 { streamed = store(packet, flow, session, way, at: start) }
        if flags & TCP.fin != 0 { finish(flow, session, way, at: start + Int64(packet.payloadLength)) }
        closeIfDone(flow, session)
        return streamed
    }

    /// A reset counts where its sequence number lies in the window (RFC 5961 section 3.2, without the challenge).
    private func resetIsValid(
        _ packet: PacketView, _ session: UnsafeMutablePointer<TCPSession>, _ way: FlowDirection
    ) -> Bool {
        let stream = way == .toServer ? session.pointee.client : session.pointee.server
        let at = stream.offset(of: packet.header.sequence)
        return at >= min(stream.acknowledged, stream.next) - 1 && at <= max(stream.next, stream.windowEnd) + 1
    }

    private func acknowledge(
        _ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ way: FlowDirection
    ) {
        let forServer = way == .toClient
        let peer = stream(session, way.reversed)
        let at = peer.pointee.offset(of: packet.header.acknowledgement)
        guard at <= max(peer.pointee.next, peer.pointee.windowEnd), at >= 0 else { return }
        let scale = forServer ? session.pointee.server.scale : session.pointee.client.scale
        let room = at + Int64(packet.header.window) << Int64(scale)
        if room > peer.pointee.windowEnd { peer.pointee.windowEnd = room }
        guard at > peer.pointee.acknowledged else { return }
        peer.pointee.acknowledged = at
        feeder.feed(flow, session, peer, way.reversed, upTo: at, final: false)
        releaseIfEmpty(flow, session)
    }

    @inline(__always) private func stream(
        _ session: UnsafeMutablePointer<TCPSession>, _ way: FlowDirection
    ) -> UnsafeMutablePointer<TCPStream> {
        let raw = UnsafeMutableRawPointer(session)
        let offset = way == .toServer ? 0 : MemoryLayout<TCPStream>.stride
        return (raw + offset).assumingMemoryBound(to: TCPStream.self)
    }
}

// MARK: - Data and close

extension TCPTracker {
    /// Keeps a segment's payload until it is acknowledged. True where (some of) it is new to the stream.
    private func store(
        _ packet: PacketView, _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>,
        _ way: FlowDirection, at start: Int64
    ) -> Bool {
        let sender = stream(session, way)
        let end = start + Int64(packet.payloadLength)
        if end > max(sender.pointee.windowEnd, 1) && end > sender.pointee.next && session.pointee.state != .synSent {
            outOfWindow += 1
            return false
        }
        if sender.pointee.finSeen && end > sender.pointee.fin { return false }
        sender.pointee.next = max(sender.pointee.next, end)
        // What the other side has acknowledged, it has: later copies change nothing.
        let settled = max(sender.pointee.applied, sender.pointee.acknowledged)
        let from = max(start, settled)
        let to = min(end, depth)
        if end > depth && !sender.pointee.depthReached {
            sender.pointee.depthReached = true
            pastDepth += 1
        }
        // A retransmission of what was delivered already: nothing new, and not to be inspected again.
        if end <= settled { return true }
        guard from < to else { return false }
        makeRoom(Int(to - from), keeping: flow.pointee.session)
        let outcome = pool.insert(
            &sender.pointee.data, at: from, packet.start + packet.payloadOffset + Int(from - start), Int(to - from),
            time: feeder.packetTime, policy: options.overlap)
        if outcome.overlapped { overlapping += 1 }
        if outcome.full { evicted += 1 }
        sessions.hold(flow.pointee.session)
        return true
    }

    /// Evicts what has waited longest until `count` bytes find room.
    private func makeRoom(_ count: Int, keeping: Int32) {
        while !pool.hasRoom(count) {
            let victim = sessions.oldestHolding
            guard victim >= 0, victim != keeping else { return }
            let session = sessions.sessions + Int(victim)
            pool.removeAll(&session.pointee.client.data)
            pool.removeAll(&session.pointee.server.data)
            sessions.release(victim)
            evicted += 1
        }
    }

    private func finish(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>, _ way: FlowDirection,
        at position: Int64
    ) {
        let sender = stream(session, way)
        guard !sender.pointee.finSeen, position >= sender.pointee.applied,
            position <= max(sender.pointee.next, sender.pointee.windowEnd)
        else { return }
        sender.pointee.finSeen = true
        sender.pointee.fin = position
        sender.pointee.next = max(sender.pointee.next, position + 1)
        session.pointee.state = .closing
    }

    /// Ends a direction once its FIN is acknowledged, and the session once both are.
    private func closeIfDone(_ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>) {
        guard session.pointee.state == .closing else { return }
        endIfAcknowledged(flow, session, .toServer)
        endIfAcknowledged(flow, session, .toClient)
        if session.pointee.client.ended && session.pointee.server.ended { close(flow, session, reset: false) }
    }

    private func endIfAcknowledged(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>, _ way: FlowDirection
    ) {
        let side = stream(session, way)
        guard side.pointee.finSeen, !side.pointee.ended, side.pointee.acknowledged > side.pointee.fin else { return }
        end(flow, session, way)
    }

    /// Delivers what is left of one direction and tells the application layer that it is over.
    private func end(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>, _ way: FlowDirection
    ) {
        let side = stream(session, way)
        guard !side.pointee.ended else { return }
        side.pointee.ended = true
        let last = side.pointee.finSeen ? min(side.pointee.fin, side.pointee.next) : side.pointee.next
        feeder.feed(flow, session, side, way, upTo: last, final: true)
        pool.removeAll(&side.pointee.data)
        releaseIfEmpty(flow, session)
    }

    private func close(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>, reset: Bool
    ) {
        flush(flow, session)
        session.pointee.state = .closed
        flow.pointee.phase = .closed
        flow.pointee.reset = reset
    }

    private func flush(_ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>) {
        if session.pointee.state.rawValue >= TCPState.established.rawValue {
            end(flow, session, .toServer)
            end(flow, session, .toClient)
        }
        pool.removeAll(&session.pointee.client.data)
        pool.removeAll(&session.pointee.server.data)
        releaseIfEmpty(flow, session)
    }

    /// The flow is over: what is left is delivered, and the session's memory goes back.
    func endFlow(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard flow.pointee.session >= 0 else { return }
        flush(flow, sessions.sessions + Int(flow.pointee.session))
        sessions.give(flow.pointee.session)
        flow.pointee.session = -1
    }

    private func releaseIfEmpty(
        _ flow: UnsafeMutablePointer<FlowRecord>, _ session: UnsafeMutablePointer<TCPSession>
    ) {
        if session.pointee.client.data.isEmpty && session.pointee.server.data.isEmpty {
            sessions.release(flow.pointee.session)
        }
    }
}
