import Events
import Network
import Primitives
import Testing

@Suite struct DNSTests {
    /// A multicast resolver that asks an ordinary server asks in ordinary DNS.
    @Test func thePortAskedTellsWhatItIs() throws {
        let query = DNSBytes.query(7, "www.example.org")
        for (port, application) in [(53, ApplicationProtocol.dns), (5353, .mdns)] {
            let run = Run([Frames.udpFrame(query, sourcePort: 5353, destinationPort: port)])
            #expect(try #require(run.transactions.first).item.application == application)
        }
    }

    @Test func pairsQueryAndAnswer() throws {
        let records = [
            DNSBytes.record(type: 5, DNSBytes.name("web.example.org")),
            DNSBytes.record(type: 1, ttl: 60, owner: DNSBytes.name("web.example.org"), [203, 0, 113, 7]),
        ]
        let run = Run([
            DNSBytes.client(DNSBytes.query(0x1234, "www.Example.org")),
            DNSBytes.server(DNSBytes.answer(0x1234, "www.Example.org", records)),
        ])
        let asked = try #require(run.items(.transaction, .toServer).first)
        #expect(asked[.dnsQuery] == "www.Example.org" && asked.item.application == .dns && asked.item.complete)
        let answered = try #require(run.items(.transaction, .toClient).first)
        #expect(
            answered.buffers.filter { $0.kind == .dnsAnswerName }.map { String(decoding: $0.bytes, as: UTF8.self) }
                == ["www.Example.org", "web.example.org"])
        #expect(answered.buffers.filter { $0.kind == .dnsRecordType }.map { $0.bytes.last } == [5, 1])
        #expect(asked.buffers.filter { $0.kind == .dnsResponseCode }.map { $0.bytes.last } == [0])
        #expect(answered.buffers.filter { $0.kind == .dnsResponseCode }.map { $0.bytes.last } == [0])
        // Each message is a transaction of its own.
        #expect(answered.item.event == 0 && asked.item.transaction == 0 && answered.item.transaction == 1)
        #expect(
            answered.buffers.filter { $0.kind == .dnsResponseName }.map { String(decoding: $0.bytes, as: UTF8.self) }
                == ["www.Example.org", "www.Example.org", "web.example.org", "web.example.org"])
        let event = try #require(run.events(.networkDNS).first)
        let expected: [(Field, String)] = [
            (.dnsID, "4660"), (.dnsType, "answer"), (.dnsQuestionName, "www.Example.org"), (.dnsQuestionType, "A"),
            (.dnsQuestionClass, "IN"), (.dnsQuestionRegisteredDomain, "example.org"), (.dnsQuestionSubdomain, "www"),
            (.dnsResponseCode, "NOERROR"), (.dnsResolvedIP, "203.0.113.7"), (.networkProtocol, "dns"),
            (.networkTransport, "udp"), (.sourceIP, "192.0.2.1"), (.destinationPort, "53"), (.dnsOpCode, "QUERY"),
        ]
        for (field, text) in expected { #expect(event[field] == text, "\(field.rawValue)") }
        #expect(event.all(.dnsAnswersType) == ["CNAME", "A"])
        #expect(event.all(.dnsAnswersData) == ["web.example.org", "203.0.113.7"])
        #expect(event.all(.dnsAnswersTTL) == ["300", "60"])
        #expect(event.time.nanoseconds == 1_700_000_000_000_000_000 && event.line == 2)
        #expect(run.events(.networkDNS).count == 1)
    }

    /// Multicast DNS is a protocol of its own, with buffers of its own names; the event is DNS's.
    @Test func multicastHasItsOwnNames() throws {
        let records = [DNSBytes.record(type: 12, DNSBytes.name("printer.local"))]
        let run = Run([
            Frames.udpFrame(DNSBytes.query(0, "_ipp.local", type: 12), sourcePort: 5353, destinationPort: 5353),
            Frames.udpFrame(
                DNSBytes.answer(0, "_ipp.local", type: 12, records), sourcePort: 5353, destinationPort: 5353),
        ])
        let kinds = Set(run.transactions.flatMap(\.buffers).map(\.kind))
        #expect(kinds.isSuperset(of: [.mdnsQueriesName, .mdnsAnswersName, .mdnsResponseName]))
        #expect(kinds.isDisjoint(with: [.dnsQuery, .dnsQueriesName, .dnsAnswersName, .dnsResponseName]))
        #expect(run.transactions.allSatisfy { $0.item.application == .mdns })
        #expect(!run.events(.networkDNS).isEmpty)
    }

    static let answers: [(type: Int, data: [UInt8], name: String, text: String?)] = [
        (1, [192, 0, 2, 55], "A", "192.0.2.55"),
        (28, Frames.address("2001:db8::5"), "AAAA", "2001:db8::5"),
        (28, Frames.address("2001:db8:0:1::"), "AAAA", "2001:db8:0:1::"),
        (28, Frames.address("::1"), "AAAA", "::1"),
        (2, DNSBytes.name("ns.example.org"), "NS", "ns.example.org"),
        (5, [3] + Array("www".utf8) + [0xC0, 12], "CNAME", "www.host.example.org"),
        (12, DNSBytes.name("host.example.org"), "PTR", "host.example.org"),
        (15, [0, 10] + DNSBytes.name("mail.example.org"), "MX", "mail.example.org"),
        (
            6, DNSBytes.name("ns.example.org") + DNSBytes.name("root") + [UInt8](repeating: 0, count: 20), "SOA",
            "ns.example.org"
        ),
        (16, [5] + Array("hello".utf8) + [6] + Array(" world".utf8), "TXT", "hello world"),
        (33, [0, 1, 0, 2, 0, 80] + DNSBytes.name("svc.example.org"), "SRV", "svc.example.org"),
        (1, [1, 2, 3], "A", nil),
        (16, [200, 65], "TXT", "A"),
        (12_345, [1, 2], "12345", nil),
    ]

    @Test(arguments: answers.indices) func writesAnswers(_ number: Int) throws {
        let given = DNSTests.answers[number]
        let run = Run([
            DNSBytes.client(DNSBytes.query(9, "host.example.org", type: given.type)),
            DNSBytes.server(
                DNSBytes.answer(
                    9, "host.example.org", type: given.type, [DNSBytes.record(type: given.type, given.data)])),
        ])
        let event = try #require(run.events(.networkDNS).first)
        #expect(event[.dnsQuestionType] == given.name && event[.dnsAnswersType] == given.name)
        #expect(event[.dnsAnswersData] == given.text)
    }

    static let domains: [(name: String, registered: String?, subdomain: String?)] = [
        ("example.org", "example.org", nil),
        ("a.b.Example.ORG", "example.org", "a.b"),
        ("portal.tinh.gov.vn", "tinh.gov.vn", "portal"),
        ("tinh.gov.vn", "tinh.gov.vn", nil),
        ("gov.vn", nil, nil),
        ("x.shop.co.uk", "shop.co.uk", "x"),
        ("localhost", nil, nil),
        ("7.113.0.203.in-addr.arpa", "203.in-addr.arpa", "7.113.0"),
    ]

    @Test(arguments: domains.indices) func findsTheRegisteredDomain(_ number: Int) {
        let given = DNSTests.domains[number]
        let run = Run([DNSBytes.client(DNSBytes.query(1, given.name))])
        let event = run.events(.networkDNS).first
        #expect(event?[.dnsQuestionRegisteredDomain] == given.registered)
        #expect(event?[.dnsQuestionSubdomain] == given.subdomain)
    }

    @Test func reportsUnansweredQueriesWhenTheFlowEnds() {
        let other = Frames.udpFrame([1, 2, 3], sourcePort: 41_000)
        let run = Run([DNSBytes.client(DNSBytes.query(5, "lost.example.org")), other], times: [0, 40])
        let event = run.events(.networkDNS)[0]
        #expect(event[.dnsType] == "query" && event[.dnsQuestionName] == "lost.example.org")
        #expect(event[.dnsResponseCode] == nil && event.line == 2)
        #expect(event.time.nanoseconds == 1_700_000_000_000_000_000)
    }

    @Test func matchesAnswersById() {
        let frames =
            [1, 2, 3].map { DNSBytes.client(DNSBytes.query($0, "q\($0).example.org")) }
            + [3, 1].map { DNSBytes.server(DNSBytes.answer($0, "q\($0).example.org", code: 3, [])) }
        let events = Run(frames).events(.networkDNS)
        #expect(events.map { $0[.dnsQuestionName] } == ["q3.example.org", "q1.example.org", "q2.example.org"])
        #expect(events.map { $0[.dnsResponseCode] } == ["NXDOMAIN", "NXDOMAIN", nil])
    }

    @Test func readsSeveralQuestions() {
        let message =
            DNSBytes.header(1, flags: 0x0100, [2, 0, 0, 0]) + DNSBytes.question("a.example.org", type: 1)
            + DNSBytes.question("b.example.org", type: 1)
        let item = Run([DNSBytes.client(message)]).transactions[0]
        for kind: BufferKind in [.dnsQuery, .dnsQueriesName] {
            let names = item.buffers.filter { $0.kind == kind }.map { String(decoding: $0.bytes, as: UTF8.self) }
            #expect(names == ["a.example.org", "b.example.org"])
        }
    }

    @Test(arguments: [1, 3, 1400]) func readsTCP(_ size: Int) {
        var talk = Conversation()
        talk.serverPort = 53
        talk.handshake()
        for id in 1...2 {
            let query = DNSBytes.query(id, "tcp\(id).example.org")
            talk.send(fromClient: true, Frames.be16(query.count) + query, size: size)
            let answer = DNSBytes.answer(
                id, "tcp\(id).example.org", [DNSBytes.record(type: 1, [192, 0, 2, UInt8(id)])])
            talk.send(fromClient: false, Frames.be16(answer.count) + answer, size: size)
        }
        talk.close()
        let run = Run(talk.frames)
        #expect(run.events(.networkDNS).map { $0[.dnsResolvedIP] } == ["192.0.2.1", "192.0.2.2"])
        #expect(run.items(.transaction, .toServer).map { $0[.dnsQuery] } == ["tcp1.example.org", "tcp2.example.org"])
    }

    /// By content on any port; what only looks a little like it is left alone off the ports of DNS.
    @Test(arguments: [(8053, 1), (137, 0)]) func recognisesByContent(_ port: Int, _ count: Int) {
        let run = Run([DNSBytes.client(DNSBytes.query(1, "any.example.org"), port: port)])
        #expect(run.transactions.count == count)
        let cut = Run([DNSBytes.client(DNSBytes.query(1, "any.example.org") + [0], port: port)])
        #expect(cut.transactions.isEmpty)
    }

    /// Names that would never end, or end outside the message.
    static let damaged: [(name: String, question: [UInt8])] = [
        ("pointer forward", [0xC0, 40, 0, 1, 0, 1]),
        ("label past the end", [60, 65, 65]),
        ("no end", [3, 65, 65, 65]),
        ("reserved label type", [0x80, 1, 0, 0, 1, 0, 1]),
        ("no type", [1, 65, 0, 0]),
        ("nothing", []),
    ]

    private static func labels(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { _ in [63] + [UInt8](repeating: 65, count: 63) } + [0, 0, 1, 0, 1]
    }

    /// Names that are taken as far as they go, as Suricata takes them.
    static let odd: [(question: [UInt8], event: String?)] = [
        ([0xC0, 12, 0, 1, 0, 1], "dns.infinite_loop"), ([0xC0, 14, 0xC0, 12, 0, 1, 0, 1], "dns.too_many_labels"),
        (labels(5), nil), (labels(17), "dns.name_too_long"),
    ]

    @Test(arguments: odd.indices) func notesOddNames(_ number: Int) throws {
        let given = DNSTests.odd[number]
        let message = DNSBytes.header(1, flags: 0x0100, [1, 0, 0, 0]) + given.question
        let item = try #require(Run([DNSBytes.client(message)]).transactions.first)
        #expect(item[.applicationEvent] == given.event)
    }

    @Test(arguments: damaged.indices) func survivesDamagedNames(_ number: Int) {
        let given = DNSTests.damaged[number]
        let message = DNSBytes.header(1, flags: 0x0100, [1, 0, 0, 0]) + given.question
        #expect(Run([DNSBytes.client(message)]).transactions.isEmpty, "\(given.name)")
        let answer = DNSBytes.header(1, flags: 0x8180, [1, 1, 0, 0]) + given.question
        _ = Run([DNSBytes.client(DNSBytes.query(1, "a.example.org")), DNSBytes.server(answer)])
    }
}
