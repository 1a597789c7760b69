import Anomalies
import Events
import Primitives
import Rules
import Testing

/// RITA's scores on lists whose answers can be worked out by hand, and traffic simulated as its documentation describes
/// beacons (github.com/activecm/rita: even intervals with jitter, even sizes) and people.
@Suite struct BeaconTests {
    private static func rule(_ settings: [String: String] = [:]) -> AnomalyRule {
        Simulation.rule("beacon", settings)
    }

    static func flows(
        _ times: [Double], sizes: [Int], from source: String = "10.0.4.21", to target: String = "203.0.113.9",
        port: Int = 443
    ) -> [Sample] {
        times.enumerated().map { index, time in
            Sample.flow(
                time, from: source, to: target, port, forth: 5, back: 4, state: "closed", flags: "SAPF",
                bytesForth: sizes[index % sizes.count])
        }
    }

    /// Every 60 s with up to `jitter` of it more or less.
    static func beat(_ count: Int, every seconds: Double = 60, jitter: Double, seed: Int = 1) -> [Double] {
        var random = Random(seed)
        return (0..<count).map { Double($0) * seconds + (random.fraction() * 2 - 1) * jitter * seconds }.sorted()
    }

    @Test func evenValuesScoreOne() {
        let same = Dispersion([60, 60, 60, 60, 60, 60], scoreOfNothing: 1)
        #expect((same.skew, same.deviation, same.score) == (0, 0, 1))
        // Quartiles 20, 30, 60: skewness (60 + 20 - 60) / 40; deviations 10, 10, 0, 10, 30, 70 have the median 10.
        let skewed = Dispersion([20, 20, 30, 30, 60, 100], scoreOfNothing: 1)
        #expect(skewed.median == 30 && skewed.skew == 0.5 && skewed.deviation == 10)
        let other = Dispersion([10, 20, 40, 80, 160], scoreOfNothing: 1)
        // Quartiles 15, 40, 120: (120 + 15 - 80) / 105; deviations 30, 20, 0, 40, 120 have the median 30.
        #expect(abs(other.skew - 55.0 / 105) < 1e-9 && other.deviation == 30)
        #expect(abs(other.score - ((1 - 55.0 / 105) + 0.25) / 2) < 1e-9)
        #expect(Dispersion([0, 0, 0], scoreOfNothing: 1).score == 1)
        #expect(Dispersion([0, 0, 0], scoreOfNothing: 0).score == 0.5)
    }

    @Test func aPerfectBeaconHasOneInAllParts() {
        let samples = (0..<1440).map { EventSample(nanoseconds: Int64($0) * 60_000_000_000, first: 300) }
        let score = BeaconScore(samples, watched: 0...(1440 * 60_000_000_000), idealHours: 12)
        #expect(score.interval == 1 && score.size == 1 && score.duration > 0.99 && score.total > 0.99)
        #expect(score.histogram == 1 && score.medianSeconds == 60 && score.deviationSeconds == 0)
    }

    @Test(arguments: [0.0, 0.1, 0.2]) func findsBeaconsWithJitter(_ jitter: Double) throws {
        let found = try Simulation.run(
            [Self.rule()], Self.flows(Self.beat(240, jitter: jitter), sizes: [312, 316, 312, 320]))
        #expect(found.count == 1)
        let detection = try #require(found.first)
        #expect(detection.entity == Entity(kind: "ip", value: "10.0.4.21"))
        #expect(detection.count == 240)
        let fields = Dictionary(detection.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        #expect(fields["destination.ip"] == "203.0.113.9" && fields["destination.port"] == "443")
        #expect(abs((Double(fields["value"] ?? "") ?? 0) - 60) <= 2)
        #expect((Double(fields["score"] ?? "") ?? 0) >= 0.8 && fields["beacon.interval_score"] != nil)
    }

    /// Clicks as people make them: bursts with pauses of any length, sizes of any size.
    @Test func peopleAreNoBeacons() throws {
        var samples: [Sample] = []
        for person in 0..<20 {
            var random = Random(100 + person)
            var time = Double(random.below(600))
            while time < 8 * 3600 {
                for _ in 0..<1 + random.below(6) {
                    samples += Self.flows(
                        [time], sizes: [300 + random.below(4000)], from: "10.0.4.\(person + 30)",
                        to: "203.0.113.\(random.below(4))")
                    time += random.fraction() * 8
                }
                time += 20 + random.fraction() * random.fraction() * 1800
            }
        }
        samples.sort { $0.seconds < $1.seconds }
        #expect(try Simulation.run([Self.rule()], samples).isEmpty)
    }

    /// What many of one's own connect to evenly is a service.
    @Test func aServiceIsNoController() throws {
        var samples: [Sample] = []
        for client in 1...6 {
            samples += Self.flows(
                Self.beat(240, jitter: 0.05, seed: client), sizes: [300], from: "10.0.4.\(client)")
        }
        samples.sort { $0.seconds < $1.seconds }
        #expect(try Simulation.run([Self.rule()], samples).isEmpty)
    }

    /// Whoever looks at very many addresses fills what is remembered; what is even all the while is found.
    @Test(arguments: [64 << 20, 4 << 20]) func manyDestinationsDoNotHideIt(_ memory: Int) throws {
        var samples = Self.flows(Self.beat(240, jitter: 0.1), sizes: [312, 316])
        for number in 0..<60_000 {
            samples += Self.flows(
                [Double(number) * 0.2], sizes: [60], from: "10.0.4.99",
                to: "198.\(18 + number >> 16).\(number >> 8 & 255).\(number & 255)")
        }
        samples.sort { $0.seconds < $1.seconds }
        let judge = try AnomalyJudge(rules: [Self.rule()], maximumBytes: memory)
        for observation in try Simulation.observations([Self.rule()], samples).sorted() { judge.feed(observation) }
        judge.finish()
        // Forgotten and seen again it is found twice.
        #expect(Set(judge.takeDetections().map(\.entity.value)) == ["10.0.4.21"])
        #expect(judge.evictions > 0 || memory > 16 << 20)
    }

    @Test func itDoesNotMatterWhereInputsAreCut() throws {
        let samples = Self.flows(Self.beat(300, jitter: 0.15), sizes: [312, 316])
        let whole = try Simulation.run([Self.rule()], samples)
        let cut = try Simulation.detections(
            [Self.rule()],
            Simulation.observations(
                [Self.rule()], samples, batches: [3, 40, 41], chunks: Set(stride(from: 7, to: 300, by: 7))))
        #expect(whole.count == 1 && whole.map(\.id) == cut.map(\.id) && whole.map(\.fields) == cut.map(\.fields))
        #expect(whole.map(\.count) == cut.map(\.count) && whole.map(\.last) == cut.map(\.last))
    }
}
