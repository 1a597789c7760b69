import Events
import Primitives
import Rules
import Testing

private func parsed(
    _ options: String, _ parsing: SignatureParseOptions = SignatureParseOptions()
) -> (signatures: [Signature], diagnostics: [Diagnostic], refused: Int) {
    SignatureParser.parse(text: "alert ip any any -> any any (\(options) sid:1;)", file: "own.rules", options: parsing)
}

/// Every form of Suricata's integer keywords, on what it must and must not let through.
@Suite struct IntegerKeywordTests {
    @Test(
        arguments: [
            ("19", [19], [18, 20]), ("=0x13", [19], [18]), ("!20", [19, 21], [20]), ("!=20", [19], [20]),
            (">21", [22], [21]), (">=21", [21], [20]), ("<22", [21], [22]), ("<=22", [22], [23]),
            ("19-22", [20, 21], [19, 22]), ("19<>22", [20], [19]), ("!19-22", [19, 22], [20]),
            ("&0xc0=0x80", [0x80, 0xBF], [0xC0, 0x40]), ("&0xc0!=0", [0x40], [0x3F]), ("!&0xc0=0x80", [0x40], [0x81]),
            (">2kb", [2049], [2048]), ("1MiB", [1 << 20], [1000]), ("<1gb", [1 << 20], [1 << 30]),
        ] as [(String, [Int], [Int])])
    func comparesAsWritten(_ text: String, _ good: [Int], _ bad: [Int]) throws {
        let signature = try #require(parsed("filesize:\(text);").signatures.first)
        guard case .number(let test, at: 0) = try #require(signature.sections.first?.steps.first) else {
            Issue.record("no number")
            return
        }
        #expect(good.allSatisfy { test.holds($0) } && bad.allSatisfy { !test.holds($0) })
    }

    @Test(arguments: ["filesize:&0xc0=2;", "filesize:4-4;", "filesize:x;", "dns.opcode:2,all;", "flow.pkts:both;"])
    func refusesWhatMeansNothing(_ options: String) { #expect(parsed(options).signatures.isEmpty) }

    /// Words stand for numbers whatever their case and their strokes.
    @Test(arguments: [
        "enip_command:list_identity;", "enip_command:ListIdentity;", "enip.status:!invalid_cmd;",
        "snmp.trap_type:link_down;", "dns.rrtype:any;", "ldap.responses.result_code:success,any;",
        "krb5.ticket_encryption:!weak;", "krb5.ticket_encryption:rc4-hmac,23,-133;", "http2.size_update:>1000;",
        "flow.pkts:both,>3;", "mqtt.flags:&0x8=8;", "websocket.flags:&0xc=8;", "engine-event:ipv4.trunc_pkt;",
    ])
    func readsWords(_ options: String) {
        #expect(parsed(options).diagnostics.filter { $0.weight == .error }.map(\.message) == [])
    }

    @Test(arguments: [
        "filestore;", "filestore:request,flow;", "tls.store;", "bypass;", "content:\"ab\"; replace:\"cd\";",
        "nfq_set_mark:0x8/0xf;",
    ])
    func readsWhatIsDoneWithAHit(_ options: String) {
        #expect(parsed(options).signatures.count == 1)
        #expect(parsed("content:\"ab\"; replace:\"c\";").signatures.isEmpty)
        #expect(parsed("filestore:x;").signatures.isEmpty)
    }

    @Test(arguments: [
        ("entropy: value >= 7.2;", 7.2, true), ("entropy: bytes 64, offset 8, value < 3;", 3.0, false),
        ("entropy: value 4;", 4.0, true), ("entropy: value != 4;", 4.0, false),
    ])
    func readsEntropy(_ options: String, _ value: Double, _ holds: Bool) throws {
        let signature = try #require(parsed(options).signatures.first)
        guard case .entropy(let step) = try #require(signature.sections.first?.steps.first) else {
            Issue.record("no entropy")
            return
        }
        #expect(step.holds(value) == holds)
        #expect(parsed("entropy: bytes 4;").signatures.isEmpty && parsed("entropy: value 9;").signatures.isEmpty)
    }
}

/// `iprep` against files of scores.
@Suite struct ReputationTests {
    private func options() -> SignatureParseOptions {
        var options = SignatureParseOptions()
        options.reputation.readCategories("# categories\n1,CnC,Command and control\n2,Good,Known good\n")
        options.reputation.readScores(
            """
            198.51.100.0/24,1,20
            198.51.100.7,1,100
            203.0.113.9,2,90
            2001:db8::/32,1,50
            198.51.100.8,1,200
            nonsense
            """)
        return options
    }

    @Test(
        arguments: [
            ("dst,CnC,>,30", ["198.51.100.7", "2001:db8::1"], ["198.51.100.6", "203.0.113.9", "192.0.2.1"]),
            ("src,CnC,<=,20", ["198.51.100.6", "198.51.100.8"], ["198.51.100.7", "192.0.2.1"]),
            ("any,Good,isset", ["203.0.113.9"], ["198.51.100.7"]),
            ("both,Good,isnotset", ["198.51.100.7"], ["203.0.113.9"]),
        ] as [(String, [String], [String])])
    func theNarrowestNetworkSpeaks(_ text: String, _ inside: [String], _ outside: [String]) throws {
        let test = try #require(parsed("iprep:\(text);", options()).signatures.first?.addressTests.first)
        for address in inside { #expect(test.addresses.contains(try #require(IPAddress(address))), "\(address)") }
        for address in outside { #expect(!test.addresses.contains(try #require(IPAddress(address))), "\(address)") }
    }

    @Test(arguments: ["dst,Bad,>,30", "left,CnC,>,30", "dst,CnC,?,30", "dst,CnC,>,300", "dst,CnC"])
    func refusesWhatNoFileKnows(_ text: String) { #expect(parsed("iprep:\(text);", options()).signatures.isEmpty) }
}
