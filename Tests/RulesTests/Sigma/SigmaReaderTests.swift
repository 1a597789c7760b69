import Events
import Rules
import Testing

@Suite struct SigmaReaderTests {
    @Test func readsTheWholeHead() throws {
        var loader = RuleLoader()
        let rules = loader.load(
            text: """
                title: Many things
                id: 6d1a1b8e-0d9c-4ed3-9a52-2f7a3c9e5b01
                name: many_things
                status: test
                description: |
                    Two lines
                    of it
                references: [https://example.org/a]
                author: Somebody
                date: 2026-01-02
                tags: [attack.t1190, attack.initial-access]
                logsource: {category: Webserver, product: apache, service: null}
                detection:
                    s:
                        cs-uri-query|contains: [a, b]
                    condition: s
                fields: [c-ip]
                entity: [c-ip]
                falsepositives: [None known]
                level: high
                """, file: "pack/a.yml")
        #expect(rules.diagnostics.isEmpty)
        let rule = try #require(rules.sigma.first)
        #expect(rule.info.id == "6d1a1b8e-0d9c-4ed3-9a52-2f7a3c9e5b01")
        #expect(rule.info.name == "many_things" && rule.info.title == "Many things" && rule.info.level == .high)
        #expect(rule.info.tags == ["attack.t1190", "attack.initial-access"])
        #expect(rule.info.description == "Two lines\nof it" && rule.info.author == "Somebody")
        #expect(rule.info.falsePositives == ["None known"] && rule.info.references == ["https://example.org/a"])
        #expect(rule.info.entityFields == ["source.ip"] && rule.shownFields == ["c-ip"])
        #expect(rule.info.origin == RuleOrigin(file: "pack/a.yml", line: 1) && rule.info.generates)
        #expect(rule.logSource == RuleLogSource(category: "webserver", product: "apache"))
        #expect(rule.status == "test" && rule.info.kind == .sigma)
    }

    @Test(arguments: [
        ("titel: x\n", "the key \"titel\" has no meaning here and is passed over"),
        ("status: deprecated\n", "the rule is deprecated: another one replaces it"),
    ]) func headWarnings(line: String, message: String) {
        #expect(warnings("\(line)detection: {s: {f: a}, condition: s}") == [message])
    }

    @Test(arguments: [
        ("{s: {f|contains|all: a}, condition: s}", "`all` has no effect on a single value"),
        ("{s: {f: a}, t: {f: b}, condition: s}", "the condition does not use the selection \"t\""),
        ("{s: {f: a}, _t: {f: b}, condition: s}", nil), ("{s: {f: a}, t: {f: b}, condition: 1 of them}", nil),
    ]) func detectionWarnings(detection: String, message: String?) {
        #expect(warnings("detection: \(detection)") == (message.map { [$0] } ?? []))
    }

    private func warnings(_ text: String) -> [String] {
        var loader = RuleLoader()
        let rules = loader.load(text: "title: T\nlogsource: {category: a}\n\(text)\n", file: "a.yml")
        #expect(rules.sigma.count == 1 && rules.refusedCount == 0)
        #expect(rules.diagnostics.allSatisfy { $0.weight == .warning && $0.line > 0 })
        return rules.diagnostics.map(\.message)
    }

    @Test func aListOfConditionsIsJoinedByOr() throws {
        var loader = RuleLoader()
        let rules = loader.load(
            text: "title: T\nlogsource: {category: a}\ndetection: {s: {f: a}, t: {f: b}, condition: [s, t]}\n",
            file: "a.yml")
        guard case .any(let parts) = try #require(rules.sigma.first).condition else {
            Issue.record("not joined by or")
            return
        }
        #expect(parts.count == 2)
    }

    @Test func placeholdersAreFilledIn() throws {
        var loader = RuleLoader(options: RuleLoadOptions(placeholders: ["Servers": ["srv*", "db"]]))
        let rules = loader.load(
            text: "title: T\nlogsource: {category: a}\ndetection: {s: {f|expand: 'x%Servers%\\%'}, condition: s}\n",
            file: "a.yml")
        #expect(rules.diagnostics.isEmpty)
        guard case .any(let parts)? = rules.sigma.first?.selections.first?.expression else {
            Issue.record("not two values")
            return
        }
        #expect(parts.count == 2)
    }

    @Test func expressionsAreCheckedWhereTheyStand() {
        let options = RuleLoadOptions(checkExpression: { pattern, _ in pattern == "a(" ? "unclosed" : nil })
        var loader = RuleLoader(options: options)
        let rules = loader.load(
            text: "title: T\nlogsource: {category: a}\ndetection:\n  s:\n    f|re: 'a('\n  condition: s\n",
            file: "a.yml")
        #expect(
            rules.diagnostics.map(\.rendered) == [
                "a.yml:5:12: error: the regular expression cannot be read: unclosed\n      f|re: 'a('\n             ^~"
            ])
    }
}
