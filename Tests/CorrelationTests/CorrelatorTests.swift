import Correlation
import Events
import Primitives
import Rules
import Testing

/// Feeds in `Observation` order, finishes, and answers what came of it.
private func run(_ rules: [CorrelationRule], _ observations: [Observation]) -> [Detection] {
    let correlator = Correlator(rules: rules, catalogue: [:], maximumBytes: 64 << 20)
    for observation in observations.sorted() { correlator.feed(observation) }
    correlator.finish()
    return correlator.takeDetections()
}

private func failures(_ seconds: [Double], from number: Int = 0, user: String? = nil) -> [Observation] {
    seconds.enumerated().map { index, second in
        var values = ["source.ip": "192.0.2.1"]
        if let user { values["user.name"] = user }
        return Make.observation(number + index, "fail", at: second, values)
    }
}

private let brute = Make.rule("brute", .eventCount, of: ["fail"], within: 60, [(.greaterOrEqual, 5)])

@Suite struct CorrelatorTests {
    /// Seconds of failures; how many detections, and (first, last, count) of each.
    static let windows: [([Double], [(Double, Double, Int)])] = [
        ([0, 1, 2, 3], []),
        ([0, 1, 2, 3, 4], [(0, 4, 5)]),
        // A window holds hits that are exactly its timespan apart.
        ([0, 15, 30, 45, 60], [(0, 60, 5)]),
        ([0, 15, 30, 45, 60.5], []),
        // It slides: no boundary of a minute cuts these.
        ([58, 59, 60, 61, 62], [(58, 62, 5)]),
        ([0, 50, 58, 59, 60, 61, 62], [(0, 62, 7)]),
        ([0, 70, 71, 72, 73, 74], [(70, 74, 5)]),
        // Grows until a gap longer than the timespan.
        ([0, 1, 2, 3, 4, 64, 124, 184], [(0, 184, 8)]),
        ([0, 1, 2, 3, 4, 65], [(0, 4, 5)]),
        ([0, 1, 2, 3, 4, 65, 66, 67, 68, 69], [(0, 4, 5), (65, 69, 5)]),
    ]

    @Test(arguments: windows) func slidingWindow(seconds: [Double], expected: [(Double, Double, Int)]) {
        let found = run([brute], failures(seconds))
        #expect(found.map(\.first) == expected.map { Make.time($0.0) })
        #expect(found.map(\.last) == expected.map { Make.time($0.1) })
        #expect(found.map(\.count) == expected.map(\.2))
    }

    @Test func whatADetectionSays() throws {
        let found = try #require(run([brute], failures([0, 1, 2, 3, 4, 5])).first)
        #expect(found.id == detectionID(rule: "brute", events: [Make.id(0)]))
        #expect(found.events == (0..<6).map(Make.event))
        #expect(found.fields == [FieldValue(name: "source.ip", value: "192.0.2.1")])
        #expect(found.entity == Entity(kind: "ip", value: "192.0.2.1"))
        #expect(found.evidence.map(\.bytes) == (0..<6).map { Array("line \($0)".utf8) })
    }

    /// What is kept of a packet is a frame in the evidence too, of the detection and of a chain over it.
    @Test func framesStayFrames() throws {
        let chain = Make.rule("chain", .eventCount, of: ["brute"], within: 600, [(.greaterOrEqual, 1)])
        let frames = (0..<5).map { number in
            var seen = Make.observation(number, "fail", at: Double(number))
            seen.linkType = number == 0 ? nil : 113
            return seen
        }
        for found in run([brute, chain], frames) {
            #expect(found.evidence.map(\.linkType) == [nil, 113, 113, 113, 113])
        }
    }

    @Test func evidenceAndEventsAreBounded() throws {
        let found = try #require(run([brute], failures((0..<500).map { Double($0) / 10 })).first)
        #expect(found.count == 500)
        #expect(found.events == (0..<99).map(Make.event) + [Make.event(499)])
        #expect(found.evidence.map(\.event) == (0..<19).map(Make.event) + [Make.event(499)])
    }

    /// Records that two detections below share count once, however many there are, whether each of them is told above
    /// at once or later.
    @Test(arguments: [false, true]) func sharedRecordsCountOnce(isToldAtOnce: Bool) throws {
        let rules = [
            Make.rule("often", .eventCount, of: ["a"], within: 60, [(.greaterOrEqual, 5)]),
            Make.rule("seldom", .eventCount, of: ["b"], within: 60, [(.greaterOrEqual, 5)]),
            Make.rule("both", .eventCount, of: ["often", "seldom"], within: 600, [(.greaterOrEqual, 1)]),
            Make.rule("signs", .temporal, of: ["often", "seldom"], within: 600),
            Make.rule("all", .eventCount, of: ["both", "signs"], within: 600, [(.greaterOrEqual, 2)]),
        ]
        let correlator = Correlator(rules: rules, catalogue: [:], maximumBytes: 64 << 20)
        if isToldAtOnce { correlator.findings = FindingLog() }
        for number in 0..<600 {
            let second = Double(number) / 10
            if number % 5 != 4 { correlator.feed(Make.observation(number, "a", at: second)) }
            if number % 3 == 0 { correlator.feed(Make.observation(number, "b", at: second)) }
        }
        correlator.finish()
        let counts = Dictionary(
            correlator.takeDetections().map { ($0.rule.id, $0.count) }, uniquingKeysWith: { first, _ in first })
        #expect(counts == ["often": 480, "seldom": 200, "both": 520, "signs": 520, "all": 520])
    }

    /// More detections below one above than it asks for their growth.
    @Test(arguments: [false, true]) func manyBelowOne(isToldAtOnce: Bool) {
        let rules = [
            Make.rule(
                "pair", .eventCount, of: ["a"], by: ["source.ip", "destination.ip"], within: 600,
                [(.greaterOrEqual, 2)]),
            Make.rule(
                "victim", .eventCount, of: ["pair"], by: ["destination.ip"], within: 600, [(.greaterOrEqual, 1)]),
        ]
        let correlator = Correlator(rules: rules, catalogue: [:], maximumBytes: 64 << 20)
        if isToldAtOnce { correlator.findings = FindingLog() }
        for number in 0..<1000 {
            let values = ["source.ip": "10.0.0.\(number % 200)", "destination.ip": "192.0.2.1"]
            correlator.feed(Make.observation(number, "a", at: Double(number) / 10, values))
        }
        correlator.finish()
        let found = correlator.takeDetections()
        #expect(found.filter { $0.rule.id == "pair" }.map(\.count) == [Int](repeating: 5, count: 200))
        #expect(found.filter { $0.rule.id == "victim" }.map(\.count) == [1000])
        #expect(found.first { $0.rule.id == "victim" }?.last == Make.time(99.9))
    }

    @Test func growthKeepsTheID() {
        let correlator = Correlator(rules: [brute], catalogue: [:], maximumBytes: 1 << 20)
        var counts: [Int] = []
        var ids = Set<ContentID>()
        for observation in failures((0..<8).map(Double.init)) {
            correlator.feed(observation)
            for detection in correlator.takeDetections() {
                counts.append(detection.count)
                ids.insert(detection.id)
            }
        }
        #expect(counts == [5, 6, 7, 8])
        #expect(ids.count == 1)
        #expect(correlator.takeDetections().isEmpty)
    }

    @Test func groupsAreApart() {
        let events = (0..<8).map { index in
            Make.observation(
                index, "fail", at: Double(index), ["source.ip": index % 2 == 0 ? "192.0.2.1" : "192.0.2.2"])
        }
        #expect(run([brute], events).isEmpty)
        let other = (0..<10).map { index in
            Make.observation(
                index, "fail", at: Double(index), ["source.ip": index % 2 == 0 ? "192.0.2.1" : "192.0.2.2"])
        }
        #expect(run([brute], other).map(\.entity.value).sorted() == ["192.0.2.1", "192.0.2.2"])
    }

    @Test func missingGroupFieldTakesNoPart() {
        var events = failures([0, 1, 2, 3])
        events.append(Make.observation(4, "fail", at: 4, ["user.name": "an"]))
        events.append(Make.observation(5, "fail", at: 5, ["source.ip": ""]))
        #expect(run([brute], events).isEmpty)
    }

    @Test func withoutGroupAllAreOne() throws {
        let rule = Make.rule("any", .eventCount, of: ["fail"], by: [], within: 60, [(.greaterOrEqual, 2)])
        let events = (0..<2).map { Make.observation($0, "fail", at: Double($0), ["source.ip": "192.0.2.\($0)"]) }
        let found = try #require(run([rule], events).first)
        #expect(found.count == 2)
        #expect(found.entity == Entity(kind: "ip", value: "192.0.2.1"))
    }

    @Test func anEventOfTwoRulesIsOneEvent() {
        let rule = Make.rule("two", .eventCount, of: ["fail", "invalid"], within: 60, [(.greaterOrEqual, 3)])
        let pairs = [0, 1].flatMap { n in
            [Make.observation(n, "fail", at: Double(n)), Make.observation(n, "invalid", at: Double(n))]
        }
        #expect(run([rule], pairs).isEmpty)
        #expect(run([rule], pairs + [Make.observation(2, "fail", at: 2)]).map(\.count) == [3])
    }

    @Test func aggregatedObservationsWeigh() {
        let weighty = Make.observation(0, "fail", at: 0, weight: 5)
        #expect(run([brute], [weighty]).map(\.count) == [5])
    }

    @Test func spraying() throws {
        let spray = Make.rule(
            "spray", .valueCount, of: ["fail"], within: 60, [(.greaterOrEqual, 3)], counting: ["user.name"])
        #expect(run([spray], failures([0, 1, 2, 3, 4, 5], user: "an")).isEmpty)
        let users = ["an", "binh", "an", "chi", "dung"]
        let events = users.enumerated().flatMap { failures([Double($0)], from: $0, user: $1) }
        let found = try #require(run([spray], events).first)
        #expect((found.count, found.first, found.last) == (5, Make.time(0), Make.time(4)))
        #expect(found.fields.filter { $0.name == "user.name" }.map(\.value) == ["an", "binh", "chi", "dung"])
        #expect(run([spray], failures([0, 1, 2, 3])).isEmpty, "without the counted field, no part")
    }

    /// Condition, hits as seconds, counts of the detections: judged when the episode is over, by its busiest window.
    static let upperBounds: [([(CorrelationRule.Comparison, Int)], [Double], [Int])] = [
        ([(.less, 3)], [0, 10], [2]),
        ([(.less, 3)], [0, 10, 20], []),
        ([(.less, 3)], [0, 10, 200, 210, 220, 500], [2, 1]),
        ([(.lessOrEqual, 2)], [0, 50, 100, 150], [4]),
        ([(.equal, 3)], [0, 10, 20], [3]),
        ([(.equal, 3)], [0, 10, 20, 30], []),
        ([(.greater, 2), (.lessOrEqual, 4)], [0, 10, 20, 30], [4]),
        ([(.greater, 2), (.lessOrEqual, 4)], [0, 10, 20, 30, 40], []),
        ([(.notEqual, 2)], [0, 10, 200, 300, 310, 320], [1, 3]),
    ]

    @Test(arguments: upperBounds) func conditionsThatMoreHitsUndo(
        conditions: [(CorrelationRule.Comparison, Int)], seconds: [Double], counts: [Int]
    ) {
        let rule = Make.rule("bounded", .eventCount, of: ["fail"], within: 60, conditions)
        #expect(run([rule], failures(seconds)).map(\.count) == counts)
    }

    @Test func aBoundedConditionIsJudgedWhenTimeHasPassed() {
        let rule = Make.rule("bounded", .eventCount, of: ["fail"], within: 60, [(.less, 3)])
        let correlator = Correlator(rules: [rule], catalogue: [:], maximumBytes: 1 << 20)
        failures([0]).forEach(correlator.feed)
        correlator.advance(to: Make.time(60))
        #expect(correlator.takeDetections().isEmpty)
        correlator.advance(to: Make.time(60.001))
        #expect(correlator.takeDetections().map(\.count) == [1])
        #expect(correlator.bytes == 0)
    }

    @Test func lateObservationsAreCounted() {
        let correlator = Correlator(rules: [brute], catalogue: [:], maximumBytes: 1 << 20)
        correlator.advance(to: Make.time(10))
        failures([9, 10]).forEach(correlator.feed)
        #expect(correlator.lateObservations == 1)
    }

    @Test func memoryIsBounded() {
        let correlator = Correlator(rules: [brute], catalogue: [:], maximumBytes: 256 << 10)
        for index in 0..<20_000 {
            let values = ["source.ip": "2001:db8::\(String(index, radix: 16))"]
            correlator.feed(Make.observation(index, "fail", at: Double(index) / 1000, values))
            #expect(correlator.bytes <= 256 << 10)
        }
        #expect(correlator.evictions > 18_000)
        // The newest keys are the ones kept.
        for index in 0..<4 {
            correlator.feed(
                Make.observation(
                    30_000 + index, "fail", at: 20, ["source.ip": "2001:db8::\(String(19_999, radix: 16))"]))
        }
        #expect(correlator.takeDetections().map(\.count) == [5])
    }

    @Test func oneGreatWindowIsBounded() {
        let rule = Make.rule("rare", .temporal, of: ["fail", "never"], within: 86_400)
        let correlator = Correlator(rules: [rule], catalogue: [:], maximumBytes: 128 << 10)
        for index in 0..<5000 {
            correlator.feed(Make.observation(index, "fail", at: Double(index)))
            #expect(correlator.bytes <= 128 << 10)
        }
        #expect(correlator.evictions > 4000)
    }
}
