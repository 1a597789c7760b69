internal import Events
internal import Primitives

/// Connections that began as HTTP/1 (RFC 7540 section 3.2), and the list of fields that messages are kept as.
extension HTTP2Parser {
    /// The request of HTTP/1 that asked for the upgrade is the first stream's.
    func begin(with request: HTTPHead, _ flow: UnsafeMutablePointer<FlowRecord>) {
        guard let connection = state(of: flow) else { return }
        let index = stream(1, connection, flow)
        guard index >= 0 else { return }
        var message = self.message(index, .toServer)
        let line = HTTPRequestLine(request.startLine)
        keep(Bytes(":method"), line.method, &message)
        keep(Bytes(":path"), line.target, &message)
        var settings = Bytes.empty
        for field in 0..<request.fieldCount {
            let name = request.name(field)
            if name.equalsIgnoringCase("http2-settings") {
                settings = request.value(field)
            } else {
                keep(name.equalsIgnoringCase("host") ? Bytes(":authority") : name, request.value(field), &message)
            }
        }
        message.isOver = true
        set(message, index, .toServer)
        finish(index, flow, .toServer)
        if !settings.isEmpty { begin(settings: settings, flow) }
    }

    /// The client's settings stand in the request, encoded for addresses (RFC 7540 section 3.2.1).
    private func begin(settings text: Bytes, _ flow: UnsafeMutablePointer<FlowRecord>) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * text.count + 3) { memory in
            guard let base = memory.baseAddress else { return }
            for at in 0..<text.count {
                base[at] = text[at] == ASCII.minus ? 0x2B : text[at] == 0x5F ? ASCII.slash : text[at]
            }
            let plain = base + text.count
            let length = Base64.decode(Bytes(start: base, count: text.count), mode: .stopping, into: plain) ?? 0
            if length == 0 || length % 6 != 0 || !HTTP2Parser.isEncoded(text) {
                return raiseBoth("http2.invalid_http1_settings", flow, .toServer, max(flow.pointee.transactions, 1) - 1)
            }
            let body = Bytes(start: plain, count: length)
            connectionFrame(HTTP2Frame(type: 4, flags: 0, stream: 0, body: body), flow, .toServer)
        }
    }

    /// Of the alphabet for addresses (RFC 4648 section 5), perhaps with the filling that it leaves out.
    private static func isEncoded(_ text: Bytes) -> Bool {
        for index in 0..<text.count {
            switch text[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, ASCII.minus, 0x5F, ASCII.equals: continue
            default: return false
            }
        }
        return true
    }

    /// Adds a field, behind its two lengths; leaves it out where there is no room.
    func keep(_ name: Bytes, _ value: Bytes, _ message: inout HTTP2Message) {
        let limit = HTTP2Parser.fieldsLimit
        guard message.fields.count + 4 + name.count + value.count <= limit else { return }
        let lengths = (UInt16(clamping: name.count).bigEndian, UInt16(clamping: value.count).bigEndian)
        withUnsafeBytes(of: lengths) { _ = message.fields.append(Bytes($0), limit: limit, meter) }
        _ = message.fields.append(name, limit: limit, meter)
        _ = message.fields.append(value, limit: limit, meter)
    }
}
