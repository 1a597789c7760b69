internal import Events
internal import Glibc
internal import Primitives

/// Lays out the `http.*` buffers of a message as Suricata documents them.
struct HTTPBuffers {
    private let output: InspectionOutput
    private var normaliser: HTTPNormaliser
    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var count = 0

    init(output: InspectionOutput, limit: Int) {
        self.output = output
        normaliser = HTTPNormaliser(limit: limit)
        // Names and values of a head, and for each field the ": ", ", " and line end written between them.
        capacity = limit + HTTPHead.maximumFields * 4 + 16
        memory = .allocate(capacity: capacity)
    }

    func release() {
        normaliser.release()
        memory.deallocate()
    }

    /// `isFile`: the body is one file, not a form with files in it.
    mutating func request(_ head: HTTPHead, _ raw: Bytes, body: Bytes, isFile: Bool) {
        let line = HTTPRequestLine(head.startLine)
        let target = HTTPTarget(line.target, isConnect: line.method == "CONNECT")
        add(.httpMethod, line.method)
        add(.httpRequestLine, head.startLine)
        add(.httpURIRaw, line.target)
        add(.httpURI, line.method == "CONNECT" ? line.target : normaliser.normalise(target))
        add(.httpProtocol, line.version)
        host(head, target)
        common(head, raw, cookie: "cookie")
        field(head, .httpUserAgent, "user-agent")
        field(head, .httpAccept, "accept")
        field(head, .httpAcceptLanguage, "accept-language")
        field(head, .httpAcceptEncoding, "accept-encoding")
        field(head, .httpReferer, "referer")
        each(head, .httpRequestHeader)
        add(.httpRequestBody, body)
        if !body.isEmpty && isFile { output.sameBuffer(.fileData) }
    }

    mutating func response(_ head: HTTPHead, _ raw: Bytes, body: Bytes) {
        let line = HTTPStatusLine(head.startLine)
        add(.httpResponseLine, head.startLine)
        add(.httpProtocol, line.version)
        add(.httpStatusCode, line.code)
        add(.httpStatusMessage, line.phrase)
        common(head, raw, cookie: "set-cookie")
        field(head, .httpServer, "server")
        field(head, .httpLocation, "location")
        each(head, .httpResponseHeader)
        add(.httpResponseBody, body)
        if !body.isEmpty { output.sameBuffer(.fileData) }
    }

    /// `http.request_header`, `http.response_header`: each field by itself.
    private mutating func each(_ head: HTTPHead, _ kind: BufferKind) {
        for index in 0..<head.fieldCount where !isRepeated(head, index) {
            count = 0
            write(head.name(index))
            write(": ")
            values(head, index)
            output.buffer(kind, written)
        }
    }

    /// The normalised path, valid until the next target is normalised.
    mutating func path(_ target: HTTPTarget) -> Bytes {
        var alone = target
        alone.hasQuery = false
        alone.fragment = .empty
        return normaliser.normalise(alone)
    }

    private func add(_ kind: BufferKind, _ bytes: Bytes) {
        if !bytes.isEmpty { output.buffer(kind, bytes) }
    }

    private mutating func host(_ head: HTTPHead, _ target: HTTPTarget) {
        let raw = head.first("host")
        if let raw { add(.httpHostRaw, raw) } else { add(.httpHostRaw, target.authority) }
        let name = HTTPHost.name(in: target.authority.isEmpty ? raw ?? .empty : target.authority)
        count = 0
        write(name)
        for index in 0..<count { memory[index] = ASCII.lower(memory[index]) }
        add(.httpHost, written)
    }

    /// Buffers that requests and responses both have.
    private mutating func common(_ head: HTTPHead, _ raw: Bytes, cookie: StaticString) {
        headers(head, except: cookie)
        add(.httpHeader, written)
        let start = min((raw.firstIndex(of: ASCII.newline) ?? raw.count) + 1, raw.count)
        add(.httpHeaderRaw, raw.dropping(start))
        names(head)
        add(.httpHeaderNames, written)
        starting(head)
        add(.httpStart, written)
        field(head, .httpCookie, cookie)
        field(head, .httpConnection, "connection")
        field(head, .httpContentType, "content-type")
        field(head, .httpContentLength, "content-length")
    }

    private mutating func field(_ head: HTTPHead, _ kind: BufferKind, _ name: StaticString) {
        for index in 0..<head.fieldCount where head.isNamed(index, name) {
            count = 0
            values(head, index)
            // A field without a value is there all the same.
            output.buffer(kind, written)
            return
        }
    }

    private var written: Bytes { Bytes(start: memory, count: count) }

    private mutating func write(_ bytes: Bytes) {
        let length = min(bytes.count, capacity - count)
        memcpy(memory + count, bytes.start, length)
        count += length
    }

    private mutating func write(_ text: StaticString) {
        write(Bytes(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// The value of field `index`, and of later fields of the same name, joined by ", ".
    private mutating func values(_ head: HTTPHead, _ index: Int) {
        write(head.value(index))
        let name = head.name(index)
        for later in index + 1..<max(head.fieldCount, index + 1) where HTTPBuffers.same(head.name(later), name) {
            write(", ")
            write(head.value(later))
        }
    }

    private static func same(_ left: Bytes, _ right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        for index in 0..<left.count where ASCII.lower(left.start[index]) != ASCII.lower(right.start[index]) {
            return false
        }
        return true
    }

    private func isRepeated(_ head: HTTPHead, _ index: Int) -> Bool {
        let name = head.name(index)
        for earlier in 0..<index where HTTPBuffers.same(head.name(earlier), name) { return true }
        return false
    }

    /// `http.header`: "Name: value" lines, repeated names joined, cookies left out.
    private mutating func headers(_ head: HTTPHead, except cookie: StaticString) {
        count = 0
        for index in 0..<head.fieldCount where !head.isNamed(index, cookie) && !isRepeated(head, index) {
            write(head.name(index))
            write(": ")
            values(head, index)
            write("\r\n")
        }
    }

    /// `http.header_names`: names between line ends, with an empty line behind them.
    private mutating func names(_ head: HTTPHead) {
        count = 0
        if head.fieldCount == 0 { return }
        write("\r\n")
        for index in 0..<head.fieldCount where !isRepeated(head, index) {
            write(head.name(index))
            write("\r\n")
        }
        write("\r\n")
    }

    /// `http.start`: the start line and all header lines.
    private mutating func starting(_ head: HTTPHead) {
        count = 0
        write(head.startLine)
        write("\r\n")
        for index in 0..<head.fieldCount where !isRepeated(head, index) {
            write(head.name(index))
            write(": ")
            values(head, index)
            write("\r\n")
        }
        write("\r\n")
    }
}
