import Events
import Network
import Testing

/// Input made to break or to slow down what reads it.
@Suite struct HostileTests {
    /// xorshift64: the same bytes in every run.
    struct Random {
        var state: UInt64
        mutating func next(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(limit, 1)))
        }
    }

    static func corpus() -> [[UInt8]] {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, HTTPMessageTests.request, size: 60)
        talk.send(fromClient: false, HTTPMessageTests.response, size: 50)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
        talk.send(fromClient: true, "GET /2 HTTP/1.1\r\nFolded: a\r\n b\r\n\r\n", size: 11)
        let body = HTTPBodyTests.gzip
        talk.send(fromClient: false, Array((chunked + "\(String(body.count, radix: 16))\r\n").utf8) + body)
        talk.send(fromClient: false, "\r\n0\r\n\r\n")
        talk.close()
        var dns = Conversation()
        dns.serverPort = 53
        dns.clientPort = 41_000
        dns.handshake()
        let query = DNSBytes.query(7, "tcp.example.org")
        dns.send(fromClient: true, Frames.be16(query.count) + query, size: 9)
        let records = [DNSBytes.record(type: 1, [192, 0, 2, 1]), DNSBytes.record(type: 16, [3, 65, 66, 67])]
        let answer = DNSBytes.answer(7, "tcp.example.org", records)
        dns.send(fromClient: false, Frames.be16(answer.count) + answer)
        var frames = talk.frames + dns.frames
        frames += [DNSBytes.client(query), DNSBytes.server(answer)]
        frames += LinkTypeTests.cases.filter { $0.link == 1 }.map(\.frame)
        frames += LinkTypeTests.tunnels.map {
            Frames.ethernet(0x0800, Frames.ipv4("10.0.0.1", "10.0.0.2", $0.number, $0.payload))
        }
        frames += [DefragmentationTests.fragment(24, 999), DefragmentationTests.fragment(0, 24)].map {
            Frames.ethernet(0x0800, $0)
        }
        return frames
    }

    static func check(_ run: Run) {
        let unread = run.counters.unread.values.reduce(0, +)
        #expect(run.counters.packets == run.counters.decoded + unread)
        #expect(run.items(.flowEnd).count == Int(run.counters.flows))
    }

    /// Bytes changed, frames cut, dropped, doubled and moved: nothing crashes and the account adds up.
    @Test(arguments: 0..<8) func survivesMutation(_ seed: Int) {
        let corpus = HostileTests.corpus()
        var random = Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
        for round in 0..<60 {
            var frames = corpus
            for _ in 0..<random.next(40) {
                let at = random.next(frames.count)
                switch random.next(6) {
                case 0: frames[at] = Array(frames[at].prefix(random.next(frames[at].count + 1)))
                case 1: frames.remove(at: at)
                case 2: frames.insert(frames[at], at: random.next(frames.count))
                case 3: frames.swapAt(at, random.next(frames.count))
                default:
                    if !frames[at].isEmpty { frames[at][random.next(frames[at].count)] = UInt8(random.next(256)) }
                }
            }
            var options = NetworkOptions(checksums: round % 3 == 0 ? .auto : .none, midstream: round % 2 == 0)
            options.overlap = [.first, .bsd, .last][round % 3]
            if round % 5 == 0 { options.reassemblyBytes = 1 << 20 }
            HostileTests.check(Run(frames, options: options, batchSize: 1 + random.next(50)))
        }
    }

    @Test(arguments: LinkTypeTests.cases.indices) func survivesFramesCutAnywhere(_ number: Int) {
        let given = LinkTypeTests.cases[number]
        let frames = (0...given.frame.count).map { Array(given.frame.prefix($0)) }
        HostileTests.check(Run(frames, link: given.link))
    }

    @Test func survivesNoise() {
        var random = Random(state: 42)
        for link: UInt16 in [0, 1, 9, 12, 51, 101, 104, 105, 108, 113, 127, 228, 229, 276] {
            let frames = (0..<300).map { _ in (0..<random.next(120)).map { _ in UInt8(random.next(256)) } }
            HostileTests.check(Run(frames, link: link))
        }
    }

    /// Clocks that jump to the ends of what can be written.
    @Test func survivesAbsurdTimes() {
        let frames = (0..<6).map { Frames.udpFrame([UInt8($0)]) }
        HostileTests.check(Run(frames, times: [0, -1.5e9, 7e9, -1.6e9, 7e9, 0]))
    }

    static func seconds(_ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        let spent = clock.measure(body)
        return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }

    /// Four times the input may take no more than some times four: time is linear. Generous, for busy machines.
    static func expectLinear(_ make: (Int) -> [[UInt8]], _ small: Int, _ note: Comment) {
        let few = make(small)
        let many = make(small * 4)
        _ = Run(few)
        let first = seconds { _ = Run(few) }
        let second = seconds { _ = Run(many) }
        #expect(second < first * 16 + 0.5, note)
    }

    @Test func staysLinear() {
        HostileTests.expectLinear(
            { count in
                var talk = Conversation()
                talk.handshake()
                let lines = (0..<count).map { "X-\($0): y\r\n" }.joined()
                talk.send(fromClient: true, "GET / HTTP/1.1\r\n" + lines + "\r\n")
                return talk.frames
            }, 1000, "header flood")
        HostileTests.expectLinear(
            { count in
                var talk = Conversation()
                talk.handshake()
                talk.send(fromClient: true, String(repeating: "GET / HTTP/1.1\r\n\r\n", count: count))
                return talk.frames
            }, 2000, "thousands of transactions")
        HostileTests.expectLinear(
            { count in
                var talk = Conversation()
                talk.handshake()
                for at in stride(from: count * 2, to: 0, by: -2) { talk.segment(fromClient: true, at: at, [65]) }
                return talk.frames
            }, 1000, "tiny segments backwards")
        HostileTests.expectLinear(
            { count in
                (0..<count).map { number in
                    DefragmentationTests.fragment(number % 7 * 8, number % 7 * 8 + 8, id: number / 7)
                }
            }, 2000, "fragments that overlap")
    }

    /// A head without end is given up at its limit, and the memory for it is bounded.
    @Test func givesUpEndlessHeads() {
        var options = NetworkOptions()
        options.httpHeadLimit = 4096
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET / HTTP/1.1\r\nX: " + String(repeating: "y", count: 20_000))
        let run = Run(talk.frames, options: options)
        #expect(run.items(.transaction, .toServer).map { $0[.httpURI] } == ["/"])
        #expect(run.items(.transaction, .toServer)[0][.httpHeader]?.utf8.count ?? 0 < 4200)
    }

    @Test func bracesAgainstAbsurdChunkSizes() {
        let sizes = ["FFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFF", "-1", "zz", "", "00000000000000000000000000000000000001"]
        for size in sizes {
            let run = HTTPMessageTests.exchange(
                "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\nabc")
            #expect(run.items(.transaction, .toClient).count == 1, "\(size)")
        }
        for length in ["99999999999999999999", "-5", "9223372036854775807"] {
            let run = HTTPMessageTests.exchange(
                "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\nabc")
            #expect(run.items(.transaction, .toClient).map { $0[.httpResponseBody] } == ["abc"], "\(length)")
        }
    }
}
