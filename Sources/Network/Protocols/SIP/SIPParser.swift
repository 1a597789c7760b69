internal import Events
internal import Primitives

/// A SIP conversation: messages over TCP that are not whole yet.
struct SIPFlow {
    var toServer = ByteStore()
    var toClient = ByteStore()
    var isLost = false
}

/// SIP (RFC 3261) over UDP and TCP, with the session descriptions it carries. Each message is a transaction.
final class SIPParser: FlowStateParser<SIPFlow> {
    private static let maximumMessage = 64 << 10

    init(output: InspectionOutput) { super.init(.sip, output, initial: SIPFlow(), bytes: 8 << 20) }

    private static let methods: [StaticString] = [
        "INVITE ", "ACK ", "OPTIONS ", "BYE ", "CANCEL ", "REGISTER ", "PRACK ", "SUBSCRIBE ", "NOTIFY ", "PUBLISH ",
        "INFO ", "REFER ", "MESSAGE ", "UPDATE ",
    ]

    /// A method followed by a SIP address, or a status line.
    override func recogniseStream(_ bytes: Bytes, _ way: FlowDirection) -> Recognition {
        let status = bytes.match("SIP/2.0 ")
        if status != .no { return status }
        for method in SIPParser.methods {
            switch bytes.match(method) {
            case .yes:
                let target = bytes.dropping(method.utf8CodeUnitCount)
                let answers = [target.matchIgnoringCase("sip:"), target.matchIgnoringCase("sips:"), tel(target)]
                return answers.contains(.yes) ? .yes : answers.contains(.more) ? .more : .no
            case .more: return .more
            case .answer, .no: break
            }
        }
        return .no
    }

    private func tel(_ target: Bytes) -> Recognition { target.matchIgnoringCase("tel:") }

    override func recogniseDatagram(
        _ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) -> Bool {
        recogniseStream(bytes, way) == .yes
    }

    override func datagram(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        let end = bytes.firstIndex(of: "\r\n\r\n").map { $0 + 4 } ?? bytes.count
        message(bytes.slice(0, end), bytes.dropping(end), flow, way)
    }

    override func stream(_ bytes: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) {
        guard let state = state(of: flow), !state.pointee.isLost else { return }
        var pending = way == .toServer ? state.pointee.toServer : state.pointee.toClient
        let kept = pending.take(bytes, limit: 2 * SIPParser.maximumMessage, meter) { held in
            var at = 0
            while let next = whole(held.dropping(at), flow, way) { at += next }
            return at
        }
        if way == .toServer { state.pointee.toServer = pending } else { state.pointee.toClient = pending }
        if !kept { state.pointee.isLost = true }
    }

    /// Reads the message that stands first, if it is whole, and answers its length.
    private func whole(_ held: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection) -> Int? {
        guard let end = held.firstIndex(of: "\r\n\r\n") else { return nil }
        let head = held.slice(0, end + 4)
        let length = SIPHead(head).contentLength.decimal ?? 0
        guard length >= 0, length <= SIPParser.maximumMessage, held.count >= head.count + length else { return nil }
        message(head, held.slice(head.count, head.count + length), flow, way)
        return head.count + length
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

    private func message(
        _ bytes: Bytes, _ body: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        if output.frames != 0 { frames(bytes, body, flow, way) }
        let head = SIPHead(bytes)
        guard !head.line.isEmpty else { return }
        guard head.isResponse || head.isRequest else {
            flow.pointee.transactions += 1
            return raise("sip.invalid_data", flow, way, flow.pointee.transactions - 1)
        }
        var made = item(flow, way, flow.pointee.transactions)
        flow.pointee.transactions += 1
        beginEvent(flow)
        if head.isResponse { response(head) } else { request(head) }
        SIPHead.eachField(bytes) { name, value in
            if let kind = SIPHead.kind(name), !value.isEmpty { output.buffer(kind, value) }
        }
        if head.contentType.startsIgnoringCase("application/sdp") { SDP.report(body, output) }
        writer.text(.userAgentOriginal, head.userAgent, output.events)
        made.event = writer.end(output, .networkSIP, output.dataTime)
        append(made, way)
    }

    /// The whole message, its first line, the fields behind it, and its body.
    private func frames(
        _ head: Bytes, _ body: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>, _ way: FlowDirection
    ) {
        let end = head.firstIndex(of: ASCII.newline).map { $0 + 1 } ?? head.count
        let isResponse = head.starts(with: "SIP/")
        output.frame(.sipUnit, head, and: body, flow, way)
        output.frame(isResponse ? .sipResponseLine : .sipRequestLine, head.slice(0, end), flow, way)
        let fields = head.dropping(end)
        let isEnded = fields.count >= 2 && fields.dropping(fields.count - 2) == "\r\n"
        output.frame(
            isResponse ? .sipResponseHeaders : .sipRequestHeaders,
            isEnded ? fields.slice(0, fields.count - 2) : fields, flow, way)
        if !body.isEmpty { output.frame(isResponse ? .sipResponseBody : .sipRequestBody, body, flow, way) }
    }

    private func request(_ head: SIPHead) {
        let (method, rest) = head.line.firstWord
        let (uri, version) = rest.firstWord
        output.buffer(.sipRequestLine, head.line)
        output.buffer(.sipMethod, method)
        output.buffer(.sipURI, uri)
        output.buffer(.sipProtocol, version)
        writer.text(.sipMethod, method, output.events)
        writer.text(.sipURI, uri, output.events)
    }

    private func response(_ head: SIPHead) {
        let (version, rest) = head.line.firstWord
        let (code, reason) = rest.firstWord
        output.buffer(.sipResponseLine, head.line)
        output.buffer(.sipProtocol, version)
        output.buffer(.sipStatusCode, code)
        output.buffer(.sipStatusMessage, reason)
        writer.text(.sipStatus, code, output.events)
    }
}

/// The head of a message: its first line, and the first of some fields.
struct SIPHead {
    var line = Bytes.empty
    var userAgent = Bytes.empty
    var contentType = Bytes.empty
    var contentLength = Bytes.empty

    init(_ head: Bytes) {
        line = head.slice(0, head.firstIndex(of: ASCII.newline) ?? head.count).withoutReturn
        var found = SIPHead()
        SIPHead.eachField(head) { name, value in
            switch SIPHead.kind(name) {
            case .sipUserAgent where found.userAgent.isEmpty: found.userAgent = value
            case .sipContentType where found.contentType.isEmpty: found.contentType = value
            case .sipContentLength where found.contentLength.isEmpty: found.contentLength = value
            default: break
            }
        }
        (userAgent, contentType, contentLength) = (found.userAgent, found.contentType, found.contentLength)
    }

    private init() {}

    /// Each header field behind the first line, in order.
    static func eachField(_ head: Bytes, _ body: (Bytes, Bytes) -> Void) {
        guard let first = head.firstIndex(of: ASCII.newline) else { return }
        var rest = head.dropping(first + 1)
        while !rest.isEmpty {
            let end = rest.firstIndex(of: ASCII.newline) ?? rest.count
            let one = rest.slice(0, end).withoutReturn
            rest = end < rest.count ? rest.dropping(end + 1) : .empty
            if let colon = one.firstIndex(of: ASCII.colon) {
                body(one.slice(0, colon).trimmed, one.dropping(colon + 1).trimmed)
            }
        }
    }

    var isResponse: Bool { line.starts(with: "SIP/") }
    var isRequest: Bool { line.contains(" SIP/") }

    /// Names have short forms (RFC 3261 section 7.3.3).
    static func kind(_ name: Bytes) -> BufferKind? {
        if name.equalsIgnoringCase("from") || name.equalsIgnoringCase("f") { return .sipFrom }
        if name.equalsIgnoringCase("to") || name.equalsIgnoringCase("t") { return .sipTo }
        if name.equalsIgnoringCase("via") || name.equalsIgnoringCase("v") { return .sipVia }
        if name.equalsIgnoringCase("user-agent") { return .sipUserAgent }
        if name.equalsIgnoringCase("content-type") || name.equalsIgnoringCase("c") { return .sipContentType }
        if name.equalsIgnoringCase("content-length") || name.equalsIgnoringCase("l") { return .sipContentLength }
        return nil
    }
}

/// Session descriptions (RFC 8866): each line as the buffer of its type; behind the first `m=` those of media.
enum SDP {
    static func report(_ body: Bytes, _ output: InspectionOutput) {
        var rest = body
        var inMedia = false
        while !rest.isEmpty {
            let end = rest.firstIndex(of: ASCII.newline) ?? rest.count
            let line = rest.slice(0, end).withoutReturn
            rest = end < rest.count ? rest.dropping(end + 1) : .empty
            guard line.count > 2, line[1] == ASCII.equals else { continue }
            if line[0] == 0x6D { inMedia = true }
            if let kind = kind(line[0], inMedia) { output.buffer(kind, line.dropping(2)) }
        }
    }

    private static func kind(_ letter: UInt8, _ inMedia: Bool) -> BufferKind? {
        switch letter {
        case 0x6F: .sdpOrigin
        case 0x73: .sdpSessionName
        case 0x69: inMedia ? .sdpMediaInfo : .sdpSessionInfo
        case 0x75: .sdpURI
        case 0x65: .sdpEmail
        case 0x70: .sdpPhone
        case 0x63: inMedia ? .sdpMediaConnection : .sdpConnection
        case 0x62: .sdpBandwidth
        case 0x74: .sdpTime
        case 0x72: .sdpRepeatTime
        case 0x7A: .sdpTimezone
        case 0x6B: inMedia ? .sdpMediaEncryptionKey : .sdpEncryptionKey
        case 0x61: .sdpAttribute
        case 0x6D: .sdpMedia
        default: nil
        }
    }
}
