internal import Events
internal import Primitives

/// A heartbeat that was sent and not answered yet.
struct TLSHeartbeat {
    var isOpen = false
    var way = FlowDirection.toServer
    /// Length of its record, where it was encrypted: an answer that is longer gives away memory.
    var length = 0
}

/// Heartbeats (RFC 6520), and what claims to be one to read a server's memory (CVE-2014-0160).
extension TLSParser {
    /// - Parameters:
    ///   - length: bytes of the record's body
    ///   - body: nil where it is encrypted
    func heartbeat(
        _ length: Int, _ body: Bytes?, _ connection: UnsafeMutablePointer<TLSConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if length < 3 { return }
        if let body, body[0] != 1 && body[0] != 2 { return odd("tls.invalid_heartbeat_message", flow, way) }
        if !connection.pointee.heartbeat.isOpen {
            connection.pointee.heartbeat = TLSHeartbeat(isOpen: true, way: way, length: body == nil ? length : 0)
            if let body { request(body, flow, way) }
        } else if connection.pointee.heartbeat.way == way {
            odd("tls.invalid_heartbeat_message", flow, way)
        } else {
            let asked = connection.pointee.heartbeat.length
            connection.pointee.heartbeat = TLSHeartbeat()
            if body == nil && asked > 0 && asked < length { odd("tls.dataleak_heartbeat_mismatch", flow, way) }
        }
    }

    /// Payload and 16 bytes of padding must be there.
    private func request(_ body: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let claimed = Int(body.bigEndian16(at: 1)) + 3
        if claimed > body.count {
            odd("tls.overflow_heartbeat_message", flow, way)
        } else if body.count - claimed < 16 {
            odd("tls.invalid_heartbeat_message", flow, way)
        }
    }

    /// An oddity of the connection, which is one transaction: signatures see it at once in the direction of the packet
    /// at hand (one that acknowledges the bytes, as a rule), and in the other one when that side goes on.
    func odd(_ name: StaticString, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        if output.origin == .flowEnd { return raise(name, flow, way, 0) }
        raise(name, flow, output.packetWay, 0)
        guard let connection = known(flow), connection.pointee.late.count < TLSLateOddities.most else { return }
        connection.pointee.late.names[connection.pointee.late.count] = name
        connection.pointee.late.count += 1
        connection.pointee.late.way = output.packetWay.reversed
    }

    /// The other side goes on.
    func tellLate(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        let way = connection.pointee.late.way
        guard connection.pointee.late.count > 0, output.packetWay == way, output.origin != .flowEnd else { return }
        for index in 0..<connection.pointee.late.count { raise(connection.pointee.late.names[index], flow, way, 0) }
        connection.pointee.late.count = 0
    }
}

/// Oddities that wait for the other side's next packet.
struct TLSLateOddities {
    static let most = 4
    var names = InlineArray<4, StaticString>(repeating: "")
    var count = 0
    var way = FlowDirection.toServer
}
