import Events
import Matching
import Primitives
import Rules
import Testing

/// User agents and referers that come again are searched once: with one worker for all events (who remembers them) the
/// hits must be those of a new worker for each (who cannot).
@Suite struct RepeatedValuesTests {
    private static let agents = [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",
        "curl/8.5.0 with a long and ordinary remark here",
        "sqlmap/1.8.2#stable (https://sqlmap.example) and more", "short/1",
        "Mozilla/5.0 (compatible; needle; x) as if nothing were here",
    ]
    private static let referrers = [
        "https://portal.example/a/long/enough/path/to/be/kept.html", "-",
        "https://portal.example/?q=needle&other=0123456789",
        "https://portal.example/another/long/path/of/a/page/here.html#end",
    ]
    private static let paths = ["/", "/a?q=needle", "/index.html?x=1", "/long/" + String(repeating: "x", count: 40)]

    private static func events(_ order: [String]) -> [SampleEvent] {
        (0..<240).map { index in
            let values = [
                "url.original": paths[index % paths.count], "user_agent.original": agents[index / 3 % agents.count],
                "http.request.referrer": referrers[index / 7 % referrers.count],
            ]
            return SampleEvent(order.map { ($0, values[$0] ?? "") })
        }
    }

    private static let keywords = [
        "needle", "html Mozilla/5.0", "537.36 https://", "here.html#end curl", "1 https", "and more -", "x curl/8",
        "short/1",
        "nothing were here ", " Mozilla", "AppleWebKit/537.36 ", "kept.html sqlmap/1.8",
    ]

    private static let rules: String = {
        let head = { (id: String) in "title: \(id)\nlogsource: {category: webserver}\ndetection:\n" }
        let words = keywords.enumerated().map { head("k\($0)") + "  k:\n    - '\($1)'\n  condition: k\n" }
        let fields = [
            ("cs-user-agent|contains", "needle"), ("cs-user-agent|startswith", "sqlmap/"),
            ("cs-user-agent|endswith", "537.36"), ("cs-referer|contains", "q=needle"),
            ("cs-referer|endswith", "#end"), ("c-uri|contains", "needle"), ("cs-user-agent", "short/1"),
        ].enumerated().map { head("f\($0)") + "  s:\n    \($1.0): '\($1.1)'\n  condition: s\n" }
        return (words + fields).joined(separator: "---\n")
    }()

    @Test(arguments: [
        ["url.original", "http.request.referrer", "user_agent.original"],
        ["user_agent.original", "url.original", "http.request.referrer"],
        ["http.request.referrer", "user_agent.original", "url.original"],
        ["url.original", "user_agent.original", "http.request.referrer"],
    ]) func aRememberedValueChangesNothing(order: [String]) throws {
        let events = RepeatedValuesTests.events(order)
        let fixture = try Fixture(RepeatedValuesTests.rules)
        #expect(fixture.rules.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
        let hits = fixture.hits(events).map { [Int($0.event), Int($0.rule)] }
        var expected: [[Int]] = []
        for (index, event) in events.enumerated() {
            let fresh = try fixture.matcher.makeWorker()
            fixture.withBatch([event]) { batch in
                var own: [EventHit] = []
                fresh.match(batch, into: &own)
                expected += own.map { [index, Int($0.rule)] }
            }
        }
        #expect(hits == expected)
        #expect(Set(hits.map { $0[1] }).count >= 12)
    }

    /// As access logs quote them: what begins or ends at a quote, and what reaches over both.
    @Test(arguments: [[], ["\" \"Mozilla", "page \"https"], ["7 \"https"]])
    func quotesAroundARememberedValue(bridging: [String]) throws {
        let words = ["\"Mozilla", "537.36\"", "\"curl", "here.html#end\"", "200 7", "needle", "end\"x"] + bridging
        let rules = words.enumerated().map {
            "title: k\($0)\nlogsource: {category: webserver}\ndetection:\n  k: ['\($1)']\n  condition: k\n"
        }.joined(separator: "---\n")
        let fixture = try Fixture(rules)
        var lines: [(String, [(FieldID, Range<Int>)])] = []
        for index in 0..<240 {
            let path = RepeatedValuesTests.paths[index % 4]
            let (agent, referrer) = (
                RepeatedValuesTests.agents[index / 3 % 5], RepeatedValuesTests.referrers[index / 7 % 4]
            )
            var line = "GET \(path) 200 7 \""
            let first = line.utf8.count
            line += referrer + "\" \""
            let second = line.utf8.count
            line += agent + "\"" + (index % 11 == 0 ? "x needle" : index % 5 == 0 ? " more" : "")
            lines.append(
                (
                    line,
                    [
                        (FieldID(.httpRequestReferrer), first..<first + referrer.utf8.count),
                        (FieldID(.userAgentOriginal), second..<second + agent.utf8.count),
                    ]
                ))
        }
        func hits(_ lines: [(String, [(FieldID, Range<Int>)])], _ worker: EventMatchWorker) -> [[Int]] {
            Array(lines.map { $0.0 + "\n" }.joined().utf8).withBytes { input in
                let batch = EventBatch(registry: fixture.registry)
                batch.reset(input: input)
                var start = 0
                for (line, fields) in lines {
                    let slots = fields.map {
                        FieldSlot($0, .input, .text, offset: start + $1.lowerBound, length: $1.count)
                    }
                    slots.withUnsafeBufferPointer {
                        batch.append(
                            EventRecord(
                                time: .none, line: batch.count, offset: start, length: line.utf8.count,
                                logSource: .webAccess), slots: $0)
                    }
                    start += line.utf8.count + 1
                }
                var found: [EventHit] = []
                worker.match(batch, into: &found)
                return found.map { [Int($0.event), Int($0.rule)] }
            }
        }
        let together = hits(lines, fixture.worker)
        var expected: [[Int]] = []
        for (index, line) in lines.enumerated() {
            expected += hits([line], try fixture.matcher.makeWorker()).map { [index, $0[1]] }
        }
        #expect(together == expected && Set(together.map { $0[1] }).count >= 6)
    }

    /// Values of one length and one place in the table, one of which wakes a rule, are told apart byte by byte.
    @Test func manyValuesInOneTable() throws {
        let fixture = try Fixture(detection: "s:\n  cs-user-agent|contains: 'evil-7'\ncondition: s")
        let values = (0..<6000).map {
            "agent with a number, long enough \($0 % 10 == 7 ? "evil-" : "tame-")\($0 % 3000)"
        }
        let events = (values + values + values).map { SampleEvent([("user_agent.original", $0)]) }
        let hits = fixture.hits(events).map { Int($0.event) }
        #expect(hits == events.indices.filter { events[$0].fields[0].value?.contains("evil-7") ?? false })
        #expect(hits.count == 72)
    }
}
