import Engine
import Events
import Foundation
import FoundationXML
import Rules
import Testing

/// What rule writers have beside `rules check`.
@Suite struct RuleToolTests {
    static let rule = """
        title: Chữ "đỏ" & <đen>
        id: 6f1b4a50-0000-4000-8000-000000000001
        name: red_word
        logsource: {category: webserver}
        tags: [attack.initial-access, attack.t1190, attack.t1110.001]
        level: medium
        detection:
          word: {c-uri|contains: red}
          shape: {c-uri|re: 'red[0-9]+', sc-status: 200}
          not_wanted: {c-uri|contains: safe}
          condition: word and shape and not not_wanted
        """
    static func line(_ target: String, _ status: Int = 200) -> String {
        "192.0.2.1 - - [12/Mar/2026:10:00:00 +0700] \"GET \(target) HTTP/1.1\" \(status) 5 \"-\" \"curl/8\"\n"
    }

    private func options(_ fixture: Fixture, _ rule: String = rule) throws -> EngineOptions {
        var options = Fixture.options()
        options.rulePaths = [try fixture.write("rule.yml", rule)]
        return options
    }

    // MARK: list

    @Test func rulesAreListedByLogSourceAndTechnique() throws {
        let fixture = try Fixture()
        let rules = try RuleDesk.load(try options(fixture))
        func count(_ filter: RuleListing.Filter) -> Int {
            var listing = RuleListing(rules)
            listing.keep(filter)
            return listing.rows.count
        }
        #expect(count(RuleListing.Filter()) == 1)
        #expect(count(RuleListing.Filter(logSource: RuleLogSource(category: "webserver"))) == 1)
        #expect(count(RuleListing.Filter(logSource: RuleLogSource(category: "dns"))) == 0)
        #expect(count(RuleListing.Filter(technique: "t1110")) == 1 && count(RuleListing.Filter(technique: "T111")) == 0)
        #expect(
            count(RuleListing.Filter(tactic: "initial-access")) == 1 && count(RuleListing.Filter(tactic: "impact")) == 0
        )
    }

    @Test func theNavigatorLayerCountsRules() throws {
        let fixture = try Fixture()
        let layer = RuleListing(try RuleDesk.load(try options(fixture))).navigatorLayer(name: "x")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(layer)) as? [String: Any])
        let techniques = try #require(object["techniques"] as? [[String: Any]])
        #expect(object["domain"] as? String == "enterprise-attack")
        #expect(techniques.compactMap { $0["techniqueID"] as? String } == ["T1110.001", "T1190"])
        #expect(techniques.allSatisfy { $0["score"] as? Int == 1 })
    }

    // MARK: test

    @Test func rulesAreHeldToTheirSamples() throws {
        let fixture = try Fixture()
        let tester = try RuleTester(options: try options(fixture), samples: fixture.folder)
        func failure() throws -> String? { try tester.test().first?.failure }
        #expect(try failure()?.contains("has no hit") ?? false)
        try fixture.write("red_word.hit.log", Self.line("/x?a=red7"))
        #expect(try failure()?.contains("has no miss") ?? false)
        try fixture.write("red_word.miss.log", Self.line("/x?a=red"))
        #expect(try failure() == nil)
        try fixture.write("red_word.miss.log", Self.line("/x?a=red8"))
        #expect(try failure()?.contains("finds something in its miss") ?? false)
        try fixture.write("red_word.hit.log", Self.line("/x?a=blue7"))
        #expect(try failure()?.contains("finds nothing in its hit") ?? false)
    }

    @Test func twoRulesThatFindTheSameMustBeRelated() throws {
        let fixture = try Fixture()
        let other = Self.rule.replacingOccurrences(of: "000000000001", with: "000000000002")
            .replacingOccurrences(of: "name: red_word", with: "name: red_again")
        try fixture.write("red_word.hit.log", Self.line("/x?a=red7"))
        try fixture.write("red_again.hit.log", Self.line("/x?a=red7"))
        try fixture.write("red_word.miss.log", Self.line("/x"))
        try fixture.write("red_again.miss.log", Self.line("/x"))
        func failures(_ second: String) throws -> [String] {
            try RuleTester(options: try options(fixture, Self.rule + "\n---\n" + second), samples: fixture.folder)
                .test().compactMap(\.failure)
        }
        let same = try failures(other)
        #expect(same.count == 1 && same[0].contains("the same records as red_word"))
        let related = "related: [{id: 6f1b4a50-0000-4000-8000-000000000001, type: similar}]\n"
        #expect(try failures(related + other) == [])
        let wider = other.replacingOccurrences(of: "red[0-9]+", with: "red[0-9]*")
        try fixture.write("red_again.hit.log", Self.line("/x?a=red"))
        #expect(try failures(wider) == [])
    }

    @Test func verdictsAreJUnit() throws {
        let fixture = try Fixture()
        let text = RuleTester.junit(try RuleTester(options: try options(fixture), samples: fixture.folder).test())
        let parser = XMLReader(text)
        #expect(parser.names == ["testsuites", "testsuite", "testcase", "failure"])
        #expect(
            parser.attributes["testcase"]?["name"] == "red_word" && parser.attributes["testsuite"]?["failures"] == "1")
    }

    // MARK: explain

    private func explain(_ target: String, _ status: Int = 200) throws -> [RuleExplainer.Line] {
        let fixture = try Fixture()
        let explainer = try RuleExplainer("red_word", options: try options(fixture))
        var all: [RuleExplainer.Line] = []
        try explainer.explain([try fixture.write("a.log", Self.line(target, status))]) { _, lines in all += lines }
        return all
    }

    @Test func aTreeSaysWhatHeldAndWhatNot() throws {
        let held = try explain("/x?a=%72ed9")
        #expect(held.prefix(2).allSatisfy { $0.holds == true })
        #expect(held.contains { $0.text.contains("(url-decoded)") })
        let failed = try explain("/x?a=red9", 404)
        #expect(failed[0].holds == true && failed[1].holds == false)
        let status = try #require(failed.first { $0.text.hasPrefix("sc-status is 200") })
        #expect(status.holds == false && status.text.contains("http.response.status_code is '404'"))
        #expect(failed.contains { $0.text == "selection word" && $0.holds == true && $0.depth == 1 })
        let safe = try explain("/x?a=red9&b=safe")
        #expect(safe[1].holds == false && safe.contains { $0.text == "not" && $0.holds == false })
    }

    @Test func scoresAreExplainedByTheirParts() throws {
        let fixture = try Fixture()
        let rule = "title: t\nid: s\nlogsource: {category: webserver}\nscorer: {judges: [sql]}\n"
        let explainer = try RuleExplainer("s", options: try options(fixture, rule))
        var lines: [RuleExplainer.Line] = []
        let log = try fixture.write("a.log", Self.line("/x?a=1%27%20or%201%3D1--%20") + Self.line("/x?a=b"))
        try explainer.explain([log]) { _, tree in lines += tree }
        #expect(lines[0].holds == true && lines[0].text.contains("parameter a"))
        #expect(lines.last?.holds == false && lines.last?.text.hasPrefix("score 0") ?? false)
    }

    @Test func anUnknownRuleIsSaid() throws {
        let fixture = try Fixture()
        let options = try options(fixture)
        #expect(throws: EngineError.self) { try RuleExplainer("no_such_rule", options: options) }
    }

    // MARK: doctor

    @Test func rulesThatCannotFireAreFound() throws {
        let fixture = try Fixture()
        let more = """
            title: a
            id: a
            logsource: {category: dns}
            detection: {s: {query: x}, condition: s}
            ---
            title: b
            id: b
            logsource: {category: webserver}
            detection: {s: {cs-cookie: x}, t: {c-uri: y}, condition: s and t}
            ---
            title: c
            id: c
            logsource: {category: webserver}
            detection: {s: {cs-cookie: x}, t: {c-uri: y}, condition: s or t}
            ---
            title: d
            id: d
            logsource: {category: webserver}
            detection: {s: {cs-cookie: null}, t: ['word'], condition: s and t}
            ---
            title: e
            id: e
            level: low
            correlation: {type: temporal, rules: [a, c], group-by: [c-ip], timespan: 1h}
            """
        let log = try fixture.write("a.log", Self.line("/x"))
        let doctor = try RuleDoctor(paths: [log], options: try options(fixture, more))
        let found = Dictionary(doctor.findings.map { ($0.rule.id, $0.reason) }) { first, _ in first }
        #expect(Set(found.keys) == ["a", "b", "e"], "\(found)")
        #expect(found["a"]?.contains("category=dns") ?? false && found["b"]?.contains("cs-cookie") ?? false)
    }

    @Test func theLastRunIsLookedAt() throws {
        let fixture = try Fixture()
        let options = try options(fixture)
        let log = try fixture.write("a.log", Self.line("/x"))
        try fixture.scan([log], into: fixture.path("db"), options: options)
        let doctor = try RuleDoctor(database: fixture.path("db"), options: options)
        #expect(doctor.inputs == [log] && doctor.findings.isEmpty && doctor.ruleCount == 1)
    }

    // MARK: profile

    @Test func rulesAreMeasured() throws {
        let fixture = try Fixture()
        let text = (0..<200).map { Self.line($0 % 4 == 0 ? "/x?a=red\($0)" : "/x?a=blue") }.joined()
        let profile = try RuleProfiler(
            paths: [try fixture.write("a.log", text)], options: try options(fixture))
        let row = try #require(profile.rows.first)
        #expect(profile.eventCount == 200 && row.candidates == 50 && row.hits == 50 && row.nanosecondsPerEvent > 0)
        #expect(profile.scanSeconds == nil)
    }

    /// A correlation by the observations of the rule that it counts, an anomaly rule by those of its own.
    @Test func windowsAreMeasured() throws {
        let fixture = try Fixture()
        let correlation = """
            title: Many red words
            id: 6f1b4a50-0000-4000-8000-000000000002
            name: many_red
            level: high
            correlation: {type: event_count, rules: [red_word], group-by: [source.ip], timespan: 1m, condition: {gte: 40}}
            ---
            title: New path
            id: 6f1b4a50-0000-4000-8000-000000000003
            name: many_paths
            logsource: {category: webserver}
            level: low
            detector: {type: distinct_count, key: source.ip, value: url.path, values: 5, window: 10m}
            entity: [source.ip]
            """
        let text = (0..<200).map { Self.line($0 % 4 == 0 ? "/x?a=red\($0)" : "/x\($0 % 10)?a=blue") }.joined()
        var options = try options(fixture, Self.rule + "\n---\n" + correlation)
        options.useDefaultRules = false
        let profile = try RuleProfiler(paths: [try fixture.write("a.log", text)], options: options)
        let many = try #require(profile.rows.first { $0.rule.name == "many_red" })
        #expect(many.candidates == 50 && many.hits == 1 && many.nanosecondsPerEvent > 0)
        let paths = try #require(profile.rows.first { $0.rule.name == "many_paths" })
        #expect(paths.candidates > 0 && paths.hits == 1 && paths.nanosecondsPerEvent > 0)
        let seconds = try #require(profile.scanSeconds)
        #expect(seconds.whole > 0 && seconds.withoutWindows > 0)
    }
}

/// Names and attributes of an XML text's elements.
private final class XMLReader: NSObject, XMLParserDelegate {
    var names: [String] = []
    var attributes: [String: [String: String]] = [:]

    init(_ text: String) {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        if !parser.parse() { names = [] }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        names.append(name)
        self.attributes[name] = attributes
    }
}
