internal import Events
internal import Primitives

/// Reads one direction of a connection: finds where heads, bodies and chunks begin and end (RFC 9112 section 6).
///
/// A view onto a connection's state while some data is worked through; every byte is looked at once.
struct HTTPFraming {
    /// Times that a response's head is looked at for its end before it is given up.
    private static let maximumHeadTries = 512

    let parser: HTTPParser
    let flow: UnsafeMutablePointer<FlowRecord>
    let connection: Int32
    let way: FlowDirection
    /// What stands behind the last message, where another protocol took over.
    private(set) var leftover = Bytes.empty

    var side: UnsafeMutablePointer<HTTPSide> {
        let base = UnsafeMutableRawPointer(parser.connections.states + Int(connection))
        let offset = way == .toServer ? 0 : MemoryLayout<HTTPSide>.stride
        return (base + offset).assumingMemoryBound(to: HTTPSide.self)
    }

    init(parser: HTTPParser, flow: UnsafeMutablePointer<FlowRecord>, connection: Int32, way: FlowDirection) {
        self.parser = parser
        self.flow = flow
        self.connection = connection
        self.way = way
    }

    mutating func read(_ bytes: Bytes) {
        var rest = bytes
        while !rest.isEmpty {
            let taken: Int
            switch side.pointee.reading {
            case .head: taken = readHead(rest)
            case .fixedBody: taken = readBody(rest)
            case .chunkSize: taken = readChunkSize(rest)
            case .chunkData: taken = readBody(rest)
            case .chunkEnd: taken = readChunkEnd(rest)
            case .trailer: taken = readTrailer(rest)
            case .untilClose: taken = keepBody(rest)
            case .complete:
                // More than the message was to have, and no new one: browsers take it for more of the body.
                if way == .toClient && HTTPResponseScanner.isBody(rest) {
                    side.pointee.reading = .untilClose
                } else if way == .toServer && !HTTPMethod.isNext(rest) {
                    unexpected(rest)
                    return
                } else {
                    finishMessage()
                }
                taken = 0
            case .search: taken = search(rest)
            case .lost:
                leftover = rest
                return
            }
            rest = rest.dropping(taken)
        }
        if side.pointee.reading == .complete { finishMessage() }
    }

    /// Data behind a request that announced none, and that begin no other: Suricata takes them for its body.
    private mutating func unexpected(_ bytes: Bytes) {
        if side.pointee.transaction >= 0 {
            parser.transactions.states[Int(side.pointee.transaction)].hasUnexpectedBody = true
        }
        _ = keepBody(bytes)
        finishMessage()
    }

    /// Nothing more comes: what is under way is reported as far as it came.
    mutating func end() {
        switch side.pointee.reading {
        case .head:
            let bytes = side.pointee.head.bytes
            if way == .toClient {
                if !bytes.isEmpty && parser.report.head.parseResponse(bytes, isFinal: true) != nil { finishHead() }
            } else if bytes.firstIndex(of: ASCII.newline) != nil {
                finishHead()
            }
            if side.pointee.transaction >= 0 { finishMessage() }
        case .untilClose: finishMessage()
        case .search, .lost: return
        default: finishMessage()
        }
        side.pointee.reading = .lost
    }

    // MARK: Head

    private mutating func readHead(_ bytes: Bytes) -> Int {
        var from = 0
        if side.pointee.head.count == 0 {
            // Empty lines before a message are no part of it (RFC 9112 section 2.2).
            while from < bytes.count,
                bytes.start[from] == ASCII.newline || bytes.start[from] == ASCII.carriageReturn
            { from += 1 }
            if from == bytes.count { return from }
            side.pointee.started = parser.output.dataTime
        }
        let rest = bytes.dropping(from)
        if way == .toClient { return from + readResponseHead(rest) }
        let end = headEnd(rest)
        let part = rest.slice(0, end ?? rest.count)
        guard side.pointee.head.append(part, limit: parser.options.httpHeadLimit, parser.meter) else {
            self.end()
            side.pointee.reading = .lost
            return bytes.count
        }
        if end != nil { finishHead() }
        return from + part.count
    }

    private mutating func readResponseHead(_ bytes: Bytes) -> Int {
        let before = side.pointee.head.count
        let blank = before == 0 ? HTTPResponseScanner.blankLine(bytes) : 0
        if blank > 0 { return blank }
        if before == 0 && HTTPResponseScanner.isBody(bytes) {
            let junk = HTTPResponseScanner.junkLine(bytes)
            return junk > 0 ? junk : readBareBody(bytes)
        }
        // What does not fit may be body: the head counts as too long only where its end is not among what does.
        let fits = side.pointee.head.append(bytes, limit: parser.options.httpHeadLimit, parser.meter)
        guard side.pointee.headTries < HTTPFraming.maximumHeadTries else { return giveUpHead(bytes) }
        if before > 0, before < 4, HTTPResponseScanner.isBody(side.pointee.head.bytes) {
            _ = readBareBody(side.pointee.head.bytes)
            side.pointee.head.clear()
            return bytes.count
        }
        // Without a line end among the new bytes the head cannot be over.
        let last = before > 0 ? side.pointee.head.bytes[before - 1] : 0x41
        guard
            bytes.firstIndex(of: ASCII.newline) != nil || bytes.firstIndex(of: ASCII.carriageReturn) != nil
                || last == ASCII.newline || last == ASCII.carriageReturn || last == ASCII.space || last == ASCII.tab
        else { return fits ? bytes.count : giveUpHead(bytes) }
        side.pointee.headTries += 1
        guard let end = parser.report.head.parseResponse(side.pointee.head.bytes, isFinal: false) else {
            return fits ? bytes.count : giveUpHead(bytes)
        }
        side.pointee.head.cut(to: end)
        side.pointee.headTries = 0
        finishHead()
        return max(end - before, 0)
    }

    private mutating func giveUpHead(_ bytes: Bytes) -> Int {
        end()
        side.pointee.reading = .lost
        return bytes.count
    }

    /// No status line: the answer to a request is nothing but a body (HTTP/0.9, and what browsers make of nonsense).
    private mutating func readBareBody(_ bytes: Bytes) -> Int {
        let index = parser.awaiting(connection)
        guard index >= 0 else {
            side.pointee.reading = .lost
            return bytes.count
        }
        side.pointee.transaction = index
        side.pointee.bodyBytes = 0
        side.pointee.body.clear()
        side.pointee.reading = .untilClose
        return keepBody(bytes)
    }

    /// Where the head ends, behind its empty line; nil where that is not among these bytes. `lineLength` carries the
    /// length of a line from one piece of data to the next.
    private func headEnd(_ bytes: Bytes) -> Int? {
        var at = 0
        while let newline = bytes.firstIndex(of: ASCII.newline, from: at) {
            var length = newline - at
            if length > 0 && bytes.start[newline - 1] == ASCII.carriageReturn { length -= 1 }
            if length == 0 && side.pointee.lineLength == 0 { return newline + 1 }
            side.pointee.lineLength = 0
            at = newline + 1
        }
        var length = bytes.count - at
        if length > 0 && bytes.start[bytes.count - 1] == ASCII.carriageReturn { length -= 1 }
        side.pointee.lineLength += length
        return nil
    }

    private mutating func finishHead() {
        let head = parser.report.head
        if way == .toServer {
            head.parse(side.pointee.head.bytes)
        } else {
            _ = head.parseResponse(side.pointee.head.bytes, isFinal: true)
        }
        side.pointee.lineLength = 0
        side.pointee.bodyBytes = 0
        side.pointee.body.clear()
        if way == .toServer { beginRequest(head) } else { beginResponse(head) }
    }

    private mutating func beginRequest(_ head: HTTPHead) {
        let index = parser.add(flow, connection, time: side.pointee.started, hasRequest: true)
        guard index >= 0 else {
            side.pointee.reading = .lost
            return
        }
        let transaction = parser.transactions.states + Int(index)
        let line = HTTPRequestLine(head.startLine)
        transaction.pointee.isHead = line.method == "HEAD"
        transaction.pointee.isConnect = line.method == "CONNECT"
        _ = transaction.pointee.requestHead.append(
            side.pointee.head.bytes, limit: parser.options.httpHeadLimit, parser.meter)
        side.pointee.head.clear()
        side.pointee.transaction = index
        let framing = HTTPBodyFraming(head)
        if framing.chunked {
            beginChunks()
        } else {
            begin(.fixedBody, framing.length ?? 0)
        }
    }

    private mutating func beginResponse(_ head: HTTPHead) {
        let code = HTTPStatusLine(head.startLine).code.decimal ?? 0
        // Interim responses (RFC 9110 section 15.2) stand before the one that counts.
        if code >= 100 && code < 200 && code != 101 {
            if code == 100 { noteContinue() }
            side.pointee.head.clear()
            return
        }
        var index = parser.awaiting(connection)
        if index < 0 { index = parser.add(flow, connection, time: side.pointee.started, hasRequest: false) }
        guard index >= 0 else {
            side.pointee.reading = .lost
            return
        }
        side.pointee.transaction = index
        let transaction = parser.transactions.states[Int(index)]
        let framing = HTTPBodyFraming(head)
        if code == 101 || (transaction.isConnect && code >= 200 && code < 300) {
            // Another protocol takes over the connection, in both directions.
            parser.successor = code == 101 ? parser.successor(head) : nil
            parser.opensTunnel = code != 101
            if parser.successor != nil {
                let request = transaction.requestHead.bytes
                _ = parser.upgraded.append(request, limit: parser.options.httpHeadLimit, parser.meter)
            }
            finishMessage()
            side.pointee.reading = .lost
            parser.connections.states[Int(connection)].request.reading = .lost
        } else if transaction.isHead || code == 304 || (code == 204 && framing.isSilent) {
            begin(.fixedBody, 0)
        } else if framing.chunked {
            beginChunks()
        } else if let length = framing.length {
            begin(.fixedBody, length)
        } else {
            side.pointee.reading = .untilClose
        }
    }

    private mutating func begin(_ reading: HTTPReading, _ length: Int64) {
        side.pointee.reading = reading
        side.pointee.remaining = length
        if length == 0 { side.pointee.reading = .complete }
    }

    // MARK: Body

    private mutating func readBody(_ bytes: Bytes) -> Int {
        let part = bytes.prefix(Int(min(Int64(bytes.count), side.pointee.remaining)))
        _ = keepBody(part)
        side.pointee.remaining -= Int64(part.count)
        if side.pointee.remaining == 0 {
            side.pointee.reading = side.pointee.reading == .chunkData ? .chunkEnd : .complete
        }
        return part.count
    }

    private mutating func keepBody(_ bytes: Bytes) -> Int {
        side.pointee.bodyBytes += Int64(bytes.count)
        if side.pointee.reported { return bytes.count }
        if !side.pointee.body.append(bytes, limit: parser.options.httpBodyLimit, parser.meter) { reportEarly() }
        return bytes.count
    }

    private mutating func beginChunks() {
        side.pointee.reading = .chunkSize
        side.pointee.chunkSize = 0
        side.pointee.chunkDigits = 0
        side.pointee.inExtension = false
    }

    /// Hexadecimal digits, then an extension that does not matter, then a line end (RFC 9112 section 7.1).
    private mutating func readChunkSize(_ bytes: Bytes) -> Int {
        var at = 0
        while at < bytes.count {
            let byte = bytes.start[at]
            at += 1
            if byte == ASCII.newline {
                if side.pointee.chunkDigits == 0 {
                    // A stray line end before the size is passed over; an extension without a size is not.
                    if side.pointee.inExtension { return broken(bytes) }
                    continue
                }
                if side.pointee.chunkSize == 0 {
                    side.pointee.reading = .trailer
                    side.pointee.lineLength = 0
                } else {
                    side.pointee.reading = .chunkData
                    side.pointee.remaining = side.pointee.chunkSize
                }
                return at
            }
            if side.pointee.inExtension || byte == ASCII.carriageReturn { continue }
            if let digit = ASCII.hexValue(byte) {
                side.pointee.chunkSize = side.pointee.chunkSize << 4 | Int64(digit)
                side.pointee.chunkDigits += side.pointee.chunkSize == 0 && side.pointee.chunkDigits > 0 ? 0 : 1
                if side.pointee.chunkDigits > 8 { return broken(bytes) }
            } else if !HTTPWords.isSpace(byte) {
                if byte != ASCII.semicolon && side.pointee.chunkDigits == 0 { return broken(bytes) }
                side.pointee.inExtension = true
                noteExtension()
            }
        }
        return at
    }

    /// No chunk size where one must be: a browser takes the rest of a response as its body.
    private mutating func broken(_ bytes: Bytes) -> Int {
        noteBrokenChunk()
        if way == .toClient {
            side.pointee.reading = .untilClose
            return keepBody(bytes)
        }
        finishMessage()
        side.pointee.reading = .lost
        return bytes.count
    }

    private mutating func readChunkEnd(_ bytes: Bytes) -> Int {
        // Whatever stands behind a chunk's data belongs to its line.
        guard let end = bytes.firstIndex(of: ASCII.newline) else { return bytes.count }
        beginChunks()
        return end + 1
    }

    /// Lines behind the last chunk, up to an empty one.
    private mutating func readTrailer(_ bytes: Bytes) -> Int {
        for at in 0..<bytes.count {
            switch bytes.start[at] {
            case ASCII.newline where side.pointee.lineLength == 0:
                side.pointee.reading = .complete
                return at + 1
            case ASCII.newline: side.pointee.lineLength = 0
            case ASCII.carriageReturn: break
            default: side.pointee.lineLength += 1
            }
        }
        return bytes.count
    }

    /// The message is over, or no more of it will come: reports it and makes ready for the next one.
    mutating func finishMessage() {
        let index = side.pointee.transaction
        guard index >= 0 else { return }
        side.pointee.transaction = -1
        let transaction = parser.transactions.states + Int(index)
        if way == .toServer {
            transaction.pointee.requestBodyBytes = side.pointee.bodyBytes
            if !side.pointee.reported { parser.report.request(transaction, side.pointee, flow) }
            transaction.pointee.requested = true
        } else {
            let event = parser.report.event(transaction, side.pointee, flow)
            if !side.pointee.reported { parser.report.response(transaction, side.pointee, flow, event: event) }
            transaction.pointee.responded = true
        }
        side.pointee.reported = false
        side.pointee.head.clear()
        side.pointee.body.clear()
        if side.pointee.reading != .lost && side.pointee.reading != .search { side.pointee.reading = .head }
        parser.retire(connection)
    }

    /// The part of the body that is inspected is there: it is reported now, whatever length follows.
    private func reportEarly() {
        guard !side.pointee.reported, side.pointee.transaction >= 0 else { return }
        side.pointee.reported = true
        let transaction = parser.transactions.states + Int(side.pointee.transaction)
        if way == .toServer {
            parser.report.request(transaction, side.pointee, flow)
        } else {
            parser.report.response(transaction, side.pointee, flow, event: -1)
        }
        side.pointee.body.free(parser.meter)
    }
}
