internal import Events

/// The server has answered: the client's acknowledgement completes the handshake.
extension TCPTracker {
    func inSynReceived(
        _ segment: TCPSegment, _ packet: PacketView, _ flow: FlowPointer, _ session: SessionPointer
    ) -> Bool {
        if segment.has(TCP.fin) {
            if !timestampHolds(segment, session) { return false }
            return finish(segment, flow, session)
        }
        if segment.isSynAck { return synAckAgain(segment, flow, session) }
        if segment.has(TCP.syn) {
            if segment.way == .toClient {
                events.note(.threeWaySynToClient)
            } else if segment.sequence != session.pointee.client.isn {
                events.note(.threeWaySynOtherSequence)
            }
            return false
        }
        guard segment.has(TCP.ack) else { return false }
        return complete(segment, flow, session)
    }

    private func synAckAgain(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        if segment.way == .toServer {
            if session.pointee.flags.contains(.fourWay) { return false }
            events.note(.threeWaySynAckToServer)
            return false
        }
        guard segment.acknowledged == session.pointee.client.acknowledged else {
            events.note(.threeWaySynAckOtherAck)
            return false
        }
        if segment.sequence != session.pointee.server.isn {
            events.note(.threeWaySynAckOtherSequence)
            queueSynAck(segment, session)
        }
        return false
    }

    /// Other answers of the server wait until it is seen which one the client takes.
    private func queueSynAck(_ segment: TCPSegment, _ session: SessionPointer) {
        let count = Int(session.pointee.serverISNCount)
        for place in 0..<count where session.pointee.serverISNs[place] == segment.sequence { return }
        guard count < 5 else {
            events.note(.threeWaySynAckFlood)
            return
        }
        session.pointee.serverISNs[count] = segment.sequence
        session.pointee.serverISNCount += 1
    }

    private func pickSynAck(_ segment: TCPSegment, _ session: SessionPointer) {
        for place in 0..<Int(session.pointee.serverISNCount)
        where session.pointee.serverISNs[place] == segment.acknowledgement &- 1 {
            session.pointee.server.isn = segment.acknowledgement &- 1
        }
    }

    private func complete(_ given: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        var segment = given
        if segment.way == .toServer {
            pickSynAck(segment, session)
            place(&segment, session)
        }
        if !timestampHolds(segment, session) { return false }
        if segment.way == .toClient {
            if session.pointee.flags.contains(.fourWay) { return completeFour(segment, flow, session) }
            if !session.pointee.flags.contains(.midstreamSynAck) {
                events.note(segment.length > 0 ? .threeWayDataInjection : .threeWayAckWrongDirection)
                return false
            }
        }
        let sender = stream(session, segment.way)
        let peer = stream(session, segment.way.reversed)
        // On a SYN that carried data the client goes on behind it, whether the server took it or not.
        let isNext = segment.start == sender.pointee.next || segment.start == sender.pointee.acknowledged
        if isNext && segment.acknowledged == peer.pointee.next {
            return establish(segment, flow, session)
        }
        if isNext && segment.way == .toClient && options.oneSided {
            session.pointee.flags.insert(.oneSided)
            return establish(segment, flow, session)
        }
        if isNext {
            events.note(.threeWayRightSequenceWrongAck)
            return false
        }
        if segment.start > sender.pointee.next && segment.start <= sender.pointee.windowEnd
            && segment.acknowledged >= peer.pointee.next && segment.acknowledged <= peer.pointee.windowEnd
        {
            return establish(segment, flow, session)
        }
        events.note(.threeWayWrongSequenceWrongAck)
        return false
    }

    private func completeFour(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        guard segment.start == session.pointee.server.next else {
            events.note(.fourWayWrongSequence)
            return false
        }
        guard ackHolds(segment, session) else {
            events.note(.fourWayInvalidAck)
            return false
        }
        return establish(segment, flow, session)
    }

    private func establish(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        enter(.established, flow, session)
        return take(segment, flow, session)
    }
}
