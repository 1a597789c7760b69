internal import Events
internal import Primitives

/// Lays out the buffers of frames and messages, named as those of HTTP/1 are.
final class HTTP2Report {
    private let output: InspectionOutput
    private let decoder: HTTPBodyDecoder
    private var normaliser: HTTPNormaliser
    private var text = ScratchBuffer(capacity: 4096, limit: 256 << 10)

    init(output: InspectionOutput, options: NetworkOptions) {
        self.output = output
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
        guard message.body.count > 0 else { return }
        let coding = HTTP2Report.first(message.fields.bytes, "content-encoding")
        let decoded = decoder.decode(message.body.bytes, coding: coding)
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
