import Events
import Matching
import Primitives
import Rules
import Testing

@Suite struct EventMatcherTests {
    private let keywords = "k:\n  - /etc/passwd\n  - un*on select\ncondition: k"

    @Test func keywordsAreSoughtInValuesAndInTheRecord() throws {
        let fixture = try Fixture(detection: keywords)
        #expect(fixture.matches([("f", "cat /ETC/passwd")]))
        #expect(fixture.matches([("f", "un"), ("g", "on select")]))
        #expect(fixture.hits([SampleEvent([("f", "x /etc/passwd x")], inRecord: false)]).count == 1)
        #expect(fixture.hits([SampleEvent([("f", "un"), ("g", "on select")], inRecord: false)]).isEmpty)
        #expect(!fixture.matches([("f", "/etc/passw")]))
    }

    @Test(arguments: [
        ("'|all':\n    - a1\n    - b2", "b2 a1", true), ("'|all':\n    - a1\n    - b2", "b2", false),
        ("'|re': '^a[0-9]'", "a1", true), ("'|contains': a1", "xa1x", true),
    ]) func keywordMappings(body: String, value: String, expected: Bool) throws {
        #expect(try Fixture(detection: "k:\n  \(body)\ncondition: k").matches([("f", value)]) == expected)
    }

    @Test func hitsComeByEventThenRule() throws {
        let rule = { (id: String, value: String) in
            "title: \(id)\nlogsource: {category: webserver}\ndetection: {s: {f|contains: \(value)}, condition: s}\n"
        }
        let fixture = try Fixture(["one", "two", "three"].map { rule($0, $0) }.joined(separator: "---\n"))
        let hits = fixture.hits([SampleEvent([("f", "three two one")]), SampleEvent([("f", "two")])])
        #expect(hits.map { [$0.event, $0.rule] } == [[0, 0], [0, 1], [0, 2], [1, 1]])
        #expect(hits.allSatisfy { $0.form == .raw })
    }

    @Test(
        arguments: [
            ("/a?x=../../etc/passwd", "raw"), ("/a?x=..%2f..%2Fetc/passwd", "url-decoded"),
            ("/a?x=%252e%252e%252f..%252fetc/passwd", "url-decoded-2"),
            ("/a?x=%25252e%25252e/..%25252fetc%2fpasswd", "url-decoded-3"), ("/a?x=..%2g..%2etc", nil), ("/+/+", nil),
        ] as [(String, String?)]) func decodedForms(target: String, form: String?) throws
    {
        let fixture = try Fixture(detection: "s:\n  cs-uri-query|contains: ../../etc\ncondition: s")
        let hits = fixture.hits([SampleEvent([("url.original", target)])])
        #expect(hits.map(\.form.name) == (form.map { [$0] } ?? []))
    }

    @Test func plusIsASpaceInQueriesOnly() throws {
        let fixture = try Fixture(detection: "s:\n  c-uri|contains: 'union select'\ncondition: s")
        #expect(fixture.hits([SampleEvent([("url.original", "/x?q=union+select")])]).map(\.form) == [.decoded])
        #expect(fixture.hits([SampleEvent([("url.original", "/union+select?q")])]).isEmpty)
    }

    @Test func matchedFieldsShowTheFormThatHit() throws {
        let fixture = try Fixture(
            detection: "s:\n  cs-method: GET\n  cs-uri-query|contains: '<script'\n"
                + "f:\n  sc-status: 404\ncondition: s and not f")
        let event = SampleEvent([("http.request.method", "GET"), ("url.original", "/?q=%3Cscript%3E")])
        fixture.withBatch([event]) { batch in
            var hits: [EventHit] = []
            fixture.worker.match(batch, into: &hits)
            #expect(hits.map(\.form) == [.decoded])
            let shown = hits.flatMap { fixture.worker.matchedFields($0, in: batch) }
            #expect(shown.map(\.name) == ["http.request.method", "url.original"])
            #expect(shown.map(\.value) == ["GET", "/?q=<script>"])
        }
    }

    @Test func valuesAreFoundUnderSigmaAndECSNames() throws {
        let fixture = try Fixture(detection: "s:\n  cs-method: GET\ncondition: s")
        let log = SampleEvent([("http.request.method", "GET"), ("source.ip", "192.0.2.1")])
        let json = SampleEvent([("cs-method", "GET"), ("c-ip", "192.0.2.2")])
        for (event, address) in [(log, "192.0.2.1"), (json, "192.0.2.2")] {
            let options = MatchOptions(neededFields: ["t": ["source.ip"]])
            let fixture = try Fixture(detection: "s:\n  cs-method: GET\ncondition: s", options: options)
            fixture.withBatch([event]) { batch in
                var hits: [EventHit] = []
                fixture.worker.match(batch, into: &hits)
                let values = hits.map { fixture.worker.values(["source.ip"], of: $0, in: batch).map(\.value) }
                #expect(values == [[address]])
                #expect(hits.map { fixture.worker.entity(of: $0, in: batch).value } == [address])
            }
        }
        #expect(fixture.matcher.refused.isEmpty)
    }

    @Test(
        arguments: [
            (nil, LogSource.webAccess, true), (nil, .sshd, false), (nil, .json, false), ("any", .sshd, true),
            ("category=webserver", .json, true), ("category=proxy", .webAccess, false),
            ("product=iis", .webAccess, true),
        ] as [(String?, LogSource, Bool)]) func logSourceGate(override: String?, source: LogSource, expected: Bool)
        throws
    {
        let options = MatchOptions(logSource: override.flatMap { LogSourceOverride($0) })
        let fixture = try Fixture(detection: "s:\n  f: needle\ncondition: s", options: options)
        #expect(fixture.hits([SampleEvent([("f", "needle")], source: source)]).isEmpty != expected)
        #expect(fixture.matcher.isOpen(rule: 0, for: source) == expected)
    }

    @Test(arguments: ["", "category", "category=a,category=b", "vendor=x", "category=a,"])
    func badOverrides(text: String) { #expect(LogSourceOverride(text) == nil) }

    @Test func expressionsThatCannotBeReadAreRefused() throws {
        var loader = RuleLoader()
        let rules = loader.load(
            text: "title: T\nlogsource: {category: webserver}\ndetection: {s: {f|re: 'a('}, condition: s}\n",
            file: "a.yml")
        let matcher = try EventMatcher(rules: rules.sigma, registry: FieldRegistry())
        #expect(matcher.refused.map(\.rule) == [0])
        #expect(matcher.refused[0].message.contains("missing closing parenthesis"))
    }

    @Test func fewRulesAreUnconditional() throws {
        let fixture = try Fixture(detection: "s:\n  f: needle\nt:\n  g|exists: true\ncondition: s and t")
        #expect(fixture.matcher.unconditionalCount == 0)
        let without = try Fixture(detection: "s:\n  f: needle\nt:\n  g|gt: 1\ncondition: s or t")
        #expect(without.matcher.unconditionalCount == 1)
        _ = fixture.hits((0..<50).map { SampleEvent([("f", "hay \($0)")]) })
        #expect(fixture.worker.evaluationCount == 0 && fixture.worker.eventCount == 50)
    }

    /// A rule without a literal is evaluated where the field that it cannot do without is there, and nowhere else.
    @Test(
        arguments: [
            ("g|exists: true", "7", true), ("g|gt: 1", "2", true), ("g|gt: 1", "0", false),
            ("g|cidr: 192.0.2.0/24", "192.0.2.9", true), ("g|re: '^\\d+$'", "42", true), ("g|exists: true", "", true),
        ])
    func presenceWakes(test: String, value: String, expected: Bool) throws {
        let fixture = try Fixture(detection: "s:\n  \(test)\nt:\n  h|exists: true\ncondition: s and not t")
        #expect(fixture.matcher.unconditionalCount == 0)
        #expect(fixture.hits((0..<50).map { SampleEvent([("f", "hay \($0)")]) }).isEmpty)
        #expect(fixture.worker.evaluationCount == 0)
        #expect(fixture.matches([("f", "hay"), ("g", value)]) == expected)
        #expect(!fixture.matches([("g", value), ("h", "1")]))
        #expect(!fixture.matches([("h", "1")]))
    }

    /// What an absent field can pass wakes nothing: such rules are evaluated for every event.
    @Test(arguments: ["g|exists: false", "g: null", "g|fieldref: f"])
    func absenceIsNoPresence(test: String) throws {
        let fixture = try Fixture(detection: "s:\n  \(test)\ncondition: s")
        #expect(fixture.matcher.unconditionalCount == 1)
    }
}
