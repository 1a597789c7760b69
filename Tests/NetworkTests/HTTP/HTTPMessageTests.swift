import Events
import Network
import Primitives
import Testing

@Suite struct HTTPMessageTests {
    static func exchange(
        _ request: String, _ response: String, size: Int = 1400, options: NetworkOptions = NetworkOptions()
    ) -> Run {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, request, size: size)
        talk.send(fromClient: false, response, size: size)
        talk.close()
        return Run(talk.frames, options: options)
    }

    static let request =
        "POST /a%2Fb/../c%20d?q=%41+1 HTTP/1.1\r\nHost: Example.ORG:8080\r\nUser-Agent: probe/1.0\r\n"
        + "Cookie: id=7\r\nX-List: a\r\nAccept: */*\r\nx-list: b\r\nReferer: http://example.org/\r\n"
        + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 11\r\n\r\nhello world"
    static let response =
        "HTTP/1.1 404 Not Found\r\nServer: own\r\nSet-Cookie: s=1\r\nLocation: /x\r\nContent-Type: text/html\r\n"
        + "Content-Length: 4\r\n\r\ngone"

    static let requestBuffers: [(BufferKind, String)] = [
        (.httpMethod, "POST"),
        (.httpRequestLine, "POST /a%2Fb/../c%20d?q=%41+1 HTTP/1.1"),
        (.httpURIRaw, "/a%2Fb/../c%20d?q=%41+1"),
        (.httpURI, "/a/c d?q=A+1"),
        (.httpProtocol, "HTTP/1.1"),
        (.httpHost, "example.org"),
        (.httpHostRaw, "Example.ORG:8080"),
        (.httpUserAgent, "probe/1.0"),
        (.httpCookie, "id=7"),
        (.httpAccept, "*/*"),
        (.httpReferer, "http://example.org/"),
        (.httpContentType, "text/plain; charset=utf-8"),
        (.httpContentLength, "11"),
        (.httpRequestBody, "hello world"),
        (.fileData, "hello world"),
        (
            .httpHeader,
            "Host: Example.ORG:8080\r\nUser-Agent: probe/1.0\r\nX-List: a, b\r\nAccept: */*\r\n"
                + "Referer: http://example.org/\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 11\r\n"
        ),
        (
            .httpHeaderNames,
            "\r\nHost\r\nUser-Agent\r\nCookie\r\nX-List\r\nAccept\r\nReferer\r\nContent-Type\r\nContent-Length\r\n\r\n"
        ),
    ]

    /// Whatever the segments are cut to, the buffers are the same.
    @Test(arguments: [1, 7, 1400]) func laysOutRequestBuffers(_ size: Int) throws {
        let run = HTTPMessageTests.exchange(HTTPMessageTests.request, HTTPMessageTests.response, size: size)
        let item = try #require(run.items(.transaction, .toServer).first)
        for (kind, text) in HTTPMessageTests.requestBuffers { #expect(item[kind] == text, "\(kind.rawValue)") }
        #expect(item[.httpHeaderRaw]?.hasPrefix("Host: Example.ORG:8080\r\n") == true)
        #expect(item[.httpHeaderRaw]?.hasSuffix("Content-Length: 11\r\n\r\n") == true)
        #expect(item[.httpStart]?.hasPrefix("POST /a%2Fb/../c%20d?q=%41+1 HTTP/1.1\r\nHost: ") == true)
        #expect(item.item.complete && item.item.application == .http && item.item.state.contains(.established))
        #expect(run.items(.transaction, .toServer).count == 1)
    }

    @Test(arguments: [1, 7, 1400]) func laysOutResponseBuffers(_ size: Int) throws {
        let run = HTTPMessageTests.exchange(HTTPMessageTests.request, HTTPMessageTests.response, size: size)
        let item = try #require(run.items(.transaction, .toClient).first)
        let expected: [(BufferKind, String)] = [
            (.httpResponseLine, "HTTP/1.1 404 Not Found"), (.httpStatusCode, "404"), (.httpStatusMessage, "Not Found"),
            (.httpProtocol, "HTTP/1.1"), (.httpServer, "own"), (.httpCookie, "s=1"), (.httpLocation, "/x"),
            (.httpContentType, "text/html"), (.httpResponseBody, "gone"), (.fileData, "gone"),
            (.httpHeader, "Server: own\r\nLocation: /x\r\nContent-Type: text/html\r\nContent-Length: 4\r\n"),
        ]
        for (kind, text) in expected { #expect(item[kind] == text, "\(kind.rawValue)") }
        #expect(run.items(.transaction, .toClient).count == 1)
        #expect(item.item.event >= 0)
    }

    @Test func writesTheEvent() throws {
        let run = HTTPMessageTests.exchange(HTTPMessageTests.request, HTTPMessageTests.response)
        let event = try #require(run.events(.networkHTTP).first)
        let expected: [(Field, String)] = [
            (.sourceIP, "192.0.2.10"), (.sourcePort, "40000"), (.destinationIP, "198.51.100.80"),
            (.destinationPort, "80"), (.networkTransport, "tcp"), (.networkProtocol, "http"),
            (.httpRequestMethod, "POST"), (.urlOriginal, "/a%2Fb/../c%20d?q=%41+1"), (.urlPath, "/a%2Fb/../c%20d"),
            (.urlQuery, "q=%41+1"), (.urlDomain, "example.org"), (.urlPort, "8080"),
            (.userAgentOriginal, "probe/1.0"), (.httpRequestReferrer, "http://example.org/"),
            (.httpRequestCookie, "id=7"), (.httpVersion, "1.1"), (.httpRequestMimeType, "text/plain"),
            (.httpRequestBodyBytes, "11"), (.httpResponseStatusCode, "404"), (.httpResponseBodyBytes, "4"),
            (.httpResponseMimeType, "text/html"), (.eventOutcome, "failure"),
        ]
        for (field, text) in expected { #expect(event[field] == text, "\(field.rawValue)") }
        #expect(event.all(.eventCategory) == ["network", "web"])
        #expect(run.events(.networkHTTP).count == 1)
        // The time of the request, which came in the fourth frame.
        #expect(event.time.nanoseconds == 1_700_000_000_003_000_000)
    }

    /// Bodies in every framing; what is behind them belongs to the next message.
    static let bodies: [(name: String, head: String, wire: String, body: String)] = [
        ("no body", "Content-Length: 0", "", ""),
        ("length", "Content-Length: 3", "abc", "abc"),
        ("length with rubbish behind it", "Content-Length: 3 bytes", "abc", "abc"),
        ("chunked", "Transfer-Encoding: chunked", "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"),
        (
            "chunked, upper case and extension", "TRANSFER-ENCODING: Chunked", "A;x=1\r\n0123456789\r\n0\r\n\r\n",
            "0123456789"
        ),
        ("chunked with trailer", "Transfer-Encoding: gzip, chunked", "1\r\na\r\n0\r\nX: y\r\n\r\n", "a"),
        ("chunked with bare line feeds", "Transfer-Encoding: chunked", "2\nab\n0\n\n", "ab"),
        ("chunk size with leading zeros", "Transfer-Encoding: chunked", "0000000003\r\nabc\r\n0\r\n\r\n", "abc"),
        (
            "chunked stands above a length", "Content-Length: 1\r\nTransfer-Encoding: chunked", "2\r\nab\r\n0\r\n\r\n",
            "ab"
        ),
        ("folded header", "Content-Length:\r\n 2", "ab", "ab"),
    ]

    @Test(arguments: bodies.indices, [1, 5, 1400]) func framesBodies(_ number: Int, _ size: Int) {
        let given = HTTPMessageTests.bodies[number]
        let message = "\r\nX: 1\r\n" + given.head + "\r\n\r\n" + given.wire
        let requests = "POST /1 HTTP/1.1" + message + "GET /2 HTTP/1.1\r\n\r\n"
        let responses = "HTTP/1.1 200 OK" + message + "HTTP/1.1 204 No Content\r\n\r\n"
        let run = HTTPMessageTests.exchange(requests, responses, size: size)
        let asked = run.items(.transaction, .toServer)
        let answered = run.items(.transaction, .toClient)
        #expect(asked.map { $0[.httpURI] } == ["/1", "/2"], "\(given.name)")
        #expect(answered.map { $0[.httpStatusCode] } == ["200", "204"], "\(given.name)")
        #expect(asked[0][.httpRequestBody] ?? "" == given.body, "\(given.name)")
        #expect(answered[0][.httpResponseBody] ?? "" == given.body, "\(given.name)")
        #expect(run.events(.networkHTTP).map { $0[.httpResponseStatusCode] } == ["200", "204"])
    }

    @Test func pairsPipelinedMessages() {
        let requests = "HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n"
        let responses =
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + "HTTP/1.1 100 Continue\r\n\r\n"
            + "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n" + "HTTP/1.1 200 OK\r\n\r\nuntil close"
        let run = HTTPMessageTests.exchange(requests, responses)
        let events = run.events(.networkHTTP)
        #expect(events.map { $0[.urlPath] } == ["/a", "/b", "/c"])
        #expect(events.map { $0[.httpResponseStatusCode] } == ["200", "304", "200"])
        #expect(events.map { $0[.httpResponseBodyBytes] } == ["0", "0", "11"])
        #expect(run.items(.transaction).map(\.item.transaction) == [0, 1, 2, 0, 1, 2])
    }

    @Test func reportsRequestsWithoutResponse() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET /lost HTTP/1.1\r\nHost: example.org\r\n\r\n")
        let run = Run(talk.frames)
        #expect(run.events(.networkHTTP).map { $0[.urlPath] } == ["/lost"])
        #expect(run.events(.networkHTTP)[0][.httpResponseStatusCode] == nil)
    }

    @Test func reportsACutRequestAtTheEnd() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET /half?x=1 HTTP/1.1\r\nHost: exa")
        #expect(Run(talk.frames).items(.transaction).map { $0[.httpURI] } == ["/half?x=1"])
    }

    @Test func goesOnBehindATunnel() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "CONNECT example.org:25 HTTP/1.1\r\nHost: example.org\r\n\r\n")
        talk.send(fromClient: false, "HTTP/1.1 200 Connected\r\n\r\n")
        talk.send(fromClient: false, "220 mail.example.org\r\n")
        talk.send(fromClient: true, "EHLO x\r\n\r\n")
        let run = Run(talk.frames)
        #expect(run.items(.transaction, .toServer).compactMap { $0[.httpURI] } == ["example.org:25"])
        #expect(run.items(.transaction, .toServer).compactMap { $0[.smtpHelo] } == ["x"])
        #expect(run.items(.transaction, .toClient).map { $0[.httpStatusCode] } == ["200"])
    }

    @Test func stopsAfterAnUpgrade() {
        let run = HTTPMessageTests.exchange(
            "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 no")
        #expect(run.items(.transaction, .toClient).map { $0[.httpStatusCode] } == ["101"])
    }

    /// Bodies past the inspection limit: the item comes at the limit, once; the event tells the whole size.
    @Test func limitsInspectedBodies() throws {
        var options = NetworkOptions()
        options.httpBodyLimit = 1000
        let body = String(repeating: "x", count: 5000)
        let run = HTTPMessageTests.exchange(
            "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + body, options: options)
        #expect(run.items(.transaction, .toClient).map { $0[.httpResponseBody]?.utf8.count } == [1000])
        #expect(run.events(.networkHTTP).map { $0[.httpResponseBodyBytes] } == ["5000"])
    }

    @Test func passesOverAGapInABody() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET / HTTP/1.1\r\n\r\n")
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"
        talk.send(fromClient: false, head)
        talk.segment(fromClient: false, at: head.utf8.count + 6, Array("ij".utf8))
        talk.acknowledge(fromClient: true, upTo: head.utf8.count + 8)
        let run = Run(talk.frames)
        #expect(run.items(.transaction, .toClient).map { $0[.httpResponseBody] } == ["abij"])
        #expect(run.events(.networkHTTP)[0][.httpResponseBodyBytes] == "10")
    }

    @Test(arguments: [
        "OPTIONS sip:a@example.org SIP/2.0\r\n\r\n", "DESCRIBE rtsp://example.org/ RTSP/1.0\r\n\r\n", "GETX / HTTP\r\n",
        "hello", "\u{16}\u{3}\u{1}",
    ])
    func leavesOtherProtocolsAlone(_ text: String) {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, text)
        let run = Run(talk.frames)
        #expect(run.events(.networkHTTP).isEmpty && run.stream(.toServer) == text)
        #expect(run.transactions.allSatisfy { $0.item.application != .http })
    }

    /// No blank behind the method: known where the line names a version.
    @Test(arguments: ["TRACE/ HTTP/1.1\r\nHost: a\r\n\r\n", "DELETE/HTTP/1.1\r\nHost: a\r\n\r\n"])
    func readsRequestLinesWithoutBlank(_ request: String) {
        let run = HTTPMessageTests.exchange(request, "HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        let method = ProtocolTests.values(run, .httpMethod).first ?? ""
        #expect(method.hasPrefix("TRACE") || method.hasPrefix("DELETE"))
    }
}
