internal import Events

/// From the first segment of a session to the established state.
extension TCPTracker {
    /// Longest window scale (RFC 7323 section 2.3): assumed where the handshake was not seen.
    private static let largestScale: UInt8 = 14
    private static let maximumSyns = 10

    /// A session for a flow without one: by a SYN, or midstream where that is asked for.
    func open(_ segment: inout TCPSegment, _ packet: PacketView, _ index: Int32, _ flow: FlowPointer) -> Bool {
        if segment.has(TCP.rst) {
            events.note(.resetWithoutSession)
            return false
        }
        if segment.has(TCP.fin) && (!options.midstream || segment.length == 0) {
            events.note(.finWithoutSession)
            return false
        }
        if segment.flags & (TCP.syn | TCP.ack) == TCP.syn {
            guard segment.way == .toServer else { return false }
            flow.pointee.session = sessions.take(flow: index)
            let session = sessions.sessions + Int(flow.pointee.session)
            beginClient(segment, packet, session)
            // Data on the SYN (TCP Fast Open, RFC 7413) is taken where the server acknowledges it.
            guard segment.fastOpen, segment.length > 0 else { return false }
            segment.start = 0
            return store(segment, flow, session)
        }
        guard options.midstream, segment.has(TCP.ack) else { return false }
        flow.pointee.session = sessions.take(flow: index)
        flow.pointee.midstream = true
        let session = sessions.sessions + Int(flow.pointee.session)
        session.pointee.flags.insert(.midstream)
        if segment.isSynAck {
            openAtSynAck(segment, packet, session)
            return false
        }
        openAtData(segment, session)
        enter(.established, flow, session)
        place(&segment, session)
        return inEstablished(segment, flow, session)
    }

    private func openAtSynAck(_ segment: TCPSegment, _ packet: PacketView, _ session: SessionPointer) {
        session.pointee.flags.insert(.midstreamSynAck)
        session.pointee.state = .synReceived
        session.pointee.client.isn = segment.acknowledgement &- 1
        session.pointee.server.isn = segment.sequence
        if packet.tcpHasWindowScale {
            session.pointee.server.scale = packet.tcpWindowScale
            session.pointee.client.scale = TCPTracker.largestScale
        }
        session.pointee.client.window = Int64(segment.window)
        session.pointee.client.windowEnd = Int64(segment.window)
        session.pointee.server.windowEnd = Int64(segment.window)
    }

    private func openAtData(_ segment: TCPSegment, _ session: SessionPointer) {
        let sender = stream(session, segment.way)
        let peer = stream(session, segment.way.reversed)
        sender.pointee.isn = segment.sequence &- 1
        peer.pointee.isn = segment.acknowledgement &- 1
        sender.pointee.scale = TCPTracker.largestScale
        peer.pointee.scale = TCPTracker.largestScale
        sender.pointee.windowEnd = 1 << 30
        peer.pointee.windowEnd = 1 << 30
        sender.pointee.window = 1 << 30
        peer.pointee.window = 1 << 30
        if segment.hasTimestamp {
            sender.pointee.lastTimestamp = segment.timestamp
            peer.pointee.lastTimestamp = segment.echo
            sender.pointee.lastSeconds = feeder.packetTime / 1_000_000_000
            session.pointee.flags.insert(.timestamps)
        }
    }

    private func beginClient(_ segment: TCPSegment, _ packet: PacketView, _ session: SessionPointer) {
        pool.removeAll(&session.pointee.client.data)
        session.pointee.client = TCPStream()
        session.pointee.client.isn = segment.sequence
        session.pointee.client.scale = packet.tcpWindowScale
        if packet.tcpHasWindowScale {
            session.pointee.flags.insert(.clientScales)
        } else {
            session.pointee.flags.remove(.clientScales)
        }
        noteTimestamp(segment, stream(session, .toServer))
        session.pointee.server.window = Int64(segment.window)
    }

    private func noteTimestamp(_ segment: TCPSegment, _ sender: StreamPointer) {
        guard segment.hasTimestamp else { return }
        sender.pointee.flags.insert(.hasTimestamp)
        if segment.timestamp == 0 { sender.pointee.flags.insert(.zeroTimestamp) }
        sender.pointee.lastTimestamp = segment.timestamp
        sender.pointee.lastSeconds = feeder.packetTime / 1_000_000_000
    }

    // MARK: SYN sent

    func inSynSent(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        if !echoHolds(segment, session) {
            events.note(.invalidTimestamp)
            return false
        }
        if segment.has(TCP.rst) { return resetInSynSent(segment, flow, session) }
        if segment.has(TCP.fin) { return false }
        if segment.isSynAck { return synAckInSynSent(segment, packet, flow, session) }
        if segment.has(TCP.syn) { return synInSynSent(segment, packet, flow, session) }
        guard segment.has(TCP.ack), segment.way == .toServer, options.oneSided else { return false }
        return beginOneSided(segment, flow, session)
    }

    /// An answer to a SYN echoes its time stamp, or it is none.
    private func echoHolds(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        guard segment.way == .toClient, segment.hasTimestamp, !segment.has(TCP.syn) || segment.has(TCP.ack) else {
            return true
        }
        let client = session.pointee.client
        if session.pointee.clientISNCount > 0 { return true }
        return segment.echo == 0 || segment.echo == (client.flags.contains(.hasTimestamp) ? client.lastTimestamp : 0)
    }

    private func resetInSynSent(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        if segment.way == .toClient {
            guard segment.has(TCP.ack) else { return false }
            guard segment.acknowledged == 0 || segment.acknowledged == session.pointee.client.next else {
                events.note(.resetInvalidAck)
                events.note(.invalidAck)
                return false
            }
        } else if segment.sequence != session.pointee.client.isn || segment.window != 0 {
            return false
        }
        close(flow, session, reset: true)
        return false
    }

    private func synInSynSent(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        if segment.way == .toServer {
            if segment.sequence != session.pointee.client.isn { queueSyn(segment, session) }
            return false
        }
        // Both sides begin: a simultaneous open, or a handshake that is split to pass unseen.
        session.pointee.flags.insert(.fourWay)
        session.pointee.server = TCPStream()
        session.pointee.server.isn = segment.sequence
        session.pointee.server.scale = packet.tcpWindowScale
        noteTimestamp(segment, stream(session, .toClient))
        session.pointee.client.window = Int64(segment.window)
        return false
    }

    /// Other SYNs of the client wait until it is seen which one is answered; the oldest gives way.
    private func queueSyn(_ segment: TCPSegment, _ session: SessionPointer) {
        let count = Int(session.pointee.clientISNCount)
        if !segment.hasTimestamp {
            for place in 0..<count where session.pointee.clientISNs[place] == segment.sequence { return }
        }
        guard count == TCPTracker.maximumSyns else {
            session.pointee.clientISNs[count] = segment.sequence
            session.pointee.clientISNCount += 1
            return
        }
        events.note(.threeWaySynFlood)
        for place in 1..<count { session.pointee.clientISNs[place - 1] = session.pointee.clientISNs[place] }
        session.pointee.clientISNs[count - 1] = segment.sequence
    }

    private func synAckInSynSent(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        if session.pointee.flags.contains(.fourWay) && segment.way == .toServer {
            return synAckOfFour(segment, packet, session)
        }
        if segment.way == .toServer {
            events.note(.threeWaySynAckWrongDirection)
            return false
        }
        var answered = session.pointee.client.offset(of: segment.acknowledgement)
        if answered != 0 && (answered < 0 || answered > session.pointee.client.stored) {
            guard pickSyn(segment, session) else {
                events.note(.threeWaySynAckWrongAck)
                return false
            }
            answered = 0
        }
        session.pointee.client.acknowledged = answered
        session.pointee.client.next = max(session.pointee.client.next, answered)
        beginServer(segment, packet, session)
        return false
    }

    /// Takes the waiting SYN that the segment answers for the session's own.
    private func pickSyn(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        for place in 0..<Int(session.pointee.clientISNCount)
        where session.pointee.clientISNs[place] == segment.acknowledgement &- 1 {
            session.pointee.client.isn = segment.acknowledgement &- 1
            return true
        }
        return false
    }

    private func beginServer(_ segment: TCPSegment, _ packet: PacketView, _ session: SessionPointer) {
        session.pointee.server.isn = segment.sequence
        session.pointee.server.scale = packet.tcpWindowScale
        if !packet.tcpHasWindowScale || !session.pointee.flags.contains(.clientScales) {
            session.pointee.client.scale = 0
            session.pointee.server.scale = 0
        }
        agreeOnTimestamps(segment, session)
        session.pointee.client.window = Int64(segment.window)
        session.pointee.client.windowEnd = session.pointee.client.acknowledged + Int64(segment.window)
        session.pointee.server.windowEnd = session.pointee.server.window
        session.pointee.flags.remove(.fourWay)
        session.pointee.state = .synReceived
    }

    private func agreeOnTimestamps(_ segment: TCPSegment, _ session: SessionPointer) {
        let other = stream(session, segment.way.reversed)
        if segment.hasTimestamp && other.pointee.flags.contains(.hasTimestamp) {
            noteTimestamp(segment, stream(session, segment.way))
            session.pointee.flags.insert(.timestamps)
        } else {
            session.pointee.flags.remove(.timestamps)
        }
    }

    private func synAckOfFour(_ segment: TCPSegment, _ packet: PacketView, _ session: SessionPointer) -> Bool {
        guard segment.acknowledgement == session.pointee.server.isn &+ 1 else {
            events.note(.fourWaySynAckWrongAck)
            return false
        }
        guard segment.sequence == session.pointee.client.isn else {
            events.note(.fourWaySynAckWrongSyn)
            return false
        }
        agreeOnTimestamps(segment, session)
        session.pointee.server.window = Int64(segment.window)
        session.pointee.client.windowEnd = session.pointee.client.window
        session.pointee.server.windowEnd = Int64(segment.window)
        session.pointee.state = .synReceived
        return false
    }

    /// The client goes on without an answer being seen: the capture has one side only.
    private func beginOneSided(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        guard segment.start == session.pointee.client.next else {
            events.note(.threeWayAsyncWrongSequence)
            return false
        }
        session.pointee.flags.insert(.oneSided)
        session.pointee.server.isn = segment.acknowledgement &- 1
        session.pointee.client.windowEnd = Int64(segment.window)
        enter(.established, flow, session)
        var placed = segment
        place(&placed, session)
        return inEstablished(placed, flow, session)
    }
}
