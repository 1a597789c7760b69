import Events
import Output
import Primitives
import Testing

@Suite struct DetectionJSONTests {
    private func encoded(_ detection: Detection, _ source: String, _ kind: InputLedger.Kind) throws -> String {
        var writer = JSONWriter()
        DetectionJSON.encode(detection, source: source, kind: kind, into: &writer)
        let object = try #require(try parsed(writer.bytes) as? [String: Any])
        #expect(object["rule.id"] as? String == detection.rule.id)
        return writer.text
    }

    @Test func ofALog() throws {
        let expected =
            #"{"rule.id":"2f1c","rule.name":"SQL \"injection\"","rule.level":"medium","form":"url-decoded","#
            + #""@timestamp":"2026-03-12T02:58:01.000Z","event.end":"2026-03-12T02:58:01.001500Z","#
            + #""source":"/var/log/\u001b.log","line":17,"count":3,"entity":{"type":"ip","value":"203.0.113.7"},"#
            + #""fields":{"url.query":["id=1' or\u001b","id=2"],"source.ip":"203.0.113.7"}}"# + "\n"
        #expect(try encoded(SampleDetection.sigma(), "/var/log/\u{1B}.log", .log) == expected)
    }

    @Test func ofACapture() throws {
        let detection = SampleDetection.signature(application: .unknown, fields: [])
        let expected =
            #"{"rule.id":"1:2000001","rule.name":"TEST probe","rule.level":"high","form":"raw","#
            + #""@timestamp":"2026-03-12T02:58:01.000Z","event.end":"2026-03-12T02:58:01.000Z","source":"a.pcap","#
            + #""packet":12,"count":1,"entity":{"type":"none","value":""},"fields":{}}"# + "\n"
        #expect(try encoded(detection, "a.pcap", .capture) == expected)
    }
}
