import Events
import Output
import Primitives
import Testing

@Suite struct IncidentJSONTests {
    @Test func keysAndOrder() throws {
        var incident = Incident(
            id: ContentID(high: 0xA1, low: 2), rule: "ssh-brute-force", title: "SSH brute force", severity: .critical,
            entity: Entity(kind: "user", value: "trần\u{202E}"), first: SampleDetection.start,
            last: SampleDetection.start.adding(nanoseconds: 60_000_000_000), count: 214,
            stages: ["initial-access"], techniques: ["T1110.001"], rules: ["a", "b"],
            inputs: [ContentID(high: 3, low: 4)])
        var writer = JSONWriter()
        IncidentJSON.encode(incident, into: &writer)
        let expected =
            #"{"id":"00000000000000a10000000000000002","rule":"ssh-brute-force","title":"SSH brute force","#
            + #""severity":"critical","status":"open","entity":{"type":"user","value":"trần\u202e"},"#
            + #""first":"2026-03-12T02:58:01.000Z","last":"2026-03-12T02:59:01.000Z","count":214,"#
            + #""stages":["initial-access"],"techniques":["T1110.001"],"rules":["a","b"],"#
            + #""inputs":["00000000000000030000000000000004"],"assignee":null,"resolution":null,"tags":[],"#
            + #""assets":[],"owners":[],"agencies":[],"summary":""}"# + "\n"
        #expect(writer.text == expected)
        #expect(try parsed(writer.bytes) is [String: Any])

        incident.assignee = "lan"
        incident.resolution = "benign"
        incident.tags = ["a", "b"]
        (incident.assets, incident.owners, incident.agencies) = (["portal"], ["An"], ["doh"])
        incident.status = .acknowledged
        writer.removeAll()
        IncidentJSON.object(incident, into: &writer)
        #expect(
            writer.text.hasSuffix(
                #""assignee":"lan","resolution":"benign","tags":["a","b"],"#
                    + #""assets":["portal"],"owners":["An"],"agencies":["doh"],"summary":""}"#))
        #expect(writer.text.contains(#""status":"acknowledged""#))

        // Whom it names stands at the end, where that is known; a kind that is not named does not.
        let parties = [
            ("source.ip", "203.0.113.7"), ("user.name", "trần"), ("url.domain", "a.example"), ("source.ip", "?"),
        ]
        let item = ExportCase(
            incident: incident, ruleTitle: nil, parties: parties.map { FieldValue(name: $0, value: $1) })
        let line = String(decoding: JSONLinesExport.encode([item]), as: UTF8.self)
        let related = #"{"ip":["203.0.113.7"],"user":["trần\u202e","trần"],"hosts":["a.example"]}"#
        #expect(line.hasSuffix(#""summary":"","related":"# + related + "}\n"))
    }
}
