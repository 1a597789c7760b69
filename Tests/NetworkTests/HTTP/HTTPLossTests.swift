import Events
import Network
import Testing

/// Conversations of which the capture does not have everything, and requests that are hard to recognise.
@Suite struct HTTPLossTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private static func request(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: example.org\r\n\r\n" }

    private static func paths(_ run: Run) -> [String] {
        run.items(.transaction, .toServer).compactMap { $0[.httpURI] }
    }

    /// Bytes in a request's head are missing: it ends there, and those behind it are seen.
    @Test(arguments: ["rest: of it\r\n\r\n", "", "GET of no request\r\n\r\n"])
    func requestsBehindMissingBytesAreSeen(_ rest: String) {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, Self.request("/1"))
        talk.send(fromClient: false, Self.answer)
        var at = talk.sent
        let (answered, missing) = (talk.received, 40)
        let parts = ["GET /2 HTTP/1.1\r\nHost: exam", rest + Self.request("/3"), Self.request("/4")]
        for (number, part) in parts.enumerated() {
            if number == 1 { at += missing }
            talk.segment(fromClient: true, at: at, Array(part.utf8))
            at += part.utf8.count
        }
        talk.segment(fromClient: false, at: answered, flags: 0x10, acknowledging: at)
        #expect(Self.paths(Run(talk.frames)) == ["/1", "/2", "/3", "/4"])
    }

    /// The same of a response: the one behind the missing bytes is seen.
    @Test func responsesBehindMissingBytesAreSeen() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, Self.request("/1") + Self.request("/2"))
        let parts = ["HTTP/1.1 404 Not", "end\r\n\r\n" + Self.answer]
        let asked = talk.sent
        talk.segment(fromClient: false, at: 0, acknowledging: asked, Array(parts[0].utf8))
        let next = parts[0].utf8.count + 30
        talk.segment(fromClient: false, at: next, acknowledging: asked, Array(parts[1].utf8))
        talk.segment(fromClient: true, at: asked, flags: 0x10, acknowledging: next + parts[1].utf8.count)
        let codes = Run(talk.frames).items(.transaction, .toClient).compactMap { $0[.httpStatusCode] }
        #expect(codes.last == "200")
    }

    /// Lines of blanks before a status line are none of the response's.
    @Test(arguments: [" \t\r\r\n", " \n", "\r\n \r\n"]) func blankLinesAreNoHead(_ line: String) {
        let run = HTTPMessageTests.exchange(Self.request("/1"), line + Self.answer)
        let codes = run.items(.transaction, .toClient).compactMap { $0[.httpStatusCode] }
        #expect(codes == ["200"])
    }

    /// The answer tells that a request was one, whatever its method.
    @Test(arguments: ["BREW /pot HTTP/1.1", "BREW /pot HTTP/1.", "GET/pot HTTP/1.1"])
    func methodsThatNobodyKnowsAreMethods(_ line: String) throws {
        let run = HTTPMessageTests.exchange(line + "\r\nHost: example.org\r\n\r\n", Self.answer)
        let item = try #require(run.items(.transaction, .toServer).first { $0[.httpMethod] != nil })
        #expect(item.item.application == .http)
        #expect(item[.httpMethod] == String(line.prefix { $0 != " " }))
    }

    /// Such a request may be long: nothing of it is lost.
    @Test func theyMayBeLong() throws {
        let body = String(repeating: "x", count: 3000)
        let head = "BREW /pot HTTP/1.1\r\nHost: example.org\r\nContent-Length: 3000\r\n\r\n"
        let run = HTTPMessageTests.exchange(head + body, Self.answer)
        let item = try #require(run.items(.transaction, .toServer).first { $0[.httpMethod] != nil })
        #expect(item[.httpURI] == "/pot" && item[.httpRequestBody] == body)
    }

    /// The client is gone before it has acknowledged the answer.
    @Test func theAnswerNeedNotBeAcknowledged() throws {
        let request = "BREW /pot HTTP/1.1\r\nHost: example.org\r\n\r\n"
        let length = request.utf8.count
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, Array(request.utf8))
        talk.segment(fromClient: false, at: 0, acknowledging: length, Array(Self.answer.utf8))
        talk.segment(fromClient: true, at: length, flags: 0x11, acknowledging: 0)
        talk.segment(fromClient: false, at: Self.answer.utf8.count, flags: 0x10, acknowledging: length + 1)
        talk.segment(fromClient: true, at: length + 1, flags: 4)
        let items = Run(talk.frames).items(.transaction, .toServer)
        #expect(items.compactMap { $0[.httpMethod] } == ["BREW"])
    }

    /// A length with many leading zeros is a length: what stands behind the body is another request.
    @Test func leadingZerosOfALengthAreNothing() {
        let zeros = String(repeating: "0", count: 40)
        let first = "POST /1 HTTP/1.1\r\nHost: example.org\r\nContent-Length: \(zeros)5\r\n\r\nhello"
        let run = HTTPMessageTests.exchange(first + Self.request("/2"), Self.answer)
        #expect(Self.paths(run) == ["/1", "/2"])
    }
}
