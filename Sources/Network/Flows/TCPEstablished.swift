internal import Events

/// Data both ways, until a FIN.
extension TCPTracker {
    func inEstablished(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        if segment.has(TCP.fin) {
            if segment.has(TCP.syn) {
                events.note(.finWithSyn)
                return false
            }
            if !timestampHolds(segment, session) { return false }
            return finish(segment, flow, session)
        }
        if segment.isSynAck { return synAckInEstablished(segment, session) }
        if segment.has(TCP.syn) {
            if segment.way == .toClient {
                events.note(.establishedSynToClient)
            } else {
                events.note(
                    segment.sequence == session.pointee.client.isn ? .establishedSynAgain : .establishedSynOtherSequence
                )
            }
            return false
        }
        guard segment.has(TCP.ack), timestampHolds(segment, session) else { return false }
        if segment.way == .toClient { session.pointee.flags.insert(.confirmed) }
        return data(segment, flow, session)
    }

    private func synAckInEstablished(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        if segment.way == .toServer {
            events.note(.establishedSynAckToServer)
        } else if segment.acknowledged != session.pointee.client.acknowledged {
            events.note(.establishedSynAckOtherAck)
        } else if segment.sequence != session.pointee.server.isn {
            events.note(.establishedSynAckOtherSequence)
        } else if session.pointee.flags.contains(.confirmed) {
            events.note(.establishedSynAckAgain)
        } else {
            // The server did not get the handshake's last segment: it will be sent again.
            session.pointee.state = .synReceived
        }
        return false
    }

    private func data(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        guard ackHolds(segment, session) else {
            events.note(.establishedInvalidAck)
            return false
        }
        let oneSided = session.pointee.flags.contains(.oneSided)
        let isProbe = segment.length <= 1 && segment.start == sender.pointee.next - 1
        if !isProbe && segment.end < sender.pointee.acknowledged && !oneSided {
            if becomesOneSided(segment, session) { return take(segment, flow, session) }
            events.note(.establishedBeforeLastAck)
            return segment.length > 0
        }
        let relaxed = oneSided || session.pointee.flags.contains(.midstream)
        let zeroWindowProbe =
            segment.length == 1 && segment.start == sender.pointee.next && sender.pointee.window == 0
        if !relaxed && !zeroWindowProbe && segment.end > max(sender.pointee.windowEnd, 1) {
            events.note(.establishedOutOfWindow)
            outOfWindow += 1
            return false
        }
        return take(segment, flow, session)
    }

    /// Nothing of the other side is there to acknowledge what this one sends.
    private func becomesOneSided(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        guard options.oneSided, session.pointee.flags.contains(.midstream),
            segment.start == sender.pointee.next || sender.pointee.acknowledged == 0
        else { return false }
        session.pointee.flags.insert(.oneSided)
        return true
    }

    /// Takes a segment that is in order with everything: acknowledgement, window, time stamp, data.
    func take(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer, window: Bool = true) -> Bool {
        let sender = stream(session, segment.way)
        let peer = stream(session, segment.way.reversed)
        let catchesUp = sender.pointee.next < sender.pointee.acknowledged
        if segment.length > 0 && (segment.start <= sender.pointee.next || catchesUp) {
            sender.pointee.next = max(sender.pointee.next, segment.end)
        }
        if window { peer.pointee.window = Int64(segment.window) << Int64(sender.pointee.scale) }
        updateTimestamp(segment, session)
        acknowledge(segment, flow, session)
        if session.pointee.flags.contains(.oneSided) { acknowledgeOwn(segment, flow, session) }
        return segment.length > 0 && store(segment, flow, session)
    }

    private func acknowledge(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) {
        guard segment.has(TCP.ack) else { return }
        let peer = stream(session, segment.way.reversed)
        let at = segment.acknowledged
        guard at >= 0 else { return }
        let room = max(at, peer.pointee.acknowledged) + peer.pointee.window
        if room > peer.pointee.windowEnd { peer.pointee.windowEnd = room }
        let most = max(peer.pointee.next, peer.pointee.windowEnd, peer.pointee.finSeen ? peer.pointee.fin + 1 : 0)
        guard at > peer.pointee.acknowledged, at <= most else { return }
        if peer.pointee.next < at { peer.pointee.next = at }
        peer.pointee.acknowledged = at
        feeder.feed(flow, session, peer, segment.way.reversed, upTo: at, final: false)
        releaseIfEmpty(flow, session)
    }

    /// With nobody to acknowledge, each segment says that what came before it has arrived.
    private func acknowledgeOwn(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) {
        let sender = stream(session, segment.way)
        guard segment.start > sender.pointee.acknowledged else { return }
        sender.pointee.acknowledged = segment.start
        feeder.feed(flow, session, sender, segment.way, upTo: segment.start, final: false)
        releaseIfEmpty(flow, session)
    }
}
