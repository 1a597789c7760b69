internal import Events
internal import Primitives

/// `[Sun Dec 04 04:47:44 2005] [error] [client 192.0.2.1] TEXT` and, since 2.4, `[... 2026] [core:error] [pid 7:tid 9]
/// [client 192.0.2.1:4711] TEXT`. https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat
///
/// The message begins behind level and process, as it did before 2.4.
enum ApacheErrorFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        var reader = StampReader(line, at: 1)
        guard reader.weekday(), reader.isPlausible, reader.at < line.count,
            line.start[reader.at] == ASCII.closeBracket
        else { return false }
        guard sink.setTime(reader.stamp) else { return sink.fail(.badTime, at: 1) }
        var rest = line.dropping(reader.at + 1).trimmed
        guard let level = bracketed(rest) else { return false }
        addLevel(level, &sink)
        rest = rest.dropping(level.count + 2).trimmed
        if let process = bracketed(rest), process.starts(with: "pid ") {
            addProcess(process.dropping(4), &sink)
            rest = rest.dropping(process.count + 2).trimmed
        }
        sink.add(.message, rest)
        sink.source = .apacheError
        let text = addClient(rest, &sink)
        if !messages.decode(program: program, message: text, into: &sink) {
            sink.source = .apacheError
        }
        return true
    }

    private static let program = ConstantText("apache-error").bytes

    /// What stands between brackets at the start.
    private static func bracketed(_ text: Bytes) -> Bytes? {
        guard text.count > 1, text.start[0] == ASCII.openBracket,
            let close = text.firstIndex(of: ASCII.closeBracket), close > 1, close < 256
        else { return nil }
        return text.slice(1, close)
    }

    /// `error` or `module:error`.
    private static func addLevel(_ text: Bytes, _ sink: inout EventSink) {
        if let colon = text.lastIndex(of: ASCII.colon) {
            sink.addPresent(.logLogger, text.slice(0, colon))
            sink.add(.logLevel, text.dropping(colon + 1))
        } else {
            sink.add(.logLevel, text)
        }
    }

    /// `7` or `7:tid 9`.
    private static func addProcess(_ text: Bytes, _ sink: inout EventSink) {
        let colon = text.firstIndex(of: ASCII.colon) ?? text.count
        if text.slice(0, colon).decimal != nil { sink.add(.processPID, text.slice(0, colon), type: .number) }
        guard text.starts(with: ":tid ", at: colon) else { return }
        let thread = text.dropping(colon + 5)
        if thread.decimal != nil { sink.add(.processThreadID, thread, type: .number) }
    }

    /// Takes `[client ADDRESS[:PORT]]` (and an error code in parentheses before it) off the text.
    private static func addClient(_ text: Bytes, _ sink: inout EventSink) -> Bytes {
        guard let client = text.firstIndex(of: "[client "), client < 160,
            let close = text.firstIndex(of: ASCII.closeBracket, from: client + 8)
        else { return text }
        if client > 0, text.start[0] != ASCII.openParenthesis { return text }
        let peer = text.slice(client + 8, close)
        if plainAddress(peer) == nil, let colon = peer.lastIndex(of: ASCII.colon),
            peer.dropping(colon + 1).decimal != nil
        {
            sink.addSource(peer.slice(0, colon))
            sink.add(.sourcePort, peer.dropping(colon + 1), type: .number)
        } else {
            sink.addSource(peer)
        }
        return text.dropping(close + 1).trimmed
    }
}
