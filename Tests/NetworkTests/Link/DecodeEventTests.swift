import Events
import Network
import Testing

/// What is odd about headers, by name.
@Suite struct DecodeEventTests {
    private static let source = "192.0.2.1"
    private static let target = "192.0.2.2"

    private static func ip(_ number: Int, _ payload: [UInt8], options: [UInt8] = []) -> [UInt8] {
        Frames.ethernet(0x0800, Frames.ipv4(source, target, number, payload, options: options))
    }

    private static func segment(options: [UInt8]) -> [UInt8] {
        ip(6, Frames.tcp(source, 1, target, 2, flags: 2, sequence: 1, options: options))
    }

    private static func ipv6(_ next: Int, _ payload: [UInt8]) -> [UInt8] {
        Frames.ethernet(0x86DD, Frames.ipv6("2001:db8::1", "2001:db8::2", next, payload))
    }

    static let frames: [(name: String, frame: [UInt8])] = [
        ("ethernet.pkt_too_small", [1, 2, 3]),
        ("ethernet.unknown_ethertype", Frames.ethernet(0x1234 + 0x8000, [0, 0])),
        ("vlan.header_too_small", Frames.ethernet(0x8100, [0, 1])),
        ("vlan.unknown_type", Frames.ethernet(0x8100, [0, 1, 0xF0, 0xF0, 0, 0])),
        ("mpls.header_too_small", Frames.ethernet(0x8847, [0, 0])),
        ("mpls.bad_label_implicit_null", Frames.ethernet(0x8847, [0, 0, 0x31, 1, 0xF0, 0, 0])),
        ("mpls.unknown_payload_type", Frames.ethernet(0x8847, [1, 0, 1, 1, 0xF0, 0, 0])),
        ("pppoe.pkt_too_small", Frames.ethernet(0x8864, [0x11, 0])),
        ("pppoe.wrong_code", Frames.ethernet(0x8863, [0x11, 0x55, 0, 0, 0, 0])),
        ("pppoe.malformed_tags", Frames.ethernet(0x8863, [0x11, 0x09, 0, 0, 0, 6, 1, 1, 0, 9, 1, 2])),
        ("ppp.wrong_type", Frames.ethernet(0x8864, [0x11, 0, 0, 1, 0, 4, 0x7A, 0x7A, 0, 0])),
        ("ppp.ip4_pkt_too_small", Frames.ethernet(0x8864, [0x11, 0, 0, 1, 0, 4, 0, 0x21, 0x45, 0])),
        ("ieee8021ah.header_too_small", Frames.ethernet(0x88E7, [0, 0, 0])),
        ("gre.wrong_version", ip(47, [0, 5, 8, 0])),
        ("gre.version0_flags", ip(47, [0, 0x08, 8, 0])),
        ("gre.version1_no_key", ip(47, [0, 1, 0x88, 0x0B])),
        ("ipv4.opt_invalid_len", ip(17, Frames.udp(source, 1, target, 2, []), options: [7, 40, 4, 0])),
        ("ipv4.opt_pad_required", ip(17, Frames.udp(source, 1, target, 2, []), options: [1, 1, 1, 0])),
        ("ipv4.opt_duplicate", ip(17, Frames.udp(source, 1, target, 2, []), options: [148, 4, 0, 0, 148, 4, 0, 0])),
        ("ipv4.icmpv6", ip(58, [0, 0, 0, 0])),
        ("icmpv4.unknown_type", ip(1, Frames.icmp(77, 0, id: 1, sequence: 1))),
        ("icmpv4.unknown_code", ip(1, Frames.icmp(8, 9, id: 1, sequence: 1))),
        ("icmpv4.ipv4_trunc_pkt", ip(1, Frames.icmp(3, 1, id: 1, sequence: 1, [0x45, 0]))),
        ("tcp.opt_invalid_len", segment(options: [3, 9, 0, 0])),
        ("tcp.opt_duplicate", segment(options: [2, 4, 1, 0, 2, 4, 1, 0])),
        ("tcp.opt_wscale_over_max", segment(options: [3, 3, 15, 1])),
        ("udp.len_invalid", ip(17, [0, 1, 0, 2, 0, 4, 0, 0])),
        ("udp.pkt_too_small", ip(17, [0, 1, 0, 2, 0, 99, 0, 0])),
        ("ipv6.icmpv4", ipv6(1, [8, 0, 0, 0, 0, 0, 0, 0])),
        ("ipv6.data_after_none_header", ipv6(59, [1])),
        ("ipv6.unknown_next_header", ipv6(200, [1, 2])),
        ("ipv6.rh_type_0", ipv6(43, [59, 0, 0, 0, 0, 0, 0, 0])),
        ("ipv6.exthdr_dupl_rh", ipv6(43, [43, 0, 4, 0, 0, 0, 0, 0, 59, 0, 4, 0, 0, 0, 0, 0])),
        ("ipv6.hopopts_only_padding", ipv6(0, [59, 0, 1, 4, 0, 0, 0, 0])),
        ("ipv6.zero_len_padn", ipv6(0, [59, 0, 1, 0, 1, 0, 1, 0])),
        ("ipv6.exthdr_useless_fh", ipv6(44, [59, 0, 0, 0, 0, 0, 0, 1])),
        ("icmpv6.unassigned_type", ipv6(58, [50, 0, 0, 0, 0, 0, 0, 0])),
    ]

    @Test(arguments: frames.indices) func names(_ number: Int) {
        let given = DecodeEventTests.frames[number]
        let run = Run([given.frame], options: NetworkOptions(checksums: .none))
        let names = run.transactions.flatMap { $0.buffers.filter { $0.kind == .decodeEvent }.map(\.bytes) }
        #expect(names.map { String(decoding: $0, as: UTF8.self) }.contains(given.name), "\(given.name): \(names)")
    }

    /// What ordinary traffic has is not odd.
    @Test func staysSilentOnOrdinaryHeaders() {
        let stamps: [UInt8] = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
        let selective: [UInt8] = [1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2]
        let lcp = Frames.ethernet(0x8864, [0x11, 0, 0, 1, 0, 6, 0xC0, 0x21, 1, 1, 0, 4])
        let frames = [
            DecodeEventTests.segment(options: stamps), DecodeEventTests.segment(options: selective),
            DecodeEventTests.segment(options: [5, 2, 1, 1]), lcp,
            DecodeEventTests.ip(1, Frames.icmp(8, 0, id: 1, sequence: 1)), Frames.udpFrame(Array("x".utf8)),
        ]
        let odd = Run(frames, options: NetworkOptions(checksums: .none)).transactions.filter { $0[.decodeEvent] != nil }
        #expect(odd.isEmpty, "\(odd.map { $0[.decodeEvent] ?? "" })")
    }
}
