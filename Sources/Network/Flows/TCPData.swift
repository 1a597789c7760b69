internal import Events
internal import Primitives

/// The data of a session, and its end.
extension TCPTracker {
    /// Keeps a segment's payload until it is acknowledged. True where (some of) it is new to the stream.
    func store(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        let start = segment.start
        let end = segment.end
        if sender.pointee.finSeen && end > sender.pointee.fin { return false }
        sender.pointee.stored = max(sender.pointee.stored, end)
        // What the other side has acknowledged, it has: later copies change nothing.
        let settled = max(sender.pointee.applied, sender.pointee.acknowledged)
        let from = max(start, settled)
        let to = min(end, depth)
        if end > depth && !sender.pointee.depthReached {
            sender.pointee.depthReached = true
            pastDepth += 1
            events.note(.depthReached)
        }
        // A retransmission of what was delivered already: nothing new, and not to be inspected again.
        if end <= settled {
            events.note(.spuriousRetransmission)
            return true
        }
        guard from < to else { return false }
        makeRoom(Int(to - from), keeping: flow.pointee.session)
        let outcome = pool.insert(
            &sender.pointee.data, at: from, segment.bytes + Int(from - start), Int(to - from),
            time: feeder.packetTime, policy: options.overlap)
        if outcome.overlapped { overlapping += 1 }
        if outcome.differs { events.note(.overlapOtherData) }
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

    /// Ends a direction once its FIN is acknowledged.
    func closeIfDone(_ flow: FlowPointer, _ session: SessionPointer) {
        endIfAcknowledged(flow, session, .toServer)
        endIfAcknowledged(flow, session, .toClient)
    }

    private func endIfAcknowledged(_ flow: FlowPointer, _ session: SessionPointer, _ way: FlowDirection) {
        let side = stream(session, way)
        guard side.pointee.finSeen, !side.pointee.ended, side.pointee.acknowledged > side.pointee.fin else { return }
        if way == .toServer && awaitsAnswer(flow, session) { return }
        end(flow, session, way)
    }

    /// The client is done, and the server's answer, still to come, will tell what it said.
    private func awaitsAnswer(_ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        guard flow.pointee.application == .unknown, !stream(session, .toClient).pointee.ended else { return false }
        let client = stream(session, .toServer)
        feeder.feed(flow, session, client, .toServer, upTo: client.pointee.fin, final: false)
        let known = flow.pointee.recognition
        return flow.pointee.application == .unknown && known.contains(.waiting)
            && known.isDisjoint(with: [.failed(.toServer), .failed(.toClient)])
    }

    /// Delivers what is left of one direction and tells the application layer that it is over.
    private func end(_ flow: FlowPointer, _ session: SessionPointer, _ way: FlowDirection) {
        let side = stream(session, way)
        guard !side.pointee.ended else { return }
        side.pointee.ended = true
        if way == .toServer { hearAnswer(flow, session) }
        let reach = max(side.pointee.next, side.pointee.stored)
        let last = side.pointee.finSeen ? min(side.pointee.fin, reach) : reach
        feeder.feed(flow, session, side, way, upTo: last, final: true)
        pool.removeAll(&side.pointee.data)
        releaseIfEmpty(flow, session)
    }

    /// A request that waits to be told by its answer what it is: the answer comes first, acknowledged or not.
    private func hearAnswer(_ flow: FlowPointer, _ session: SessionPointer) {
        guard flow.pointee.application == .unknown, flow.pointee.recognition.contains(.waiting) else { return }
        let server = stream(session, .toClient)
        guard !server.pointee.ended else { return }
        let reach = max(server.pointee.next, server.pointee.stored)
        feeder.feed(flow, session, server, .toClient, upTo: reach, final: false)
    }

    func close(_ flow: FlowPointer, _ session: SessionPointer, reset: Bool) {
        session.pointee.stateBefore = reset ? session.pointee.state : .closed
        flush(flow, session)
        enter(.closed, flow, session)
        flow.pointee.reset = reset
    }

    private func flush(_ flow: FlowPointer, _ session: SessionPointer) {
        if session.pointee.state.rawValue >= TCPState.established.rawValue {
            end(flow, session, .toServer)
            end(flow, session, .toClient)
        }
        pool.removeAll(&session.pointee.client.data)
        pool.removeAll(&session.pointee.server.data)
        releaseIfEmpty(flow, session)
    }

    /// The flow is over: what is left is delivered, and the session's memory goes back.
    func endFlow(_ flow: FlowPointer) {
        guard flow.pointee.session >= 0 else { return }
        let session = sessions.sessions + Int(flow.pointee.session)
        flow.pointee.tcpState = session.pointee.state
        flush(flow, session)
        sessions.give(flow.pointee.session)
        flow.pointee.session = -1
    }

    func releaseIfEmpty(_ flow: FlowPointer, _ session: SessionPointer) {
        if session.pointee.client.data.isEmpty && session.pointee.server.data.isEmpty {
            sessions.release(flow.pointee.session)
        }
    }
}
