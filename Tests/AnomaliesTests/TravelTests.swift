import Anomalies
import Events
import Primitives
import Rules
import Testing

/// `impossible_travel`, and `new_value` of countries and systems. 203.0.113.0/25 lies in Ha Noi, 203.0.113.128/25 in
/// Sai Gon (1,138 km), 198.51.100.0/24 in Frankfurt (8,720 km), 192.0.2.0/24 in São Paulo; 198.18.0.0/15 nowhere.
@Suite struct TravelTests {
    static let hanoi = "203.0.113.7", saigon = "203.0.113.200", frankfurt = "198.51.100.7", nowhere = "198.18.0.7"
    static let settings = ["value": "source.ip", "window": "1d", "speed": "1000", "kilometres": "500", "usual": "2"]
    private static let day = 86_400.0

    private func login(_ hours: Double, _ address: String, _ user: String = "lan") -> Sample {
        BaselineTests.login(hours * 3600, user, from: address)
    }

    private func found(_ samples: [Sample]) throws -> [Detection] {
        try Simulation.run([Simulation.rule("impossible_travel", Self.settings)], samples)
    }

    /// Hours between two log-ins, from where to where, and whether somebody can have gone.
    @Test(arguments: [
        (1.0, hanoi, frankfurt, true), (7.5, hanoi, frankfurt, true), (9.5, hanoi, frankfurt, false),
        (0.05, hanoi, frankfurt, true), (1, frankfurt, hanoi, true), (0.75, hanoi, saigon, true),
        (1.25, hanoi, saigon, false), (0.1, hanoi, "203.0.113.9", false), (1, hanoi, nowhere, false),
        (1, nowhere, frankfurt, false), (23, hanoi, "192.0.2.9", false), (1, hanoi, "10.0.0.9", false),
        (1, hanoi, "2001:db8::9", true), (1, "no address", frankfurt, false),
    ]) func oneCanOnlyGoSoFast(_ hours: Double, _ from: String, _ to: String, _ isFound: Bool) throws {
        let found = try found([login(8, from), login(8 + hours, to)])
        #expect(found.count == (isFound ? 1 : 0))
        guard let fields = found.first?.fields else { return }
        #expect(fields.contains(FieldValue(name: "user.name", value: "lan")))
        let ends = ["travel.from.address", "travel.to.address"].compactMap { name in
            fields.first { $0.name == name }?.value
        }
        // Which came first is not told within ten minutes.
        #expect(ends == [from, to] || hours < 0.1 && ends == [to, from], "\(fields)")
        let speed = try #require(fields.first { $0.name == "value" }.flatMap { Double($0.value) })
        #expect(speed > 1000)
    }

    /// What has been seen of another account, or long ago, is no departure.
    @Test func onlyTheSameAccountTravels() throws {
        #expect(try found([login(8, Self.hanoi), login(9, Self.frankfurt, "minh")]).isEmpty)
        #expect(try found([login(8, Self.hanoi), login(8 + 25, Self.frankfurt)]).isEmpty)
    }

    /// Who goes out through a gateway abroad as well is at home there, once that has been so on two days.
    @Test(arguments: [(1, 1), (2, 0), (3, 0)]) func aPlaceOfTwoDaysIsOnesOwn(_ days: Int, _ count: Int) throws {
        // The same day at home and abroad, twelve hours apart: as an aeroplane goes.
        let before = (0..<days).map { Double($0) * 48 }.flatMap {
            [login($0, Self.hanoi), login($0 + 12, Self.frankfurt)]
        }
        let at = Double(days) * 48
        #expect(try found(before + [login(at, Self.hanoi), login(at + 0.5, "198.51.100.99")]).count == count)
        // From a third place it is news.
        #expect(try found(before + [login(at, Self.hanoi), login(at + 0.5, "192.0.2.9")]).count == 1)
    }

    /// Wherever the input is cut.
    @Test func cutsDoNotMatter() throws {
        let rule = Simulation.rule("impossible_travel", Self.settings)
        let samples = [
            login(8, Self.hanoi), login(8.02, Self.hanoi), login(8.1, Self.frankfurt), login(9, Self.saigon),
        ]
        let whole = try Simulation.run([rule], samples)
        #expect(whole.count == 1)
        for cut in 1..<samples.count {
            let parts = try Simulation.detections([rule], Simulation.observations([rule], samples, chunks: [cut]))
            #expect(parts.map(\.id) == whole.map(\.id) && parts.map(\.fields) == whole.map(\.fields))
        }
    }

    /// Without a database nothing is told, nor learned.
    @Test func withoutADatabaseThereIsSilence() throws {
        let rules = [Simulation.rule("impossible_travel", Self.settings)]
        let judge = try AnomalyJudge(rules: rules)
        let samples = [login(8, Self.hanoi), login(9, Self.frankfurt)]
        for observation in try Simulation.observations(rules, samples).sorted() { judge.feed(observation) }
        judge.finish()
        #expect(judge.takeDetections().isEmpty)
    }

    @Test(arguments: [
        ("country", frankfurt, 1), ("country", saigon, 0), ("country", nowhere, 0), ("system", saigon, 1),
        ("system", "203.0.113.8", 0), ("system", nowhere, 0),
    ]) func aCountryOrSystemIsNew(_ kind: String, _ address: String, _ count: Int) throws {
        let settings = ["value": "source.ip", "place": kind, "learning": "7d", "least": "10", "values": "8"]
        let before = (0..<20).map { login(Double($0) * 12, Self.hanoi) }
        let found = try Simulation.run([Simulation.rule("new_value", settings)], before + [login(241, address)])
        #expect(found.count == count)
        let new = kind == "country" ? "DE" : "AS64497"
        if let found = found.first { #expect(found.fields.contains(FieldValue(name: "baseline.new", value: new))) }
    }

    @Test func whatIsNoKindOfPlaceIsRefused() {
        let rule = Simulation.rule("new_value", ["value": "source.ip", "place": "town"])
        let error = #expect(throws: AnomalyError.self) { try AnomalyJudge(rules: [rule]) }
        #expect(error?.message.contains("country, system") ?? false)
    }
}

extension DetectorTableTests {
    /// Half a day here, then there, `hours` later, give or take a few minutes.
    private static func trip(
        _ name: String, _ attack: Bool, _ hours: Double, to address: String, days: Int = 0
    ) -> DetectorCase {
        DetectorCase(
            detector: "impossible_travel", name: name, isAttack: attack, settings: TravelTests.settings,
            bound: attack ? 0.95 : 0
        ) { seed in
            var random = Random(seed)
            let before = (0..<days).flatMap { day in
                [TravelTests.hanoi, address].enumerated().map { place, from in
                    let hour = Double(day * 48 + place * 12)
                    return BaselineTests.login(hour * 3600 + Double(random.below(600)), "hoa", from: from)
                }
            }
            let start = Double(days) * 172_800 + Double(random.below(14_400))
            let end = start + hours * 3600 + Double(random.below(600))
            return before + [
                BaselineTests.login(start, "hoa", from: TravelTests.hanoi),
                BaselineTests.login(end, "hoa", from: address),
            ]
        }
    }

    static let travels: [DetectorCase] = [
        trip("another continent an hour later", true, 1, to: TravelTests.frankfurt),
        trip("another continent six hours later", true, 6, to: TravelTests.frankfurt),
        trip("another town, as an aeroplane goes", false, 1.5, to: TravelTests.saigon),
        trip("another continent half a day later", false, 12, to: TravelTests.frankfurt),
        trip("a gateway abroad, used before", false, 0.5, to: TravelTests.frankfurt, days: 3),
    ]
}
