import Events
import Primitives
import Rules

/// Rules and observations in few words. Times are seconds from an arbitrary start.
enum Make {
    static let start: Int64 = 1_773_280_800

    static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: start * 1_000_000_000 + Int64(seconds * 1_000_000_000))
    }

    static func id(_ number: Int) -> ContentID { ContentID(high: mix64(UInt64(number) &+ 1), low: UInt64(number)) }

    static let input = ContentID(high: 1, low: 1)

    static func event(_ number: Int) -> EventReference {
        EventReference(
            id: id(number), input: input, number: UInt64(number + 1), offset: Int64(number) * 100, length: 99)
    }

    static func info(
        _ id: String, _ kind: RuleKind = .correlation, level: Severity = .medium, generates: Bool = true,
        tags: [String] = []
    ) -> RuleInfo {
        var info = RuleInfo(
            id: id, title: "Title of \(id)", level: level, kind: kind, origin: RuleOrigin(file: "t.yml", line: 1))
        info.generates = generates
        info.tags = tags
        return info
    }

    static func rule(
        _ id: String, _ kind: CorrelationRule.Kind, of rules: [String], by group: [String] = ["source.ip"],
        within seconds: Int64, _ conditions: [(CorrelationRule.Comparison, Int)] = [], counting fields: [String] = [],
        aliases: [CorrelationRule.Alias] = [], generates: Bool = true, level: Severity = .medium, tags: [String] = []
    ) -> CorrelationRule {
        CorrelationRule(
            info: info(id, level: level, generates: generates, tags: tags), kind: kind, rules: rules, groupBy: group,
            aliases: aliases,
            timespanNanoseconds: seconds * 1_000_000_000,
            conditions: conditions.map { (comparison: $0.0, bound: $0.1) },
            countedFields: fields)
    }

    static func observation(
        _ number: Int, _ subject: String, at seconds: Double, _ values: [String: String] = ["source.ip": "192.0.2.1"],
        excerpt: String? = nil, weight: Int = 1
    ) -> Observation {
        Observation(
            time: time(seconds), subject: subject, event: event(number),
            values: values.sorted { $0.key < $1.key }.map { FieldValue(name: $0.key, value: $0.value) },
            excerpt: Array((excerpt ?? "line \(number)").utf8), weight: weight)
    }
}
