internal import Events
internal import Primitives

/// What comes next from the server.
enum RFBStep: UInt8 {
    case version
    case security
    case challenge
    case result
    case name
    case done
}

struct RFBSession {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var step = RFBStep.version
    var hasClientVersion = false
    var minor = 0
    var securityType = 0
    var isChosen = false
    var facts = FactStore()
    var started = Timestamp.none
    /// What was found odd and is not told yet.
    var fault: StaticString?
    /// The client proved itself, and asked for the session; somebody spoke out of turn, which is told once.
    var hasResponse = false
    var hasInit = false
    var isConfused = false
    /// The proof was not taken: the server says why, and the session is over.
    var hasFailed = false

    /// Whose turn it is (RFC 6143 section 7.1 to 7.3); nil where anybody may speak. Of a session without a proof
    /// Suricata expects the client's wish next, whatever the version says of a result.
    var turn: FlowDirection? {
        switch step {
        case .version: .toClient
        case .security: hasClientVersion ? .toClient : .toServer
        case .challenge where minor >= 7 && !isChosen: .toServer
        case .challenge: securityType == 2 ? .toClient : securityType == 1 ? .toServer : nil
        case .result: hasResponse ? .toClient : .toServer
        case .name where hasFailed: nil
        case .name: hasInit ? .toClient : .toServer
        case .done: nil
        }
    }
}

/// RFB, which VNC speaks, up to the start of the session (RFC 6143 section 7). One transaction a flow.
final class RFBParser: FlowStateParser<RFBSession> {
    private static let limit = (64 << 10) + 4096

    init(output: InspectionOutput) { super.init(.rfb, output, initial: RFBSession(), bytes: 4 << 20) }

    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        let answer = bytes.match("RFB 00")
        guard answer == .yes else { return answer }
        return bytes.count < 12 ? .more : bytes[11] == ASCII.newline ? .yes : .no
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let session = state(of: flow), session.pointee.step != .done else { return }
        if session.pointee.started == .none { session.pointee.started = output.dataTime }
        var pending = way == .toServer ? session.pointee.toServer : session.pointee.toClient
        let kept = pending.take(bytes, limit: RFBParser.limit, meter) { held in
            var at = 0
            while session.pointee.step != .done {
                let rest = held.dropping(at)
                if !rest.isEmpty { judgeTurn(session, flow, way) }
                let used = way == .toServer ? client(rest, session) : server(rest, session, flow)
                if let fault = session.pointee.fault {
                    session.pointee.fault = nil
                    raiseBoth(fault, flow, way, 0)
                }
                if used == 0 { break }
                at += used
            }
            return session.pointee.step == .done ? held.count : at
        }
        if way == .toServer { session.pointee.toServer = pending } else { session.pointee.toClient = pending }
        if !kept { session.pointee.step = .done }
    }

    /// The client's version, then its choice of security where the version has one. Answers the bytes used.
    private func client(_ bytes: Bytes, _ session: UnsafeMutablePointer<RFBSession>) -> Int {
        if !session.pointee.hasClientVersion {
            guard bytes.count >= 12 else { return 0 }
            session.pointee.hasClientVersion = true
            session.pointee.minor = bytes.slice(8, 11).decimal ?? 8
            session.pointee.facts.add(.rfbVersion, bytes.slice(4, 11), meter)
            return 12
        }
        if session.pointee.minor >= 7 && !session.pointee.isChosen {
            guard !bytes.isEmpty else { return 0 }
            session.pointee.isChosen = true
            session.pointee.securityType = Int(bytes[0])
            // Proprietary ways to prove oneself end what can be read.
            if bytes[0] != 1 && bytes[0] != 2 { session.pointee.fault = "rfb.unimplemented_security_type" }
            return 1
        }
        if session.pointee.securityType == 2 && !session.pointee.hasResponse {
            guard bytes.count >= 16 else { return 0 }
            session.pointee.hasResponse = true
            return 16
        }
        session.pointee.hasInit = session.pointee.hasInit || !bytes.isEmpty
        return bytes.count
    }

    private func judgeTurn(
        _ session: UnsafeMutablePointer<RFBSession>, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        guard !session.pointee.isConfused, let turn = session.pointee.turn, turn != way else { return }
        session.pointee.isConfused = true
        raiseBoth("rfb.confused_state", flow, way, 0)
    }

    private func server(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<RFBSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int {
        switch session.pointee.step {
        case .version:
            guard bytes.count >= 12 else { return 0 }
            session.pointee.step = .security
            return 12
        case .security: return security(bytes, session)
        case .challenge where session.pointee.securityType != 2: return result(bytes, session, flow)
        case .challenge:
            guard bytes.count >= 16 else { return 0 }
            session.pointee.step = .result
            return 16
        case .result: return result(bytes, session, flow)
        case .name: return name(bytes, session, flow)
        case .done: return 0
        }
    }

    private func security(_ bytes: Bytes, _ session: UnsafeMutablePointer<RFBSession>) -> Int {
        if session.pointee.minor == 3 {
            guard bytes.count >= 4 else { return 0 }
            session.pointee.securityType = Int(bytes.bigEndian32(at: 0))
            session.pointee.step = session.pointee.securityType == 2 ? .challenge : .name
            return 4
        }
        // No way to prove oneself: the server says why, and hangs up.
        if !bytes.isEmpty, bytes[0] == 0 { session.pointee.step = .done }
        if !bytes.isEmpty, bytes[0] > 0, bytes.count >= 1 + Int(bytes[0]) {
            session.pointee.step = .challenge
            return 1 + Int(bytes[0])
        }
        return 0
    }

    private func result(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<RFBSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int {
        guard bytes.count >= 4 else { return 0 }
        let chosen = item(flow, .toServer, 0, complete: false)
        output.number(.rfbSecurityType, session.pointee.securityType)
        append(chosen, .toServer)
        let made = item(flow, .toClient, 0, complete: false)
        output.number(.rfbSecurityResult, Int(bytes.bigEndian32(at: 0)))
        append(made, .toClient)
        // Good, failed, or (in some versions) too many failures.
        if bytes.bigEndian32(at: 0) > 2 { session.pointee.fault = "rfb.unknown_security_result" }
        session.pointee.hasFailed = bytes.bigEndian32(at: 0) != 0
        session.pointee.step = .name
        return 4
    }

    /// ServerInit: 20 bytes of geometry, then the desktop's name.
    private func name(
        _ bytes: Bytes, _ session: UnsafeMutablePointer<RFBSession>, _ flow: UnsafeMutablePointer<FlowRecord>
    ) -> Int {
        guard bytes.count >= 24 else { return 0 }
        let length = Int(bytes.bigEndian32(at: 20))
        guard length <= 4096 else {
            session.pointee.step = .done
            session.pointee.fault = "rfb.too_long_string"
            return bytes.count
        }
        guard bytes.count >= 24 + length else { return 0 }
        var made = item(flow, .toClient, 0)
        output.buffer(.rfbName, bytes.slice(24, 24 + length))
        made.event = event(flow, .networkRFB, session.pointee.facts, at: session.pointee.started)
        append(made, .toClient)
        session.pointee.step = .done
        return bytes.count
    }

    override func gap(_ count: Int, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        known(flow)?.pointee.step = .done
    }

    override func close(_ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let session = known(flow) else { return }
        session.pointee.toServer.free(meter)
        session.pointee.toClient.free(meter)
        session.pointee.facts.free(meter)
        release(flow)
    }
}
