import Events
import Output
import Primitives
import Testing

/// EVE records beside alerts.
@Suite struct EVERecordTests {
    private func encoded(
        _ kind: RecordKind, _ application: ApplicationProtocol, _ values: [(RecordField, String)] = [],
        fields: [FieldValue] = [], toServer: Bool = true, inPacket: Bool = true, masker: Masker? = nil,
        facts: FlowFacts? = nil
    ) throws -> String {
        let time = try #require(Timestamp(seconds: 1_773_284_281))
        let key = FlowKey(
            client: try #require(IPAddress("10.0.4.21")), server: try #require(IPAddress("192.0.2.80")),
            clientPort: 4000, serverPort: 80, ipProtocol: 6, vlan: 0)
        var item = InspectionItem(kind: .transaction, packetNumber: 12, time: time, key: key, flowStart: time)
        item.flow = 5
        item.application = application
        item.direction = toServer ? .toServer : .toClient
        item.packetIndex = inPacket ? 3 : -1
        item.transaction = 2
        let batch = InspectionBatch()
        for (field, text) in values {
            let bytes = Array(text.utf8)
            let offset = bytes.withUnsafeBytes { batch.scratch.append(Bytes($0)) }
            batch.recordValues.append(RecordValue(field, offset: try #require(offset), length: bytes.count))
        }
        var writer = JSONWriter()
        if let facts {
            EVERecord.encode(flow: facts, item, alerted: true, into: &writer)
        } else {
            EVERecord.encode(
                CaptureRecord(kind: kind, item: item, event: -1, firstValue: 0, valueCount: batch.recordValues.count),
                batch, fields: { fields }, masker: masker, into: &writer)
        }
        #expect(try parsed(writer.bytes) is [String: Any])
        return writer.text
    }

    @Test func httpComesFromTheClient() throws {
        let text = try encoded(
            .http, .http,
            fields: [
                FieldValue(name: "url.original", value: "/a"),
                FieldValue(name: "http.response.status_code", value: "302"),
                FieldValue(name: "http.response.headers.location", value: "/b"),
            ])
        #expect(
            text == #"{"timestamp":"2026-03-12T02:58:01.000000+0000","flow_id":5,"pcap_cnt":12,"event_type":"http","#
                + #""src_ip":"10.0.4.21","src_port":4000,"dest_ip":"192.0.2.80","dest_port":80,"proto":"TCP","ip_v":4,"#
                + #""pkt_src":"wire/pcap","tx_id":2,"http":{"url":"/a","status":302,"redirect":"/b"}}"# + "\n")
    }

    /// Fields, names of files and texts of answers: whatever the other side wrote.
    @Test func secretsAreWrittenOver() throws {
        let masker = Masker(rules: MaskRule.table, key: [1])
        let url = [FieldValue(name: "url.original", value: "/a?password=hunter2")]
        let http = try encoded(.http, .http, fields: url, masker: masker)
        let file = try encoded(.fileinfo, .http, [(.fileName, "/a?password=hunter2")], fields: url, masker: masker)
        let answer: [(RecordField, String)] = [
            (.dnsFlags, "32768"), (.dnsSection, "0"), (.dnsRecordName, "x.example"), (.dnsRecordType, "TXT"),
            (.dnsRecordTTL, "60"), (.dnsRecordData, "password=hunter2"),
        ]
        let dns = try encoded(.dns, .dns, answer, toServer: false, masker: masker)
        for text in [http, file, dns] {
            #expect(text.contains("password=<password:4-7:") && !text.contains("hunter2"), "\(text)")
        }
        #expect(try encoded(.dns, .dns, answer, toServer: false).contains("hunter2"))
    }

    /// An alert tells of its transaction as it was sent, and of the packet.
    @Test func secretsOfAlertsAreWrittenOver() throws {
        let masker = Masker(rules: MaskRule.table, key: [1])
        let address = try #require(IPAddress("10.0.4.21"))
        let time = try #require(Timestamp(seconds: 1_773_284_281))
        let key = FlowKey(client: address, server: address, clientPort: 4000, serverPort: 80, ipProtocol: 6, vlan: 0)
        var rule = RuleInfo(
            id: "1:9000001", title: "Web shell", level: .high, kind: .signature,
            origin: RuleOrigin(file: "web.rules", line: 12))
        rule.signature = SignatureInfo(
            gid: 1, sid: 9_000_001, revision: 4, classType: "web-application-attack",
            category: "Web Application Attack", priority: 1, action: "allowed")
        let event = EventReference(
            id: ContentID(high: 1, low: 1), input: ContentID(high: 2, low: 2), number: 1, offset: 0, length: 9)
        let url = FieldValue(name: "url.original", value: "/a?password=hunter2")
        var detection = Detection(
            id: ContentID(high: 3, low: 3), rule: rule, first: time, last: time, events: [event], fields: [url],
            entity: Entity(kind: "ip", value: "10.0.4.21"))
        var item = InspectionItem(kind: .transaction, packetNumber: 5, time: time, key: key, flowStart: time)
        item.application = .http
        let agent = FieldValue(name: "user_agent.original", value: "x password=hunter2")
        detection.alert = AlertContext(item: item, transactionFields: [url, agent])
        let encoded = { (detection: Detection) in
            var writer = JSONWriter()
            EVEAlert.encode(detection, into: &writer)
            return writer.text
        }
        #expect(encoded(detection).contains("hunter2"))
        let text = encoded(masker.masked(detection))
        #expect(text.contains("password=<password:4-7:") && !text.contains("hunter2"), "\(text)")
    }

    @Test func optionsOfEDNSAreListed() throws {
        let text = try encoded(
            .dns, .dns,
            [
                (.dnsID, "7"), (.dnsFlags, "256"), (.dnsOpcode, "0"), (.dnsResponseCode, "NOERROR"),
                (.dnsSection, "2"), (.dnsRecordName, ""), (.dnsRecordType, "OPT"), (.dnsRecordTTL, "0"),
                (.dnsRecordPart, "10"), (.dnsRecordPart, "c217"), (.dnsRecordPart, "12"), (.dnsRecordPart, ""),
            ])
        #expect(
            text.contains(
                #""additionals":[{"rrname":"","rrtype":"OPT","ttl":0,"opt":[{"code":10,"data":"c217"},"#
                    + #"{"code":12,"data":""}]}]"#))
    }

    /// Suricata writes the names of some protocols' anomalies in capitals, and none of a frame's without addresses.
    @Test(arguments: [
        (ApplicationProtocol.http, "request_auth_unrecognized", "REQUEST_AUTH_UNRECOGNIZED"),
        (.ssh, "invalid_banner", "invalid_banner"),
        (.ssh, "applayer_proto_detection_skipped", "APPLAYER_PROTO_DETECTION_SKIPPED"),
    ])
    func anomaliesAreNamedAsSuricataDoes(_ application: ApplicationProtocol, _ name: String, _ shown: String) throws {
        let text = try encoded(.anomaly, application, [(.anomalyType, "applayer"), (.anomalyEvent, name)])
        #expect(text.contains("\"event\":\"\(shown)\""))
    }

    @Test func aFileSaysWhatIsKnownOfIt() throws {
        let text = try encoded(
            .fileinfo, .http,
            [(.fileName, "/x"), (.fileState, "CLOSED"), (.fileSize, "5"), (.fileMD5, "aa"), (.fileSHA256, "bb")],
            toServer: false, inPacket: false)
        #expect(
            text.hasSuffix(
                #""pkt_src":"stream (flow timeout)","app_proto":"http","fileinfo":{"filename":"/x","gaps":false,"#
                    + #""state":"CLOSED","md5":"aa","sha256":"bb","stored":false,"size":5,"tx_id":2}}"# + "\n"))
        #expect(text.contains(#""src_ip":"192.0.2.80","src_port":80"#) && !text.contains("pcap_cnt"))
    }

    @Test func aMessageOfDNSIsWrittenSectionBySection() throws {
        let text = try encoded(
            .dns, .dns,
            [
                (.dnsID, "7"), (.dnsFlags, "33152"), (.dnsOpcode, "0"), (.dnsResponseCode, "NOERROR"),
                (.dnsQuestionName, "a.example"), (.dnsQuestionType, "A"), (.dnsSection, "0"),
                (.dnsRecordName, "a.example"), (.dnsRecordType, "A"), (.dnsRecordTTL, "60"),
                (.dnsRecordData, "192.0.2.1"), (.dnsSection, "1"), (.dnsRecordName, "example"),
                (.dnsRecordType, "NS"), (.dnsRecordTTL, "9"), (.dnsRecordData, "ns.example"),
            ], toServer: false)
        let parts = [
            #""dns":{"version":3,"type":"response","tx_id":2,"id":7,"flags":"8180","qr":true,"rd":true,"ra":true,"#,
            #""opcode":0,"rcode":"NOERROR","queries":[{"rrname":"a.example","rrtype":"A"}],"#,
            #""answers":[{"rrname":"a.example","rrtype":"A","ttl":60,"rdata":"192.0.2.1"}],"#,
            #""grouped":{"A":["192.0.2.1"]},"#,
            #""authorities":[{"rrname":"example","rrtype":"NS","ttl":9,"rdata":"ns.example"}]}}"#,
        ]
        #expect(text.contains(parts.joined()), "\(text)")
    }

    @Test func aFlowHasCountsStateAndFlags() throws {
        let facts = FlowFacts(
            state: "closed", reason: "timeout", tcpState: "closed",
            end: Timestamp(nanoseconds: 1_773_284_284_000_000_000), transactions: 1, tcpFlags: (27, 18), icmp: (0, 0))
        let text = try encoded(.flow, .http, facts: facts)
        #expect(text.contains(#""age":3,"state":"closed","reason":"timeout","alerted":true,"tx_cnt":1}"#))
        #expect(text.contains(#""tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"12","syn":true,"fin":true,"#))
        #expect(!text.contains("pkt_src") && !text.contains("exception_policy"))
        var other = facts
        other.tcpState = nil
        let unfollowed = try encoded(.flow, .unknown, facts: other)
        #expect(unfollowed.contains(#""exception_policy":[{"target":"stream_midstream","policy":"ignore"}]"#))
        #expect(unfollowed.contains(#""tcp":{"tcp_flags":"00","tcp_flags_ts":"00","tcp_flags_tc":"00"}"#))
    }

    @Test(arguments: [
        ("applayer", "missing_host_header", #""event":"MISSING_HOST_HEADER","layer":"proto_parser"}"#),
        ("stream", "est_syn_resend", #"{"type":"stream","event":"stream.est_syn_resend"}"#),
        ("decode", "ipv4.trunc_pkt", #"{"type":"decode","event":"decoder.ipv4.trunc_pkt"}"#),
    ])
    func anomalies(_ type: String, _ name: String, _ expected: String) throws {
        #expect(try encoded(.anomaly, .http, [(.anomalyType, type), (.anomalyEvent, name)]).contains(expected))
    }
}
