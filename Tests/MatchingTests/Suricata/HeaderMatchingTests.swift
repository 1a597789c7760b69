import Events
import Matching
import Primitives
import Testing

/// A header and options, what hits, what misses.
struct HeaderCase: Sendable, CustomTestStringConvertible {
    var rule: String
    var hit: @Sendable (inout PacketHeader) -> Void
    var miss: @Sendable (inout PacketHeader) -> Void
    var testDescription: String { rule }
}

private let cases: [HeaderCase] = [
    HeaderCase(rule: "tcp any any -> any any (ttl:64;", hit: { $0.ttl = 64 }, miss: { $0.ttl = 63 }),
    HeaderCase(rule: "tcp any any -> any any (ttl:<10;", hit: { $0.ttl = 9 }, miss: { $0.ttl = 10 }),
    HeaderCase(rule: "tcp any any -> any any (tos:8;", hit: { $0.tos = 8 }, miss: { $0.tos = 0 }),
    HeaderCase(rule: "tcp any any -> any any (id:1;", hit: { $0.ipID = 1 }, miss: { $0.ipID = 2 }),
    HeaderCase(rule: "tcp any any -> any any (seq:7;", hit: { $0.sequence = 7 }, miss: { $0.sequence = 8 }),
    HeaderCase(
        rule: "tcp any any -> any any (ack:7;", hit: { $0.acknowledgement = 7 }, miss: { $0.acknowledgement = 8 }),
    HeaderCase(rule: "tcp any any -> any any (window:!55808;", hit: { $0.window = 1 }, miss: { $0.window = 55_808 }),
    HeaderCase(rule: "tcp any any -> any any (flags:S;", hit: { $0.tcpFlags = 2 }, miss: { $0.tcpFlags = 18 }),
    HeaderCase(rule: "tcp any any -> any any (flags:S+;", hit: { $0.tcpFlags = 18 }, miss: { $0.tcpFlags = 16 }),
    HeaderCase(rule: "tcp any any -> any any (flags:*SF;", hit: { $0.tcpFlags = 1 }, miss: { $0.tcpFlags = 16 }),
    HeaderCase(rule: "tcp any any -> any any (flags:!SA;", hit: { $0.tcpFlags = 2 }, miss: { $0.tcpFlags = 18 }),
    HeaderCase(rule: "tcp any any -> any any (flags:S,12;", hit: { $0.tcpFlags = 0xC2 }, miss: { $0.tcpFlags = 0xD2 }),
    HeaderCase(rule: "tcp any any -> any any (flags:0;", hit: { $0.tcpFlags = 0 }, miss: { $0.tcpFlags = 1 }),
    HeaderCase(
        rule: "tcp any any -> any any (fragbits:D;", hit: { $0.fragmentField = 0x4000 },
        miss: { $0.fragmentField = 0x6000 }),
    HeaderCase(
        rule: "tcp any any -> any any (fragbits:+D;", hit: { $0.fragmentField = 0x6000 },
        miss: { $0.fragmentField = 0x2000 }),
    HeaderCase(
        rule: "tcp any any -> any any (fragoffset:>3;", hit: { $0.fragmentField = 4 }, miss: { $0.fragmentField = 3 }),
    HeaderCase(
        rule: "tcp any any -> any any (dsize:>10;", hit: { $0.payloadLength = 11 }, miss: { $0.payloadLength = 10 }),
    HeaderCase(rule: "tcp any any -> any any (sameip;", hit: { $0.destination = $0.source }, miss: { _ in }),
    HeaderCase(rule: "ip any any -> any any (ip_proto:47;", hit: { $0.ipProtocol = 47 }, miss: { _ in }),
    HeaderCase(rule: "ip any any -> any any (ip_proto:!tcp;", hit: { $0.ipProtocol = 47 }, miss: { $0.ipProtocol = 6 }),
    HeaderCase(rule: "tcp 10.0.0.1 any -> any 80 (ttl:64;", hit: { _ in }, miss: { $0.destinationPort = 81 }),
    HeaderCase(rule: "tcp any 80 <> 10.0.0.1 any (ttl:64;", hit: { _ in }, miss: { $0.destinationPort = 81 }),
    HeaderCase(
        rule: "tcp !10.0.0.0/8 any -> any any (ttl:64;", hit: { $0.source = IPAddress("11.0.0.1")! }, miss: { _ in }),
    HeaderCase(rule: "ip6 any any -> any any (ttl:64;", hit: { $0.has = [.ipv6, .tcp] }, miss: { _ in }),
]

@Test(arguments: cases)
func headersHoldExactly(_ one: HeaderCase) throws {
    let rule = "alert \(one.rule) sid:1;)"
    #expect(try sids(rule) { $0.packet("", change: one.hit) } == [1])
    #expect(try sids(rule) { $0.packet("", change: one.miss) } == [])
}

@Test func icmpKeywords() throws {
    let rule = "alert icmp any any -> any any (itype:8; icode:0; icmp_id:5; icmp_seq:>2; sid:1;)"
    func send(_ sequence: UInt16) throws -> [Int] {
        try sids(rule) {
            $0.ipProtocol = 1
            $0.packet("") { header in
                header.icmpType = 8
                header.icmpID = 5
                header.icmpSequence = sequence
            }
        }
    }
    #expect(try send(3) == [1])
    #expect(try send(2) == [])
}

@Test func flowState() throws {
    let rules = """
        alert tcp any any -> any any (flow:to_server; ttl:64; sid:1;)
        alert tcp any any -> any any (flow:to_client; ttl:64; sid:2;)
        alert tcp any any -> any any (flow:established; ttl:64; sid:3;)
        alert tcp any any -> any any (flow:not_established; ttl:64; sid:4;)
        alert tcp any any -> any any (flow:stateless; ttl:64; sid:5;)
        """
    #expect(try sids(rules) { $0.packet() } == [1, 3, 5])
    #expect(try sids(rules) { $0.packet("", .toClient) } == [2, 3, 5])
    #expect(
        try sids(rules) {
            $0.state = []
            $0.packet()
        } == [1, 4, 5])
    #expect(
        try sids(rules) {
            $0.state = []
            $0.flow = 0
            $0.packet()
        } == [4, 5])
}
