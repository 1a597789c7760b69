internal import Events
package import Primitives

/// An access-log format as nginx (`log_format`) or Apache (`LogFormat`) is configured with it, compiled into a reader.
/// https://nginx.org/en/docs/http/ngx_http_log_module.html, https://httpd.apache.org/docs/2.4/mod/mod_log_config.html
///
/// A value ends where the text that the format has behind it begins; in quotes, a backslash keeps a quote from ending
/// it. A line that holds another text, or whose client, time or status are none, is not of the format.
package struct CustomFormat: @unchecked Sendable {
    struct Piece {
        /// Text that stands before the value; empty only at the start.
        var literal: Bytes
        var role: CustomRole
        /// What the value is called where it has no role of its own.
        var name: Bytes
    }

    /// Longest format, in bytes, and most values of one.
    package static let longestText = 8192
    static let pieceLimit = 256

    private let pieces: UnsafePointer<Piece>
    private let count: Int
    private let tail: Bytes

    /// Compiles `text`; lives as long as the process.
    package init(_ text: Bytes) throws(CustomFormatProblem) {
        var compiler = CustomFormatCompiler(text)
        let made = try compiler.compile()
        pieces = persistent(made.pieces)
        count = made.pieces.count
        tail = made.tail
    }

    func decode(_ line: Bytes, _ sink: inout EventSink, _ messages: inout MessageDecoder) -> Bool {
        messages.keys.beginRecord()
        messages.board.begin()
        var request = CustomRequest()
        var at = 0
        for index in 0..<count {
            let literal = pieces[index].literal
            guard starts(line, with: literal, at: at) else { return false }
            at += literal.count
            let next = index + 1 < count ? pieces[index + 1].literal : tail
            let isLast = index + 1 == count
            let stamped = pieces[index].role == .time ? stampEnd(line, at, next, isLast: isLast) : nil
            guard let end = stamped ?? valueEnd(line, at, next, isLast: isLast) else { return false }
            guard add(line.slice(at, end), pieces[index], &request, &sink, &messages) else { return false }
            at = end
        }
        guard starts(line, with: tail, at: at), at + tail.count == line.count, request.isClientKnown else {
            return false
        }
        request.finish(&sink)
        return true
    }

    private func starts(_ line: Bytes, with literal: Bytes, at: Int) -> Bool {
        at + literal.count <= line.count && line.slice(at, at + literal.count) == literal
    }

    /// Where the value that begins at `from` ends: before `next`, or with the line.
    private func valueEnd(_ line: Bytes, _ from: Int, _ next: Bytes, isLast: Bool) -> Int? {
        if next.count == 0 { return isLast ? line.count : nil }
        var at = from
        while let hit = line.firstIndex(of: next.start[0], from: at) {
            let isEscaped = next.start[0] == ASCII.quote && CustomFormat.isEscaped(line, hit, from)
            let ends = !isLast || hit + next.count == line.count
            if !isEscaped, ends, starts(line, with: next, at: hit) { return hit }
            at = hit + 1
        }
        return nil
    }

    /// Where a time ends that holds what stands behind it, such as a space; nil where `next` does not follow it.
    private func stampEnd(_ line: Bytes, _ from: Int, _ next: Bytes, isLast: Bool) -> Int? {
        let bracket = from < line.count && line.start[from] == ASCII.openBracket ? 1 : 0
        var reader = StampReader(line, at: from + bracket)
        guard from + bracket < line.count, reader.any(), reader.isPlausible else { return nil }
        var end = reader.at
        if bracket == 1 {
            guard end < line.count, line.start[end] == ASCII.closeBracket else { return nil }
            end += 1
        }
        guard starts(line, with: next, at: end), !isLast || end + next.count == line.count else { return nil }
        return end
    }

    /// Whether an odd number of backslashes stands before `at`. Looks at no more than the eight before it.
    private static func isEscaped(_ line: Bytes, _ at: Int, _ from: Int) -> Bool {
        var slashes = 0
        while slashes < 8, at - slashes > from, line.start[at - slashes - 1] == ASCII.backslash { slashes += 1 }
        return slashes % 2 == 1
    }

    private func add(
        _ value: Bytes, _ piece: Piece, _ request: inout CustomRequest, _ sink: inout EventSink,
        _ messages: inout MessageDecoder
    ) -> Bool {
        if value.count == 0 || value == "-" { return piece.role != .client }
        guard piece.role == .named else { return request.take(value, piece.role, &sink) }
        let keys = messages.keys
        keys.add(sink.view(value, type: .text), name: keys.join(0, piece.name), &sink, messages.board)
        return true
    }
}

/// Why a format was refused: `length` bytes of it at `offset` are at fault.
package struct CustomFormatProblem: Error {
    package let offset: Int
    package let length: Int
    package let message: StaticString

    init(_ offset: Int, _ length: Int, _ message: StaticString) {
        self.offset = offset
        self.length = length
        self.message = message
    }
}

/// What a value of an access line is.
enum CustomRole {
    case ignored, named, client, clientPort, user, time, epoch, request, method, target, path, query, version
    case status, bytes, referrer, agent, host, serverPort, server, forwarded
}

/// The values of one line, gathered.
struct CustomRequest {
    private(set) var isClientKnown = false
    private var path = Bytes.empty
    private var query = Bytes.empty
    private var hasTarget = false
    private var status = 0

    /// False where `value` cannot be what the format says.
    mutating func take(_ value: Bytes, _ role: CustomRole, _ sink: inout EventSink) -> Bool {
        switch role {
        case .ignored, .named: break
        case .client: return takeClient(value, &sink)
        case .user: sink.add(.userName, value)
        case .time: return setTime(value, &sink)
        case .epoch: return setEpoch(value, &sink)
        case .request:
            hasTarget = true
            RequestLine.decode(value, &sink)
        case .method: sink.add(.httpRequestMethod, value)
        case .target: takeTarget(value, &sink)
        case .path: path = value
        case .query: query = value.start[0] == ASCII.question ? value.dropping(1) : value
        case .version: if value.starts(with: "HTTP/") { sink.add(.httpVersion, value.dropping(5)) }
        case .status:
            guard value.count == 3, let code = value.decimal else { return false }
            status = code
            sink.add(.httpResponseStatusCode, value, type: .number)
        case .referrer: sink.add(.httpRequestReferrer, value)
        case .agent: sink.add(.userAgentOriginal, value)
        case .host: sink.add(.urlDomain, value)
        case .server: sink.addDestination(value)
        case .forwarded: sink.add(.httpForwardedFor, value)
        case .clientPort: return takeNumber(.sourcePort, value, &sink)
        case .serverPort: return takeNumber(.destinationPort, value, &sink)
        case .bytes: return takeNumber(.httpResponseBodyBytes, value, &sink)
        }
        return true
    }

    private mutating func takeClient(_ value: Bytes, _ sink: inout EventSink) -> Bool {
        guard plainAddress(value) != nil || isHostName(value) || value.starts(with: "unix:") else { return false }
        if !isClientKnown { sink.addSource(value) }
        isClientKnown = true
        return true
    }

    private mutating func takeTarget(_ value: Bytes, _ sink: inout EventSink) {
        if !hasTarget { RequestLine.addTarget(value, &sink) }
        hasTarget = true
    }

    private func takeNumber(_ field: Field, _ value: Bytes, _ sink: inout EventSink) -> Bool {
        guard value.decimal != nil else { return false }
        if !sink.has(field) { sink.add(field, value, type: .number) }
        return true
    }

    private func setTime(_ value: Bytes, _ sink: inout EventSink) -> Bool {
        var text = value
        if text.start[0] == ASCII.openBracket, text.start[text.count - 1] == ASCII.closeBracket {
            text = text.slice(1, text.count - 1)
        }
        var reader = StampReader(text)
        return reader.any() && reader.isPlausible && reader.at == text.count && sink.setTime(reader.stamp)
    }

    private func setEpoch(_ value: Bytes, _ sink: inout EventSink) -> Bool {
        var reader = StampReader(value)
        return reader.epoch() && reader.at == value.count && sink.setTime(reader.stamp)
    }

    /// What no single value says: a target of path and query, the meaning.
    mutating func finish(_ sink: inout EventSink) {
        if !hasTarget, path.count > 0 {
            if query.count == 0 {
                RequestLine.addTarget(path, &sink)
            } else if sink.batch.scratch.reserve(path.count + query.count + 1),
                let from = sink.batch.scratch.append(path)
            {
                sink.batch.scratch.push(ASCII.question)
                _ = sink.batch.scratch.append(query)
                RequestLine.addTarget(sink.batch.scratch.bytes(from, path.count + query.count + 1), &sink)
            }
        }
        sink.add(slot: sink.accessWords.category)
        sink.add(slot: sink.accessWords.type)
        if CombinedFormat.isRefusal(status) { sink.add(slot: sink.accessWords.failure) }
        sink.source = .webAccess
    }
}
