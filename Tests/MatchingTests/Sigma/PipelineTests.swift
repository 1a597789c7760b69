import Events
import Matching
import Rules
import Testing

/// A rule, pipelines in pySigma's YAML, an event's fields, and whether the rule holds then (nil: it is refused).
struct PipelineCase: Sendable, CustomStringConvertible {
    var detection: String
    var transformations: String
    var fields: [(String, String?)]
    var expected: Bool?

    init(_ detection: String, _ transformations: String, _ fields: [(String, String?)], _ expected: Bool?) {
        self.detection = detection
        self.transformations = transformations
        self.fields = fields
        self.expected = expected
    }

    /// `detection` is the one item of the selection.
    init(item: String, _ transformations: String, _ fields: [(String, String?)], _ expected: Bool?) {
        self.init("{s: {\(item)}, condition: s}", transformations, fields, expected)
    }

    var description: String { "\(detection) under \(transformations) on \(fields): \(expected.map { "\($0)" } ?? "-")" }
}

@Suite struct PipelineTests {
    static let head =
        "title: T\nid: t\nstatus: test\nlevel: high\ntags: [attack.t1190]\nlogsource: {category: webserver}\n"

    static func options(_ pipeline: String) -> (options: RuleLoadOptions, problems: [String]) {
        let found = PipelineReader.pipelines(text: pipeline, file: "p.yml", expressions: SigmaExpressions.tools)
        var options = RuleLoadOptions(checkExpression: SigmaExpressions.problem)
        options.pipelines = found.pipelines
        options.expressions = SigmaExpressions.tools
        return (options, found.problems.map(\.rendered))
    }

    private func rules(_ detection: String, _ pipeline: String, head: String = head) -> RuleSet {
        let (options, problems) = PipelineTests.options(pipeline)
        #expect(problems == [])
        var loader = RuleLoader(options: options)
        return loader.load(text: "\(head)detection: \(detection)\n", file: "a.yml")
    }

    private func holds(_ rules: RuleSet, _ fields: [(String, String?)]) throws -> Bool {
        let fixture = try Fixture(rules)
        return fixture.matches(fields)
    }

    private func check(_ sample: PipelineCase) throws {
        let found = rules(sample.detection, "name: p\ntransformations: [\(sample.transformations)]\n")
        guard let expected = sample.expected else {
            #expect(found.sigma.isEmpty && found.refusedCount == 1, "\(sample)")
            return
        }
        #expect(found.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
        #expect(try holds(found, sample.fields) == expected, "\(sample)")
    }

    @Test(arguments: [
        PipelineCase(item: "a: x", "{type: field_name_mapping, mapping: {a: b}}", [("b", "x")], true),
        PipelineCase(item: "a: x", "{type: field_name_mapping, mapping: {a: b}}", [("a", "x")], false),
        PipelineCase(
            item: "a: x, d: y", "{type: field_name_mapping, mapping: {a: [b, c]}}", [("c", "x"), ("d", "y")], true),
        PipelineCase(item: "a: x, d: y", "{type: field_name_mapping, mapping: {a: [b, c]}}", [("c", "x")], false),
        PipelineCase(
            item: "a|neq: x", "{type: field_name_mapping, mapping: {a: [b, c]}}", [("b", "y"), ("c", "x")], false),
        PipelineCase(
            item: "a|fieldref: z", "{type: field_name_mapping, mapping: {z: y}}", [("a", "1"), ("y", "1")], true),
        PipelineCase(
            item: "win.a: x", "{type: field_name_prefix_mapping, mapping: {win.: w_}}", [("w_a", "x")], true),
        PipelineCase(item: "a: x", "{type: field_name_prefix, prefix: p.}", [("p.a", "x")], true),
        PipelineCase(item: "a: x", "{type: field_name_suffix, suffix: .s}", [("a.s", "x")], true),
        PipelineCase(
            item: "a: x, b: y",
            "{type: field_name_suffix, suffix: _, field_name_conditions: [{type: include_fields, fields: [a]}]}",
            [("a_", "x"), ("b", "y")], true),
        PipelineCase(
            item: "a1: x, b: y",
            "{type: field_name_suffix, suffix: _, field_name_conditions: [{type: exclude_fields, fields: ['a.'], mode: re}]}",
            [("a1", "x"), ("b_", "y")], true),
    ]) func names(sample: PipelineCase) throws { try check(sample) }

    @Test(arguments: [
        PipelineCase(item: "a: x", "{type: map_string, mapping: {x: [y, z*]}}", [("a", "zz")], true),
        PipelineCase(item: "a|contains: x", "{type: map_string, mapping: {'*x*': '*y*'}}", [("a", "1y1")], true),
        PipelineCase(item: "a: 5", "{type: map_string, mapping: {'5': '6'}}", [("a", "6")], false),
        PipelineCase(
            item: "a: C:\\x\\y", "{type: replace_string, regex: '^C:', replacement: 'D:'}", [("a", "d:\\x\\y")], true),
        PipelineCase(
            item: "a: 'k=v'", "{type: replace_string, regex: '(\\w)=(\\w)', replacement: '\\2:\\g<1>'}", [("a", "v:k")],
            true),
        PipelineCase(
            item: "a|contains: xx", "{type: replace_string, regex: x, replacement: y, skip_special: true}",
            [("a", "1yy1")],
            true),
        PipelineCase(item: "a: x", "{type: set_value, value: 7}", [("a", "7")], true),
        PipelineCase(item: "a: 7*", "{type: set_value, value: '7', force_type: num}", [("a", "7.0")], false),
        PipelineCase(item: "a: '7'", "{type: convert_type, target_type: num}", [("a", "7")], true),
        PipelineCase(item: "a: x", "{type: convert_type, target_type: num}", [("a", "7")], nil),
        PipelineCase(
            item: "a: x, b: y",
            "{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: b}]}", [("a", "x")],
            true),
        PipelineCase(
            "{s: {a: x}, t: {b: y}, condition: s and not t}",
            "{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: b}]}",
            [("a", "x"), ("b", "y")],
            true),
        PipelineCase(item: "a: x", "{type: drop_detection_item}", [("a", "x")], nil),
        PipelineCase(
            item: "a: [x, y]",
            "{type: set_value, value: z, detection_item_conditions: [{type: match_string, pattern: '[xy]', cond: all}]}",
            [("a", "z")], true),
        PipelineCase(
            item: "a: [x, 'y*']",
            "{type: detection_item_failure, message: m, detection_item_conditions: [{type: contains_wildcard, cond: any}]}",
            [], nil),
    ]) func values(sample: PipelineCase) throws { try check(sample) }

    @Test(arguments: [
        PipelineCase(
            item: "a: x", "{type: add_condition, conditions: {b|contains: [y, z]}}", [("a", "x"), ("b", "1z1")], true),
        PipelineCase(item: "a: x", "{type: add_condition, conditions: {b: y}}", [("a", "x")], false),
        PipelineCase(
            item: "a: x", "{type: add_condition, conditions: {b: y}, negated: true}", [("a", "x"), ("b", "y")], false),
        PipelineCase(item: "a: x", "{type: change_logsource, category: dns}", [("a", "x")], false),
        PipelineCase(item: "a: x", "{type: rule_failure, message: not here}", [], nil),
        PipelineCase(
            item: "a: x", "{type: rule_failure, message: m, rule_conditions: [{type: logsource, category: dns}]}",
            [("a", "x")], true),
        PipelineCase(
            item: "a: x",
            "{type: rule_failure, message: m, rule_conditions: [{type: logsource, category: dns}], rule_cond_not: true}",
            [],
            nil),
        PipelineCase(
            item: "a: x",
            "{type: rule_failure, message: m, rule_cond_op: or, rule_conditions: [{type: tag, tag: x}, {type: contains_field, field: a}]}",
            [], nil),
        PipelineCase(
            item: "a: x",
            "{type: rule_failure, message: m, rule_cond_expr: one and not two, "
                + "rule_conditions: {one: {type: rule_attribute, attribute: level, op: gte, value: medium}, "
                + "two: {type: contains_detection_item, field: a, value: y}}}", [], nil),
        PipelineCase(
            item: "a: x",
            "{type: set_state, key: k, val: v}, {type: field_name_suffix, suffix: _, rule_conditions: "
                + "[{type: processing_state, key: k, val: v}]}", [("a_", "x")], true),
        PipelineCase(
            item: "a: x",
            "{id: i, type: field_name_mapping, mapping: {a: b}}, {type: field_name_suffix, suffix: _, "
                + "field_name_conditions: [{type: processing_item_applied, processing_item_id: i}]}", [("b_", "x")],
            true),
        PipelineCase(
            item: "a: x",
            "{type: nest, items: [{type: field_name_mapping, mapping: {a: b}}, {type: field_name_prefix, prefix: c}]}",
            [("cb", "x")], true),
    ]) func wholeRules(sample: PipelineCase) throws { try check(sample) }

    @Test func placeholdersHaveValuesOrWildcards() throws {
        let pipeline = """
            name: p
            vars: {Hosts: [one, two], Other: three}
            transformations:
            - {type: value_placeholders, include: [Hosts]}
            - {type: wildcard_placeholders, include: [Any]}
            """
        let known = rules("{s: {a|expand: 'x-%Hosts%', b|contains|expand: '1%Any%2'}, condition: s}", pipeline)
        #expect(try holds(known, [("a", "X-Two"), ("b", "0122")]))
        #expect(try !holds(known, [("a", "x-three"), ("b", "12")]))
        #expect(rules("{s: {a|expand: '%Other%'}, condition: s}", pipeline).refusedCount == 1)
        let file = PipelineReader.placeholders(text: "Admins: [root, 'adm_*']\n", file: "v.yml")
        var options = RuleLoadOptions(placeholders: file.values)
        options.pipelines = []
        var loader = RuleLoader(options: options)
        let given = loader.load(
            text:
                "\(PipelineTests.head)detection: {s: {a|cidr|expand: '%Nets%', b|expand: '%Admins%'}, condition: s}\n",
            file: "a.yml")
        #expect(file.problems.isEmpty && given.refusedCount == 1)
        options.placeholders["Nets"] = ["10.0.0.0/8", "192.0.2.0/24"]
        loader = RuleLoader(options: options)
        let whole = loader.load(
            text:
                "\(PipelineTests.head)detection: {s: {a|cidr|expand: '%Nets%', b|expand: '%Admins%'}, condition: s}\n",
            file: "a.yml")
        #expect(try holds(whole, [("a", "192.0.2.7"), ("b", "adm_bob")]))
        #expect(try !holds(whole, [("a", "198.51.100.7"), ("b", "root")]))
    }

    @Test func correlationsFollowTheNewNames() throws {
        let (options, _) = PipelineTests.options(
            "name: p\ntransformations: [{type: field_name_mapping, mapping: {who: user.name}}]\n")
        var loader = RuleLoader(options: options)
        let set = loader.load(
            text:
                "\(PipelineTests.head)name: base\nentity: [who]\ndetection: {s: {who: x}, condition: s}\n---\ntitle: C\nid: c\n"
                + "correlation: {type: event_count, rules: [base], group-by: [who], timespan: 1m, condition: {gte: 2}}\n",
            file: "a.yml")
        #expect(set.correlations.first?.groupBy == ["user.name"] && set.sigma.first?.info.entityFields == ["user.name"])
    }

    @Test func anotherTaxonomyNeedsATranslation() {
        let head = PipelineTests.head + "taxonomy: acme\n"
        #expect(rules("{s: {a: x}, condition: s}", "name: p\ntransformations: []\n", head: head).refusedCount == 1)
        let mapped = rules(
            "{s: {a: x}, condition: s}", "name: p\ntransformations: [{type: field_name_mapping, mapping: {a: b}}]\n",
            head: head)
        #expect(mapped.refusedCount == 0)
    }

    @Test func prioritiesAndRefusals() {
        func problem(_ text: String) -> String { PipelineTests.options(text).problems.joined() }
        #expect(
            problem("name: p\ntransformations:\n- type: field_name_mappin\n  mapping: {a: b}\n") == """
                p.yml:3:9: error: there is no transformation `field_name_mappin`
                  - type: field_name_mappin
                          ^~~~~~~~~~~~~~~~~
                  Did you mean `field_name_mapping`?
                """)
        #expect(problem("transformations:\n- type: query_expression_placeholders\n").contains("is not supported here"))
        #expect(problem("transformations:\n- type: set_value\n").contains("`value` is missing"))
        #expect(
            problem("transformations: []\npostprocessing: [{type: embed}]\n").contains("no queries are written here"))
        #expect(problem("transformations: []\nprioritee: 3\n").contains("Did you mean `priority`?"))
        #expect(
            problem("transformations:\n- {type: drop_detection_item, rule_conditions: [{type: logsorce}]}\n")
                .contains("Did you mean `logsource`?"))
        #expect(
            problem("transformations:\n- {type: replace_string, regex: '(', replacement: x}\n").contains(
                "cannot be read"))
    }
}
