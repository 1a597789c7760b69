import Events
import Matching
import Testing

/// IPv4 with a router alert option, TCP with MSS and window scale, and a payload behind them.
private let network: [UInt8] =
    [0x46, 0, 0, 60, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 203, 0, 113, 80] + [0x94, 4, 0, 0]
private let transport: [UInt8] =
    [0x9C, 0x40, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x70, 2, 0x20, 0, 0, 0, 0, 0] + [2, 4, 0x05, 0xB4, 3, 3, 7, 1]

private func found(_ options: String, payload: String = "data") throws -> Bool {
    try sids("alert tcp any any -> any any (\(options) sid:1;)") { builder in
        // The headers lie in memory right before the payload.
        builder.packet(bytes: network + transport + Array(payload.utf8)) { header in
            header.networkLength = UInt16(network.count + transport.count)
            header.transportLength = UInt16(transport.count)
            header.payloadLength = UInt32(payload.utf8.count)
        }
        builder.batch.buffers[0].offset += UInt32(network.count + transport.count)
        builder.batch.buffers[0].length = UInt32(payload.utf8.count)
    } == [1]
}

@Test(arguments: [
    ("ipv4.hdr; content:\"|46|\"; startswith; content:\"|94 04 00 00|\"; endswith;", true),
    ("ipv4.hdr; bsize:24;", true), ("ipv4.hdr; content:\"data\";", false),
    ("ipv4.hdr; byte_test:1,=,64,8;", true), ("ipv4.hdr; byte_test:1,=,63,8;", false),
    ("tcp.hdr; content:\"|9c 40 00 50|\"; startswith; content:\"|02 04|\"; offset:20;", true),
    ("tcp.hdr; bsize:28; content:\"data\";", false), ("udp.hdr; content:\"|9c|\";", false),
    ("ipv6.hdr; content:\"|46|\";", false), ("content:\"data\"; tcp.hdr; content:\"|02 04 05 b4|\";", true),
    ("content:\"other\"; tcp.hdr; content:\"|02 04 05 b4|\";", false),
    ("ip.src; content:\"|0a 00 00 01|\"; bsize:4;", true), ("ip.dst; content:\"|0a 00 00 01|\";", false),
    ("tcp.mss:1460;", true), ("tcp.mss:<1460;", false), ("tcp.wscale:7;", true), ("tcp.wscale:>7;", false),
    ("ipopts:any;", true), ("ipopts:rr;", false), ("ipv4-csum:invalid;", true), ("ipv4-csum:valid;", false),
    ("tcpv4-csum:invalid;", true), ("udpv4-csum:invalid;", false), ("tcpv6-csum:invalid;", false),
])
func headersAreBuffersOfThePacket(_ options: String, _ matches: Bool) throws {
    #expect(try found(options) == matches)
}

/// A packet made without headers in memory has no such buffer.
@Test func headersThatAreNotThereMatchNothing() throws {
    for option in ["ipv4.hdr; content:\"|46|\";", "tcp.hdr; content:\"|00|\";", "tcp.mss:>0;", "ipopts:any;"] {
        #expect(try sids("alert tcp any any -> any any (\(option) sid:1;)") { $0.packet("F") } == [])
    }
}
