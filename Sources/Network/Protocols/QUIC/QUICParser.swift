internal import Events
internal import Primitives

/// A connection's handshake as far as Initial packets show it.
struct QUICConnection {
    /// The identifier that the keys come from, and the version.
    var identifier = ByteStore()
    var version: UInt32 = 0
    var client = QUICHandshake()
    var server = QUICHandshake()
}

/// One side's handshake data: pieces may come in any order.
struct QUICHandshake {
    var data = ByteStore()
    /// A byte for each byte of `data`: 1 where it came.
    var seen = ByteStore()
    var isDone = false
}

/// QUIC 1 and 2 (RFC 9000, RFC 9369) and Google's: versions, and the hello messages of Initial packets, which are
/// protected with keys that the packets themselves give away. A hello is a transaction; of Google's, each packet with a
/// long header.
final class QUICParser: FlowStateParser<QUICConnection> {
    private static let maximumPackets = 8
    private static let handshakeLimit = 16 << 10
    private let fingerprints = TLSFingerprints()
    private let md5 = Digest(.md5)
    private var text = ScratchBuffer(capacity: 1024, limit: 64 << 10)

    init(output: InspectionOutput) { super.init(.quic, output, initial: QUICConnection(), flows: 1 << 16) }

    /// A long header of a version that is known; the fixed bit is set (RFC 9000 section 17.2).
    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        guard bytes.count >= 16, bytes[0] & 0xC0 == 0xC0, let packet = QUICPacket(bytes) else { return false }
        return QUICVersion.isKnown(packet.version)
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow) else { return }
        var rest = bytes
        for _ in 0..<QUICParser.maximumPackets {
            guard rest.count >= 7, rest[0] & 0x80 != 0, let packet = QUICPacket(rest) else { return }
            read(packet, connection, flow, way)
            rest = rest.dropping(packet.whole.count)
        }
    }

    private func read(
        _ packet: QUICPacket, _ connection: UnsafeMutablePointer<QUICConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if QUICVersion.isGoogle(packet.version) {
            report(packet, flow, way) { if way == .toServer { google(packet) } }
        } else if packet.isInitial {
            initial(packet, connection, flow, way)
        }
    }

    private func report(
        _ packet: QUICPacket, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection, _ buffers: () -> Void
    ) {
        let made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        output.buffer(.quicVersion, packet.whole.slice(1, 5))
        buffers()
        append(made, way)
    }

    // MARK: Google's

    private func google(_ packet: QUICPacket) {
        let numberBytes = Int(packet.whole[0] & 3) + 1
        guard let hello = GoogleHello(packet.whole.dropping(packet.numberAt + numberBytes)) else { return }
        text.removeAll()
        _ = text.appendDecimal(Int(packet.version & 15) + 10 * Int(packet.version >> 8 & 15))
        var first = true
        hello.each { tag, value in
            guard text.reserve(5) else { return }
            text.push(first ? ASCII.comma : ASCII.minus)
            _ = text.append(tag)
            first = false
            if tag == "SNI" { output.buffer(.quicServerName, value) }
            if tag == "UAID" { output.buffer(.quicUserAgent, value) }
        }
        output.buffer(.quicFingerprint, text.everything)
        output.buffer(.quicFingerprintHash, md5.hex(text.everything))
    }

    // MARK: Initial packets

    private func initial(
        _ packet: QUICPacket, _ connection: UnsafeMutablePointer<QUICConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        var side = way == .toServer ? connection.pointee.client : connection.pointee.server
        if side.isDone { return }
        if connection.pointee.identifier.count == 0 || connection.pointee.version != packet.version {
            guard way == .toServer else { return }
            connection.pointee.identifier.clear()
            _ = connection.pointee.identifier.append(packet.destination, limit: 20, meter)
            connection.pointee.version = packet.version
        }
        let identifier = connection.pointee.identifier.bytes
        var keys = QUICKeys(version: packet.version, connection: identifier, isClient: way == .toServer)
        var frames = keys?.open(packet.whole, numberAt: packet.numberAt)
        if frames == nil, way == .toServer, !(packet.destination == identifier) {
            // After a Retry the client begins anew, with another identifier (RFC 9001 section 5.2).
            keys = QUICKeys(version: packet.version, connection: packet.destination, isClient: true)
            frames = keys?.open(packet.whole, numberAt: packet.numberAt)
            if frames != nil {
                connection.pointee.identifier.clear()
                _ = connection.pointee.identifier.append(packet.destination, limit: 20, meter)
            }
        }
        if let frames { frames.withUnsafeBytes { collect(Bytes($0), &side) } }
        if let body = QUICParser.hello(side, way) {
            report(packet, flow, way) { show(body, way) }
            side.data.free(meter)
            side.seen.free(meter)
            side.isDone = true
        }
        if way == .toServer { connection.pointee.client = side } else { connection.pointee.server = side }
    }

    /// Keeps what CRYPTO frames carry (RFC 9000 section 19.6), and passes over the others that Initial packets have.
    private func collect(_ frames: Bytes, _ side: inout QUICHandshake) {
        var reader = MessageReader(frames)
        while !reader.isEmpty {
            switch reader.u8() {
            case 0, 1: break
            case 2, 3:
                _ = reader.varint()
                _ = reader.varint()
                let ranges = reader.varint()
                _ = reader.varint()
                for _ in 0..<min(ranges, 256) where !reader.failed {
                    _ = reader.varint()
                    _ = reader.varint()
                }
            case 6:
                let offset = reader.varint()
                let data = reader.bytes(reader.varint())
                if !reader.failed { keep(data, at: offset, &side) }
            default: return
            }
        }
    }

    private func keep(_ data: Bytes, at offset: Int, _ side: inout QUICHandshake) {
        let end = offset + data.count
        guard end <= QUICParser.handshakeLimit else { return }
        if end > side.data.count {
            guard side.data.extend(to: end, meter), side.seen.extend(to: end, meter) else { return }
        }
        side.data.replace(at: offset, data)
        side.seen.fill(offset..<end, with: 1)
    }

    /// The body of the side's hello, once all of it is there.
    private static func hello(_ side: QUICHandshake, _ way: FlowDirection) -> Bytes? {
        let bytes = side.data.bytes
        guard bytes.count >= 4, bytes[0] == (way == .toServer ? 1 : 2) else { return nil }
        let length = 4 + Int(bytes[1]) << 16 + Int(bytes.bigEndian16(at: 2))
        guard length <= bytes.count, side.seen.bytes.prefix(length).firstIndex(of: 0) == nil else { return nil }
        return bytes.slice(4, length)
    }

    private func show(_ body: Bytes, _ way: FlowDirection) {
        guard let hello = TLSHello(body, isClient: way == .toServer) else { return }
        if way == .toClient {
            let ja3s = fingerprints.ja3s(hello)
            output.buffer(.ja3sString, ja3s)
            return output.buffer(.ja3sHash, fingerprints.hash(ja3s))
        }
        if hello.hasServerName {
            output.buffer(.quicServerName, hello.serverName)
        }
        let ja3 = fingerprints.ja3(hello)
        output.buffer(.ja3String, ja3)
        output.buffer(.ja3Hash, fingerprints.hash(ja3))
        output.buffer(.ja4Hash, fingerprints.ja4(hello, overQUIC: true))
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        connection.pointee.identifier.free(meter)
        for side in [\QUICConnection.client, \QUICConnection.server] {
            connection.pointee[keyPath: side].data.free(meter)
            connection.pointee[keyPath: side].seen.free(meter)
        }
        release(flow)
    }
}
