internal import Events
internal import Primitives

/// `2026/03/12 02:58:01 [error] 7#9: *11 TEXT, client: 192.0.2.1, server: www.example.org, request: "GET / HTTP/1.1",
/// host: "www.example.org"`. Form: ngx_log.c and ngx_http_log_error_handler of nginx.
enum NginxErrorFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard line.count > 24, line.start[4] == ASCII.slash else { return false }
        var reader = StampReader(line)
        guard reader.isoDate(), reader.isPlausible else { return false }
        guard sink.setTime(reader.stamp) else { return sink.fail(.badTime, at: 0) }
        return body(line.dropping(reader.at), &sink, &messages)
    }

    /// ` [error] 7#9: *11 TEXT...`: what stands behind the time, and what nginx sends to syslog behind its own time.
    static func body(_ text: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        guard text.starts(with: " ["), let close = text.firstIndex(of: ASCII.closeBracket), close < 16 else {
            return false
        }
        let process = text.dropping(close + 1).trimmed
        guard let hash = process.firstIndex(of: 0x23), let pid = process.slice(0, hash).decimal, pid > 0,
            let colon = process.firstIndex(of: ASCII.colon, from: hash), colon - hash < 24
        else { return false }
        sink.add(.logLevel, text.slice(2, close))
        sink.add(.processPID, process.slice(0, hash), type: .number)
        sink.add(.processThreadID, process.slice(hash + 1, colon), type: .number)
        var message = process.dropping(colon + 1).trimmed
        if message.count > 0, message.start[0] == 0x2A {
            message = message.dropping(message.firstIndex(of: ASCII.space) ?? message.count).trimmed
        }
        if !sink.has(.message) { sink.add(.message, message) }
        let context = addContext(message, &sink)
        sink.source = .nginxError
        if !messages.decode(program: program, message: message.slice(0, context), into: &sink) {
            sink.source = .nginxError
        }
        return true
    }

    private static let program = ConstantText("nginx-error").bytes

    /// Takes `, client: A, server: B, request: "C", ..., host: "D"` off the end; answers where it begins.
    private static func addContext(_ message: Bytes, _ sink: inout EventSink) -> Int {
        guard let (start, isCertain) = contextStart(message) else { return message.count }
        let context = message.dropping(start)
        let clientEnd = context.firstIndex(of: ASCII.comma, from: 10) ?? context.count
        if isCertain { sink.addSource(context.slice(10, clientEnd)) }
        if let request = quoted(context, after: ", request: \"") { RequestLine.decode(request, &sink) }
        if let login = quoted(context, after: ", login: \"") { sink.addPresent(.userName, login) }
        if let host = quoted(context, after: ", host: \"") { sink.addPresent(.urlDomain, host) }
        if let referrer = quoted(context, after: ", referrer: \"") { sink.addPresent(.httpRequestReferrer, referrer) }
        return start
    }

    /// Where nginx's own `, client: ADDRESS, server: ` begins, and whether that is certain. A client can write the same
    /// into the path (which stands before it, decoded) or into a damaged request (which stands behind it, raw). In the
    /// message of a damaged request nothing of the client stands before, so the first place counts; else a place
    /// before which no request stands is in the path. What remains is not decided.
    private static func contextStart(_ message: Bytes) -> (Int, Bool)? {
        guard var start = nextContext(message, 0) else { return nil }
        if message.starts(with: "client sent") { return (start, true) }
        for _ in 0..<64 {
            guard let next = nextContext(message, start + 10) else { return (start, true) }
            if message.slice(start, next).contains(", request: \"") { return (start, false) }
            start = next
        }
        return (start, false)
    }

    /// `, client: ` with an address behind it, and ` server` or the end behind that.
    private static func nextContext(_ message: Bytes, _ from: Int) -> Int? {
        var from = from
        for _ in 0..<64 {
            guard let start = message.firstIndex(of: ", client: ", from: from) else { return nil }
            let end = message.firstIndex(of: ASCII.comma, from: start + 10) ?? message.count
            if end == message.count || message.starts(with: ", server: ", at: end) {
                let client = message.slice(start + 10, end)
                if plainAddress(client) != nil || client.starts(with: "unix:") { return start }
            }
            from = start + 10
        }
        return nil
    }

    private static func quoted(_ text: Bytes, after label: StaticString) -> Bytes? {
        guard let start = text.firstIndex(of: label) else { return nil }
        let from = start + label.utf8CodeUnitCount
        var end = from
        while let quote = text.firstIndex(of: ASCII.quote, from: end) {
            if quote + 1 == text.count || text.start[quote + 1] == ASCII.comma { return text.slice(from, quote) }
            end = quote + 1
        }
        return nil
    }
}
