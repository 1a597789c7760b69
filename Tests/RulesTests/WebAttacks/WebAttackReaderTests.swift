import Events
import Rules
import Testing

@Suite struct WebAttackReaderTests {
    private func load(_ scorer: String, logsource: String = "logsource: {category: webserver}") -> RuleSet {
        var loader = RuleLoader()
        return loader.load(text: "title: t\nid: i\n\(logsource)\nlevel: low\n\(scorer)\n", file: "x.yml")
    }

    @Test func aRuleIsRead() throws {
        let text = """
            scorer:
              judges: [sql, script]
              paranoia: 2
              exclude:
                - {host: CMS.example.org, parameter: "bai*"}
                - {path: "/a/*"}
            """
        let rule = try #require(load(text).webAttacks.first)
        #expect(rule.info.kind == .scored && rule.info.level == .low && rule.judges == [.sql, .script])
        #expect(rule.threshold == WebAttackRule.thresholds[1] && rule.logSource.category == "webserver")
        #expect(rule.exclusions.count == 2)
        #expect(rule.exclusions[0].host == Array("cms.example.org".utf8) && rule.exclusions[0].path == nil)
    }

    @Test func thresholdsFallWithParanoia() {
        #expect(zip(WebAttackRule.thresholds, WebAttackRule.thresholds.dropFirst()).allSatisfy { $0 > $1 })
        #expect(load("scorer: {judges: sql}").webAttacks.first?.threshold == WebAttackRule.thresholds[0])
        #expect(load("scorer: {judges: sql, threshold: 9}").webAttacks.first?.threshold == 9)
    }

    @Test(arguments: [
        ("scorer: {judges: [sqli]}", "sqli"), ("scorer: {}", "judge"),
        ("scorer: {judges: [sql], paranoia: 5}", "paranoia"),
        ("scorer: {judges: [sql], level: 3}", "level"), ("scorer: {judges: [sql], exclude: [{file: x}]}", "exclusion"),
        ("scorer: {judges: [sql], exclude: x}", "list"), ("scorer: x", "mapping"),
        ("scorer: {judges: [sql], threshold: 0}", "threshold"),
    ])
    func whatHasNoMeaningIsRefused(_ text: String, _ word: String) {
        let rules = load(text)
        #expect(rules.webAttacks.isEmpty && rules.refusedCount == 1)
        #expect(
            rules.diagnostics.contains { $0.weight == .error && $0.line > 0 && $0.message.contains(word) },
            "\(rules.diagnostics)")
    }

    @Test func everyJudgeHasItsName() {
        for judge in AttackJudge.allCases { #expect(AttackJudge(name: judge.name) == judge) }
    }
}
