import Events
import Network
import Testing

/// HTTP/2 in the clear; the header blocks are those of RFC 7541, appendix C.4.
@Suite struct HTTP2Tests {
    private static let first: [UInt8] = [
        0x82, 0x86, 0x84, 0x41, 0x8C, 0xF1, 0xE3, 0xC2, 0xE5, 0xF2, 0x3A, 0x6B, 0xA0, 0xAB, 0x90, 0xF4, 0xFF,
    ]
    private static let second: [UInt8] = [
        0x82, 0x86, 0x84, 0xBE, 0x58, 0x86, 0xA8, 0xEB, 0x10, 0x64, 0x9C, 0xBF,
    ]

    /// A request and its answer.
    static var talk: Conversation {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        talk.send(fromClient: true, made(4, 0, 0, [0, 4, 0, 0, 0x10, 0]) + made(1, 5, 1, first))
        talk.send(fromClient: true, made(1, 5, 3, second))
        talk.send(fromClient: false, made(1, 4, 1, [0x88]) + made(0, 1, 1, Array("hello".utf8)))
        talk.close()
        return talk
    }

    private static func made(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0, UInt8(body.count >> 8), UInt8(body.count & 0xFF), type, flags, 0, 0, 0, stream] + body
    }

    private func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt8, _ body: [UInt8]) -> [UInt8] {
        HTTP2Tests.made(type, flags, stream, body)
    }

    private func run(_ requests: [[UInt8]], _ responses: [[UInt8]], size: Int = 1400) -> Run {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        talk.send(fromClient: true, requests.flatMap { $0 }, size: size)
        talk.send(fromClient: false, responses.flatMap { $0 }, size: size)
        talk.close()
        return Run(talk.frames)
    }

    @Test(arguments: [1400, 7, 1]) func messagesAndTheirTable(_ size: Int) {
        let settings = frame(4, 0, 0, [0, 4, 0, 0, 0x10, 0])
        let items = run(
            [settings, frame(1, 5, 1, HTTP2Tests.first), frame(1, 5, 3, HTTP2Tests.second)],
            [frame(4, 0, 0, []), frame(1, 4, 1, [0x88]), frame(0, 1, 1, Array("hello".utf8))], size: size
        ).transactions
        let requests = items.filter { $0[.httpMethod] != nil }
        #expect(requests.map { $0[.httpMethod] } == ["GET", "GET"])
        #expect(requests.map { $0[.httpURI] } == ["/", "/"])
        #expect(requests.map { $0[.httpHost] } == ["www.example.com", "www.example.com"])
        #expect(requests.last?[.httpHeader]?.contains("cache-control: no-cache\r\n") == true)
        let response = items.first { $0[.httpStatusCode] != nil }
        #expect(response?[.httpStatusCode] == "200")
        #expect(response?[.fileData] == "hello")
        #expect(items.contains { item in item.buffers.contains { $0.kind == .http2Settings } })
    }

    /// A frame of the connection is seen in both directions; settings that only confirm are not.
    @Test func framesOfTheConnection() {
        let window = frame(8, 0, 0, [0, 0, 1, 0])
        let items = run([window, frame(4, 1, 0, []), window], []).transactions
        #expect(items.map(\.item.direction) == [.toServer, .toClient, .toServer, .toClient])
        #expect(Set(items.map(\.item.transaction)).count == 2)
        #expect(items.allSatisfy { $0[.httpProtocol] == "HTTP/2" })
    }

    /// The request that asked for the upgrade is the first stream's, with the settings that it carries.
    @Test func upgradesFromHTTP1() {
        var talk = Conversation()
        talk.handshake()
        let asked = "GET /robots.txt HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
        talk.send(fromClient: true, asked)
        talk.send(fromClient: false, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n")
        talk.send(fromClient: true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        talk.send(fromClient: false, frame(1, 5, 1, [0x88]))
        talk.close()
        let run = Run(talk.frames)
        let requests = run.transactions.filter { $0[.httpMethod] == "GET" }
        #expect(requests.map(\.item.application) == [.http, .http2])
        #expect(requests.map { $0[.httpURI] } == ["/robots.txt", "/robots.txt"])
        #expect(requests.map { $0[.httpHost] } == ["a.example", "a.example"])
        let settings = run.transactions.flatMap(\.buffers).filter { $0.kind == .http2Settings }
        #expect(settings.map(\.bytes) == [[0, 3, 0, 0, 0, 0, 0, 0, 0, 100]])
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0, 0, 0, 0, 0, 0], "http2.data_stream_zero"),
            ([0, 0, 1, 8, 0, 0, 0, 0, 0, 9], "http2.invalid_frame_length"),
            ([0, 0, 1, 4, 0, 0, 0, 0, 0, 9], "http2.invalid_frame_data"),
        ] as [([UInt8], String)])
    func oddFrames(_ bytes: [UInt8], _ event: String) {
        #expect(ProtocolTests.values(run([bytes], []), .applicationEvent) == [event, event])
    }

    /// DNS as HTTP/2 carries it (RFC 8484): in the path, encoded for addresses, and as a body.
    @Test func dnsIsCarried() {
        func field(_ name: String, _ value: String) -> [UInt8] {
            [0, UInt8(name.utf8.count)] + Array(name.utf8) + [UInt8(value.utf8.count)] + Array(value.utf8)
        }
        let asked = field(":path", "/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB")
        let answer = DNSBytes.answer(0, "www.example.com", [DNSBytes.record(type: 1, [192, 0, 2, 1])])
        let run = self.run(
            [frame(1, 5, 1, [0x82] + asked)],
            [frame(1, 4, 1, [0x88] + field("content-type", "application/dns-message")), frame(0, 1, 1, answer)])
        #expect(ProtocolTests.values(run, .dnsQuery) == ["www.example.com"])
        #expect(ProtocolTests.values(run, .dnsQueriesName) == ["www.example.com", "www.example.com"])
        #expect(ProtocolTests.values(run, .dnsAnswersName) == ["www.example.com"])
        #expect(run.transactions.last?.item.application == .doh2)
        let long = self.run(
            [
                frame(1, 4, 1, [0x83] + field("content-type", "application/dns-message")),
                frame(0, 0, 1, [UInt8](repeating: 1, count: 60_000)),
                frame(0, 1, 1, [UInt8](repeating: 1, count: 6000)),
            ], [])
        #expect(ProtocolTests.values(long, .applicationEvent) == ["http2.dns_request_too_long"])
    }

    @Test func aConnectionGoesOverToIt() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        let head = "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        talk.send(fromClient: false, Array(head.utf8) + frame(4, 0, 0, []) + frame(1, 5, 1, [0x8D]))
        talk.send(fromClient: true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        talk.send(fromClient: true, frame(1, 5, 3, HTTP2Tests.first))
        talk.close()
        let items = Run(talk.frames).transactions
        // HTTP/1's, the same as the first stream's, and the second stream's.
        #expect(items.compactMap { $0[.httpMethod] } == ["GET", "GET", "GET"])
        #expect(items.compactMap { $0[.httpStatusCode] } == ["101", "404"])
        #expect(items.last { $0[.httpMethod] != nil }?[.httpHost] == "www.example.com")
    }

    @Test func headersInSeveralFrames() {
        let (head, rest) = (Array(HTTP2Tests.first.prefix(5)), Array(HTTP2Tests.first.dropFirst(5)))
        let items = run([frame(1, 1, 1, head), frame(9, 4, 1, rest)], []).transactions
        #expect(items.filter { $0[.httpMethod] == "GET" }.map { $0[.httpHost] } == ["www.example.com"])
    }

    @Test func aHostThatIsNotTheAuthority() {
        for (host, isOdd) in [("www.Example.com", false), ("evil.example", true)] {
            let field = [0x00, 0x04] + Array("host".utf8) + [UInt8(host.utf8.count)] + Array(host.utf8)
            let items = run([frame(1, 5, 1, HTTP2Tests.first + field)], []).transactions
            #expect(items.contains { $0[.applicationEvent] == "http2.authority_host_mismatch" } == isOdd, "\(host)")
        }
    }

    @Test func streamsThatAreNeverAnswered() {
        let requests = (0..<200).map { frame(1, 4, UInt8(truncatingIfNeeded: $0 * 2 + 1), [0x82, 0x84]) }
        let items = run(requests, []).transactions
        // Two hundred frames name 128 streams; each is told once.
        #expect(items.filter { $0[.httpMethod] == "GET" }.count == 128)
    }

    @Test func damagedBlocksEndIt() {
        for block: [UInt8] in [
            [0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x41, 0x8C, 0xF1], [0xBE], [0x00, 0x7F],
        ] {
            let items = run([frame(1, 5, 1, block), frame(1, 5, 3, HTTP2Tests.first)], []).transactions
            #expect(items.allSatisfy { $0[.httpHost] == nil }, "\(block)")
        }
    }
}
