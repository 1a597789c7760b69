import Events
import Primitives
import Query
import Storage
import Testing

/// Filters on fields that name no party, over incidents with more values than one part of them holds.
@Suite struct ValueFilterTests {
    private static let rule = RuleInfo(
        id: "r", title: "t", level: .low, kind: .sigma, origin: RuleOrigin(file: "f", line: 1))

    /// Paths that share much with their neighbours, few letters, some long, some empty, some not ASCII.
    private static func path(_ random: inout SeededGenerator) -> String {
        let words = ["cổng", "a", "b", "ab", "page-", "PAGE", "*", "?", "[x]", "%", "é", ""]
        let length = Int.random(in: 0..<6, using: &random)
        var text = ""
        for _ in 0..<length {
            text += (words.randomElement(using: &random) ?? "") + "\(Int.random(in: 0..<12, using: &random))/"
        }
        return Int.random(in: 0..<40, using: &random) == 0 ? String(repeating: text, count: 30) : text
    }

    private static func detection(_ number: Int, _ random: inout SeededGenerator) -> Detection {
        Detection(
            id: ContentID(high: mix64(UInt64(number + 1)), low: 1), rule: rule, first: clock.now, last: clock.now,
            events: [],
            fields: [
                FieldValue(name: "url.path", value: path(&random)),
                FieldValue(name: "process.name", value: number % 3 == 0 ? "sshd" : path(&random)),
            ], entity: .none)
    }

    private static func incident(_ number: Int, _ detections: ArraySlice<Detection>) -> Incident {
        Incident(
            id: ContentID(high: mix64(UInt64(number + 900)), low: 9), rule: "r", title: "t", severity: .low,
            entity: .none, first: clock.now, last: clock.now, count: detections.count, stages: [], techniques: [],
            rules: ["r"], inputs: [], detections: detections.map(\.id))
    }

    /// The store after incidents grew in two steps, and the same as subjects.
    private func prepare(_ random: inout SeededGenerator) throws -> (Store, [FilterSubject]) {
        let store = try Store(path: ":memory:")
        let sizes = [1, 3, 40, 700, 1_500]
        var subjects: [FilterSubject] = []
        var all: [[Detection]] = []
        for (number, size) in sizes.enumerated() {
            let detections = (0..<size).map { ValueFilterTests.detection(number * 10_000 + $0, &random) }
            try store.commit(detections: detections)
            all.append(detections)
        }
        for share in [2, 1] {
            let incidents = all.enumerated().map { number, detections in
                ValueFilterTests.incident(number, detections.prefix(max(1, detections.count / share)))
            }
            try store.replaceIncidents(incidents)
            subjects = zip(incidents, all).map { FilterSubject($0, mentions: $1.flatMap(\.fields)) }
        }
        return (store, subjects)
    }

    @Test(arguments: 0..<4) func everyValueIsFoundAndNoOther(seed: Int) throws {
        var random = SeededGenerator(state: UInt64(seed) &* 104_729)
        let (store, subjects) = try prepare(&random)
        var telling = 0
        for _ in 0..<150 {
            let known = subjects.randomElement(using: &random)?.mentions.randomElement(using: &random)?.value ?? ""
            let piece = String(known.dropFirst(known.count / 3).prefix(Int.random(in: 0..<9, using: &random)))
            let value =
                [known, piece, ValueFilterTests.path(&random), "*\(piece)*", "?\(known.dropFirst())"]
                .randomElement(using: &random) ?? ""
            let quoted = "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            let field = ["url.path", "process.name"].randomElement(using: &random) ?? ""
            let text = "\(field) \(["=", "~", "!="].randomElement(using: &random) ?? "=") \(quoted)"
            let expression = try Filter.parse(text, clock: clock)
            let expected = Set(subjects.filter { expression.holds(for: $0) }.map(\.incident.id))
            let found = Set(try store.incidents(where: expression.condition, now: clock.now).map(\.id))
            #expect(found == expected, "\(text)")
            if !found.isEmpty && found.count < subjects.count { telling += 1 }
        }
        #expect(telling > 30)
    }
}
