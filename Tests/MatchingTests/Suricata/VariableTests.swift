import Events
import Matching
import Rules
import Testing

/// What groups of a pcre catch is kept for signatures behind: with the flow, or for the packet.
@Test(arguments: [
    #"pcre:"/user=(?P<flow_who>\w+)/""#, #"pcre:"/user=(\w+)/, flow:who""#,
    #"pcre:"/(?:a|[(])?us(e)r=(?P<flow_who>\w+)/""#,
]) func flowVariablesAreKept(_ expression: String) throws {
    let rules = """
        alert tcp any any -> any any (content:"user="; \(expression); noalert; sid:1;)
        alert tcp any any -> any any (content:"done"; flowvar:who,"root"; sid:2;)
        alert tcp any any -> any any (content:"done"; flowvar:who,|61|nna; sid:3;)
        """
    let hits = try sids(rules) { build in
        build.stream("done")
        build.stream("user=root2")
        build.stream("done")
        build.stream("user=anna")
        build.stream("done")
        build.flow = 2
        build.stream("done")
    }
    #expect(hits == [2, 3])
}

/// Only what matched as a whole is kept; the packet's variables go with it.
@Test func packetVariablesAreThePackets() throws {
    let rules = """
        alert tcp any any -> any any (content:"id="; pcre:"/id=(?P<pkt_id>\\d+)/"; dsize:>3; noalert; sid:1;)
        alert tcp any any -> any any (flags:S; pktvar:id,"77"; sid:2;)
        """
    func run(_ payload: String, _ flags: UInt8) throws -> [Int] {
        try sids(rules) { build in
            build.packet(payload) { $0.tcpFlags = flags }
            build.packet("") { $0.tcpFlags = 2 }
        }
    }
    #expect(try run("id=1771", 2) == [2])
    #expect(try run("id=1771", 16) == [])
    #expect(try run("id=5", 2) == [])
}

/// What a value takes beside its bytes counts: many short values do not take more than a bound allows.
@Test func shortValuesCountWithWhatTheyTake() throws {
    let rules = """
        alert tcp any any -> any any (content:"v="; pcre:"/v=(?P<flow_v>\\w)/"; noalert; sid:1;)
        alert tcp any any -> any any (content:"done"; flowvar:v,"x"; sid:2;)
        """
    let parsed = SignatureParser.parse(text: rules, file: "own.rules")
    let session = SignatureMatcher(signatures: parsed.signatures).makeSession()
    var found: [SignatureHit] = []
    for first in stride(from: 1, to: 80_000, by: 8_000) {
        let build = InspectionBuilder()
        for flow in first..<first + 8_000 {
            build.flow = UInt64(flow)
            build.stream("v=x")
        }
        session.match(build.batch, into: &found)
    }
    // 16 MiB at 321 bytes each: 52,265 flows.
    let build = InspectionBuilder()
    for flow in [1, 52_265, 52_266, 79_000] {
        build.flow = UInt64(flow)
        build.stream("done")
    }
    found = []
    session.match(build.batch, into: &found)
    #expect(found.count == 2)
    #expect(session.evictions >= 80_000 - 52_265)
}
