import Events
import Output
import Primitives
import Testing

@Suite struct EVEAlertTests {
    private func encoded(_ detection: Detection) throws -> String {
        var writer = JSONWriter()
        EVEAlert.encode(detection, into: &writer)
        if writer.count > 0 { #expect(try parsed(writer.bytes) is [String: Any]) }
        return writer.text
    }

    static let flow =
        #""direction":"to_client","flow":{"pkts_toserver":4,"pkts_toclient":3,"bytes_toserver":400,"#
        + #""bytes_toclient":3000,"start":"2026-03-12T02:58:01.000000+0000","src_ip":"198.51.100.9","#
        + #""dest_ip":"10.0.4.21","src_port":40000,"dest_port":80}}"# + "\n"

    @Test func httpAlert() throws {
        let fields = [
            ("url.domain", "portal.example.org"), ("url.original", "/a?b=\u{1B}"), ("user_agent.original", "probe/1"),
            ("http.request.method", "GET"), ("http.version", "1.1"), ("http.response.status_code", "200"),
            ("http.response.body.bytes", "15"), ("event.category", "web"),
        ]
        let detection = SampleDetection.signature(
            application: .http, fields: fields.map { FieldValue(name: $0.0, value: $0.1) }, vlan: 0x0014_000A)
        let expected =
            #"{"timestamp":"2026-03-12T02:58:01.000000+0000","flow_id":5,"pcap_cnt":12,"event_type":"alert","#
            + #""vlan":[10,20],"src_ip":"10.0.4.21","src_port":80,"dest_ip":"198.51.100.9","dest_port":40000,"#
            + #""proto":"TCP","ip_v":4,"pkt_src":"wire/pcap","tx_id":1,"alert":{"action":"allowed","gid":1,"#
            + #""signature_id":2000001,"rev":4,"signature":"TEST probe","category":"Web Application Attack","#
            + #""severity":1,"metadata":{"policy":["a","b"],"created_at":["2026_01_01"]}},"#
            + #""http":{"hostname":"portal.example.org","#
            + #""url":"/a?b=\u001b","http_user_agent":"probe/1","http_method":"GET","protocol":"HTTP/1.1","#
            + #""status":200,"length":15},"app_proto":"http","# + EVEAlertTests.flow
        #expect(try encoded(detection) == expected)
    }

    /// Behind proxies an alert names the client that they handed on: in the place of the packet's, or beside it.
    @Test(arguments: [(true, "198.51.100.7"), (false, "203.0.113.7")]) func forwardedFor(
        _ takesLast: Bool, _ client: String
    ) throws {
        let list = FieldValue(
            name: "http.request.headers.x_forwarded_for", value: "203.0.113.7:81, 10.0.0.1, 198.51.100.7")
        let detection = SampleDetection.signature(application: .http, fields: [list])
        for overwrites in [true, false] {
            var writer = JSONWriter()
            EVEAlert.encode(
                detection, forwarded: ForwardedFor(overwrites: overwrites, takesLast: takesLast), into: &writer)
            let object = try #require(try parsed(writer.bytes) as? [String: Any])
            #expect(object["dest_ip"] as? String == (overwrites ? client : "198.51.100.9"))
            #expect(object["xff"] as? String == (overwrites ? nil : client))
            #expect(object["src_ip"] as? String == "10.0.4.21")
        }
    }

    @Test func dnsObject() throws {
        let fields = [
            ("dns.type", "answer"), ("dns.id", "77"), ("dns.op_code", "0"), ("dns.response_code", "NOERROR"),
            ("dns.question.name", "example.org"), ("dns.question.type", "A"), ("dns.answers.data", "192.0.2.1"),
            ("dns.answers.data", "192.0.2.2"),
        ]
        let detection = SampleDetection.signature(
            application: .dns, fields: fields.map { FieldValue(name: $0.0, value: $0.1) })
        let expected =
            #""dns":{"version":3,"type":"response","tx_id":1,"id":77,"opcode":0,"rcode":"NOERROR","#
            + #""queries":[{"rrname":"example.org","rrtype":"A"}],"answers":[{"rdata":"192.0.2.1"},"#
            + #"{"rdata":"192.0.2.2"}]},"app_proto":"dns","#
        #expect(try encoded(detection).contains(expected))
    }

    /// ICMP has a type and a code instead of ports; a packet without a flow has no flow object; IPv6 is in full.
    @Test func icmpWithoutFlow() throws {
        var detection = SampleDetection.signature(application: .unknown, fields: [])
        var alert = try #require(detection.alert)
        alert.flow = 0
        alert.transaction = nil
        alert.header.has = [.ipv6, .icmp]
        alert.header.source = try #require(IPAddress("2001:db8::1"))
        alert.header.destination = try #require(IPAddress("ff02::1:ff00:1"))
        alert.header.ipProtocol = 58
        alert.header.icmpType = 135
        detection.alert = alert
        detection.rule.signature?.metadata = []
        let expected =
            #"{"timestamp":"2026-03-12T02:58:01.000000+0000","pcap_cnt":12,"event_type":"alert","#
            + #""src_ip":"2001:0db8:0000:0000:0000:0000:0000:0001","#
            + #""dest_ip":"ff02:0000:0000:0000:0000:0001:ff00:0001","proto":"IPv6-ICMP","ip_v":6,"icmp_type":135,"#
            + #""icmp_code":0,"pkt_src":"wire/pcap","alert":{"action":"allowed","gid":1,"signature_id":2000001,"#
            + #""rev":4,"signature":"TEST probe","category":"Web Application Attack","severity":1}}"# + "\n"
        #expect(try encoded(detection) == expected)
    }

    @Test(arguments: [(17, "UDP"), (132, "SCTP"), (47, "GRE"), (254, "254"), (61, "061")] as [(UInt8, String)])
    func protocolNames(_ number: UInt8, _ name: String) throws {
        var detection = SampleDetection.signature(application: .unknown, fields: [])
        detection.alert?.header.ipProtocol = number
        #expect(try encoded(detection).contains("\"proto\":\"\(name)\""))
    }

    @Test func whatIsNoSignatureIsNoAlert() throws {
        #expect(try encoded(SampleDetection.sigma()).isEmpty)
    }
}
