import Events
import Matching
import Primitives
import Rules
import Testing

/// Numbers, entropy and reputations against traffic.
@Suite struct NumberMatchingTests {
    @Test func entropyTellsNoiseFromText() throws {
        let rules = """
            alert tcp any any -> any any (entropy: value > 7; sid:1;)
            alert tcp any any -> any any (entropy: bytes 4, value < 0.1; sid:2;)
            alert tcp any any -> any any (entropy: offset 4, value == 8; sid:3;)
            """
        let noise = (0..<256).map { UInt8($0) }
        #expect(try sids(rules) { $0.packet(bytes: noise) } == [1])
        #expect(try sids(rules) { $0.packet(bytes: [0x41, 0x41, 0x41, 0x41] + noise) } == [1, 2, 3])
        #expect(try sids(rules) { $0.packet("") } == [])
    }

    @Test func numbersInBuffersAreCompared() throws {
        let rules = """
            alert snmp any any -> any any (snmp.pdu_type:!1-4; sid:1;)
            alert snmp any any -> any any (snmp.pdu_type:&6=2; sid:2;)
            """
        func seen(_ number: UInt8) throws -> [Int] {
            try sids(rules) { builder in
                builder.application = .snmp
                builder.transaction([(.snmpPDUType, String(decoding: [0, 0, 0, 0, 0, 0, 0, number], as: UTF8.self))])
            }
        }
        #expect(try seen(2) == [2] && seen(4) == [1] && seen(3) == [2] && seen(1) == [1])
    }

    @Test func addressesOfAReputationMatch() throws {
        var options = SignatureParseOptions()
        options.reputation.readCategories("1,CnC,x")
        options.reputation.readScores("203.0.113.80,1,100")
        let text = """
            alert tcp any any -> any any (flow:to_server; iprep:dst,CnC,>,30; sid:1;)
            alert tcp any any -> any any (flow:to_server; iprep:src,CnC,>,30; sid:2;)
            alert tcp any any -> any any (flow:to_server; iprep:any,CnC,>,30; content:"x"; sid:3;)
            alert tcp any any -> any any (flow:to_server; iprep:both,CnC,isset; content:"x"; sid:4;)
            """
        let parsed = SignatureParser.parse(text: text, file: "own.rules", options: options)
        let builder = InspectionBuilder()
        builder.packet("x")
        var found: [SignatureHit] = []
        SignatureMatcher(signatures: parsed.signatures).makeSession().match(builder.batch, into: &found)
        #expect(found.map { parsed.signatures[Int($0.signature)].sid } == [1, 3])
    }
}
