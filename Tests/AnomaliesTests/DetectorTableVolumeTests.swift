import Events
import Primitives

/// Cases of the detectors' table that are about how much, how many and how long.
extension DetectorTableTests {
    static let volumes: [DetectorCase] = leaks + rates + rarities + counts + lengths + scrapers + scans + floods

    private static func one(
        _ detector: String, _ settings: [String: String], _ name: String, attack: Bool,
        _ make: @escaping @Sendable (Int) -> [Sample]
    ) -> DetectorCase {
        DetectorCase(
            detector: detector, name: name, isAttack: attack, settings: settings, bound: attack ? 0.95 : 0.05,
            make: make)
    }

    // MARK: - Bytes out

    private static let leakSettings = [
        "bytes": "sent", "floor": "104857600", "score": "10", "ratio": "0.5", "peers": "5",
    ]

    /// Twelve clients that mostly fetch, for eight hours.
    private static func office(_ seed: Int) -> [Sample] {
        var random = Random(seed)
        return (0..<12 * 8 * 20).map { number in
            FlowVolumeTests.flow(
                Double(number) * 15, from: "10.0.4.\(30 + number % 12)", out: 800 + random.below(6000),
                back: 20_000 + random.below(200_000))
        }
    }

    /// `count` flows of three megabytes out, over `seconds`, of which as much comes back as told.
    private static func upload(_ count: Int, _ seconds: Double, back: Int = 9000, _ seed: Int) -> [Sample] {
        var random = Random(seed)
        return (0..<count).map { number in
            let time = 14_400 + Double(number) * seconds / Double(count)
            return FlowVolumeTests.flow(
                time, from: "10.0.4.21", out: 2_800_000 + random.below(400_000), back: back)
        }
    }

    private static let leaks: [DetectorCase] = [
        one("exfiltration", leakSettings, "210 MB out within 40 minutes", attack: true) {
            office($0) + upload(70, 2400, $0)
        },
        one("exfiltration", leakSettings, "150 MB an hour, for three hours", attack: true) {
            office($0) + upload(150, 10_800, $0)
        },
        one("exfiltration", leakSettings, "an office that fetches", attack: false) { office($0) },
        one("exfiltration", leakSettings, "as much fetched as sent", attack: false) {
            office($0) + upload(70, 2400, back: 3_000_000, $0)
        },
        one("exfiltration", leakSettings, "60 MB out within an hour", attack: false) {
            office($0) + upload(20, 2400, $0)
        },
    ]

    // MARK: - Records an hour

    /// A site with 160 to 240 requests an hour for so many hours, and one hour with `peak`.
    private static func site(_ hours: Int, at hour: Int, peak: Int, _ seed: Int) -> [Sample] {
        var random = Random(seed)
        return (0..<hours).flatMap { number -> [Sample] in
            let count = number == hour ? peak : 160 + random.below(80)
            return (0..<count).map { index in
                Sample.request(
                    (Double(number) + (Double(index) + random.fraction()) / Double(count)) * 3600,
                    from: "198.51.100.\(index % 50)")
            }
        }
    }

    private static let rateSettings = [
        "direction": "high", "key": "url.domain|input", "floor": "20000", "factor": "6", "score": "12",
        "learning": "1d",
    ]

    private static let rates: [DetectorCase] = [
        one("rate", rateSettings, "30,000 requests in an hour", attack: true) { site(54, at: 50, peak: 30_000, $0) },
        one("rate", rateSettings, "the same, while it learns", attack: false) { site(20, at: 10, peak: 30_000, $0) },
        one("rate", rateSettings, "four times as many for an hour", attack: false) { site(54, at: 50, peak: 800, $0) },
    ]

    // MARK: - Values

    private static let raritySettings = [
        "key": "url.domain|host.name", "value": "user_agent.original", "learning": "3d", "least": "5000", "most": "1",
        "share": "0.0005",
    ]

    /// Requests of four days by one of six browsers, and what comes at the end of day `day`.
    private static func agents(_ seed: Int, _ last: String, day: Double = 3.9) -> [Sample] {
        var random = Random(seed)
        let usual = (0..<6000).map { number in
            Sample.request(
                Double(number) * 57.6, from: "198.51.100.\(number % 50)", agent: "Mozilla/5.0 (\(random.below(6)))")
        }
        return usual + [Sample.request(day * 86_400, from: "203.0.113.9", agent: last)]
    }

    private static let rarities: [DetectorCase] = [
        one("rare_value", raritySettings, "an agent that was never seen", attack: true) { agents($0, "sqlmap/1.7") },
        one("rare_value", raritySettings, "one of the usual agents", attack: false) { agents($0, "Mozilla/5.0 (3)") },
        one("rare_value", raritySettings, "a new agent, while it learns", attack: false) {
            agents($0, "sqlmap/1.7", day: 1.5)
        },
    ]

    private static let countSettings = [
        "key": "source.ip", "value": "destination.ip", "values": "500", "window": "10m",
    ]

    /// Flows of one client to `different` addresses at random within `seconds`.
    private static func visits(_ different: Int, within seconds: Double, _ seed: Int) -> [Sample] {
        var random = Random(seed)
        return (0..<different).map { number in
            FlowVolumeTests.flow(
                random.fraction() * seconds, to: "203.\(number / 250).\(random.below(4)).\(number % 250 + 1)", out: 400)
        }
    }

    private static let counts: [DetectorCase] = [
        one("distinct_count", countSettings, "800 addresses in eight minutes", attack: true) {
            visits(800, within: 480, $0)
        },
        one("distinct_count", countSettings, "150 addresses in ten minutes", attack: false) {
            visits(150, within: 600, $0)
        },
        one("distinct_count", countSettings, "2,000 addresses in three hours", attack: false) {
            visits(2000, within: 10_800, $0)
        },
    ]

    private static func stays(_ hours: Double, from source: String, to target: String, _ seed: Int) -> [Sample] {
        var random = Random(seed)
        let short = (0..<200).map { number in
            FlowVolumeTests.flow(Double(number) * 90, out: 500, duration: random.fraction() * 3600)
        }
        let length = hours * 3600 * (1 + random.fraction() / 10)
        return short + [FlowVolumeTests.flow(9000, from: source, to: target, out: 10_000, duration: length)]
    }

    private static let lengths: [DetectorCase] = [
        one("long_connection", ["duration": "8h"], "nine hours to the outside", attack: true) {
            stays(9, from: "10.0.4.21", to: "203.0.113.9", $0)
        },
        one("long_connection", ["duration": "8h"], "a meeting of three hours", attack: false) {
            stays(3, from: "10.0.4.21", to: "203.0.113.9", $0)
        },
        one("long_connection", ["duration": "8h"], "nine hours from the outside", attack: false) {
            stays(9, from: "203.0.113.9", to: "10.0.4.21", $0)
        },
    ]
}

// MARK: - Sites and networks

extension DetectorTableTests {
    private static let scraperSettings = ["pages": "300", "usual": "0.5", "clients": "3"]

    private static func page(_ seconds: Double, _ client: String, _ path: String) -> Sample {
        var sample = Sample.request(seconds, from: client)
        sample.fields.append((.urlPath, path))
        return sample
    }

    /// Six people who read fast for ten minutes; with each page come what belongs to it, or not.
    private static func readers(_ seed: Int, assets: [String]) -> [Sample] {
        var random = Random(seed)
        return (0..<6).flatMap { person -> [Sample] in
            (0..<250).flatMap { number -> [Sample] in
                let time = (Double(number) + random.fraction()) * 2.4
                let client = "198.51.100.\(person)"
                return [page(time, client, "/tin-tuc/\(number)")] + assets.map { page(time + 0.2, client, $0) }
            }
        }
    }

    /// `count` pages, `rate` of them a minute.
    private static func scraper(_ count: Int, _ rate: Double, _ path: String) -> [Sample] {
        (0..<count).map { page(30 + Double($0) * 60 / rate, "203.0.113.7", "\(path)/\($0)") }
    }

    private static let files = ["/a/app.css", "/a/app.js", "/a/logo.png", "/a/icon.svg"]

    private static let scrapers: [DetectorCase] = [
        one("no_assets", scraperSettings, "600 pages, 120 a minute", attack: true) {
            readers($0, assets: files) + scraper(600, 120, "/ho-so")
        },
        one("no_assets", scraperSettings, "people who read fast", attack: false) { readers($0, assets: files) },
        one("no_assets", scraperSettings, "an interface: nobody loads assets", attack: false) {
            readers($0, assets: []) + scraper(600, 120, "/api/v1")
        },
    ]

    private static let quick = ["ports": "15", "hosts": "25", "window": "5m"]
    private static let slow = ["ports": "30", "hosts": "80", "window": "2h"]

    /// Attempts without an answer, at most so far apart, at `ports` ports and `hosts` hosts.
    private static func attempts(_ ports: Int, _ hosts: Int, gap: Double, _ seed: Int) -> [Sample] {
        var random = Random(seed)
        var time = 0.0
        return (0..<ports * hosts).map { number in
            time += gap * (0.5 + random.fraction() / 2)
            return Sample.flow(
                time, from: "203.0.113.9", to: "10.0.0.\(number % hosts + 1)", 20 + number / hosts * 7)
        }
    }

    private static let scans: [DetectorCase] = [
        one("port_scan", quick, "300 ports of a host, in half a minute", attack: true) {
            attempts(300, 1, gap: 0.1, $0)
        },
        one("port_scan", quick, "a port of 60 hosts, one a second", attack: true) { attempts(1, 60, gap: 1, $0) },
        one("port_scan", slow, "a port a minute, for an hour and a half", attack: true) {
            attempts(90, 1, gap: 60, $0)
        },
        one("port_scan", quick, "twelve ports of two hosts that are down", attack: false) {
            attempts(12, 2, gap: 5, $0)
        },
        one("port_scan", slow, "one port of 20 hosts, all day", attack: false) { seed in
            (0..<20).flatMap { round in
                attempts(1, 20, gap: 10, seed).map { sample in
                    var later = sample
                    later.seconds += Double(round) * 1800
                    return later
                }
            }
        },
    ]

    private static let floodSettings = ["floor": "900", "score": "10"]

    private static let floods: [DetectorCase] = [
        one("request_rate", floodSettings, "3,000 requests a minute, for two minutes", attack: true) { seed in
            var day = Day.ordinary(seed: seed, minutes: 60)
            day.attack(perMinute: 3000, at: 1800, minutes: 2)
            return day.inOrder
        },
        one("request_rate", floodSettings, "visitors, robots, a mirror, an office", attack: false) {
            Day.ordinary(seed: $0, minutes: 60).inOrder
        },
    ]
}
