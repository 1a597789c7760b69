import Correlation
import Events
import Primitives
import Rules
import Testing

private func run(_ rules: [CorrelationRule], _ observations: [Observation]) -> [Detection] {
    let correlator = Correlator(rules: rules, catalogue: [:], maximumBytes: 64 << 20)
    for observation in observations.sorted() { correlator.feed(observation) }
    correlator.finish()
    return correlator.takeDetections()
}

/// `[("a", 0), ("b", 5)]` as observations.
private func hits(_ steps: [(String, Double)]) -> [Observation] {
    steps.enumerated().map { Make.observation($0, $1.0, at: $1.1) }
}

@Suite struct TemporalTests {
    static let cases: [([(String, Double)], unordered: Bool, ordered: Bool)] = [
        ([("a", 0), ("b", 5), ("c", 10)], true, true),
        ([("c", 0), ("b", 5), ("a", 10)], true, false),
        ([("a", 0), ("b", 5)], false, false),
        ([("a", 0), ("b", 30), ("c", 60)], true, true),
        ([("a", 0), ("b", 30), ("c", 61)], false, false),
        // The first `a` is too old, a later one is not.
        ([("a", 0), ("a", 20), ("b", 30), ("c", 61)], true, true),
        // A later `a` does not undo an earlier sequence.
        ([("a", 0), ("b", 10), ("a", 20), ("c", 30)], true, true),
        ([("b", 0), ("a", 10), ("c", 20)], true, false),
        ([("b", 0), ("a", 10), ("c", 20), ("b", 30), ("c", 40)], true, true),
        // Hits of the same time stand in any order.
        ([("c", 5), ("b", 5), ("a", 5)], true, true),
        ([("b", 5), ("a", 5), ("c", 9)], true, true),
    ]

    @Test(arguments: cases) func orderAndSet(steps: [(String, Double)], unordered: Bool, ordered: Bool) {
        let set = Make.rule("set", .temporal, of: ["a", "b", "c"], within: 60)
        let sequence = Make.rule("sequence", .temporalOrdered, of: ["a", "b", "c"], within: 60)
        #expect(!run([set], hits(steps)).isEmpty == unordered)
        #expect(!run([sequence], hits(steps)).isEmpty == ordered)
    }

    @Test func aConditionCountsDifferentRules() {
        let two = Make.rule("two", .temporal, of: ["a", "b", "c"], within: 60, [(.greaterOrEqual, 2)])
        #expect(run([two], hits([("a", 0), ("a", 1)])).isEmpty)
        #expect(run([two], hits([("c", 0), ("a", 1)])).count == 1)
        let ordered = Make.rule("two", .temporalOrdered, of: ["a", "b", "c"], within: 60, [(.greaterOrEqual, 2)])
        #expect(run([ordered], hits([("c", 0), ("a", 1)])).isEmpty)
        #expect(run([ordered], hits([("a", 0), ("c", 1)])).count == 1)
    }

    /// `a and not c`, `a and b and not c`: judged when the episode is over, over all that hit in it.
    @Test(
        arguments: [
            ([("a", 0)], true, false), ([("a", 0), ("c", 59)], false, false), ([("c", 0), ("a", 59)], false, false),
            ([("a", 0), ("c", 61)], true, false), ([("a", 0), ("b", 30)], true, true),
            ([("a", 0), ("b", 30), ("c", 85)], true, false), ([("a", 0), ("c", 50), ("b", 100)], false, false),
            ([("c", 0), ("a", 61), ("b", 70)], true, true), ([("b", 0), ("a", 10)], true, true),
        ] as [([(String, Double)], Bool, Bool)])
    func whatMustBeAbsent(steps: [(String, Double)], alone: Bool, both: Bool) {
        var first = Make.rule("first", .temporal, of: ["a", "c"], within: 60)
        first.pattern = .all([.selection(0), .not(.selection(1))])
        #expect(!run([first], hits(steps)).isEmpty == alone)
        var second = Make.rule("second", .temporal, of: ["a", "b", "c"], within: 60)
        second.pattern = .all([.selection(0), .selection(1), .not(.selection(2))])
        #expect(!run([second], hits(steps)).isEmpty == both)
        var ordered = Make.rule("ordered", .temporalOrdered, of: ["a", "b", "c"], within: 60)
        ordered.pattern = second.pattern
        let isInOrder = (steps.firstIndex { $0.0 == "a" } ?? 9) < (steps.firstIndex { $0.0 == "b" } ?? 9)
        #expect(!run([ordered], hits(steps)).isEmpty == (both && isInOrder))
    }

    @Test func whatCameBeforeTheFirstStepIsNoPartOfIt() {
        let sequence = Make.rule("sequence", .temporalOrdered, of: ["a", "b"], within: 60)
        let found = run([sequence], hits([("b", 0), ("a", 10), ("a", 20), ("b", 30)]))
        #expect(found.map(\.first) == [Make.time(10)])
        #expect(found.map(\.count) == [3])
    }

    @Test func aliasesNameDifferentFields() {
        let alias = CorrelationRule.Alias(name: "host_ip", fields: ["a": "destination.ip", "b": "source.ip"])
        let rule = Make.rule("pivot", .temporal, of: ["a", "b"], by: ["host_ip"], within: 60, aliases: [alias])
        let into = Make.observation(0, "a", at: 0, ["source.ip": "192.0.2.9", "destination.ip": "10.0.0.5"])
        let outOf = Make.observation(1, "b", at: 5, ["source.ip": "10.0.0.5", "destination.ip": "198.51.100.1"])
        let found = run([rule], [into, outOf])
        #expect(found.map { $0.fields.first } == [FieldValue(name: "host_ip", value: "10.0.0.5")])
        #expect(found.map(\.entity) == [Entity(kind: "ip", value: "10.0.0.5")])
        let other = Make.observation(1, "b", at: 5, ["source.ip": "10.0.0.6"])
        #expect(run([rule], [into, other]).isEmpty)
        let needed = Correlator.neededFields([rule])
        #expect(needed["a"]?.contains("destination.ip") ?? false)
        #expect(needed["b"]?.contains("source.ip") ?? false)
    }
}

private let brute = Make.rule(
    "brute", .eventCount, of: ["fail"], within: 60, [(.greaterOrEqual, 3)], generates: false)
private let success = Make.rule("success", .temporalOrdered, of: ["brute", "login"], within: 300)

@Suite struct ChainTests {
    /// Failures, log-ins; whether the log-in after brute force is found, with first, last and count.
    static let cases: [([Double], [Double], [(Double, Double, Int)])] = [
        ([0, 1, 2], [10], [(0, 10, 4)]),
        ([0, 1], [10], []),
        ([0, 1, 2], [303], []),
        ([0, 1, 2], [302], [(0, 302, 4)]),
        // Log-in before, not after.
        ([10, 11, 12], [5], []),
        // Brute force goes on for an hour; the log-in follows its last failure.
        (stride(from: 0, through: 3600, by: 30).map(Double.init) + [1, 2], [3700], [(0, 3700, 124)]),
        (stride(from: 0, through: 3600, by: 30).map(Double.init) + [1, 2], [3901], []),
        // In the second of the failure that made it brute force.
        ([0, 1, 2], [2], [(0, 2, 4)]),
        // It goes on afterwards: one detection that grows.
        ([0, 1, 2, 20, 21, 22], [10, 30], [(0, 30, 8)]),
    ]

    @Test(arguments: cases) func successAfterBruteForce(
        failures: [Double], logins: [Double], expected: [(Double, Double, Int)]
    ) {
        var observations = failures.enumerated().map { Make.observation($0, "fail", at: $1) }
        observations += logins.enumerated().map { Make.observation(1000 + $0, "login", at: $1) }
        let found = run([success, brute], observations)
        #expect(found.map(\.rule.id) == expected.map { _ in "success" })
        #expect(found.map(\.first) == expected.map { Make.time($0.0) })
        #expect(found.map(\.last) == expected.map { Make.time($0.1) })
        #expect(found.map(\.count) == expected.map(\.2))
    }

    @Test func aChildThatGrowsCountsOnce() {
        let twice = Make.rule("twice", .eventCount, of: ["brute"], by: [], within: 3600, [(.greaterOrEqual, 2)])
        let one = (0..<50).map { Make.observation($0, "fail", at: Double($0)) }
        #expect(run([brute, twice], one).isEmpty)
        let two = one + (100..<103).map { Make.observation($0, "fail", at: Double($0), ["source.ip": "192.0.2.2"]) }
        #expect(run([brute, twice], two).map(\.count) == [53])
    }

    @Test func aParentMayGroupByWhatTheChildDoesNot() {
        let byUser = Make.rule("by_user", .temporalOrdered, of: ["brute", "login"], by: ["user.name"], within: 300)
        let needed = Correlator.neededFields([byUser, brute])
        #expect(Set(needed.keys) == ["brute", "fail", "login"])
        #expect(Set(needed["fail"] ?? []).isSuperset(of: ["source.ip", "user.name"]))
        #expect(needed.values.allSatisfy { $0.contains("user.name") })
        let values = ["source.ip": "192.0.2.1", "user.name": "an"]
        var observations = (0..<3).map { Make.observation($0, "fail", at: Double($0), values) }
        observations.append(Make.observation(9, "login", at: 9, ["user.name": "an"]))
        #expect(run([byUser, brute], observations).map(\.entity) == [Entity(kind: "user", value: "an")])
    }

    @Test func aDetectionOfAnotherKindTakesPart() throws {
        let scan = Detection(
            id: Make.id(7), rule: Make.info("scan", .anomaly), first: Make.time(5), last: Make.time(60), count: 300,
            events: [Make.event(1), Make.event(2)], fields: [FieldValue(name: "source.ip", value: "192.0.2.1")],
            entity: Entity(kind: "ip", value: "192.0.2.1"),
            evidence: ["SYN".withBytes { Evidence(event: Make.event(1), bytes: $0) }])
        let observation = try #require(Correlator.observation(of: scan))
        #expect((observation.time, observation.subject) == (Make.time(5), "scan"))
        #expect(observation.excerpt == Array("SYN".utf8))
        let entry = Make.rule("entry", .temporalOrdered, of: ["scan", "login"], within: 300)
        #expect(run([entry], [observation, Make.observation(9, "login", at: 70)]).map(\.count) == [2])
    }

    @Test func onlyGeneratingRulesReport() {
        let silent = Make.rule(
            "silent", .eventCount, of: ["fail"], within: 60, [(.greaterOrEqual, 1)], generates: false)
        #expect(run([silent], [Make.observation(0, "fail", at: 0)]).isEmpty)
    }

    @Test func circlesAndNames() {
        let a = Make.rule("a", .eventCount, of: ["b", "fail"], within: 60, [(.greaterOrEqual, 1)])
        let b = Make.rule("b", .eventCount, of: ["a"], within: 60, [(.greaterOrEqual, 1)])
        #expect(run([a, b], [Make.observation(0, "fail", at: 0)]).map(\.rule.id).contains("a"))
        var named = Make.info("11111111", .sigma)
        named.name = "fail_by_name"
        let rule = Make.rule("by_name", .eventCount, of: ["fail_by_name"], within: 60, [(.greaterOrEqual, 1)])
        let correlator = Correlator(rules: [rule], catalogue: [named.id: named], maximumBytes: 1 << 20)
        correlator.feed(Make.observation(0, "11111111", at: 0))
        #expect(correlator.takeDetections().count == 1)
    }

    @Test func bracketedChildFiresWhenItsEpisodeEnds() {
        let few = Make.rule("few", .eventCount, of: ["fail"], within: 60, [(.less, 3)])
        let parent = Make.rule("parent", .temporalOrdered, of: ["few", "login"], within: 100)
        let failure = Make.observation(0, "fail", at: 0)
        #expect(run([few, parent], [failure, Make.observation(1, "login", at: 50)]).map(\.rule.id) == ["few"])
        #expect(
            run([few, parent], [failure, Make.observation(1, "login", at: 160)]).map(\.rule.id) == ["few", "parent"])
    }
}
