import Events
import Matching
import Primitives
import Testing

/// What may be found in `192.0.2.1 - - [12/Mar/2026:02:58:01 +0700] `, and what passing over it changes: nothing.
@Suite struct CommonHeadTests {
    @Test(arguments: [
        "192.0", ".1 - -", "- - [", "[12/", "/mar/", "AR/2", "2026:02", ":58:", " +07", "-03", "00] ", "] ", "7", "-",
        "ec",
        "a",
    ])
    func someLiteralsMayStandThere(_ text: String) { #expect(CommonHead.mayHold(Array(text.utf8))) }

    @Test(arguments: [
        "../", "//", "select", "get ", "\"", "] \"", "marx", "/etc/", "1=1", "--", "::1", "..", "%2e", "x", "[a", "rap",
    ])
    func mostCannot(_ text: String) { #expect(!CommonHead.mayHold(Array(text.utf8))) }

    /// With and without the mark of a common head: rules whose words cannot stand in it, and some that can.
    @Test(arguments: [
        (["] \"GET", "\"GET /a", "0700] \"", "needle", "GET"], 4),
        (["] \"GET", "needle", "12/Mar", "192.0.2.7 -"], 3), (["- - ["], 1), (["\"POST"], 0),
    ])
    func passingOverItChangesNothing(_ words: [String], _ found: Int) throws {
        let rules = words.enumerated().map {
            "title: k\($0)\nlogsource: {category: webserver}\ndetection:\n  k: ['\($1)']\n  condition: k\n"
        }.joined(separator: "---\n")
        let fixture = try Fixture(rules)
        let line = #"192.0.2.7 - - [12/Mar/2026:02:58:01 +0700] "GET /a?q=x HTTP/1.1" 200 7 "-" "curl/8.5.0""#
        let method = try #require(line.firstRange(of: "GET")).lowerBound.utf16Offset(in: line)
        let slots = [
            FieldSlot(FieldID(.sourceIP), .input, .text, offset: 0, length: 9),
            FieldSlot(FieldID(.httpRequestMethod), .input, .text, offset: method, length: 3),
            FieldSlot(FieldID(.urlOriginal), .input, .text, offset: method + 4, length: 6),
        ]
        let hits = [EventFlags(), .commonHead].map { flags in
            Array(line.utf8).withBytes { input in
                let batch = EventBatch(registry: fixture.registry)
                batch.reset(input: input)
                slots.withUnsafeBufferPointer {
                    batch.append(
                        EventRecord(
                            time: .none, line: 0, offset: 0, length: input.count, logSource: .webAccess, flags: flags),
                        slots: $0)
                }
                var found: [EventHit] = []
                fixture.worker.match(batch, into: &found)
                return found.map(\.rule)
            }
        }
        #expect(hits[0] == hits[1] && hits[0].count == found)
    }
}
