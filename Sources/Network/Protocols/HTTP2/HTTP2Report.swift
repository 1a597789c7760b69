internal import Events
internal import Primitives

/// Lays out the buffers of frames and messages, named as those of HTTP/1 are.
final class HTTP2Report {
    private let output: InspectionOutput
    private let decoder: HTTPBodyDecoder
    private var normaliser: HTTPNormaliser
    private var text = ScratchBuffer(capacity: 4096, limit: 256 << 10)
    /// A message of DNS as it is carried (RFC 8484): put together, decoded.
    private var query = ScratchBuffer(capacity: 512, limit: 64 << 10)
    @exclusivity(unchecked) private var sections: DNSSections

    /// Of the message that was reported last.
    @exclusivity(unchecked) private(set) var isDamaged = false
    @exclusivity(unchecked) private(set) var isOutOfRange = false

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
        sections = DNSSections(output: output, .unicast)
        decoder = HTTPBodyDecoder(limit: options.httpBodyLimit)
        normaliser = HTTPNormaliser(limit: options.httpHeadLimit)
    }

    deinit { normaliser.release() }

    // MARK: Frames

    func frame(_ frame: HTTP2Frame) {
        output.number(.http2FrameType, Int(frame.type))
        let body = frame.body
        switch frame.type {
        case 1 where frame.flags & 0x20 != 0:
            let at = frame.flags & 8 != 0 ? 1 : 0
            if body.count >= at + 5 { output.number(.http2Priority, Int(body[at + 4])) }
        case 2 where body.count >= 5: output.number(.http2Priority, Int(body[4]))
        case 3 where body.count >= 4: output.number(.http2ErrorCode, Int(body.bigEndian32(at: 0)))
        case 4:
            for at in stride(from: 0, to: min(body.count, 6 * 64) - 5, by: 6) {
                // The setting's number, then its value in eight bytes.
                text.removeAll()
                _ = text.append(body.slice(at, at + 2))
                guard text.reserve(8) else { return }
                for _ in 0..<4 { text.push(0) }
                _ = text.append(body.slice(at + 2, at + 6))
                output.buffer(.http2Settings, text.everything)
            }
        case 7 where body.count >= 8: output.number(.http2ErrorCode, Int(body.bigEndian32(at: 4)))
        case 8 where body.count >= 4: output.number(.http2Window, Int(body.bigEndian32(at: 0) & 0x7FFF_FFFF))
        default: break
        }
        if frame.type == 1 { sizeUpdate(frame.content) }
    }

    /// What a frame of the whole connection has of a message's buffers.
    func connection(_ way: FlowDirection) {
        output.constant(.httpProtocol, "HTTP/2")
        if way == .toClient { output.buffer(.httpStatusMessage, .empty) }
    }

    /// A new size of the table of fields (RFC 7541 section 6.3) stands before the block's fields.
    private func sizeUpdate(_ block: Bytes) {
        guard let first = block.isEmpty ? nil : block[0], first & 0xE0 == 0x20 else { return }
        var (size, at, shift) = (Int(first & 0x1F), 1, 0)
        if size == 31 {
            while at < min(block.count, 5) {
                size += Int(block[at] & 0x7F) << shift
                shift += 7
                at += 1
                if block[at - 1] & 0x80 == 0 { break }
            }
        }
        output.number(.http2SizeUpdate, size)
    }

    // MARK: Messages

    private static func each(_ fields: Bytes, _ take: (_ name: Bytes, _ value: Bytes) -> Void) {
        var at = 0
        while at + 4 <= fields.count {
            let (name, value) = (Int(fields.bigEndian16(at: at)), Int(fields.bigEndian16(at: at + 2)))
            guard at + 4 + name + value <= fields.count else { return }
            take(fields.slice(at + 4, at + 4 + name), fields.slice(at + 4 + name, at + 4 + name + value))
            at += 4 + name + value
        }
    }

    static func first(_ fields: Bytes, _ wanted: StaticString) -> Bytes? {
        var found: Bytes?
        each(fields) { name, value in if found == nil, name == Bytes(wanted) { found = value } }
        return found
    }

    private static func same(_ one: Bytes, _ other: Bytes) -> Bool {
        one.count == other.count && (0..<one.count).allSatisfy { ASCII.lower(one[$0]) == ASCII.lower(other[$0]) }
    }

    private func add(_ kind: BufferKind, _ fields: Bytes, _ name: StaticString) {
        if let value = HTTP2Report.first(fields, name) { output.buffer(kind, value) }
    }

    func request(_ message: HTTP2Message) {
        let fields = message.fields.bytes
        let method = HTTP2Report.first(fields, ":method") ?? .empty
        let path = HTTP2Report.first(fields, ":path") ?? .empty
        output.buffer(.httpMethod, method)
        output.buffer(.httpURIRaw, path)
        output.buffer(.httpURI, normaliser.normalise(HTTPTarget(path, isConnect: false)))
        line(method, path)
        output.buffer(.httpRequestLine, text.everything)
        let (authority, named) = (HTTP2Report.first(fields, ":authority"), HTTP2Report.first(fields, "host"))
        if let authority, let named, !HTTP2Report.same(authority, named) {
            output.anomaly("http2.authority_host_mismatch")
        }
        if authority?.contains("@") == true { output.anomaly("http2.userinfo_in_uri") }
        if let host = authority ?? named {
            output.buffer(.httpHostRaw, host)
            text.removeAll()
            _ = text.append(HTTPHost.name(in: host))
            for index in 0..<text.count { text.base[index] = ASCII.lower(text.base[index]) }
            output.buffer(.httpHost, text.everything)
        }
        add(.httpUserAgent, fields, "user-agent")
        add(.httpReferer, fields, "referer")
        add(.httpAccept, fields, "accept")
        add(.httpAcceptEncoding, fields, "accept-encoding")
        add(.httpAcceptLanguage, fields, "accept-language")
        add(.httpCookie, fields, "cookie")
        common(fields, .httpRequestHeader)
        body(message, .httpRequestBody)
    }

    func response(_ message: HTTP2Message) {
        let fields = message.fields.bytes
        let status = HTTP2Report.first(fields, ":status") ?? .empty
        output.buffer(.httpStatusCode, status)
        output.buffer(.httpStatusMessage, .empty)
        text.removeAll()
        text.appendText("HTTP/2 ")
        _ = text.append(status)
        text.appendText("\r\n")
        output.buffer(.httpResponseLine, text.everything)
        add(.httpServer, fields, "server")
        add(.httpLocation, fields, "location")
        add(.httpCookie, fields, "set-cookie")
        common(fields, .httpResponseHeader)
        body(message, .httpResponseBody)
    }

    // MARK: DNS over HTTP/2

    private static let longestMessage = 65_535

    /// Adds what signatures see of a DNS message that the request or the response carries; false where it has none.
    func dns(_ message: HTTP2Message, isRequest: Bool) -> Bool {
        let fields = message.fields.bytes
        let type = HTTP2Report.first(fields, "content-type") ?? .empty
        if type.equalsIgnoringCase("application/dns-message") {
            if message.bodyBytes > Int64(HTTP2Report.longestMessage) {
                output.anomaly(isRequest ? "http2.dns_request_too_long" : "http2.dns_response_too_long")
                return true
            }
            return write(message.body.bytes, isRequest: isRequest)
        }
        guard isRequest, let path = HTTP2Report.first(fields, ":path"), let mark = path.firstIndex(of: "?dns=", from: 0)
        else { return false }
        return write(decoded(path.dropping(mark + 5)), isRequest: true)
    }

    /// The alphabet for addresses (RFC 4648 section 5), up to the next parameter.
    private func decoded(_ given: Bytes) -> Bytes {
        query.removeAll()
        let encoded = given.prefix(given.firstIndex(of: 0x26) ?? given.count)
        guard query.reserve(2 * encoded.count + 4) else { return .empty }
        for index in 0..<encoded.count {
            let byte = encoded[index]
            query.push(byte == ASCII.minus ? ASCII.plus : byte == 0x5F ? ASCII.slash : byte)
        }
        let start = query.count
        let plain = Bytes(start: UnsafePointer(query.base), count: start)
        let length = Base64.decode(plain, mode: .skipping, into: query.base + start) ?? 0
        return Bytes(start: UnsafePointer(query.base + start), count: length)
    }

    private func write(_ bytes: Bytes, isRequest: Bool) -> Bool {
        guard let message = DNSMessage(bytes), message.looksPlausible, message.isResponse != isRequest else {
            return false
        }
        if isRequest {
            var name = DNSName()
            var at = DNSMessage.headerBytes
            for _ in 0..<message.questions {
                guard let question = message.readQuestion(at, &name) else { break }
                name.withBytes { output.buffer(.dnsQuery, $0) }
                at = question.next
            }
        } else {
            sections.addAnswerNames(message)
        }
        sections.write(message)
        return true
    }

    private func line(_ method: Bytes, _ path: Bytes) {
        text.removeAll()
        _ = text.append(method)
        text.appendText(" ")
        _ = text.append(path)
        text.appendText(" HTTP/2\r\n")
    }

    /// Buffers of both directions: all fields by themselves, together, and their names.
    private func common(_ fields: Bytes, _ kind: BufferKind) {
        output.constant(.httpProtocol, "HTTP/2")
        add(.httpContentType, fields, "content-type")
        add(.httpContentLength, fields, "content-length")
        HTTP2Report.each(fields) { name, value in
            output.buffer(.http2HeaderName, name)
            text.removeAll()
            write(name, value)
            output.buffer(kind, text.everything)
        }
        text.removeAll()
        HTTP2Report.each(fields) { name, value in
            write(name, value)
            text.appendText("\r\n")
        }
        output.buffer(.httpHeader, text.everything)
        output.sameBuffer(.httpHeaderRaw)
        text.removeAll()
        HTTP2Report.each(fields) { name, _ in
            text.appendText("\r\n")
            _ = text.append(name)
        }
        text.appendText("\r\n\r\n")
        output.buffer(.httpHeaderNames, text.everything)
    }

    private func write(_ name: Bytes, _ value: Bytes) {
        _ = text.append(name)
        text.appendText(": ")
        _ = text.append(value)
    }

    private func body(_ message: HTTP2Message, _ kind: BufferKind) {
        (isDamaged, isOutOfRange) = (false, false)
        guard message.body.count > 0 else { return }
        let coding = HTTP2Report.first(message.fields.bytes, "content-encoding")
        let decoded = decoder.decode(message.body.bytes, coding: coding)
        isDamaged = decoder.isDamaged
        if kind == .httpResponseBody, let range = HTTP2Report.first(message.fields.bytes, "content-range") {
            isOutOfRange = !HTTPContentRange.isValid(range)
        }
        output.number(.fileSize, decoded.count)
        output.buffer(kind, decoded)
        output.sameBuffer(.fileData)
    }

    /// The fields of a stream's event, as an event of HTTP/1 has them.
    func event(_ stream: HTTP2Stream, _ writer: inout EventWriter) {
        let events = output.events
        let request = stream.request.fields.bytes
        let response = stream.response.fields.bytes
        let members: [(field: Field, fields: Bytes, name: StaticString)] = [
            (.httpRequestMethod, request, ":method"), (.urlOriginal, request, ":path"),
            (.userAgentOriginal, request, "user-agent"), (.httpRequestReferrer, request, "referer"),
            (.httpResponseMimeType, response, "content-type"),
        ]
        for member in members {
            if let value = HTTP2Report.first(member.fields, member.name) { writer.text(member.field, value, events) }
        }
        if let host = HTTP2Report.first(request, ":authority") {
            writer.lowered(.urlDomain, HTTPHost.name(in: host), events)
        }
        if let path = HTTP2Report.first(request, ":path") {
            let target = HTTPTarget(path, isConnect: false)
            writer.text(.urlPath, target.path, events)
            writer.text(.urlQuery, target.query, events)
        }
        if let code = HTTP2Report.first(response, ":status")?.decimal {
            writer.number(.httpResponseStatusCode, code, events)
        }
        writer.number(.httpResponseBodyBytes, Int(stream.response.bodyBytes), events)
    }
}
