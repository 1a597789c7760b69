import Correlation
import Events
import Primitives
import Rules
import Testing

private let brute = Make.rule("brute", .eventCount, of: ["fail"], within: 600, [(.greaterOrEqual, 5)])
private let spray = Make.rule(
    "spray", .valueCount, of: ["fail"], within: 600, [(.greaterOrEqual, 3)], counting: ["user.name"])
private let success = Make.rule("success", .temporalOrdered, of: ["brute", "login"], within: 600)
private let builder = IncidentBuilder(correlations: [brute, spray, success])

private let attacker = Entity(kind: "ip", value: "203.0.113.7")
private let hour = 3600.0

/// A detection of `rule` over records `numbers`; `count`: more than are named.
private func detection(
    _ rule: String, _ kind: RuleKind = .correlation, level: Severity = .medium, at first: Double,
    to last: Double? = nil,
    records numbers: [Int], count: Int? = nil, about entity: Entity = attacker, tags: [String] = []
) -> Detection {
    Detection(
        id: detectionID(rule: rule, events: [Make.id(numbers[0])]),
        rule: Make.info(rule, kind, level: level, tags: tags),
        first: Make.time(first), last: Make.time(last ?? first), count: count ?? numbers.count,
        events: numbers.map(Make.event), fields: [], entity: entity)
}

@Suite struct IncidentBuilderTests {
    @Test func aFamilyAboutOneEntityIsOneIncident() throws {
        let detections = [
            detection("fail", .sigma, level: .low, at: 0, records: [0]),
            detection("brute", at: 0, to: 60, records: Array(0..<99), count: 212),
            detection("spray", at: 0, to: 60, records: Array(0..<50)),
            detection("success", level: .high, at: 0, to: 70, records: Array(0..<98) + [500], count: 213),
            detection("login", .sigma, level: .low, at: 70, records: [500]),
        ]
        let incidents = builder.incidents(of: detections)
        let one = try #require(incidents.first)
        #expect(incidents.count == 1)
        #expect((one.rule, one.title, one.severity) == ("success", "Title of success", .high))
        #expect((one.first, one.last, one.count) == (Make.time(0), Make.time(70), 213))
        #expect(one.rules == ["brute", "fail", "login", "spray", "success"])
        #expect(one.detections.count == 5)
        #expect(one.inputs == [Make.input])
        #expect(builder.key(of: detections[0]) == IncidentKey(family: "success", entity: attacker))
    }

    @Test func otherRulesAndEntitiesStandAlone() {
        let other = Entity(kind: "ip", value: "203.0.113.8")
        let detections = [
            detection("brute", at: 0, records: [0]), detection("brute", at: 0, records: [1], about: other),
            detection("1:2000001", .signature, at: 0, records: [2]), detection("webshell", .sigma, at: 0, records: [3]),
        ]
        #expect(builder.incidents(of: detections).count == 4)
    }

    /// Start and end hours of detections; number of incidents.
    static let gaps: [([(Double, Double)], Int)] = [
        ([(0, 0), (4, 4)], 1), ([(0, 0), (4.01, 4.01)], 2), ([(0, 5), (1, 2), (9, 9)], 1),
        ([(0, 0), (4, 4), (8, 8)], 1),
        ([(0, 0), (5, 5), (10, 10)], 3),
    ]

    @Test(arguments: gaps) func aLongGapDivides(spans: [(Double, Double)], expected: Int) {
        let detections = spans.enumerated().map { index, span in
            detection("brute", at: span.0 * hour, to: span.1 * hour, records: [index])
        }
        #expect(builder.incidents(of: detections).count == expected)
    }

    @Test func whichDetectionNamesTheIncident() {
        func name(_ detections: [Detection]) -> String { builder.incidents(of: detections)[0].rule }
        let single = detection("fail", .sigma, level: .high, at: 0, records: [0])
        let counted = detection("brute", level: .high, at: 5, records: [1])
        let varied = detection("spray", level: .high, at: 9, records: [2])
        let chained = detection("success", level: .high, at: 20, records: [3])
        #expect(name([single, counted]) == "brute")
        #expect(name([counted, varied]) == "spray")
        #expect(name([single, counted, varied, chained]) == "success")
        #expect(name([detection("fail", .sigma, level: .critical, at: 0, records: [0]), chained]) == "fail")
    }

    @Test func recordsAreCountedOnce() {
        func count(_ detections: [Detection]) -> Int { builder.incidents(of: detections)[0].count }
        let singles = (0..<10).map { detection("fail", .sigma, at: Double($0), records: [$0]) }
        #expect(count(singles + [detection("brute", at: 0, to: 9, records: Array(0..<10))]) == 10)
        #expect(count(singles + [detection("brute", at: 0, to: 9, records: Array(5..<15))]) == 15)
        let first = detection("brute", at: 0, records: Array(0..<100), count: 200)
        let second = detection("brute", at: hour, records: Array(1000..<1100), count: 300)
        #expect(count([first, second]) == 500)
        #expect(count([first, detection("spray", at: 0, records: Array(0..<100), count: 180)]) == 200)
        // A chain over two rules that counted the same records.
        var chain = Make.rule("chain", .eventCount, of: ["brute", "spray"], within: 600, [(.greaterOrEqual, 1)])
        chain.isChain = true
        let tied = detection("chain", at: 0, records: Array(0..<100), count: 380)
        let tying = IncidentBuilder(correlations: [chain])
        #expect(tying.incidents(of: [first, tied])[0].count == 200)
        #expect(tying.incidents(of: [tied])[0].count == 380, "nothing else tells of them")
    }

    @Test func stagesAndTechniques() {
        var signature = detection("brute", at: 0, records: [0])
        signature.rule.signature = SignatureInfo(
            gid: 1, sid: 1, revision: 1, classType: nil, category: "", priority: 1, action: "allowed")
        signature.rule.signature?.metadata = [
            ("mitre_tactic_name", "Initial_Access"), ("mitre_technique_id", "T1190"), ("created_at", "2026_01_01"),
        ]
        let tagged = detection(
            "spray", at: 1, records: [1],
            tags: [
                "attack.privilege_escalation", "attack.credential-access", "attack.t1110.003", "cve.2021-44228",
                "attack.x",
            ])
        let one = builder.incidents(of: [tagged, signature])[0]
        #expect(one.stages == ["initial-access", "privilege-escalation", "credential-access"])
        #expect(one.techniques == ["T1110.003", "T1190"])
    }

    @Test func theSameWhateverTheOrder() {
        var random = Random(7)
        var detections = (0..<60).map { index in
            detection(
                random.pick(["fail", "brute", "spray", "success", "other"]), level: random.pick(Severity.allCases),
                at: Double(random.below(40)) * 1800, records: [index, index + 1],
                about: random.below(2) == 0 ? attacker : Entity(kind: "user", value: "an"))
        }
        let expected = builder.incidents(of: detections)
        for _ in 0..<50 {
            for index in detections.indices.reversed() { detections.swapAt(index, random.below(index + 1)) }
            let built = builder.incidents(of: detections)
            #expect(built.map(\.id) == expected.map(\.id))
            #expect(built.map(\.rule) == expected.map(\.rule))
            #expect(built.map(\.detections) == expected.map(\.detections))
        }
        #expect(Set(expected.map(\.id)).count == expected.count)
    }

    @Test func anEarlierDetectionChangesTheID() throws {
        let late = detection("brute", at: 3 * hour, records: [10])
        let before = builder.incidents(of: [late])
        let early = detection("brute", at: 0, records: [0])
        let after = builder.incidents(of: [late, early], previous: before)
        #expect(after.count == 1)
        #expect(after[0].id != before[0].id)
        #expect(after[0].aliases == [before[0].id])
        // And again: aliases are kept.
        let earlier = detection("brute", at: -hour, records: [20])
        let last = builder.incidents(of: [late, early, earlier], previous: after)
        #expect(last[0].aliases == [before[0].id, after[0].id].sorted())
        #expect(builder.incidents(of: [late, early, earlier], previous: last)[0].aliases == last[0].aliases)
    }

    @Test func aBridgeJoinsTwo() {
        let apart = [detection("brute", at: 0, records: [0]), detection("brute", at: 6 * hour, records: [1])]
        let before = builder.incidents(of: apart)
        #expect(before.count == 2)
        let after = builder.incidents(of: apart + [detection("brute", at: 3 * hour, records: [2])], previous: before)
        #expect(after.map(\.id) == [before[0].id])
        #expect(after[0].aliases == [before[1].id])
    }

    @Test func aDetectionThatGrewReplacesItself() {
        let small = detection("brute", at: 0, records: [0, 1])
        let grown = detection("brute", at: 0, to: 50, records: [0, 1, 2])
        #expect(builder.incidents(of: [grown, small]).map(\.count) == [3])
    }

    @Test func fromObservationsToOneIncident() throws {
        let correlator = Correlator(rules: [brute, spray, success], catalogue: [:], maximumBytes: 16 << 20)
        let users = ["root", "admin", "deploy"]
        for index in 0..<60 {
            let values = ["source.ip": "203.0.113.7", "user.name": users[index % 3]]
            correlator.feed(Make.observation(index, "fail", at: Double(index) * 2, values))
        }
        correlator.feed(Make.observation(100, "login", at: 125, ["source.ip": "203.0.113.7", "user.name": "deploy"]))
        correlator.finish()
        let incidents = builder.incidents(of: correlator.takeDetections())
        let one = try #require(incidents.first)
        #expect(incidents.count == 1)
        #expect((one.rule, one.count, one.entity) == ("success", 61, attacker))
        #expect((one.first, one.last) == (Make.time(0), Make.time(125)))
    }
}
