import Anomalies
import Events
import Primitives
import Rules
import Testing

private let rule = Simulation.rule("request_rate")
private let attacker = "203.0.113.66"

/// Traffic of a portal as it is on any day, invented: who asks how often.
struct Day {
    var samples: [Sample] = []
    private var random: Random
    private let agents = (0..<40).map { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Browser/\(90 + $0)" }

    init(seed: Int) { random = Random(seed) }

    /// Visitors who come, look at a few pages of some assets each, and go.
    mutating func visitors(_ count: Int, minutes: Int) {
        for index in 0..<count {
            let client = "198.51.100.\(index % 250)"
            var seconds = random.fraction() * Double(minutes) * 60
            for _ in 0..<(1 + random.below(6)) {
                page(client, at: seconds, agent: agents[index % agents.count], assets: 5 + random.below(30))
                seconds += 10 + random.fraction() * 90
            }
        }
    }

    private mutating func page(_ client: String, at seconds: Double, agent: String, assets: Int) {
        for _ in 0..<assets {
            samples.append(.request(seconds + random.fraction() * 2, from: client, agent: agent))
        }
    }

    /// A client that asks every `step` seconds, a little unevenly.
    mutating func steady(_ client: String, every step: Double, from start: Double = 0, minutes: Double, agent: String) {
        var seconds = start
        while seconds < start + minutes * 60 {
            samples.append(.request(seconds + random.fraction() * step / 4, from: client, agent: agent))
            seconds += step
        }
    }

    /// An office behind one address: more and more people in the first half hour, each with a page or two a minute.
    mutating func office(_ client: String, people: Int, minutes: Int) {
        for minute in 0..<minutes {
            let present = min(people, people * (minute + 1) / 30)
            for person in 0..<present where random.below(2) == 0 {
                let seconds = Double(minute) * 60 + random.fraction() * 58
                page(client, at: seconds, agent: agents[person % 12], assets: 3 + random.below(15))
            }
        }
    }

    /// A flood, a directory search, a password list: whatever asks `perMinute` times.
    mutating func attack(perMinute: Int, at start: Double, minutes: Double, from client: String = attacker) {
        steady(client, every: 60 / Double(perMinute), from: start, minutes: minutes, agent: "python-requests/2.31")
    }

    static func ordinary(seed: Int, minutes: Int = 120) -> Day {
        var day = Day(seed: seed)
        day.visitors(minutes * 6, minutes: minutes)
        day.steady("192.0.2.10", every: 10, minutes: Double(minutes), agent: "check_http/v2.3")
        day.steady("192.0.2.66", every: 1.5, from: 600, minutes: 60, agent: "Mozilla/5.0 (compatible; Googlebot/2.1)")
        day.steady("10.0.0.8", every: 0.2, from: 1200, minutes: 15, agent: "Wget/1.21")
        day.office("192.0.2.200", people: 100, minutes: minutes)
        return day
    }

    var inOrder: [Sample] { samples.sorted { $0.seconds < $1.seconds } }
}

@Suite struct RequestRateTests {
    @Test(arguments: 0..<3) func anOrdinaryDayIsSilent(seed: Int) throws {
        let found = try Simulation.run([rule], Day.ordinary(seed: seed).inOrder)
        #expect(found.map(\.fields) == [])
    }

    /// Requests a minute, minutes; whether they stand out of an ordinary day at all.
    static let attacks: [(perMinute: Int, minutes: Double, found: Bool)] = [
        (12_000, 1, true), (6000, 3, true), (3000, 2, true), (1200, 10, true), (700, 5, true), (500, 10, false),
        (60, 25, false),
    ]

    @Test(arguments: attacks) func attacksAreFound(perMinute: Int, minutes: Double, found expected: Bool) throws {
        var day = Day.ordinary(seed: 99, minutes: 60)
        day.attack(perMinute: perMinute, at: 1800, minutes: minutes)
        let found = try Simulation.run([rule], day.inOrder)
        #expect(found.map(\.entity.value) == (expected ? [attacker] : []))
        guard let one = found.first else { return }
        #expect(Double(one.count) >= Double(perMinute) * minutes * 0.9)
        #expect(one.first >= Clock.time(1800) && one.last <= Clock.time(1800 + minutes * 60 + 1))
    }

    @Test func aFloodWithoutAnybodyElse() throws {
        var day = Day(seed: 1)
        day.attack(perMinute: 1000, at: 0, minutes: 2)
        #expect(try Simulation.run([rule], day.inOrder).count == 1)
    }

    @Test func whatADetectionSays() throws {
        var day = Day(seed: 5)
        day.visitors(600, minutes: 30)
        day.attack(perMinute: 3000, at: 900, minutes: 2)
        let one = try #require(try Simulation.run([rule], day.inOrder).first)
        let values = Dictionary(one.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
        #expect(values["source.ip"] == attacker)
        #expect(values["url.domain"] == "portal.example.org")
        let value = try #require(values["value"].flatMap { Int($0) })
        let expectation = try #require(values["expectation"].flatMap { Double($0) })
        let spread = try #require(values["spread"].flatMap { Double($0) })
        let score = try #require(values["score"].flatMap { Double($0) })
        #expect((2900...3100).contains(value))
        #expect(expectation > 3 && expectation < 100)
        #expect(abs(score - (Double(value) - expectation) / spread) < score * 0.05)
        #expect(values["agents"] == "1")
        #expect(one.events.count == 2)
        #expect(one.evidence.count == 2)
        #expect(one.id == detectionID(rule: rule.info.id, events: one.events.prefix(1).map(\.id)))
    }

    @Test func aClientIsHeldToItsOwnPast() throws {
        var day = Day(seed: 6)
        day.visitors(200, minutes: 60)
        // A gateway that rises slowly to 900 a minute and stays there.
        for minute in 0..<60 {
            let count = min(900, 100 + minute * 25)
            for index in 0..<count {
                let seconds = Double(minute) * 60 + Double(index) * 60 / Double(count)
                day.samples.append(.request(seconds, from: "10.0.0.7", agent: "gateway/1.0"))
            }
        }
        #expect(try Simulation.run([rule], day.inOrder).isEmpty)
        day.attack(perMinute: 4000, at: 3300, minutes: 2, from: "10.0.0.7")
        #expect(try Simulation.run([rule], day.inOrder).map(\.entity.value) == ["10.0.0.7"])
    }

    @Test func anOfficeBehindOneAddressIsAllowedMore() throws {
        func requests(_ agents: Int) -> [Sample] {
            (0..<2000).map { .request(Double($0) * 0.03, from: "192.0.2.200", agent: "Browser \($0 % agents)") }
        }
        #expect(try Simulation.run([rule], requests(1)).count == 1)
        #expect(try Simulation.run([rule], requests(8)).isEmpty)
    }

    @Test func virtualHostsAreApart() throws {
        var samples: [Sample] = []
        for index in 0..<1800 {
            samples.append(.request(Double(index) / 30, from: attacker, host: "portal-\(index % 40).example.org"))
        }
        #expect(try Simulation.run([rule], samples).isEmpty)
    }

    @Test(arguments: 0..<6) func theSameWhereverItIsCut(seed: Int) throws {
        var day = Day.ordinary(seed: seed, minutes: 40)
        day.attack(perMinute: 2500, at: 1200, minutes: 6)
        day.attack(perMinute: 1000, at: 1500, minutes: 3, from: "203.0.113.67")
        let samples = day.inOrder
        let whole = try Simulation.run([rule], samples)
        #expect(whole.count == 2)
        var random = Random(seed)
        let batches = Set((0..<30).map { _ in random.below(samples.count) + 1 })
        let inBatches = try Simulation.observations([rule], samples, batches: batches)
        #expect(try Simulation.observations([rule], samples).map(\.values) == inBatches.map(\.values))
        let chunks = Set(batches.prefix(10))
        let parts = try Simulation.detections(
            [rule], Simulation.observations([rule], samples, batches: batches, chunks: chunks))
        #expect(parts.map(\.id) == whole.map(\.id))
        #expect(parts.map(\.count) == whole.map(\.count))
        #expect(parts.map(\.fields) == whole.map(\.fields))
        #expect(parts.map(\.events) == whole.map(\.events))
    }

    @Test func twoInputsOfOneHostAreAddedUp() throws {
        let samples = (0..<1400).map { Sample.request(Double($0) * 0.04, from: attacker) }
        let halves = [
            samples.enumerated().filter { $0.offset % 2 == 0 }, samples.enumerated().filter { $0.offset % 2 == 1 },
        ]
        var observations: [Observation] = []
        for (index, half) in halves.enumerated() {
            let input = ContentID(high: 9, low: UInt64(index))
            observations += try Simulation.observations([rule], half.map(\.element), input: input)
        }
        let found = try Simulation.detections([rule], observations)
        #expect(found.map(\.count) == [1400])
    }

    @Test func advanceJudgesWhatIsOver() throws {
        let judge = try AnomalyJudge(rules: [rule])
        let samples = (0..<1200).map { Sample.request(Double($0) * 0.05, from: attacker) }
        for observation in try Simulation.observations([rule], samples) { judge.feed(observation) }
        judge.advance(to: Clock.time(50))
        #expect(judge.takeDetections().isEmpty)
        judge.advance(to: Clock.time(60))
        #expect(judge.takeDetections().count == 1)
        #expect(judge.takeDetections().isEmpty)
        for observation in try Simulation.observations([rule], samples) { judge.feed(observation) }
        #expect(judge.lateObservations == 1)
    }

    @Test func aDayOfManyClientsStaysSmallInTheSpool() throws {
        var day = Day(seed: 8)
        day.visitors(2500, minutes: 125)
        let samples = day.inOrder
        let observations = try Simulation.observations([rule], samples)
        #expect(observations.count < samples.count / 100)
        #expect(observations.reduce(0) { $0 + $1.weight } == samples.count)
    }

    private static let small = Simulation.rule(
        "request_rate", ["floor": "12", "score": "4", "agents": "1", "baseline": "10m", "history": "3m", "gap": "2m"])

    /// The rule straight from its words: for each client, its anomalous minutes with their requests.
    private func slowly(_ samples: [Sample]) -> [String: [Int: Int]] {
        var counts: [String: [Int: Int]] = [:]
        for sample in samples {
            counts[sample.fields[0].1, default: [:]][Int(Clock.time(sample.seconds).seconds) / 60, default: 0] += 1
        }
        var found: [String: [Int: Int]] = [:]
        for minute in Set(counts.values.flatMap(\.keys)).sorted() {
            for (client, own) in counts {
                guard let value = own[minute], value >= 12 else { continue }
                let window = (minute - 9)...minute
                var others: [Int] = []
                for (other, minutes) in counts {
                    // Of the client itself, minutes of so few requests that nobody kept its name stay in.
                    for (at, count) in minutes where window.contains(at) && (other != client || count < 3) {
                        others.append(count)
                    }
                }
                let past = own.filter { window.contains($0.key) && $0.key < minute && $0.value >= 3 }
                let ordinary = past.filter { found[client]?[$0.key] == nil }.map(\.value)
                var (expectation, spread) = center(others)
                spread = max(spread, expectation / 4, 1)
                if ordinary.count >= 3 {
                    let (mine, width) = center(ordinary)
                    if Double(value) <= 3 * mine { continue }
                    expectation = max(expectation, mine)
                    spread = max(spread, width, mine / 4)
                }
                if (Double(value) - expectation) / spread >= 4 { found[client, default: [:]][minute] = value }
            }
        }
        return found
    }

    private func center(_ values: [Int]) -> (Double, Double) {
        func median(_ values: [Double]) -> Double {
            let ordered = values.sorted()
            return ordered.isEmpty ? 0 : (ordered[(ordered.count - 1) / 2] + ordered[ordered.count / 2]) / 2
        }
        let middle = median(values.map(Double.init))
        return (middle, 1.4826 * median(values.map { abs(Double($0) - middle) }))
    }

    @Test(arguments: 0..<80) func agreesWithTheSlowEvaluator(seed: Int) throws {
        var random = Random(seed)
        var samples: [Sample] = []
        for client in 0..<(2 + random.below(8)) {
            for minute in 0..<40 where random.below(3) > 0 {
                let busy = random.below(12) == 0 ? random.pick([15, 40, 90]) : 0
                for _ in 0..<(1 + random.below(random.pick([3, 16])) + busy) {
                    let seconds = Double(minute) * 60 + random.fraction() * 59
                    samples.append(.request(seconds, from: "198.51.100.\(client)"))
                }
            }
        }
        samples.sort { $0.seconds < $1.seconds }
        let slow = slowly(samples)
        let chunks = Set((0..<random.below(6)).map { _ in random.below(samples.count) + 1 })
        let observations = try Simulation.observations([Self.small], samples, chunks: chunks)
        let found = try Simulation.detections([Self.small], observations)
        var requests: [String: Int] = [:]
        for detection in found { requests[detection.entity.value, default: 0] += detection.count }
        #expect(requests == slow.mapValues { $0.values.reduce(0, +) })
        #expect(found.reduce(0) { $0 + $1.events.count } == slow.values.reduce(0) { $0 + $1.count })
    }
}
