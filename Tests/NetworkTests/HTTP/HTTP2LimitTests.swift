import Events
import Network
import Testing

/// What is odd about frames and header blocks in their order; each beside what is in order.
@Suite struct HTTP2LimitTests {
    private static let request: [UInt8] = [0x82, 0x84, 0x86, 0x41, 4] + Array("a.vn".utf8)

    private static func made(_ type: UInt8, _ flags: UInt8, _ stream: Int, _ body: [UInt8]) -> [UInt8] {
        Array(ProtocolBytes.vector24(body)[0..<3]) + [type, flags] + Frames.be32(stream) + body
    }

    /// A field by its name and value, kept in the table where asked.
    private static func field(_ name: String, _ value: [UInt8], kept: Bool = false) -> [UInt8] {
        func text(_ bytes: [UInt8]) -> [UInt8] {
            if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
            var (rest, head) = (bytes.count - 127, [UInt8(127)])
            while rest >= 128 {
                head.append(UInt8(rest & 127 | 128))
                rest >>= 7
            }
            return head + [UInt8(rest)] + bytes
        }
        return [kept ? 0x40 : 0] + text(Array(name.utf8)) + text(value)
    }

    private func events(_ requests: [[UInt8]], _ responses: [[UInt8]] = []) -> [String] {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        talk.send(fromClient: true, requests.flatMap { $0 })
        if !responses.isEmpty { talk.send(fromClient: false, responses.flatMap { $0 }) }
        talk.close()
        return ProtocolTests.values(Run(talk.frames), .applicationEvent)
    }

    private func both(_ name: String) -> [String] { ["http2." + name, "http2." + name] }

    @Test func continuationsFollowTheirHeaders() {
        let more = Self.field("a", [0x62])
        #expect(events([Self.made(1, 1, 1, Self.request), Self.made(9, 4, 1, more)]) == [])
        let wanted = both("continuation_without_headers")
        #expect(events([Self.made(9, 4, 1, Self.request)]) == wanted)
        #expect(events([Self.made(1, 1, 1, Self.request), Self.made(9, 4, 3, more)]) == wanted)
    }

    @Test(arguments: [(6, 0), (7, 4)]) func blocksHaveALimit(_ count: Int, _ wanted: Int) {
        let part = Self.field("aa", [UInt8](repeating: 0x62, count: 15_900))
        let parts = (0..<count).map { _ in Self.made(9, 0, 1, part) }
        let found = events([Self.made(1, 1, 1, Self.request)] + parts + [Self.made(9, 4, 1, [])])
        #expect(found.count == wanted)
        #expect(found.contains("http2.reassembly_limit_reached") == (wanted > 0))
    }

    @Test func fieldsAreWholeAndKnown() {
        #expect(events([Self.made(1, 5, 1, Self.request + [0x40])]) == both("invalid_frame_data"))
        #expect(events([Self.made(1, 5, 1, Self.request + [0, 5, 0x61])]) == both("invalid_frame_data"))
        #expect(events([Self.made(1, 5, 1, Self.request + [0xFE])]) == both("invalid_header"))
        #expect(events([Self.made(1, 5, 1, Self.request)]) == [])
        // Filled up to the frame's length, and beyond it.
        let padded = [4] + Self.request + [0, 0, 0, 0]
        #expect(events([Self.made(1, 13, 1, padded)]) == [])
        #expect(events([Self.made(1, 13, 1, [80] + Self.request)]).prefix(2) == both("invalid_frame_data")[...])
    }

    /// A field of 3,000 bytes is named by one byte each time.
    @Test(arguments: [(2, 0), (3, 2)]) func fieldsAreNotRepeatedEndlessly(_ count: Int, _ wanted: Int) {
        let kept = Self.field("x-aa", [UInt8](repeating: 0x63, count: 3000), kept: true)
        let names = [UInt8](repeating: 0xBE, count: count)
        let found = events([Self.made(1, 5, 1, Self.request + kept + names)])
        #expect(found == [String](repeating: "http2.too_long_repeated_headers", count: wanted))
    }

    /// A table of a megabyte, filled with more than is kept of it.
    @Test(arguments: [(5, 0), (20, 2)]) func tablesHaveALimit(_ count: Int, _ wanted: Int) {
        let blocks = (0..<count).map { number in
            Self.made(
                1, 5, 2 * number + 1,
                (number == 0 ? [0x3F, 0xE1, 0xFF, 0x3F] : [])
                    + Self.request + Self.field("k\(number)", [UInt8](repeating: 0x63, count: 5000), kept: true))
        }
        #expect(events(blocks) == [String](repeating: "http2.header_table_overflow", count: wanted))
    }

    @Test(arguments: [(256, 0), (257, 2)]) func streamsHaveALimit(_ count: Int, _ wanted: Int) {
        let found = events((0..<count).map { Self.made(1, 5, 2 * $0 + 1, Self.request) })
        #expect(found == [String](repeating: "http2.too_many_streams", count: wanted))
    }

    @Test(arguments: [(65_535, 0), (65_536, 2)]) func framesHaveALimit(_ count: Int, _ wanted: Int) {
        let data = Self.made(0, 0, 1, [UInt8](repeating: 0x61, count: count))
        let found = events([Self.made(1, 4, 1, Self.request), data])
        #expect(found == [String](repeating: "http2.long_frame_data", count: wanted))
    }

    @Test(
        arguments: [
            ("content-range", "bytes 0-1/10", nil), ("content-range", "bytes 5-2/10", "invalid_range"),
            ("content-encoding", "gzip", "failed_decompression"),
        ] as [(String, String, String?)])
    func bodiesAreWhatTheyClaim(_ name: String, _ value: String, _ event: String?) {
        let head = [0x88] + Self.field(name, Array(value.utf8))
        let found = events(
            [Self.made(1, 5, 1, Self.request)],
            [Self.made(1, 4, 1, head), Self.made(0, 1, 1, Array("this is plain text".utf8))])
        #expect(found == (event.map(both) ?? []))
    }

    @Test(arguments: [("AAMAAABkAAQAAP__", 0), ("!!!", 2), ("AAMAAABk*", 2)])
    func settingsOfAnUpgrade(_ settings: String, _ wanted: Int) {
        let ask =
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
            + "HTTP2-Settings: \(settings)\r\n\r\n"
        let grant = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        let found = ProtocolTests.values(
            Run(ProtocolTests.text(80, [(true, ask), (false, grant)]).frames), .applicationEvent)
        #expect(found == [String](repeating: "http2.invalid_http1_settings", count: wanted))
    }
}
