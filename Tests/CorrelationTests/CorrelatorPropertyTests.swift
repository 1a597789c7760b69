import Correlation
import Events
import Primitives
import Rules
import Testing

/// xorshift64*, so that a failure names the seed that makes it come again.
struct Random {
    private var state: UInt64

    init(_ seed: Int) { state = mix64(UInt64(seed) &+ 0x9E37_79B9) | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Int((state &* 0x2545_F491_4F6C_DD1D) >> 33) % bound
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}

/// Random correlations over the base rules a, b, c (later ones may refer to earlier ones) and random hits of these.
private struct Scenario {
    var rules: [CorrelationRule] = []
    var observations: [Observation] = []

    init(seed: Int) {
        var random = Random(seed)
        for index in 0...random.below(4) { rules.append(Scenario.rule(index, rules, &random)) }
        var seconds = 0.0
        for _ in 0..<(5 + random.below(40)) {
            seconds += Double(random.pick([0, 0, 1, 1, 2, 3, 5, 8, 13, 40]))
            let number = observations.count
            var values: [String: String] = [:]
            if random.below(10) > 0 { values["source.ip"] = random.pick(["192.0.2.1", "192.0.2.2"]) }
            if random.below(10) > 0 { values["user.name"] = random.pick(["an", "binh", "chi"]) }
            if random.below(10) > 1 { values["bytes"] = random.pick(["0", "1", "2.5", "4", "7", "many"]) }
            if random.below(10) > 2 { values["destination.ip"] = random.pick(["192.0.2.1", "192.0.2.3"]) }
            let weight = random.below(10) == 0 ? 3 : 1
            for subject in ["a", "b", "c"] where random.below(5) < 2 {
                observations.append(Make.observation(number, subject, at: seconds, values, weight: weight))
            }
        }
    }

    private static func rule(_ index: Int, _ below: [CorrelationRule], _ random: inout Random) -> CorrelationRule {
        let kind = random.pick([
            CorrelationRule.Kind.eventCount, .valueCount, .temporal, .temporalOrdered, .eventCount, .valueCount,
            .temporal, .temporalOrdered, .valueSum, .valueAverage, .valuePercentile, .valueMedian,
        ])
        var choices = ["a", "b", "c"] + below.map(\.info.id)
        var rules: [String] = []
        for _ in 0...random.below(3) where !choices.isEmpty {
            rules.append(choices.remove(at: random.below(choices.count)))
        }
        var conditions: [(CorrelationRule.Comparison, Int)] = []
        if !kind.isTemporal || random.below(3) == 0 {
            let bound = (1 + random.below(4)) * (kind.isNumeric ? random.pick([1000, 1500]) : 1)
            conditions = random.pick([
                [(.greaterOrEqual, bound)], [(.greaterOrEqual, bound)], [(.greater, bound)], [(.less, bound + 1)],
                [(.lessOrEqual, bound)], [(.equal, bound)], [(.notEqual, bound)],
                [(.greater, bound), (.lessOrEqual, bound + 2)],
            ])
        }
        let alias = CorrelationRule.Alias(
            name: "peer", fields: ["a": "destination.ip", "b": "source.ip", "c": "source.ip"])
        let group = random.pick([
            ["source.ip"], ["source.ip"], ["user.name"], ["source.ip", "user.name"], ["peer"], [],
        ])
        var rule = Make.rule(
            "r\(index)", kind, of: rules, by: group, within: Int64(random.pick([1, 3, 10, 30])), conditions,
            counting: kind.isNumeric
                ? ["bytes"]
                : kind == .valueCount
                    ? random.pick([["user.name"], ["destination.ip"], ["user.name", "destination.ip"]]) : [],
            aliases: [alias], generates: random.below(5) > 0)
        if kind == .valuePercentile { rule.percentile = random.pick([1, 50, 90, 100]) }
        if kind.isTemporal, conditions.isEmpty, random.below(2) == 0 { rule.pattern = pattern(rules.count, &random) }
        return rule
    }

    private static func pattern(_ count: Int, _ random: inout Random, depth: Int = 0) -> SigmaExpression {
        if depth == 3 || random.below(3) == 0 { return .selection(random.below(count)) }
        let parts = (0...random.below(3)).map { _ in pattern(count, &random, depth: depth + 1) }
        switch random.below(4) {
        case 0: return .all(parts)
        case 1: return .any(parts)
        case 2: return .not(parts[0])
        default: return .atLeast(1 + random.below(parts.count), parts)
        }
    }
}

@Suite struct CorrelatorPropertyTests {
    private func found(_ detections: [Detection]) -> [SlowEvaluator.Found] {
        detections.map { detection in
            SlowEvaluator.Found(
                id: detection.id, rule: detection.rule.id, first: detection.first, last: detection.last,
                count: detection.count, events: detection.events.map(\.id), key: [])
        }
    }

    private func fast(_ scenario: Scenario, seed: Int) -> [SlowEvaluator.Found] {
        var random = Random(seed + 1)
        var rules = scenario.rules
        if random.below(2) == 0 { rules.reverse() }
        let correlator = Correlator(rules: rules, catalogue: [:], maximumBytes: 64 << 20)
        var taken: [ContentID: Detection] = [:]
        let sieve = correlator.makeSieve()
        for observation in scenario.observations { sieve.count(observation) }
        let isSieved = random.below(2) == 0
        // With someone listening everything is told above at once, without what detections owe to those above.
        if random.below(2) == 0 { correlator.findings = FindingLog() }
        for observation in scenario.observations.sorted() where !isSieved || sieve.admits(observation) {
            // None of this may change what is found.
            if random.below(8) == 0 { correlator.advance(to: observation.time) }
            if random.below(8) == 0 { for detection in correlator.takeDetections() { taken[detection.id] = detection } }
            correlator.feed(observation)
        }
        correlator.finish()
        for detection in correlator.takeDetections() { taken[detection.id] = detection }
        return found(Array(taken.values))
    }

    @Test(arguments: 0..<20) func agreesWithTheSlowEvaluator(block: Int) {
        for seed in (block * 250)..<(block * 250 + 250) {
            let scenario = Scenario(seed: seed)
            var slow = SlowEvaluator.run(scenario.rules, scenario.observations)
            slow = Set(
                slow.map {
                    var one = $0
                    one.key = []
                    return one
                })
            let fast = fast(scenario, seed: seed)
            #expect(fast.count == Set(fast).count)
            let missing = slow.subtracting(fast).map(\.description).sorted()
            let surplus = Set(fast).subtracting(slow).map(\.description).sorted()
            let same = missing.isEmpty && surplus.isEmpty
            #expect(same, "seed \(seed): not found: \(missing); found for nothing: \(surplus)")
            if !same { return }
        }
    }
}
