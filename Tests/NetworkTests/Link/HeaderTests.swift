import Events
import Network
import Primitives
import Testing

@Suite struct HeaderTests {
    @Test func readsIPv4AndTCPFields() throws {
        let options: [UInt8] = [2, 4, 5, 0xB4, 1, 3, 3, 7, 4, 2, 0, 0]
        let segment = Frames.tcp(
            "192.0.2.1", 50_000, "198.51.100.2", 443, flags: 0x02, sequence: 0xFFFF_FFF0, acknowledgement: 0,
            window: 4321, options: options)
        let packet = Frames.ipv4("192.0.2.1", "198.51.100.2", 6, segment, id: 0x1234, field: 0x4000, ttl: 17)
        let header = try #require(Run([packet], link: 101).packets.first).item.header
        #expect(header.has == [.ipv4, .tcp])
        #expect(header.source == IPAddress("192.0.2.1") && header.destination == IPAddress("198.51.100.2"))
        #expect(header.ttl == 17 && header.ipID == 0x1234 && header.fragmentField == 0x4000)
        #expect(header.tcpFlags == 2 && header.sequence == 0xFFFF_FFF0 && header.window == 4321)
        #expect(header.ipProtocol == 6 && header.payloadLength == 0)
    }

    @Test func skipsIPv4Options() throws {
        let datagram = Frames.udp("192.0.2.1", 1, "192.0.2.2", 2, Array("x".utf8))
        let packet = Frames.ipv4("192.0.2.1", "192.0.2.2", 17, datagram, options: [7, 4, 4, 0, 1, 1, 1, 0])
        let seen = try #require(Run([packet], link: 101).packets.first)
        #expect(seen[.payload] == "x" && seen.item.header.destinationPort == 2)
    }

    /// Hop-by-hop, routing, destination options, authentication header and an atomic fragment, one behind the other.
    @Test func walksIPv6ExtensionHeaders() throws {
        let datagram = Frames.udp("2001:db8::1", 53_000, "2001:db8::2", 7, Array("deep".utf8))
        let chain: [UInt8] =
            [43, 0, 1, 4, 0, 0, 0, 0] + [60, 0, 0, 0, 0, 0, 0, 0] + [51, 0, 1, 4, 0, 0, 0, 0]
            + [44, 4] + [UInt8](repeating: 0, count: 22) + [17, 0, 0, 0, 0, 0, 0, 9]
        let run = Run([Frames.ipv6("2001:db8::1", "2001:db8::2", 0, chain + datagram)], link: 229)
        let seen = try #require(run.packets.first)
        #expect(seen[.payload] == "deep" && seen.item.header.has == [.ipv6, .udp])
        #expect(run.counters.badChecksums == 0)
    }

    @Test func readsICMPAndPairsEchoes() {
        let request = Frames.ipv4("192.0.2.1", "192.0.2.2", 1, Frames.icmp(8, 0, id: 77, sequence: 3, [1, 2, 3]))
        let reply = Frames.ipv4("192.0.2.2", "192.0.2.1", 1, Frames.icmp(0, 0, id: 77, sequence: 3, [1, 2, 3]))
        let run = Run([request, reply], link: 101)
        #expect(run.packets.map(\.item.flow) == [1, 1])
        #expect(run.packets.map(\.item.direction) == [.toServer, .toClient])
        #expect(run.packets[0].item.header.icmpType == 8 && run.packets[0].item.header.icmpID == 77)
        #expect(run.packets[1].item.state.contains(.established))
        #expect(run.packets[0].buffers[0].bytes == [1, 2, 3])
        #expect(run.packets[0].item.key.clientPort == 0)
    }

    @Test(arguments: [(ChecksumMode.auto, true), (.all, true), (.none, false)])
    func marksWrongChecksums(_ mode: ChecksumMode, _ marked: Bool) throws {
        var frame = Frames.udpFrame(Array("hello".utf8))
        frame[frame.count - 1] ^= 1
        let run = Run([frame], options: NetworkOptions(checksums: mode))
        #expect(try #require(run.packets.first).item.header.has.contains(.badChecksum) == marked)
        #expect(run.counters.badChecksums == (marked ? 1 : 0))
    }

    /// 1,000 packets of which more than a tenth are wrong: the network card computes them, so they no longer count.
    @Test(arguments: [(5, true), (20, false)]) func noticesChecksumOffload(_ everyNth: Int, _ ignored: Bool) {
        let segment = Frames.tcp("192.0.2.1", 9, "192.0.2.2", 9, flags: 0x10, sequence: 1, Array("hello".utf8))
        let good = Frames.ethernet(0x0800, Frames.ipv4("192.0.2.1", "192.0.2.2", 6, segment))
        var bad = good
        bad[bad.count - 1] ^= 1
        let run = Run((0..<1100).map { $0 % everyNth == 0 ? bad : good })
        #expect(run.counters.checksumsIgnored == ignored)
        #expect(run.counters.badChecksums == Int64(ignored ? 1000 / everyNth : 1100 / everyNth))
    }

    @Test func takesAZeroUDPChecksumOverIPv4AsNone() {
        var frame = Frames.udpFrame(Array("hello".utf8))
        frame[14 + 20 + 6] = 0
        frame[14 + 20 + 7] = 0
        #expect(Run([frame]).counters.badChecksums == 0)
    }
}
