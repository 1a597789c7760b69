import Events
import Rules
import Testing

@Suite struct CorrelationReaderTests {
    private static let base = """
        title: Failed
        name: failed
        id: id-failed
        logsource: {category: webserver}
        detection: {s: {sc-status: 401}, condition: s}
        ---
        title: Firewall
        name: blocked
        logsource: {category: firewall}
        detection: {s: {action: drop}, condition: s}

        """

    private func load(_ body: String, head: String = "title: C\nid: c\n") -> RuleSet {
        var loader = RuleLoader()
        return loader.load(
            text: CorrelationReaderTests.base + "---\n" + head + "correlation:\n"
                + body.split(separator: "\n").map { "  " + $0 + "\n" }.joined(), file: "c.yml")
    }

    @Test func eventCount() throws {
        let rules = load(
            "type: event_count\nrules: [failed]\ngroup-by: [c-ip]\ntimespan: 5m\ncondition: {gte: 10, lt: 50}")
        #expect(rules.diagnostics.isEmpty)
        let rule = try #require(rules.correlations.first)
        #expect(rule.kind == .eventCount && rule.rules == ["id-failed"] && rule.groupBy == ["source.ip"])
        #expect(rule.timespanNanoseconds == 300_000_000_000)
        #expect(rule.conditions.map(\.comparison) == [.greaterOrEqual, .less])
        #expect(rule.conditions.map(\.bound) == [10, 50] && !rule.generate)
        #expect(rules.sigma.map(\.info.generates) == [false, true])
    }

    @Test func generateLeavesTheBaseRuleItsVoice() {
        let rules = load("type: event_count\nrules: failed\ngenerate: true\ntimespan: 1h\ncondition: {gt: 1}")
        #expect(rules.correlations.map(\.generate) == [true])
        #expect(rules.sigma.map(\.info.generates) == [true, true])
    }

    @Test func valueCount() throws {
        let rules = load(
            "type: value_count\nrules: [failed]\ngroup-by: [c-ip]\ntimespan: 1d\n"
                + "condition: {gte: 5, field: cs-username}"
        )
        #expect(try #require(rules.correlations.first).countedFields == ["user.name"])
    }

    @Test(arguments: [
        ("value_sum", CorrelationRule.Kind.valueSum), ("value_avg", .valueAverage), ("value_median", .valueMedian),
    ]) func numericKinds(name: String, kind: CorrelationRule.Kind) throws {
        let rules = load(
            "type: \(name)\nrules: [failed]\ngroup-by: [c-ip]\ntimespan: 1d\n"
                + "condition: {gt: 2.5, lte: 1000, field: response_body_len}")
        #expect(rules.diagnostics.isEmpty)
        let rule = try #require(rules.correlations.first)
        #expect(rule.kind == kind && rule.countedFields == ["http.response.body.bytes"])
        #expect(rule.conditions.map(\.bound) == [2500, 1_000_000])
    }

    @Test func percentile() throws {
        let rules = load(
            "type: value_percentile\nrules: [failed]\ngroup-by: [c-ip]\ntimespan: 1d\n"
                + "condition: {field: sc-bytes, percentile: 95, gte: 10}")
        #expect(try #require(rules.correlations.first).percentile == 95)
    }

    @Test func temporalConditionsOverNamesAndNumbers() throws {
        let named = load("type: temporal\nrules: [failed, blocked]\ntimespan: 5m\ncondition: failed or blocked")
        let pattern = try #require(named.correlations.first?.pattern)
        guard case .any(let parts) = pattern else { throw PatternError() }
        #expect(parts.count == 2)
        let counted = load("type: temporal\nrules: [failed, blocked]\ntimespan: 5m\ncondition: {gte: 1}")
        #expect(counted.correlations.first?.conditions.map(\.bound) == [1])
    }

    private struct PatternError: Error {}

    @Test func aliasesAreResolvedToIdsAndECS() throws {
        let rules = load(
            """
            type: temporal_ordered
            rules: [failed, blocked]
            group-by: [address]
            timespan: 2w
            aliases:
              address: {failed: c-ip, blocked: dst_ip}
            """)
        let rule = try #require(rules.correlations.first)
        #expect(rule.kind == .temporalOrdered && rule.rules == ["id-failed", "blocked"] && rule.conditions.isEmpty)
        #expect(rule.field("address", in: "id-failed") == "source.ip")
        #expect(rule.field("address", in: "blocked") == "destination.ip")
        #expect(rule.timespanNanoseconds == 1_209_600_000_000_000)
    }

    @Test func oneNameWithTwoMeaningsBecomesAnAlias() throws {
        let rules = load("type: temporal\nrules: [failed, blocked]\ngroup-by: [dst_ip, status]\ntimespan: 1h")
        let rule = try #require(rules.correlations.first)
        #expect(rule.groupBy == ["destination.ip", "status"])
        #expect(rule.field("status", in: "id-failed") == "http.response.status_code")
        #expect(rule.field("status", in: "blocked") == "status")
    }

    @Test func correlationsMayBuildOnCorrelations() throws {
        let rules = load(
            """
            type: event_count
            rules: [failed]
            group-by: [c-ip]
            timespan: 1m
            condition: {gte: 3}
            """,
            head:
                "title: D\nid: d\ncorrelation: {type: temporal, rules: [c, blocked], group-by: [c-ip], timespan: 1h}\n"
                + "---\ntitle: C\nname: c\n"
        )
        #expect(rules.diagnostics.isEmpty)
        #expect(rules.correlations.map(\.info.id) == ["d", "c"])
        #expect(rules.correlations.map(\.info.generates) == [true, false])
        #expect(rules.correlations.map(\.groupBy) == [["source.ip"], ["source.ip"]])
    }

    @Test(arguments: [
        (
            "type: value_mode\nrules: [failed]\ntimespan: 1h\ncondition: {gte: 1}",
            "correlation type `value_mode` is not supported"
        ),
        ("rules: [failed]\ntimespan: 1h", "the correlation has no `type`"),
        ("type: temporal\ntimespan: 1h", "the correlation names no `rules`"),
        ("type: temporal\nrules: []\ntimespan: 1h", "the correlation names no `rules`"),
        ("type: temporal\nrules: [failed]", "the correlation has no `timespan`"),
        ("type: temporal\nrules: [failed]\ntimespan: 5x", "`5x` is no timespan"),
        ("type: temporal\nrules: [failed]\ntimespan: 1000000000y", "the timespan 1000000000y is too long"),
        ("type: event_count\nrules: [failed]\ntimespan: 5m", "a correlation of type event_count needs a `condition`"),
        ("type: event_count\nrules: [failed]\ntimespan: 5m\ncondition: {over: 5}", "`over` is no condition"),
        ("type: event_count\nrules: [failed]\ntimespan: 5m\ncondition: {gte: x}", "`gte` needs a whole number"),
        (
            "type: value_count\nrules: [failed]\ntimespan: 5m\ncondition: {gte: 5}",
            "a value_count correlation needs `field` in its condition"
        ),
        (
            "type: temporal\nrules: [a, b, c, d, e, f, g, h, i, j, k]\ntimespan: 5m\ncondition: a and not k",
            "a condition with `not` takes at most 10 rules"
        ),
        (
            "type: temporal\nrules: [failed, blocked]\ntimespan: 5m\ncondition: {gte: 3}",
            "the correlation has only 2 rules: its condition can never hold"
        ),
        (
            "type: temporal\nrules: [failed, blocked]\ntimespan: 5m\ncondition: failed and blockd",
            "there is no selection \"blockd\""
        ),
        (
            "type: value_sum\nrules: [failed]\ntimespan: 5m\ncondition: {gte: 5}",
            "a value_sum correlation needs `field` in its condition"
        ),
        (
            "type: value_percentile\nrules: [failed]\ntimespan: 5m\ncondition: {field: sc-bytes, gte: 5}",
            "a value_percentile correlation needs `percentile` in its condition"
        ),
        (
            "type: value_percentile\nrules: [failed]\ntimespan: 5m\n"
                + "condition: {field: sc-bytes, percentile: 101, gte: 5}",
            "`percentile` needs a whole number from 1 to 100"
        ),
        (
            "type: value_avg\nrules: [failed]\ntimespan: 5m\ncondition: {field: sc-bytes, gte: much}",
            "`gte` needs a number"
        ),
        ("type: temporal\nrules: [faild]\ntimespan: 5m", "no loaded rule has the id or name \"faild\""),
        ("type: temporal\nrules: [c]\ntimespan: 5m", "the correlation refers to itself, directly or through others"),
        ("type: temporal\nrules: [failed]\ntimespan: 5m\ngroupby: [x]", "a correlation has no key `groupby`"),
    ]) func refusals(body: String, message: String) {
        let rules = load(body)
        #expect(rules.correlations.isEmpty && rules.refusedCount == 1)
        #expect(rules.diagnostics.map(\.message) == [message])
        #expect(rules.diagnostics.allSatisfy { $0.line > 10 && $0.weight == .error })
    }

    @Test func whatBuildsOnARefusedCorrelationGoesWithIt() {
        let rules = load(
            "type: temporal\nrules: [missing]\ntimespan: 5m",
            head: "title: D\nid: d\ncorrelation: {type: temporal, rules: [c], timespan: 1h}\n---\ntitle: C\nid: c\n")
        #expect(rules.correlations.isEmpty && rules.refusedCount == 2)
        #expect(rules.sigma.allSatisfy { $0.info.generates })
    }
}
