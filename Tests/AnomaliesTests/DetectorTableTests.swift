import Anomalies
import Events
import Primitives
import Rules
import Testing

/// One kind of traffic that a detector is held to: attacks it must find, or ordinary things it must not.
struct DetectorCase: Sendable {
    var detector: String
    var name: String
    var isAttack: Bool
    var settings: [String: String]
    /// Share of seeds that must be found (attacks), or that may be at most (ordinary).
    var bound: Double
    var make: @Sendable (Int) -> [Sample]

    static let seeds = 20

    /// Share of the seeds that have a finding.
    func rate() throws -> Double {
        let rule = Simulation.rule(detector, settings)
        let found = try (1...DetectorCase.seeds).count { seed in
            try !Simulation.run([rule], make(seed).sorted { $0.seconds < $1.seconds }).isEmpty
        }
        return Double(found) / Double(DetectorCase.seeds)
    }

    func line(_ rate: Double) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let percent = "\(Int((rate * 100).rounded())) %"
        return "| \(padded(detector, 16)) | \(padded(name, 52)) | \(isAttack ? "attack  " : "ordinary") | \(percent) |"
    }
}

/// The detectors' table: simulated cases with known answers, twenty seeds each, with the settings that are shipped.
@Suite struct DetectorTableTests {
    static let cases = beacons + tunnels + domains + habits + travels + logs + web + volumes

    @Test(arguments: Array(cases.indices)) func keepsItsRate(_ index: Int) throws {
        let one = Self.cases[index]
        let rate = try one.rate()
        print(one.line(rate))
        #expect(one.isAttack ? rate >= one.bound : rate <= one.bound, "\(one.line(rate))")
    }

    private static let beaconSettings = ["connections": "20", "score": "0.8", "interval_score": "0.85", "span": "30m"]

    static func beacon(
        _ name: String, attack: Bool = true, _ bound: Double, _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        DetectorCase(
            detector: "beacon", name: name, isAttack: attack, settings: beaconSettings, bound: bound, make: make)
    }

    static let beacons: [DetectorCase] = [
        beacon("every minute, even") { seed in calls(240, 60, 0, seed) },
        beacon("every minute, 10 % jitter") { seed in calls(240, 60, 0.1, seed) },
        beacon("every five minutes, 20 % jitter") { seed in calls(120, 300, 0.2, seed) },
        beacon("every minute, 30 % jitter, sizes of any length", 0.9) { seed in
            BeaconTests.flows(
                BeaconTests.beat(240, jitter: 0.3, seed: seed),
                sizes: sizes(seed))
        },
        beacon("a person's clicks", attack: false, 0.05) { seed in clicks(seed) },
        beacon("long polling: asks again when answered", attack: false, 0.05) { seed in polls(seed) },
    ]

    private static func beacon(_ name: String, _ make: @escaping @Sendable (Int) -> [Sample]) -> DetectorCase {
        beacon(name, 0.95, make)
    }

    private static func calls(_ count: Int, _ seconds: Double, _ jitter: Double, _ seed: Int) -> [Sample] {
        BeaconTests.flows(
            BeaconTests.beat(count, every: seconds, jitter: jitter, seed: seed), sizes: [312, 316, 312, 320])
    }

    private static func sizes(_ seed: Int) -> [Int] {
        var random = Random(seed)
        return (0..<97).map { _ in 200 + random.below(4000) }
    }

    private static func clicks(_ seed: Int) -> [Sample] {
        var random = Random(seed)
        var time = 0.0
        var times: [Double] = []
        while time < 8 * 3600 {
            for _ in 0..<1 + random.below(6) {
                times.append(time)
                time += random.fraction() * 8
            }
            time += 20 + random.fraction() * random.fraction() * 1800
        }
        return BeaconTests.flows(times, sizes: sizes(seed))
    }

    /// An answer comes when there is news, after a minute at the latest.
    private static func polls(_ seed: Int) -> [Sample] {
        var random = Random(seed)
        var time = 0.0
        let times = (0..<300).map { _ -> Double in
            time += 0.2 + (random.below(3) == 0 ? 60 : random.fraction() * 60)
            return time
        }
        return BeaconTests.flows(times, sizes: sizes(seed))
    }
}

// MARK: - Names

extension DetectorTableTests {
    static let base32 = "abcdefghijklmnopqrstuvwxyz234567"
    static let hexadecimal = "0123456789abcdef"

    static let tunnels: [DetectorCase] = [
        tunnel("base 32 in NULL (iodine)", 0.95) { questions(base32, 100, "NULL", $0) },
        tunnel("hexadecimal in TXT (dnscat2)", 0.95) { questions(hexadecimal, 60, "TXT", $0) },
        tunnel("hexadecimal in CNAME", 0.95) { questions(hexadecimal, 48, "CNAME", $0) },
        tunnel("base 32 in A", 0.95) { questions(base32, 52, "A", $0) },
        tunnel("names of a content network", attack: false, 0.05) { seed in
            questions(hexadecimal, 14, "A", seed, different: 40)
        },
        tunnel("keys of mail servers", attack: false, 0.05) { seed in
            var random = Random(seed)
            return (0..<600).map {
                DNSTunnelTests.question(Double($0) * 4, "k\(random.below(9))._domainkey.example.com", type: "TXT")
            }
        },
    ]

    private static func tunnel(
        _ name: String, attack: Bool = true, _ bound: Double, _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        DetectorCase(
            detector: "dns_tunnel", name: name, isAttack: attack, settings: ["names": "100", "score": "0.7"],
            bound: bound, make: make)
    }

    /// Three hundred questions for names in these letters, of which `different` are not alike.
    private static func questions(
        _ alphabet: String, _ length: Int, _ type: String, _ seed: Int, different: Int = 300
    ) -> [Sample] {
        var random = Random(seed)
        let letters = Array(alphabet)
        let names = (0..<different).map { _ in
            let text = String((0..<length).map { _ in random.pick(letters) })
            return length > 60 ? text.prefix(60) + "." + text.dropFirst(60) : text[...]
        }
        return (0..<300).map {
            DNSTunnelTests.question(Double($0) * 3, "\(names[$0 % different]).t.example.com", type: type)
        }
    }

    static let domains: [DetectorCase] = [
        generated("letters at random", true, 0.95) { GeneratedDomainTests.generated(60, seed: $0) },
        generated("words mistyped", false, 0.05) { seed in
            var random = Random(seed)
            return (0..<60).map { _ in
                random.pick(GeneratedDomainTests.ordinary) + random.pick(GeneratedDomainTests.ordinary)
            }
        },
        generated("a browser's three probes", false, 0) { GeneratedDomainTests.generated(3, seed: $0) },
    ]

    private static func generated(
        _ name: String, _ attack: Bool, _ bound: Double, _ names: @escaping @Sendable (Int) -> [String]
    ) -> DetectorCase {
        DetectorCase(
            detector: "generated_domain", name: name, isAttack: attack,
            settings: ["domains": "20", "strangeness": "4.8"], bound: bound
        ) { seed in
            names(seed).enumerated().map {
                DNSTunnelTests.question(Double($0.offset) * 3, "\($0.element).com", code: "NXDOMAIN")
            }
        }
    }
}

// MARK: - Habits, logs, sites

extension DetectorTableTests {
    private static let day = 86_400.0

    /// A clerk's log-ins on `days` mornings, and one more.
    private static func clerk(_ seed: Int, _ days: Int, then hour: Double, from source: String) -> [Sample] {
        var random = Random(seed)
        let mornings = (0..<days * 2).map {
            BaselineTests.login(
                Double($0 / 2) * day + 9 * 3600 + Double(random.below(7200)), "hoa", from: "198.51.100.7")
        }
        return mornings + [BaselineTests.login(Double(days) * day + hour * 3600, "hoa", from: source)]
    }

    private static func habit(
        _ detector: String, _ name: String, _ attack: Bool, _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        let settings =
            detector == "time_of_day"
            ? ["learning": "14d", "days": "7", "tolerance": "2", "hours": "14"]
            : ["value": "source.ip", "network": "16", "learning": "7d", "least": "10", "values": "20"]
        return DetectorCase(
            detector: detector, name: name, isAttack: attack, settings: settings, bound: attack ? 0.95 : 0, make: make)
    }

    static let habits: [DetectorCase] = [
        habit("time_of_day", "log-in in the night", true) { clerk($0, 18, then: 20, from: "198.51.100.7") },
        habit("time_of_day", "log-in an hour late", false) { clerk($0, 18, then: 12, from: "198.51.100.7") },
        habit("time_of_day", "in the night, while it learns", false) { clerk($0, 8, then: 20, from: "198.51.100.7") },
        habit("new_value", "log-in from another network", true) { clerk($0, 10, then: 9, from: "203.0.113.9") },
        habit("new_value", "log-in from a neighbour's address", false) { clerk($0, 10, then: 9, from: "198.51.7.9") },
        habit("new_value", "another network, while it learns", false) { clerk($0, 5, then: 9, from: "203.0.113.9") },
    ]

    /// A log with about a record a minute around the clock, without those of some hours.
    private static func log(_ seed: Int, _ days: Int, without quiet: Range<Double>) -> [Sample] {
        var random = Random(seed)
        return (0..<days * 1440).map {
            Sample.request(Double($0) * 60 + random.fraction() * 60, from: "198.51.100.7")
        }.filter { !quiet.contains($0.seconds / 3600) }
    }

    static let logs: [DetectorCase] = [
        silence("quiet for four hours", true) { log($0, 6, without: 125..<129) },
        silence("quiet for one hour", false) { log($0, 6, without: 125..<126) },
        silence("quiet for four hours, while it learns", false) { log($0, 6, without: 50..<54) },
        silence("quiet every night", false) { seed in
            log(seed, 6, without: 0..<0).filter { Int($0.seconds / 3600) % 24 < 16 }
        },
    ]

    private static func silence(
        _ name: String, _ attack: Bool, _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        DetectorCase(
            detector: "log_silence", name: name, isAttack: attack,
            settings: ["key": "url.domain", "silence": "2h", "factor": "5", "hours": "20", "learning": "3d"],
            bound: attack ? 0.95 : 0, make: make)
    }

    /// A site with an answer each five seconds for four hours; of `errors`, a share is a server error.
    private static func site(_ seed: Int, errors: Range<Double>, share: Double) -> [Sample] {
        var random = Random(seed)
        return (0..<2880).map { number in
            let time = Double(number) * 5
            var sample = Sample.request(time, from: "198.51.100.\(number % 50)")
            let chance = errors.contains(time) ? share : 0.02
            sample.fields.append((.httpResponseStatusCode, random.fraction() < chance ? "502" : "200"))
            return sample
        }
    }

    static let web: [DetectorCase] = [
        errors("half an hour with 60 % errors", true) { site($0, errors: 10_800..<12_600, share: 0.6) },
        errors("2 % errors throughout", false) { site($0, errors: 0..<1, share: 0.02) },
        errors("60 % errors from the start", false) { site($0, errors: 0..<20_000, share: 0.6) },
    ]

    private static func errors(
        _ name: String, _ attack: Bool, _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        DetectorCase(
            detector: "error_rate", name: name, isAttack: attack,
            settings: ["requests": "100", "share": "0.33", "score": "8", "slot": "10m"],
            bound: attack ? 0.95 : 0, make: make)
    }
}
