internal import Events
internal import Primitives

/// One direction of a TLS connection.
struct TLSSide {
    /// A record that is not whole yet, and the handshake message that its records carry.
    var pending = ByteStore()
    var handshake = ByteStore()
    /// The encrypted record under way, where signatures look into frames.
    var sealed = ByteStore()
    /// What follows is encrypted, or no TLS: nothing more is read.
    var isDone = false
    /// Where it is encrypted: looks for application data.
    var watch = TLSRecordWatch()
}

/// One TLS connection: what its event will say.
struct TLSConnection {
    var client = TLSSide()
    var server = TLSSide()
    var facts = FactStore()
    var started = Timestamp.none
    var hasHello = false
    var hasServerHello = false
    /// The client asked for SSL 2 and nothing later.
    var isSSL2 = false
    /// A hello named the server.
    var hasServerName = false
    /// The client may send data before the server's answer (RFC 8446 section 4.2.10).
    var sendsEarly = false
    /// The server wants the client's certificate: there is more to come after its own.
    var asksForCertificate = false
    /// The event was written.
    var isReported = false
    /// How far the handshake has come, and what of it was told.
    var state: TLSHandshakeState = []
    var toldState: TLSHandshakeState = []
    var heartbeat = TLSHeartbeat()
    var late = TLSLateOddities()
}

/// TLS and SSL 3 up to the point where encryption begins (RFC 8446, RFC 5246): hello messages, certificates, alerts.
/// One transaction a flow.
final class TLSParser: FlowStateParser<TLSConnection> {
    private static let maximumRecord = 16_384 + 2048
    /// Records in one piece of data that are in order.
    private static let maximumRecords = 255
    /// Bytes of one handshake message: certificate chains are the long ones.
    private static let maximumHandshake = 64 << 10
    private static let pendingLimit = maximumRecord + 5 + (64 << 10)

    /// Payloads are looked at even where they are encrypted.
    private let looksIntoEncrypted: Bool
    let fingerprints = TLSFingerprints()
    let sha1 = Digest(.sha1)
    var text = ScratchBuffer(capacity: 4096, limit: 1 << 20)

    init(output: InspectionOutput, options: NetworkOptions) {
        looksIntoEncrypted = options.looksIntoEncrypted.contains(.tls)
        super.init(.tls, output, initial: TLSConnection())
    }

    /// A handshake or alert record of a version 3.x that begins with a hello.
    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        if way == .toServer {
            let older = SSL2Hello.recognise(bytes)
            if older != .no { return older }
        }
        let head: (UInt8, UInt8) = (0x16, 0x03)
        if bytes[0] != head.0 { return .no }
        if bytes.count < 2 { return .more }
        if bytes[1] != head.1 { return .no }
        if bytes.count < 6 { return .more }
        return bytes[2] <= 4 && bytes[5] == (way == .toServer ? 1 : 2) ? .yes : .no
    }

    override var tellsBothWays: Bool { true }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = state(of: flow) else { return }
        tellLate(connection, flow)
        let side = side(connection, way)
        if side.pointee.isDone { return watch(bytes, connection, side, flow, way) }
        if connection.pointee.started == .none { connection.pointee.started = output.dataTime }
        var pending = side.pointee.pending
        let kept = pending.take(bytes, limit: TLSParser.pendingLimit, meter) { held in
            records(held, connection, side, flow, way)
        }
        side.pointee.pending = pending
        if connection.pointee.state != connection.pointee.toldState { tellState(connection, flow, way) }
        if !kept { side.pointee.isDone = true }
        if side.pointee.isDone { drop(side) }
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = known(flow) else { return }
        let side = side(connection, way)
        finish(side, connection, flow, way)
        drop(side)
        side.pointee.watch.lose()
    }

    override func end(_ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let connection = known(flow) else { return }
        finish(side(connection, way), connection, flow, way)
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = known(flow) else { return }
        if !connection.pointee.isReported { _ = report(connection, flow) }
        drop(&connection.pointee.client)
        drop(&connection.pointee.server)
        connection.pointee.client.sealed.free(meter)
        connection.pointee.server.sealed.free(meter)
        connection.pointee.facts.free(meter)
        release(flow)
    }

    private func side(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ way: FlowDirection
    ) -> UnsafeMutablePointer<TLSSide> {
        let raw = UnsafeMutableRawPointer(connection)
        let offset = way == .toServer ? 0 : MemoryLayout<TLSSide>.stride
        return (raw + offset).assumingMemoryBound(to: TLSSide.self)
    }

    private func drop(_ side: UnsafeMutablePointer<TLSSide>) { drop(&side.pointee) }
    private func drop(_ side: inout TLSSide) {
        side.pending.free(meter)
        side.handshake.free(meter)
    }

    // MARK: Records

    /// Reads whole records (RFC 8446 section 5.1) and answers how many bytes they took.
    private func records(
        _ held: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ side: UnsafeMutablePointer<TLSSide>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Int {
        var at = 0
        var count = 0
        if way == .toClient, !connection.pointee.hasServerHello, SSL2Hello.isError(held) {
            odd("tls.error_message_encountered", flow, way)
            side.pointee.isDone = true
            return held.count
        }
        if way == .toServer, !connection.pointee.hasHello, let hello = SSL2Hello(held) {
            guard hello.isWhole else { return 0 }
            connection.pointee.hasHello = true
            connection.pointee.isSSL2 = hello.version == 0x0200
            connection.pointee.state = .clientHello
            let item = item(flow, way, 0)
            version(hello.version)
            append(item, way)
            at = hello.length
        }
        while !side.pointee.isDone, held.count - at >= 5 {
            if connection.pointee.isSSL2, !connection.pointee.hasServerHello, held[at] & 0x80 != 0 {
                guard let used = older(held.dropping(at), side, flow, way) else { return at }
                at += used
                continue
            }
            count += 1
            if count == TLSParser.maximumRecords { odd("tls.too_many_records_in_packet", flow, way) }
            let type = held[at]
            let length = Int(held.bigEndian16(at: at + 3))
            if let event = TLSParser.fault(type, version: held[at + 1], length: length) {
                odd(event, flow, way)
                side.pointee.isDone = true
                side.pointee.watch.lose()
                break
            }
            if type == TLSRecordWatch.applicationData {
                begins(connection, flow)
                finish(side, connection, flow, way)
                watch(held.dropping(at), connection, side, flow, way)
                break
            }
            guard held.count - at >= 5 + length else { return at }
            let whole = held.slice(at, at + 5 + length)
            output.frames(.tlsUnit, .tlsHeader, .tlsData, whole, headerBytes: 5, flow, way)
            record(type, whole.dropping(5), connection, side, flow, way)
            at += 5 + length
            if side.pointee.isDone { watch(held.dropping(at), connection, side, flow, way) }
        }
        return side.pointee.isDone ? held.count : at
    }

    /// Application data: from here on nobody but the two understands what is said. Data that a client sends before the
    /// server has answered do not mean that yet. Source: Suricata User Guide, "TLS/SSL": `encryption-handling`.
    private func begins(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if connection.pointee.sendsEarly && !connection.pointee.hasServerHello { return }
        if !looksIntoEncrypted { flow.pointee.encrypted = true }
    }

    private func watch(
        _ bytes: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ side: UnsafeMutablePointer<TLSSide>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if output.frames != 0 { frames(bytes, side, flow, way) }
        if flow.pointee.encrypted { return }
        let found = side.pointee.watch.findsData(bytes)
        if let length = side.pointee.watch.takeHeartbeat() { heartbeat(length, nil, connection, flow, way) }
        if found { begins(connection, flow) }
    }

    private static func fault(_ type: UInt8, version: UInt8, length: Int) -> StaticString? {
        if type < 20 || type > 24 { return "tls.invalid_record_type" }
        if version != 3 { return "tls.invalid_record_version" }
        return length > maximumRecord ? "tls.invalid_record_length" : nil
    }

    private func record(
        _ type: UInt8, _ body: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>,
        _ side: UnsafeMutablePointer<TLSSide>, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        switch type {
        case 22:
            var handshake = side.pointee.handshake
            let kept = handshake.take(body, limit: TLSParser.maximumHandshake + 4, meter) { held in
                messages(held, connection, flow, way)
            }
            side.pointee.handshake = handshake
            if !kept {
                odd("tls.handshake_invalid_length", flow, way)
                side.pointee.isDone = true
            }
        case 21:
            if body.count < 2 { odd("tls.invalid_alert_message", flow, way) }
            // Nothing comes behind a fatal alert.
            if body.count == 2 && body[0] == 2 { conclude(connection, flow) }
        case 24: heartbeat(body.count, body, connection, flow, way)
        default: finish(side, connection, flow, way)
        }
    }

    // MARK: Handshake

    private func messages(
        _ held: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) -> Int {
        var at = 0
        while held.count - at >= 4 {
            let length = Int(held[at + 1]) << 16 | Int(held.bigEndian16(at: at + 2))
            guard held.count - at >= 4 + length else { break }
            let body = held.slice(at + 4, at + 4 + length)
            if let state = TLSParser.state(held[at]) { connection.pointee.state = state }
            switch held[at] {
            case 1 where !connection.pointee.hasHello: clientHello(body, connection, flow, way)
            case 2: serverHello(body, connection, flow, way)
            case 11: certificates(body, isFirst: at == 0, connection, flow, way)
            case 13 where way == .toClient: connection.pointee.asksForCertificate = true
            case 14 where way == .toClient && !connection.pointee.asksForCertificate: conclude(connection, flow)
            default: if !TLSParser.isKnown(held[at]) { odd("tls.invalid_handshake_message", flow, way) }
            }
            at += 4 + length
        }
        return at
    }

    /// Types that stand before encryption (https://www.iana.org/assignments/tls-parameters).
    private static func isKnown(_ type: UInt8) -> Bool {
        switch type {
        case 0...2, 4, 6, 8, 11...16, 20...22: true
        default: false
        }
    }

    /// What a handshake message says of how far its connection has come.
    private static func state(_ type: UInt8) -> TLSHandshakeState? {
        switch type {
        case 1: .clientHello
        case 2: .serverHello
        case 12: .serverKeyExchange
        case 16: .clientKeyExchange
        default: nil
        }
    }

    /// One item for all messages that came at once: the last one counts.
    private func tellState(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        connection.pointee.toldState = connection.pointee.state
        let item = item(flow, way, 0, complete: false)
        output.number(.tlsState, Int(connection.pointee.state.rawValue))
        append(item, way)
    }

    private func clientHello(
        _ body: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let hello = TLSHello(body, isClient: true) else {
            return odd("tls.invalid_handshake_message", flow, way)
        }
        connection.pointee.hasHello = true
        connection.pointee.sendsEarly = hello.sendsEarly
        let item = item(flow, way, 0)
        if hello.hasServerName { output.buffer(.tlsServerName, hello.serverName) }
        if hello.nameFault.utf8CodeUnitCount > 0 {
            output.anomaly(hello.nameFault)
        } else if hello.hasServerName && connection.pointee.hasServerName {
            output.anomaly("tls.multiple_sni_extensions")
        }
        connection.pointee.hasServerName = connection.pointee.hasServerName || hello.hasServerName
        hello.eachProtocol {
            output.buffer(.tlsALPN, $0)
            connection.pointee.facts.add(.tlsOfferedProtocols, $0, meter)
        }
        random(hello)
        version(hello.version)
        connection.pointee.facts.add(.tlsServerName, hello.serverName, meter)
        let ja3 = fingerprints.ja3(hello)
        output.buffer(.ja3String, ja3)
        let hash = fingerprints.hash(ja3)
        output.buffer(.ja3Hash, hash)
        connection.pointee.facts.add(.tlsJA3, hash, meter)
        let ja4 = fingerprints.ja4(hello)
        output.buffer(.ja4Hash, ja4)
        connection.pointee.facts.add(.tlsJA4, ja4, meter)
        append(item, way)
    }

    private func serverHello(
        _ body: Bytes, _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>,
        _ way: FlowDirection
    ) {
        guard let hello = TLSHello(body, isClient: false) else {
            return odd("tls.invalid_handshake_message", flow, way)
        }
        connection.pointee.hasServerHello = true
        let item = item(flow, way, 0, complete: false)
        random(hello)
        let chosen = hello.bestVersion
        version(chosen)
        if let name = TLSVersion.name(chosen) { connection.pointee.facts.add(.tlsVersion, name, meter) }
        hello.eachProtocol {
            output.buffer(.tlsALPN, $0)
            connection.pointee.facts.add(.tlsNextProtocol, $0, meter)
        }
        let ja3s = fingerprints.ja3s(hello)
        output.buffer(.ja3sString, ja3s)
        let hash = fingerprints.hash(ja3s)
        output.buffer(.ja3sHash, hash)
        connection.pointee.facts.add(.tlsJA3S, hash, meter)
        append(item, way)
    }

    /// All that both sides say of themselves in the clear was said: at ServerHelloDone (RFC 5246 section 7.4.5), where
    /// the client is not asked for a certificate.
    private func conclude(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) {
        if connection.pointee.isReported { return }
        var item = item(flow, .toClient, 0, complete: false)
        item.event = report(connection, flow)
        output.append(item)
    }

    private func random(_ hello: TLSHello) {
        output.buffer(.tlsRandom, hello.random)
        output.buffer(.tlsRandomTime, hello.random.prefix(4))
        output.buffer(.tlsRandomBytes, hello.random.dropping(4))
    }

    private func version(_ version: Int) {
        guard let number = TLSVersion.number(version) else { return }
        output.buffer(.tlsVersion, Bytes(start: number.utf8Start, count: number.utf8CodeUnitCount))
    }

    // MARK: End

    /// Nothing more is read of this direction: encryption begins, the stream ends, or bytes are missing. The server's
    /// end is the handshake's.
    private func finish(
        _ side: UnsafeMutablePointer<TLSSide>, _ connection: UnsafeMutablePointer<TLSConnection>,
        _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if side.pointee.isDone { return }
        side.pointee.isDone = true
        guard way == .toClient else { return }
        var item = item(flow, way, 0)
        if !connection.pointee.isReported { item.event = report(connection, flow) }
        append(item, way)
    }

    /// Writes the connection's event. Answers its place.
    func report(
        _ connection: UnsafeMutablePointer<TLSConnection>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int32 {
        connection.pointee.isReported = true
        return event(flow, .networkTLS, connection.pointee.facts, at: connection.pointee.started)
    }
}
