internal import Events

/// Whether a segment's numbers fit its session.
extension TCPTracker {
    private static let pawsSeconds: Int64 = 24 * 86_400

    /// An acknowledgement lies between a window before the last one and the end of what the other side may send.
    func ackHolds(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        let peer = stream(session, segment.way.reversed)
        let at = segment.acknowledged
        let last = peer.pointee.acknowledged
        if session.pointee.flags.contains(.oneSided) { return true }
        if at >= last && (at <= peer.pointee.windowEnd || at == last) { return true }
        // One more for a FIN at the window's end.
        if at > last && peer.pointee.finSeen && at <= peer.pointee.fin + 1 { return true }
        if at < last && (peer.pointee.window == 0 || at >= last - peer.pointee.window) { return true }
        if at > last && session.pointee.flags.contains(.midstream) { return true }
        events.note(.invalidAck)
        return false
    }

    /// Time stamps grow (RFC 7323 section 5: protection against wrapped sequence numbers).
    func timestampHolds(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        guard session.pointee.flags.contains(.timestamps), segment.hasTimestamp else { return true }
        let sender = stream(session, segment.way)
        if sender.pointee.flags.contains(.zeroTimestamp) && segment.start == sender.pointee.next { return true }
        guard !isStale(segment, sender) else {
            events.note(.invalidTimestamp)
            return false
        }
        return true
    }

    private func isStale(_ segment: TCPSegment, _ sender: StreamPointer) -> Bool {
        let seconds = feeder.packetTime / 1_000_000_000
        let idle = sender.pointee.lastSeconds != 0 && seconds > sender.pointee.lastSeconds + TCPTracker.pawsSeconds
        let back = Int32(bitPattern: segment.timestamp &- sender.pointee.lastTimestamp) < 0
        if !back && !(idle && sender.pointee.lastTimestamp != 0) { return false }
        return !(idle && segment.start == sender.pointee.next)
    }

    func updateTimestamp(_ segment: TCPSegment, _ session: SessionPointer) {
        guard session.pointee.flags.contains(.timestamps), segment.hasTimestamp else { return }
        let sender = stream(session, segment.way)
        if segment.start == sender.pointee.next || sender.pointee.flags.contains(.zeroTimestamp) {
            sender.pointee.lastTimestamp = segment.timestamp
        }
        sender.pointee.flags.remove(.zeroTimestamp)
        sender.pointee.lastSeconds = feeder.packetTime / 1_000_000_000
    }

    func isRetransmission(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        let sender = stream(session, segment.way)
        guard segment.length > 0, segment.end <= max(sender.pointee.acknowledged, sender.pointee.next) else {
            return false
        }
        events.note(.retransmission)
        return true
    }

    /// A keep-alive (RFC 9293 section 3.8.4) or the answer to one: nothing is to be learnt from it.
    func isKeepAlive(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        guard segment.length <= 1, segment.flags & (TCP.syn | TCP.fin | TCP.rst) == 0,
            session.pointee.state != .synSent
        else {
            stream(session, segment.way).pointee.flags.remove(.keepAlive)
            return false
        }
        let sender = stream(session, segment.way)
        let peer = stream(session, segment.way.reversed)
        let sameAck = segment.acknowledged == peer.pointee.acknowledged
        if sameAck && segment.start == sender.pointee.next - 1 && session.pointee.state != .synReceived {
            sender.pointee.flags.insert(.keepAlive)
            return true
        }
        let isAnswer =
            sameAck && peer.pointee.flags.contains(.keepAlive) && segment.length == 0
            && segment.start == sender.pointee.next && segment.window != 0
        if isAnswer { peer.pointee.flags.remove(.keepAlive) }
        sender.pointee.flags.remove(.keepAlive)
        return isAnswer
    }

    /// A segment out of place that closes the window for those that are in place.
    func isIgnoredUpdate(_ segment: TCPSegment, _ session: SessionPointer) -> Bool {
        guard session.pointee.state.rawValue >= TCPState.established.rawValue, session.pointee.state != .closed,
            segment.flags & (TCP.syn | TCP.fin | TCP.rst) == 0
        else { return false }
        let sender = stream(session, segment.way)
        let peer = stream(session, segment.way.reversed)
        let window = Int64(segment.window) << Int64(sender.pointee.scale)
        let shrinks = peer.pointee.window - window
        guard shrinks > segment.length, segment.acknowledged > peer.pointee.next,
            segment.start > sender.pointee.next
        else { return false }
        let more = segment.acknowledged - peer.pointee.acknowledged
        guard shrinks > (window > 1024 ? more + 32 : more) else { return false }
        events.note(.badWindowUpdate)
        return true
    }
}
