internal import Events

/// From the first FIN to the end.
extension TCPTracker {
    /// A FIN where both sides were open.
    func finish(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        guard ackHolds(segment, session) else {
            events.note(.finInvalidAck)
            return false
        }
        guard segment.start >= sender.pointee.next || session.pointee.flags.contains(.oneSided),
            segment.start <= sender.pointee.acknowledged + max(sender.pointee.window, 1)
        else {
            events.note(.finOutOfWindow)
            return false
        }
        enter(segment.way == .toServer ? .closeWait : .finWait1, flow, session)
        return takeFin(segment, flow, session)
    }

    private func takeFin(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        let streamed = take(segment, flow, session)
        if !sender.pointee.finSeen, segment.end >= sender.pointee.applied {
            sender.pointee.finSeen = true
            sender.pointee.fin = segment.end
            sender.pointee.stored = max(sender.pointee.stored, segment.end)
        }
        closeIfDone(flow, session)
        return streamed
    }

    /// The events of a state's refusals, and what follows a FIN and an acknowledgement in it.
    private struct Rules {
        var finWrongSequence: StreamEvent
        var ackWrongSequence: StreamEvent
        var invalidAck: StreamEvent
    }

    private func rules(_ state: TCPState) -> Rules {
        switch state {
        case .finWait1:
            Rules(
                finWrongSequence: .finWait1FinWrongSequence, ackWrongSequence: .finWait1AckWrongSequence,
                invalidAck: .finWait1InvalidAck)
        case .finWait2:
            Rules(
                finWrongSequence: .finWait2FinWrongSequence, ackWrongSequence: .finWait2AckWrongSequence,
                invalidAck: .finWait2InvalidAck)
        case .closing:
            Rules(
                finWrongSequence: .closingAckWrongSequence, ackWrongSequence: .closingAckWrongSequence,
                invalidAck: .closingInvalidAck)
        case .closeWait:
            Rules(
                finWrongSequence: .closeWaitFinOutOfWindow, ackWrongSequence: .closeWaitAckOutOfWindow,
                invalidAck: .closeWaitInvalidAck)
        case .timeWait:
            Rules(
                finWrongSequence: .timeWaitWrongSequence, ackWrongSequence: .timeWaitWrongSequence,
                invalidAck: .timeWaitInvalidAck)
        default:
            Rules(
                finWrongSequence: .lastAckWrongSequence, ackWrongSequence: .lastAckWrongSequence,
                invalidAck: .lastAckInvalidAck)
        }
    }

    func inShutdown(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        if segment.has(TCP.fin) { return finInShutdown(segment, flow, session) }
        if segment.has(TCP.syn) {
            events.note(.shutdownSynAgain)
            return false
        }
        guard segment.has(TCP.ack), timestampHolds(segment, session) else { return false }
        return ackInShutdown(segment, flow, session)
    }

    private func finInShutdown(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let state = session.pointee.state
        // A FIN that is sent again, or comes where both are done, changes nothing.
        if state == .closing || state == .lastAck || state == .timeWait { return false }
        guard timestampHolds(segment, session) else { return false }
        let rules = rules(state)
        let sender = stream(session, segment.way)
        let again = isRetransmission(segment, session) || (sender.pointee.finSeen && segment.end == sender.pointee.fin)
        if !again
            && (segment.start < sender.pointee.next
                || segment.start > sender.pointee.acknowledged + max(sender.pointee.window, 1))
        {
            events.note(rules.finWrongSequence)
            return false
        }
        guard ackHolds(segment, session) else {
            events.note(rules.invalidAck)
            return false
        }
        if !again || !sender.pointee.finSeen { enter(following(fin: segment, state), flow, session) }
        return takeFin(segment, flow, session)
    }

    private func following(fin segment: TCPSegment, _ state: TCPState) -> TCPState {
        switch state {
        case .finWait1: segment.has(TCP.ack) ? .timeWait : .closing
        case .finWait2: .timeWait
        case .closeWait: segment.way == .toClient ? .lastAck : .closeWait
        default: state
        }
    }

    private func ackInShutdown(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        let state = session.pointee.state
        let rules = rules(state)
        let again = isRetransmission(segment, session)
        let sender = stream(session, segment.way)
        if state == .closeWait && segment.length > 0 && segment.end <= sender.pointee.acknowledged {
            events.note(.closeWaitBeforeLastAck)
            return true
        }
        if !again && !sequenceHolds(segment, session) {
            events.note(rules.ackWrongSequence)
            return false
        }
        guard ackHolds(segment, session) else {
            events.note(rules.invalidAck)
            return false
        }
        let peer = stream(session, segment.way.reversed)
        let done = peer.pointee.finSeen && segment.acknowledged > peer.pointee.fin
        let streamed = take(segment, flow, session, window: !again)
        if !again {
            switch state {
            case .finWait1 where segment.start == sender.pointee.next - segment.length:
                enter(.finWait2, flow, session)
            case .closing: enter(.timeWait, flow, session)
            case .timeWait where done, .lastAck where done && segment.way == .toServer:
                close(flow, session, reset: false)
            default: break
            }
        }
        closeIfDone(flow, session)
        return streamed
    }

    private func sequenceHolds(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        let relaxed = !session.pointee.flags.isDisjoint(with: [.midstream, .oneSided])
        switch session.pointee.state {
        case .finWait1, .finWait2: return segment.end <= max(sender.pointee.windowEnd, 1) || relaxed
        case .closeWait: return segment.start <= sender.pointee.acknowledged + max(sender.pointee.window, 1) || relaxed
        case .closing: return segment.start == sender.pointee.next || segment.start == sender.pointee.next + 1
        default:
            if session.pointee.state == .lastAck && segment.way == .toClient { return true }
            return segment.start == sender.pointee.next || segment.start == sender.pointee.next + 1
                || (segment.length > 0 && segment.start == sender.pointee.acknowledged)
        }
    }

    /// A reset ends the session where its numbers are those of its sender.
    func reset(_ segment: TCPSegment, _ flow: FlowPointer, _ session: SessionPointer) -> Bool {
        guard timestampHolds(segment, session) else { return false }
        if segment.has(TCP.ack), segment.acknowledgement != 0, !ackHolds(segment, session) {
            events.note(.resetInvalidAck)
            return false
        }
        let sender = stream(session, segment.way)
        let reach = max(sender.pointee.next, sender.pointee.stored) + (sender.pointee.finSeen ? 1 : 0)
        guard segment.start >= min(sender.pointee.acknowledged, sender.pointee.next) - 1,
            segment.start <= max(reach, sender.pointee.windowEnd) + 1
        else { return false }
        stream(session, segment.way.reversed).pointee.flags.insert(.resetReceived)
        close(flow, session, reset: true)
        return false
    }
}
