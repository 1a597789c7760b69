import Events
import Primitives
import Rules
import Testing

private func one(_ rule: String, _ options: SignatureParseOptions = SignatureParseOptions()) throws -> Signature {
    let result = SignatureParser.parse(text: rule, file: "own.rules", options: options)
    for diagnostic in result.diagnostics where diagnostic.weight == .error { Issue.record("\(diagnostic.rendered)") }
    return try #require(result.signatures.first)
}

@Test func readsWhatASignatureIs() throws {
    var options = SignatureParseOptions()
    let problems = options.classifications.read(
        text: "# own\nconfig classification: web-attack,An attack on a web application,1\n",
        file: "classification.config")
    #expect(problems.isEmpty)
    let signature = try one(
        """
        reject tcp any any -> any any (msg:"Semi\\; colon"; reference:cve,2021-0001; reference:url,example.org/a,b; \
        classtype:web-attack; sid:77; gid:3; rev:4; \
        metadata:created_at 2024_01_02, signature_severity Critical, mitre_technique_id T1190; target:dest_ip;)
        """, options)
    let info = try #require(signature.info.signature)
    #expect(signature.info.id == "3:77")
    #expect(signature.info.title == "Semi; colon")
    #expect(signature.info.level == .critical)
    #expect(signature.info.references == ["https://www.cve.org/CVERecord?id=CVE-2021-0001", "https://example.org/a,b"])
    #expect(signature.info.tags == ["cve.2021-0001", "attack.t1190"])
    #expect(info.category == "An attack on a web application")
    #expect(info.priority == 1)
    #expect(info.revision == 4)
    #expect(info.action == "blocked")
    #expect(info.metadata.map(\.key) == ["created_at", "signature_severity", "mitre_technique_id"])
    #expect(signature.target == .destination)
}

/// Header lists: the list, an address inside, one outside (or nil where there is none to be had).
@Test(
    arguments: [
        ("any", "203.0.113.9", nil), ("10.0.0.0/8", "10.255.0.1", "11.0.0.1"),
        ("!10.0.0.0/8", "2001:db8::1", "10.1.2.3"),
        ("[10.0.0.0/8,!10.1.0.0/16]", "10.2.0.1", "10.1.0.1"), ("[!10.1.0.0/16,!10.2.0.0/16]", "10.3.0.1", "10.2.0.9"),
        ("192.0.2.0/255.255.255.0", "192.0.2.200", "192.0.3.1"), ("192.0.2.10-192.0.2.20", "192.0.2.15", "192.0.2.21"),
        ("$HOME_NET", "172.31.255.255", "172.32.0.0"), ("$EXTERNAL_NET", "198.51.100.1", "192.168.7.7"),
        ("[ $HOME_NET , 203.0.113.0/24 ]", "203.0.113.1", "203.0.114.1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1"),
        ("::/0", "2001:db8::1", "192.0.2.1"), ("0.0.0.0/0", "192.0.2.1", "2001:db8::1"),
        ("[10.0.0.0/8,![10.1.0.0/16,10.2.0.0/16]]", "10.3.0.0", "10.2.0.0"),
    ] as [(String, String, String?)])
func readsAddressLists(_ list: String, _ inside: String, _ outside: String?) throws {
    let signature = try one("alert ip \(list) any -> any any (sid:1;)")
    #expect(signature.source.contains(try #require(IPAddress(inside))))
    if let outside { #expect(!signature.source.contains(try #require(IPAddress(outside)))) }
}

@Test(
    arguments: [
        ("80", [80], [81]), ("!80", [79, 81], [80]), ("1024:", [1024, 65535], [1023]), (":1023", [0, 1023], [1024]),
        ("[80,443,8000:8100,!8050]", [80, 443, 8001, 8100], [8050, 81]), ("$HTTP_PORTS", [80], [81]),
        ("!$SHELLCODE_PORTS", [80], [81]),
    ] as [(String, [UInt16], [UInt16])])
func readsPortLists(_ list: String, _ inside: [UInt16], _ outside: [UInt16]) throws {
    let signature = try one("alert tcp any any -> any \(list) (sid:1;)")
    for port in inside { #expect(signature.destinationPorts.contains(port)) }
    for port in outside { #expect(!signature.destinationPorts.contains(port)) }
}

@Test(arguments: [
    ("abc", "abc"), ("a|62 63|d", "abcd"), ("|61||62|", "ab"), ("\\\"\\;\\:\\\\", "\";:\\"), ("a b", "a b"),
    ("|6162 63|", "abc"),
])
func decodesContents(_ written: String, _ bytes: String) throws {
    let signature = try one("alert tcp any any -> any any (content:\"\(written)\"; sid:1;)")
    guard case .content(let content) = signature.sections[0].steps[0] else {
        Issue.record("no content")
        return
    }
    #expect(content.bytes == Array(bytes.utf8))
}

@Test func sortsStepsByBuffer() throws {
    let signature = try one(
        """
        alert http any any -> any any (content:"one"; http_uri; content:"two"; nocase; http_header; content:"three"; \
        http_uri; distance:2; pcre:"/four/Ui"; urilen:>5; content:"raw"; sid:1;)
        """)
    #expect(signature.sections.map(\.view.kind) == [.httpURI, .httpHeader, .payload])
    #expect(signature.sections[0].steps.count == 4)
    guard case .content(let first) = signature.sections[0].steps[0],
        case .content(let second) = signature.sections[0].steps[1],
        case .expression(let third) = signature.sections[0].steps[2],
        case .size(let size) = signature.sections[0].steps[3]
    else {
        Issue.record("other steps")
        return
    }
    #expect(first.anchorsNext)
    #expect(second.distance == .number(2))
    #expect(third.options == .caseless)
    #expect(size == .greater(5))
}

@Test func stickyBuffersHoldUntilTheNext() throws {
    let signature = try one(
        """
        alert dns any any -> any any (dns.query; dotprefix; content:".example.org"; endswith; dns.query; content:"www"; \
        pkt_data; content:"|00 01|"; sid:1;)
        """)
    #expect(signature.sections.map(\.view.kind) == [.dnsQuery, .dnsQuery, .payload])
    #expect(signature.sections[0].view.transforms == [.dotPrefix])
}

@Test(arguments: [
    ("8", NumberTest.equal(8)), ("=8", .equal(8)), ("!8", .notEqual(8)), ("!=8", .notEqual(8)), ("<8", .less(8)),
    ("<=8", .lessOrEqual(8)), (">8", .greater(8)), (">=8", .greaterOrEqual(8)), ("4<>8", .between(4, 8)),
    ("4-8", .between(4, 8)), ("!4<>8", .notBetween(4, 8)), ("> 8", .greater(8)), ("0x10", .equal(16)),
])
func readsNumberTests(_ text: String, _ test: NumberTest) throws {
    let signature = try one("alert tcp any any -> any any (dsize:\(text); sid:1;)")
    guard case .payloadSize(let read) = signature.tests[0] else {
        Issue.record("no dsize")
        return
    }
    #expect(read == test)
}

@Test func readsNumbersInBytes() throws {
    let signature = try one(
        """
        alert tcp any any -> any any (content:"len"; byte_extract:2,0,size,relative,little; \
        byte_test:4,!&,0x80,4,string,hex; byte_jump:1,0,relative,multiplier 2,post_offset -1,from_beginning; \
        byte_math:bytes 1, offset 0, oper <<, rvalue size, result twice; isdataat:!size,relative; sid:1;)
        """)
    #expect(signature.variableCount == 2)
    guard case .byteTest(let test) = signature.sections[0].steps[2],
        case .byteJump(let jump) = signature.sections[0].steps[3],
        case .byteMath(let math) = signature.sections[0].steps[4],
        case .dataAt(let at) = signature.sections[0].steps[5]
    else {
        Issue.record("other steps")
        return
    }
    #expect(test.negated && test.comparison == .and && test.format.radix == .hexadecimal)
    #expect(jump.multiplier == 2 && jump.postOffset == .number(-1) && jump.fromBeginning)
    #expect(math.operation == .shiftLeft && math.operand == .variable(0) && math.result == 1)
    #expect(at.negated && at.relative && at.position == .variable(0))
}

@Test func warnsOfWhatIsOddButRuns() throws {
    var options = SignatureParseOptions()
    _ = options.classifications.read(text: "config classification: known,Known,2\n", file: "c")
    let result = SignatureParser.parse(
        text: "alert tcp any any -> any any (content:\"a\"; distance:3; classtype:unknown; sid:1;)", file: "own.rules",
        options: options)
    #expect(result.signatures.count == 1)
    #expect(result.diagnostics.map(\.weight) == [.warning, .warning])
    #expect(result.diagnostics[0].subject == "unknown")
}
