import Events
import Network
import Testing

@Suite struct DefragmentationTests {
    static let text = Array("The quick brown fox jumps over the lazy dog, twice a day.".utf8)
    static let datagram = Frames.udp("192.0.2.1", 1234, "198.51.100.2", 9, text)

    static func fragment(_ from: Int, _ to: Int, id: Int = 99, bytes: [UInt8] = datagram) -> [UInt8] {
        let more = to < bytes.count ? 0x2000 : 0
        return Frames.ipv4(
            "192.0.2.1", "198.51.100.2", 17, Array(bytes[from..<min(to, bytes.count)]), id: id, field: more | from / 8)
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 0, 1, 1, 2]]) func putsIPv4Together(_ order: [Int]) throws {
        let parts = [
            DefragmentationTests.fragment(0, 24), DefragmentationTests.fragment(24, 40),
            DefragmentationTests.fragment(40, 999),
        ]
        let run = Run(order.map { parts[$0] }, link: 101)
        let whole = try #require(run.packets.first { $0.item.flow > 0 })
        #expect(whole.buffers[0].bytes == DefragmentationTests.text)
        #expect(whole.item.header.destinationPort == 9 && !whole.item.header.has.contains(.fragment))
        #expect(!whole.item.header.has.contains(.badChecksum))
        #expect(run.packets.filter { $0.item.header.has.contains(.fragment) }.count == order.count)
        #expect(run.counters.datagramsReassembled == 1 && run.counters.fragments == Int64(order.count))
    }

    @Test func putsIPv6Together() throws {
        let datagram = Frames.udp("2001:db8::1", 1234, "2001:db8::2", 9, DefragmentationTests.text)
        let piece = { (from: Int, to: Int) -> [UInt8] in
            let more = to < datagram.count ? 1 : 0
            let header: [UInt8] = [17, 0] + Frames.be16(from | more) + Frames.be32(0xABCD)
            return Frames.ipv6("2001:db8::1", "2001:db8::2", 44, header + datagram[from..<min(to, datagram.count)])
        }
        let run = Run([piece(32, 999), piece(0, 32)], link: 229)
        let whole = try #require(run.packets.last)
        #expect(whole.buffers[0].bytes == DefragmentationTests.text && whole.item.header.has == [.ipv6, .udp])
        #expect(run.counters.badChecksums == 0)
    }

    @Test func keepsDatagramsApart() {
        let frames = [
            DefragmentationTests.fragment(0, 24, id: 1), DefragmentationTests.fragment(24, 999, id: 2),
        ]
        #expect(Run(frames, link: 101).counters.datagramsReassembled == 0)
    }

    /// The middle comes twice with other content: the copy that came first counts.
    @Test(arguments: [(OverlapPolicy.bsd, "first"), (.first, "first"), (.last, "last")])
    func settlesOverlaps(_ policy: OverlapPolicy, _ winner: String) throws {
        var other = DefragmentationTests.datagram
        for index in 24..<40 { other[index] = 0x2E }
        let frames = [
            DefragmentationTests.fragment(0, 24), DefragmentationTests.fragment(24, 40),
            DefragmentationTests.fragment(24, 40, bytes: other), DefragmentationTests.fragment(40, 999),
        ]
        let options = NetworkOptions(checksums: .none, overlap: policy)
        let whole = try #require(Run(frames, link: 101, options: options).packets.last)
        let expected = winner == "first" ? DefragmentationTests.datagram : other
        #expect(whole.buffers[0].bytes == Array(expected[8...]))
    }

    @Test func givesUpAfterAMinute() {
        let frames = [DefragmentationTests.fragment(0, 24), DefragmentationTests.fragment(24, 999)]
        let run = Run(frames, link: 101, times: [0, 61])
        #expect(run.counters.datagramsReassembled == 0 && run.counters.fragmentsTimedOut == 1)
    }

    @Test func boundsTheNumberOfOpenDatagrams() {
        let frames = (0..<9000).map { DefragmentationTests.fragment(0, 24, id: $0) }
        let run = Run(frames, link: 101, times: [Double](repeating: 0, count: 9000))
        let evicted = run.counters.evictions["fragments"]
        #expect(evicted == 808)
    }

    /// A stream whose segments came in fragments is put together like any other.
    @Test func feedsStreams() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, Array("fragmented segment".utf8))
        let packet = Array(talk.frames[3].dropFirst(14))
        let body = Array(packet.dropFirst(20))
        talk.acknowledge(fromClient: false, upTo: 18)
        let pieces = [(0, 24), (24, body.count)].map { from, to in
            Frames.ethernet(
                0x0800,
                Frames.ipv4(
                    talk.client, talk.server, 6, Array(body[from..<to]),
                    field: (to < body.count ? 0x2000 : 0) | from / 8))
        }
        let run = Run(Array(talk.frames[..<3]) + pieces + [talk.frames[4]])
        #expect(run.stream(.toServer) == "fragmented segment")
    }
}
