internal import Events
internal import Primitives

/// An LDAP connection: messages that are not whole yet.
struct LDAPFlow {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var isLost = false
}

/// LDAP 3 (RFC 4511) over TCP and UDP, cut into messages. A transaction is a request with its responses.
final class LDAPParser: FlowStateParser<LDAPFlow> {
    private static let maximumMessage = 256 << 10

    init(output: InspectionOutput) { super.init(.ldap, output, initial: LDAPFlow(), bytes: 16 << 20) }

    /// Whether one message stands here (RFC 4511 section 4.1.1).
    private static func isMessage(_ bytes: Bytes) -> Bool {
        var top = DERReader(bytes)
        guard let whole = top.next(DERTag.sequence) else { return false }
        var parts = whole.elements
        guard let id = parts.next(DERTag.integer), (1...4).contains(id.content.count), let unit = parts.next() else {
            return false
        }
        return unit.tag & 0xC0 == 0x40
    }

    /// Bytes of the message that begins here, as far as its head says; nil where none begins, 0 where the head is not
    /// whole yet.
    private static func length(_ bytes: Bytes) -> Int? {
        guard !bytes.isEmpty else { return 0 }
        guard bytes[0] == DERTag.sequence else { return nil }
        guard bytes.count >= 2 else { return 0 }
        if bytes[1] & 0x80 == 0 { return 2 + Int(bytes[1]) }
        let digits = Int(bytes[1] & 0x7F)
        guard (1...4).contains(digits) else { return nil }
        guard bytes.count >= 2 + digits else { return 0 }
        var length = 0
        for index in 0..<digits { length = length << 8 | Int(bytes[2 + index]) }
        return length <= maximumMessage ? 2 + digits + length : nil
    }

    private func isExpected(_ flow: UnsafeMutablePointer<FlowRecord>) -> Bool {
        flow.pointee.serverPort == 389 || flow.pointee.serverPort == 3268
    }

    override func recogniseStream(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Recognition {
        guard isExpected(flow), let length = LDAPParser.length(bytes) else { return .no }
        if length == 0 || length > bytes.count { return .more }
        return LDAPParser.isMessage(bytes) ? .yes : .no
    }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool { isExpected(flow) && LDAPParser.isMessage(bytes) }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        _ = messages(bytes, flow, way)
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow), !state.pointee.isLost else { return }
        var pending = way == .toServer ? state.pointee.toServer : state.pointee.toClient
        if way == .toServer { state.pointee.toServer = ByteStore() } else { state.pointee.toClient = ByteStore() }
        var isLost = false
        let kept = pending.take(bytes, limit: 2 * LDAPParser.maximumMessage, meter) { held in
            guard let used = messages(held, flow, way) else {
                isLost = true
                return held.count
            }
            return used
        }
        if way == .toServer { state.pointee.toServer = pending } else { state.pointee.toClient = pending }
        if !kept || isLost { state.pointee.isLost = true }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.isLost = true
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let state = known(flow) else { return }
        state.pointee.toServer.free(meter)
        state.pointee.toClient.free(meter)
        release(flow)
    }

    // MARK: Messages

    /// Reads whole messages. Answers the bytes that they took; nil where something else stands there.
    private func messages(
        _ held: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Int? {
        var at = 0
        while at < held.count {
            guard let length = LDAPParser.length(held.dropping(at)) else { return nil }
            guard length > 0, held.count - at >= length else { break }
            guard LDAPParser.isMessage(held.slice(at, at + length)) else { return nil }
            report(flow, way)
            at += length
        }
        return at
    }

    /// A message is an item without buffers: the stream behind it is inspected as soon as it is whole.
    private func report(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        if way == .toServer { flow.pointee.transactions += 1 }
        append(item(flow, way, max(flow.pointee.transactions, 1) - 1), way)
    }
}
