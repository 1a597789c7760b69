import Engine
import Foundation
import Testing

/// Documents as the specification has them (Sigma 2.1: rules, correlations, filters), events as JSON Lines, and what
/// is to be found: rule ids with the number of their detections.
struct SpecificationCase: Sendable, CustomStringConvertible {
    var description: String
    var rules: String
    var events: [String]
    var expected: [String: Int]

    /// Each event: seconds after ten o'clock, and its fields.
    init(_ name: String, _ rules: String, _ events: [(Int, String)], _ expected: [String: Int]) {
        description = name
        self.rules = rules
        self.events = events.map { seconds, fields in
            let time = String(
                format: "2026-03-12T%02d:%02d:%02dZ", 10 + seconds / 3600, seconds / 60 % 60, seconds % 60)
            return "{\"@timestamp\":\"\(time)\",\(fields)}\n"
        }
        self.expected = expected
    }

    /// A rule with this detection; it finds the events whose field `f` is among `hits` of all values given.
    static func values(_ item: String, hits: [String], misses: [String]) -> SpecificationCase {
        SpecificationCase(
            item, rule("r", "{s: {\(item)}, condition: s}"),
            (hits + misses).enumerated().map { ($0, "\"f\":\($1),\"g\":\"ab\"") },
            hits.isEmpty ? [:] : ["r": hits.count])
    }

    static func rule(_ id: String, _ detection: String, more: String = "") -> String {
        "title: \(id)\nid: \(id)\nlogsource: {category: x}\nlevel: high\ndetection: \(detection)\n\(more)"
    }

    static func correlation(_ id: String, _ body: String) -> String {
        "---\ntitle: \(id)\nid: \(id)\nlevel: high\ncorrelation: {\(body)}\n"
    }
}

@Suite struct SigmaSpecificationTests {
    private func check(_ sample: SpecificationCase) throws {
        let fixture = try Fixture()
        var options = Fixture.options(jobs: 1)
        options.rulePaths = [try fixture.write("rules.yml", sample.rules)]
        options.format = "json"
        options.strictRules = true
        try options.setLogSource("any")
        options.detectionsPath = fixture.path("found")
        try fixture.scan(
            [try fixture.write("events.json", sample.events.joined())], into: ":memory:", options: options)
        var found: [String: Int] = [:]
        for line in try String(contentsOfFile: fixture.path("found"), encoding: .utf8).split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            found[object["rule.id"] as? String ?? "", default: 0] += 1
        }
        #expect(found == sample.expected, "\(sample)")
    }

    @Test(arguments: [
        SpecificationCase.values("f: ab", hits: ["\"AB\""], misses: ["\"abc\"", "null"]),
        .values("f|contains: b", hits: ["\"abc\""], misses: ["\"ac\""]),
        .values("f|startswith: a", hits: ["\"abc\""], misses: ["\"ba\""]),
        .values("f|endswith: c", hits: ["\"abc\""], misses: ["\"cb\""]),
        .values("f|contains|all: [a, c]", hits: ["\"abc\""], misses: ["\"ab\""]),
        .values("f|cased: Ab", hits: ["\"Ab\""], misses: ["\"ab\""]),
        .values("f|neq: ab", hits: ["\"x\"", "5"], misses: ["\"ab\""]),
        .values("f|neq: 5", hits: ["6"], misses: ["5"]),
        .values("f|exists: true", hits: ["\"\"", "\"x\""], misses: []),
        .values("f|re: '^a.c$'", hits: ["\"abc\""], misses: ["\"ABC\""]),
        .values("f|re|i: '^a.c$'", hits: ["\"ABC\""], misses: ["\"abcd\""]),
        .values("f|re|m: '^b'", hits: ["\"a\\nb\""], misses: ["\"ab\""]),
        .values("f|re|s: 'a.b'", hits: ["\"a\\nb\""], misses: ["\"ab\""]),
        .values("f|base64: ab", hits: ["\"YWI=\""], misses: ["\"ab\""]),
        .values("f|base64offset|contains: abcd", hits: ["\"xYWJjZA\"", "\"eGFiY2Q=\""], misses: ["\"abcd\""]),
        .values("f|wide|base64offset|contains: ab", hits: ["\"YQBiA\""], misses: ["\"ab\""]),
        .values("f|utf16le|base64: ab", hits: ["\"YQBiAA==\""], misses: ["\"AGEAYg==\""]),
        .values("f|utf16be|base64: ab", hits: ["\"AGEAYg==\""], misses: ["\"YQBiAA==\""]),
        .values("f|utf16|base64: ab", hits: ["\"//5hAGIA\""], misses: ["\"YQBiAA==\""]),
        .values("f|lt: 5", hits: ["4"], misses: ["5"]), .values("f|lte: 5", hits: ["5"], misses: ["6"]),
        .values("f|gt: 5", hits: ["5.5"], misses: ["5"]), .values("f|gte: 5", hits: ["5"], misses: ["4"]),
        .values("f|minute: 7", hits: ["\"2026-03-12T10:07:00Z\""], misses: ["\"2026-03-12T10:08:00Z\""]),
        .values("f|hour|gte: 22", hits: ["\"2026-03-12T22:07:00Z\""], misses: ["\"2026-03-12T21:59:00Z\""]),
        .values("f|day: 12", hits: ["\"2026-03-12T10:07:00Z\""], misses: ["\"2026-03-11T10:08:00Z\""]),
        .values("f|week: 11", hits: ["\"2026-03-12T10:07:00Z\""], misses: ["\"2026-03-22T10:08:00Z\""]),
        .values("f|month: 3", hits: ["\"2026-03-12T10:07:00Z\""], misses: ["\"2026-04-12T10:08:00Z\""]),
        .values("f|year: 2026", hits: ["\"2026-03-12T10:07:00Z\""], misses: ["\"2025-03-12T10:08:00Z\""]),
        .values("f|cidr: 192.0.2.0/24", hits: ["\"192.0.2.9\""], misses: ["\"192.0.3.9\""]),
        .values("f|cidr: 2001:db8::/32", hits: ["\"2001:db8::1\""], misses: ["\"2001:db9::1\""]),
        .values("f|fieldref: g", hits: ["\"ab\""], misses: ["\"abc\""]),
        .values("f|fieldref|neq: g", hits: ["\"abc\""], misses: ["\"ab\""]),
        .values("f|fieldref|startswith: g", hits: ["\"abc\""], misses: ["\"cab\""]),
        .values("f|windash|contains: ' -x'", hits: ["\"a /x\"", "\"a –x\""], misses: ["\"ax\""]),
        .values("f: null", hits: ["null"], misses: ["\"\""]), .values("f: ''", hits: ["\"\""], misses: ["null"]),
        .values("f: 'a\\*b'", hits: ["\"a*b\""], misses: ["\"axb\""]),
        .values("f: 'a\\\\*'", hits: ["\"a\\\\xb\""], misses: ["\"ab\""]),
    ]) func modifiers(sample: SpecificationCase) throws { try check(sample) }

    static let failed = SpecificationCase.rule("f", "{s: {a: fail}, condition: s}", more: "name: failed\n")
    static let good =
        "---\n" + SpecificationCase.rule("g", "{s: {a: good}, condition: s}", more: "name: good\n")

    static func events(_ list: [(Int, String, String)]) -> [(Int, String)] {
        list.map { ($0, "\"a\":\"\($1)\",\"u\":\"\($2)\"") }
    }

    static func correlation(
        _ name: String, _ body: String, _ list: [(Int, String, String)], _ expected: [String: Int]
    ) -> SpecificationCase {
        SpecificationCase(
            name, failed + good + SpecificationCase.correlation("c", body), events(list), expected)
    }

    @Test(arguments: [
        correlation(
            "event_count", "type: event_count, rules: [failed], group-by: [u], timespan: 1m, condition: {gte: 3}",
            [(0, "fail", "x"), (30, "fail", "x"), (59, "fail", "x"), (60, "fail", "y"), (61, "fail", "y")], ["c": 1]),
        correlation(
            "windows slide", "type: event_count, rules: [failed], group-by: [u], timespan: 1m, condition: {gte: 3}",
            [(50, "fail", "x"), (70, "fail", "x"), (100, "fail", "x")], ["c": 1]),
        correlation(
            "order of arrival", "type: event_count, rules: [failed], group-by: [u], timespan: 1m, condition: {gte: 3}",
            [(100, "fail", "x"), (50, "fail", "x"), (70, "fail", "x")], ["c": 1]),
        correlation(
            "range", "type: event_count, rules: [failed], timespan: 1m, condition: {gt: 1, lte: 2}",
            [(0, "fail", "x"), (1, "fail", "x"), (300, "fail", "x"), (301, "fail", "x"), (302, "fail", "x")], ["c": 1]),
        correlation(
            "generate",
            "type: event_count, rules: [failed], group-by: [u], timespan: 1m, condition: {gte: 2}, generate: true",
            [(0, "fail", "x"), (1, "fail", "x")], ["c": 1, "f": 2]),
        correlation(
            "value_count", "type: value_count, rules: [failed], timespan: 1m, condition: {field: u, gte: 3}",
            [(0, "fail", "x"), (1, "fail", "y"), (2, "fail", "y"), (3, "fail", "z")], ["c": 1]),
        correlation(
            "value_count of combinations",
            "type: value_count, rules: [failed, good], timespan: 1m, condition: {field: [u, a], gte: 3}",
            [(0, "fail", "x"), (1, "good", "x"), (2, "good", "x"), (3, "fail", "z")], ["c": 1]),
        correlation(
            "value_sum", "type: value_sum, rules: [failed], timespan: 1m, condition: {field: u, gt: 5}",
            [(0, "fail", "2"), (1, "fail", "3"), (2, "fail", "0.5")], ["c": 1]),
        correlation(
            "value_avg", "type: value_avg, rules: [failed], timespan: 1m, condition: {field: u, gte: 5}",
            [(0, "fail", "2"), (1, "fail", "9")], ["c": 1]),
        correlation(
            "value_median", "type: value_median, rules: [failed], timespan: 1m, condition: {field: u, gte: 3}",
            [(0, "fail", "1"), (1, "fail", "3"), (2, "fail", "90")], ["c": 1]),
        correlation(
            "value_percentile",
            "type: value_percentile, rules: [failed], timespan: 1m, condition: {field: u, percentile: 90, gte: 90}",
            [(0, "fail", "1"), (1, "fail", "3"), (2, "fail", "90")], ["c": 1]),
        correlation(
            "temporal", "type: temporal, rules: [failed, good], group-by: [u], timespan: 1m",
            [(0, "good", "x"), (30, "fail", "x"), (200, "good", "y"), (300, "fail", "y")], ["c": 1]),
        correlation(
            "temporal_ordered", "type: temporal_ordered, rules: [failed, good], group-by: [u], timespan: 1m",
            [(0, "good", "x"), (30, "fail", "x"), (200, "fail", "y"), (230, "good", "y")], ["c": 1]),
        correlation(
            "a condition over names",
            "type: temporal, rules: [failed, good], group-by: [u], timespan: 1m, condition: failed or good",
            [(0, "good", "x"), (300, "fail", "y")], ["c": 2]),
        correlation(
            "a number of rules",
            "type: temporal, rules: [failed, good], group-by: [u], timespan: 1m, condition: {gte: 1}",
            [(0, "good", "x")], ["c": 1]),
        SpecificationCase(
            "aliases",
            failed + good
                + SpecificationCase.correlation(
                    "c",
                    "type: temporal, rules: [failed, good], aliases: {who: {failed: u, good: v}}, group-by: [who], timespan: 1m"
                ),
            [
                (0, "\"a\":\"fail\",\"u\":\"x\""), (1, "\"a\":\"good\",\"v\":\"x\",\"u\":\"y\""),
                (2, "\"a\":\"good\",\"v\":\"z\""),
            ],
            ["c": 1]),
        SpecificationCase(
            "a chain",
            failed + good
                + SpecificationCase.correlation(
                    "many", "type: event_count, rules: [failed], group-by: [u], timespan: 1m, condition: {gte: 2}")
                + SpecificationCase.correlation(
                    "c", "type: temporal_ordered, rules: [many, good], group-by: [u], timespan: 1m"),
            events([(0, "fail", "x"), (1, "fail", "x"), (2, "good", "x"), (3, "good", "y")]), ["c": 1]),
    ]) func correlations(sample: SpecificationCase) throws { try check(sample) }

    @Test(arguments: [
        SpecificationCase(
            "action: global, reset, repeat",
            "action: global\nlogsource: {category: x}\nlevel: high\n---\ntitle: a\nid: a\ndetection: {s: {f: 1}, condition: s}\n"
                + "---\naction: repeat\nid: b\ndetection: {s: {f: 2}}\n---\naction: reset\n---\n"
                + SpecificationCase.rule("c", "{s: {f: 3}, condition: s}"),
            [(0, "\"f\":1"), (1, "\"f\":2"), (2, "\"f\":3")], ["a": 1, "b": 1, "c": 1]),
        SpecificationCase(
            "a filter by id",
            SpecificationCase.rule("r", "{s: {f: x}, condition: s}")
                + "---\ntitle: o\nlogsource: {category: x}\nfilter: {rules: [r], o: {g: y}, condition: not o}\n",
            [(0, "\"f\":\"x\",\"g\":\"y\""), (1, "\"f\":\"x\",\"g\":\"z\"")], ["r": 1]),
        SpecificationCase(
            "a filter for any",
            SpecificationCase.rule("r", "{s: {f: x}, condition: s}")
                + "---\ntitle: o\nlogsource: {category: x}\nfilter: {rules: any, o: {g: y}, condition: o}\n",
            [(0, "\"f\":\"x\",\"g\":\"y\""), (1, "\"f\":\"x\",\"g\":\"z\"")], ["r": 1]),
        SpecificationCase(
            "lists of maps, keywords, all of them",
            SpecificationCase.rule("r", "{s: [{f: x}, {g: y}], k: [word], _n: {f: q}, condition: all of them}"),
            [(0, "\"f\":\"x\",\"m\":\"a Word\""), (1, "\"g\":\"y\""), (2, "\"g\":\"y\",\"m\":\"word\"")], ["r": 2]),
        SpecificationCase(
            "keywords with all, precedence",
            SpecificationCase.rule("r", "{k: {'|all': [one, two]}, t: {f: x}, u: {f: y}, condition: k or t and not u}"),
            [(0, "\"m\":\"two one\""), (1, "\"m\":\"one\""), (2, "\"f\":\"x\"")], ["r": 2]),
        SpecificationCase(
            "x of pattern, a list of conditions",
            SpecificationCase.rule("r", "{s_a: {f: x}, s_b: {g: y}, t: {h: z}, condition: [2 of s_*, t]}"),
            [(0, "\"f\":\"x\",\"g\":\"y\""), (1, "\"f\":\"x\""), (2, "\"h\":\"z\"")], ["r": 2]),
        SpecificationCase(
            "field names with spaces", SpecificationCase.rule("r", "{s: {'a b|contains': x}, condition: s}"),
            [(0, "\"a b\":\"1x\"")], ["r": 1]),
    ]) func documents(sample: SpecificationCase) throws { try check(sample) }
}
