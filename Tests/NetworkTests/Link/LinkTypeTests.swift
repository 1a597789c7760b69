import Events
import Network
import Testing

/// One IPv4 packet behind each kind of link header: what is read is the same.
@Suite struct LinkTypeTests {
    static let packet = Frames.ipv4(
        "192.0.2.1", "198.51.100.2", 17, Frames.udp("192.0.2.1", 1234, "198.51.100.2", 9, Array("ping".utf8)))
    static let packet6 = Frames.ipv6(
        "2001:db8::1", "2001:db8::2", 17, Frames.udp("2001:db8::1", 1234, "2001:db8::2", 9, Array("ping".utf8)))
    static let snap: [UInt8] = [0xAA, 0xAA, 3, 0, 0, 0, 8, 0]
    static let macs = [UInt8](repeating: 2, count: 12)
    static let wireless = [UInt8](repeating: 3, count: 22)

    static let cases: [(name: String, link: UInt16, frame: [UInt8], vlan: UInt32)] = [
        ("Ethernet", 1, Frames.ethernet(0x0800, packet), 0),
        ("Ethernet, padded", 1, Frames.ethernet(0x0800, packet) + [0, 0, 0, 0, 0, 0], 0),
        ("802.1Q", 1, Frames.ethernet(0x8100, [0x20, 5, 8, 0] + packet), 5),
        ("802.1ad and 802.1Q", 1, Frames.ethernet(0x88A8, [0, 5, 0x81, 0, 0, 6, 8, 0] + packet), 6 << 16 | 5),
        ("802.3 with SNAP", 1, macs + Frames.be16(snap.count + packet.count) + snap + packet, 0),
        ("MPLS, two labels", 1, Frames.ethernet(0x8847, [0, 1, 0, 64, 0, 2, 1, 64] + packet), 0),
        (
            "PPPoE", 1, Frames.ethernet(0x8864, [0x11, 0, 0, 9] + Frames.be16(packet.count + 2) + [0, 0x21] + packet), 0
        ),
        ("null, little-endian", 0, [2, 0, 0, 0] + packet, 0),
        ("null, big-endian", 0, [0, 0, 0, 2] + packet, 0),
        ("null, IPv6 of Darwin", 0, [30, 0, 0, 0] + packet6, 0),
        ("loop", 108, [0, 0, 0, 2] + packet, 0),
        ("PPP with HDLC framing", 9, [0xFF, 3, 0, 0x21] + packet, 0),
        ("PPP, compressed protocol", 9, [0x21] + packet, 0),
        ("Cisco HDLC", 104, [0x0F, 0, 8, 0] + packet, 0),
        ("raw IPv4", 101, packet, 0),
        ("raw IPv6", 12, packet6, 0),
        ("raw, OpenBSD", 14, packet, 0),
        ("IPv4", 228, packet, 0),
        ("IPv6", 229, packet6, 0),
        ("Linux cooked", 113, [UInt8](repeating: 0, count: 14) + [8, 0] + packet, 0),
        ("Linux cooked 2", 276, [8, 0] + [UInt8](repeating: 0, count: 18) + packet, 0),
        ("802.11 data", 105, [8, 1] + wireless + snap + packet, 0),
        ("802.11 QoS data", 105, [0x88, 1] + wireless + [0, 0] + snap + packet, 0),
        ("802.11 behind radiotap", 127, [0, 0, 8, 0, 0, 0, 0, 0, 8, 1] + wireless + snap + packet, 0),
    ]

    @Test(arguments: cases.indices) func readsTheSamePacket(_ number: Int) throws {
        let given = LinkTypeTests.cases[number]
        let run = Run([given.frame], link: given.link)
        let seen = try #require(run.packets.first, "\(given.name)")
        #expect(run.packets.count == 1)
        #expect(seen.item.header.has.contains(.udp))
        #expect(seen.item.header.sourcePort == 1234 && seen.item.header.destinationPort == 9)
        #expect(seen[.payload] == "ping", "\(given.name)")
        #expect(seen.item.key.vlan == given.vlan)
        #expect(seen.item.flow == 1 && seen.item.state.contains(.isNew))
        #expect(run.counters.decoded == 1 && run.counters.badChecksums == 0, "\(given.name)")
    }

    static let tunnels: [(name: String, number: Int, payload: [UInt8])] = [
        ("IP in IP", 4, packet),
        ("6in4", 41, packet6),
        ("GRE", 47, [0, 0, 8, 0] + packet),
        ("GRE with checksum, key and sequence", 47, [0xB0, 0, 8, 0] + [UInt8](repeating: 0, count: 12) + packet),
        ("GRE with Ethernet", 47, [0, 0, 0x65, 0x58] + Frames.ethernet(0x0800, packet)),
        ("ERSPAN II", 47, [0x10, 0, 0x88, 0xBE] + [UInt8](repeating: 0, count: 12) + Frames.ethernet(0x0800, packet)),
        (
            "VXLAN", 17,
            Frames.udp("10.0.0.1", 5555, "10.0.0.2", 4789, [8, 0, 0, 0, 0, 0, 1, 0] + Frames.ethernet(0x0800, packet))
        ),
        (
            "GENEVE with an option", 17,
            Frames.udp(
                "10.0.0.1", 5555, "10.0.0.2", 6081,
                [1, 0, 0x65, 0x58, 0, 0, 1, 0, 0, 0, 0, 0] + Frames.ethernet(0x0800, packet))
        ),
        ("Teredo", 17, Frames.udp("10.0.0.1", 5555, "10.0.0.2", 3544, packet6)),
    ]

    @Test(arguments: tunnels.indices) func readsInsideTunnels(_ number: Int) throws {
        let given = LinkTypeTests.tunnels[number]
        let run = Run([Frames.ethernet(0x0800, Frames.ipv4("10.0.0.1", "10.0.0.2", given.number, given.payload))])
        #expect(run.packets.count == 2, "\(given.name)")
        let inner = try #require(run.packets.last)
        #expect(inner[.payload] == "ping", "\(given.name)")
        #expect(inner.item.header.destinationPort == 9)
        #expect(inner.item.packetNumber == 1)
        #expect(run.counters.decoded == 1 && run.counters.innerPackets == 1)
    }

    static let unread: [(reason: String, link: UInt16, frame: [UInt8])] = [
        ("link type not supported", 147, packet),
        ("link header cut short", 1, [1, 2, 3]),
        ("ARP", 1, Frames.ethernet(0x0806, [UInt8](repeating: 0, count: 28))),
        ("not an IP packet", 1, Frames.ethernet(0x88CC, [0, 0, 0, 0])),
        ("IPv4 header cut short", 1, Frames.ethernet(0x0800, [0x45, 0, 0])),
        ("IPv4 version wrong", 1, Frames.ethernet(0x0800, [0x55] + packet.dropFirst())),
        ("IPv4 header length wrong", 1, Frames.ethernet(0x0800, [0x44] + packet.dropFirst())),
        ("IPv4 total length wrong", 1, Frames.ethernet(0x0800, [0x45, 0, 0, 19] + packet.dropFirst(4))),
        ("IPv4 packet cut short", 1, Frames.ethernet(0x0800, Array(packet.dropLast()))),
        ("IPv6 header cut short", 1, Frames.ethernet(0x86DD, Array(packet6.prefix(39)))),
        ("IPv6 packet cut short", 1, Frames.ethernet(0x86DD, Array(packet6.dropLast()))),
        ("UDP header cut short", 101, Frames.ipv4("192.0.2.1", "192.0.2.2", 17, [0, 1, 0, 2])),
        ("UDP length wrong", 101, Frames.ipv4("192.0.2.1", "192.0.2.2", 17, [0, 1, 0, 2, 0, 99, 0, 0])),
        ("TCP header cut short", 101, Frames.ipv4("192.0.2.1", "192.0.2.2", 6, [0, 1, 0, 2])),
        (
            "TCP header length wrong", 101,
            Frames.ipv4("192.0.2.1", "192.0.2.2", 6, [UInt8](repeating: 0, count: 12) + [0x40, 2, 0, 0, 0, 0, 0, 0])
        ),
        ("ICMP header cut short", 101, Frames.ipv4("192.0.2.1", "192.0.2.2", 1, [8, 0])),
        ("802.11 management or control frame", 105, [0x80, 0] + wireless),
        ("802.11 frame encrypted", 105, [8, 0x41] + wireless),
        ("fragment damaged", 101, Frames.ipv4("192.0.2.1", "192.0.2.2", 17, [1, 2, 3], field: 0x2000)),
        (
            "IPv6 extension header damaged", 101,
            Frames.ipv6("2001:db8::1", "2001:db8::2", 0, [17, 9, 0, 0, 0, 0, 0, 0])
        ),
        ("too many layers", 1, Frames.ethernet(0x8100, (0..<40).flatMap { _ in [0, 1, 0x81, 0] as [UInt8] })),
    ]

    @Test(arguments: unread.indices) func countsWhatCannotBeRead(_ number: Int) {
        let given = LinkTypeTests.unread[number]
        let run = Run([given.frame], link: given.link)
        #expect(run.counters.unread == [given.reason: 1])
        #expect(run.counters.packets == 1 && run.counters.decoded == 0)
        // Nothing but what is odd about it, of no flow.
        #expect(run.items.allSatisfy { $0.item.flow == 0 && $0.buffers.allSatisfy { $0.kind == .decodeEvent } })
        #expect(run.items.count <= 1)
    }

    /// Reasons and the events that tell of them (Suricata: `decode-event`).
    @Test func namesWhatIsOdd() {
        let names = LinkTypeTests.unread.map { Run([$0.frame], link: $0.link).items.first?[.decodeEvent] }
        let expected = [
            "ethernet.pkt_too_small", "ethernet.unknown_ethertype", "ipv4.pkt_too_small", "ipv4.wrong_ip_version",
            "ipv4.hlen_too_small", "ipv4.iplen_smaller_than_hlen", "ipv4.trunc_pkt", "ipv6.pkt_too_small",
            "ipv6.trunc_pkt", "udp.hlen_too_small", "udp.pkt_too_small", "tcp.pkt_too_small", "tcp.hlen_too_small",
            "icmpv4.pkt_too_small", "ipv6.trunc_exthdr", "too_many_layers",
        ]
        #expect(names.compactMap { $0 } == expected)
    }
}
