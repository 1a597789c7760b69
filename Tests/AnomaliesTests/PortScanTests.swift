import Anomalies
import Events
import Primitives
import Rules
import Testing

private let scanner = "203.0.113.9"
private let rule = Simulation.rule("port_scan", ["ports": "15", "hosts": "25", "window": "300"])

/// `count` attempts at different ports of one host, `step` seconds apart.
private func ports(_ count: Int, step: Double = 1, from start: Double = 0) -> [Sample] {
    (0..<count).map { .flow(start + Double($0) * step, from: scanner, to: "10.0.0.5", 20 + $0) }
}

@Suite struct PortScanTests {
    static let cases: [(String, [Sample], Bool)] = [
        ("15 ports", ports(15), true),
        ("14 ports", ports(14), false),
        ("15 ports in five minutes", ports(15, step: 18), true),
        ("15 ports in ten minutes", ports(15, step: 40), false),
        ("one port 500 times", (0..<500).map { .flow(Double($0), from: scanner, to: "10.0.0.5", 22) }, false),
        ("25 hosts", (0..<25).map { .flow(Double($0), from: scanner, to: "10.0.0.\($0 + 1)", 22) }, true),
        ("24 hosts", (0..<24).map { .flow(Double($0), from: scanner, to: "10.0.0.\($0 + 1)", 22) }, false),
        (
            "hosts and ports spread",
            (0..<60).map { .flow(Double($0), from: scanner, to: "10.0.0.\($0 / 12 + 1)", 20 + $0 % 12) }, false
        ),
        (
            "refused",
            (0..<15).map {
                .flow(Double($0), from: scanner, to: "10.0.0.5", 20 + $0, back: 1, state: "closed", flags: "SRA")
            }, true
        ),
        (
            "refused, three tries each",
            (0..<15).map {
                .flow(
                    Double($0), from: scanner, to: "10.0.0.5", 20 + $0, forth: 3, back: 3, state: "closed", flags: "SRA"
                )
            }, true
        ),
        (
            "answered",
            (0..<50).map {
                .flow(
                    Double($0), from: scanner, to: "10.0.0.5", 20 + $0, forth: 6, back: 5, bytesBack: 3000,
                    state: "closed", flags: "FSPA")
            }, false
        ),
        (
            "answered and reset at once",
            (0..<50).map {
                .flow(
                    Double($0), from: scanner, to: "10.0.0.\($0 + 1)", 443, forth: 3, back: 1, state: "closed",
                    flags: "SRA")
            }, false
        ),
        (
            "UDP",
            (0..<15).map { .flow(Double($0), from: scanner, to: "10.0.0.5", 20 + $0, transport: "udp", flags: "") },
            true
        ),
        (
            "UDP answered",
            (0..<50).map {
                .flow(
                    Double($0), from: scanner, to: "10.0.0.5", 20 + $0, transport: "udp", back: 1, state: "established",
                    flags: "")
            }, false
        ),
        (
            "ports without flags (FIN, NULL and Xmas)",
            (0..<15).map {
                .flow(Double($0), from: scanner, to: "10.0.0.5", 20 + $0, flags: ["F", "", "FPU"][$0 % 3])
            }, true
        ),
        ("denied by a firewall", (0..<15).map { .denied(Double($0), from: scanner, to: "10.0.0.5", 20 + $0) }, true),
        (
            "allowed by a firewall",
            (0..<50).map { .denied(Double($0), from: scanner, to: "10.0.0.5", 20 + $0, action: "allowed") }, false
        ),
        (
            "logged without a word, to the firewall",
            (0..<15).map { .denied(Double($0), from: scanner, to: "10.0.0.5", 20 + $0, action: nil) }, true
        ),
        (
            "logged without a word, forwarded",
            (0..<50).map {
                .denied(
                    Double($0), from: "10.0.0.20", to: "198.51.100.\($0 + 1)", 443, action: nil,
                    more: [(.observerEgressInterface, "eth1")])
            }, false
        ),
    ]

    @Test(arguments: cases) func whatIsAScan(name: String, samples: [Sample], expected: Bool) throws {
        #expect(try Simulation.run([rule], samples).isEmpty == !expected)
    }

    /// What happens on any day, and looks a little like a scan.
    static let ordinary: [(String, [Sample])] = [
        (
            "late answers of name servers",
            (0..<200).map {
                .flow(
                    Double($0), from: "192.0.2.53", to: "10.0.0.5", 33_000 + $0, transport: "udp", sourcePort: 53,
                    flags: "")
            }
        ),
        (
            "late packets of a web server",
            (0..<200).map {
                .denied(
                    Double($0), from: "192.0.2.80", to: "10.0.0.5", 40_000 + $0, flags: ["ACK", "FIN"],
                    more: [(.sourcePort, "443")])
            }
        ),
        (
            "a web server's side of connections seen from the middle",
            (0..<200).map {
                .flow(Double($0), from: "192.0.2.80", to: "10.0.0.5", 10_000 + $0, sourcePort: 8080, flags: "FA")
            }
        ),
        (
            "backscatter",
            (0..<200).map {
                .flow(Double($0), from: "192.0.2.80", to: "10.0.0.\($0 % 200 + 1)", 6000, sourcePort: 8080, flags: "SA")
            }
        ),
        (
            "traceroute",
            (0..<90).map {
                .flow(Double($0) / 10, from: "10.0.0.5", to: "198.51.100.1", 33_434 + $0, transport: "udp", flags: "")
            }
        ),
        (
            "a resolver's unanswered questions",
            (0..<250).map {
                .flow(Double($0), from: "10.0.0.53", to: "198.51.100.\($0 + 1)", 53, transport: "udp", flags: "")
            }
        ),
        (
            "announcements",
            (0..<300).map {
                .flow(Double($0), from: "10.0.0.5", to: "239.255.255.250", 1900 + $0 % 30, transport: "udp", flags: "")
            }
        ),
        (
            "broadcasts",
            (0..<300).map {
                .flow(
                    Double($0), from: "10.0.\($0 % 40).5", to: "10.0.\($0 % 40).255", 137, transport: "udp", flags: "")
            }
        ),
        (
            "a monitor of forty portals",
            (0..<4000).map {
                .flow(
                    Double($0) / 4, from: "10.0.0.9", to: "10.1.0.\($0 % 40 + 1)", 443, forth: 3, back: 2,
                    state: "closed", flags: "SRA")
            }
        ),
        (
            "a host that is down",
            (0..<360).map {
                .flow(Double($0) * 10, from: "10.0.0.9", to: "10.1.0.1", [22, 80, 443, 5666][$0 % 4], forth: 3)
            }
        ),
        (
            "a busy office",
            (0..<5000).map {
                .flow(
                    Double($0) / 5, from: "10.0.2.\($0 % 80 + 1)", to: "198.51.100.\($0 * 7 % 250 + 1)",
                    $0 % 3 == 0 ? 80 : 443, forth: 12, back: 14, bytesBack: 9000, state: "closed", flags: "FSPA")
            }
        ),
    ]

    @Test(arguments: ordinary) func anOrdinaryDayIsSilent(name: String, samples: [Sample]) throws {
        #expect(try Simulation.run([rule], samples).isEmpty)
    }

    @Test func whatADetectionSays() throws {
        var samples = ports(40, step: 0.5, from: 100)
        samples.append(.flow(130, from: "10.0.0.77", to: "10.0.0.5", 9999))
        let found = try Simulation.run([rule], samples)
        let one = try #require(found.first)
        #expect(found.count == 1)
        #expect(one.entity == Entity(kind: "ip", value: scanner))
        #expect((one.first, one.last, one.count) == (Clock.time(100), Clock.time(119.5), 40))
        #expect(one.id == detectionID(rule: rule.info.id, events: one.events.prefix(1).map(\.id)))
        #expect(one.events.first?.number == 1)
        #expect(one.evidence.first?.bytes == Array("line 0".utf8))
        let values = Dictionary(grouping: one.fields, by: \.name).mapValues { $0.map(\.value) }
        #expect(values["scan.kind"] == ["ports of one host"])
        #expect(values["scan.ports"] == ["40"])
        #expect(values["destination.ip"] == ["10.0.0.5"])
        #expect(values["destination.port"] == (20..<40).map(String.init))
    }

    @Test func aScanOfManyHosts() throws {
        let samples = (0..<200).map { Sample.flow(Double($0) / 10, from: scanner, to: "10.0.0.\($0 + 1)", 3389) }
        let one = try #require(try Simulation.run([rule], samples).first)
        let values = Dictionary(grouping: one.fields, by: \.name).mapValues { $0.map(\.value) }
        #expect(values["scan.kind"] == ["hosts with one port"])
        #expect(values["scan.hosts"] == ["200"])
        #expect(values["destination.port"] == ["3389"])
        #expect(values["destination.ip"]?.count == 20)
    }

    @Test func largeScansAreEstimated() throws {
        let all = (0..<65_535).map { Sample.flow(Double($0) / 1000, from: scanner, to: "10.0.0.5", $0) }
        let one = try #require(try Simulation.run([rule], all).first)
        #expect(one.count == 65_535)
        let ports = try #require(one.fields.first { $0.name == "scan.ports" }.flatMap { Int($0.value) })
        #expect((50_000...82_000).contains(ports))
    }

    @Test func itGoesOnUntilAWindowWithoutIt() throws {
        let samples = ports(20) + ports(20, from: 200) + ports(20, from: 2000)
        let found = try Simulation.run([rule], samples)
        #expect(found.map(\.count).sorted() == [20, 40])
    }

    /// The rule straight from its words, over all attempts of a source: slots of 30 s, a window of ten.
    private func slowly(_ samples: [Sample]) -> [String: Int] {
        var windows: [String: Int] = [:]
        let bySource = Dictionary(grouping: samples) { $0.fields[0].1 }
        for (source, attempts) in bySource {
            let slots = attempts.map {
                (Int((Clock.time($0.seconds).nanoseconds) / 30_000_000_000), $0.fields[2].1, $0.fields[3].1)
            }
            for slot in Set(slots.map(\.0)) {
                let window = slots.filter { $0.0 > slot - 10 && $0.0 <= slot }
                let ports = Dictionary(grouping: window, by: \.1).values.map { Set($0.map(\.2)).count }.max() ?? 0
                let hosts = Dictionary(grouping: window, by: \.2).values.map { Set($0.map(\.1)).count }.max() ?? 0
                if ports >= 15 || hosts >= 25 { windows[source, default: 0] += 1 }
            }
        }
        return windows
    }

    @Test(arguments: 0..<60) func agreesWithTheSlowEvaluator(seed: Int) throws {
        var random = Random(seed)
        var seconds = 0.0
        let samples = (0..<400).map { _ in
            seconds += random.fraction() * random.pick([1, 5, 10])
            return Sample.flow(
                seconds, from: "203.0.113.\(random.below(3))", to: "10.0.0.\(random.below(random.pick([2, 40])) + 1)",
                20 + random.below(random.pick([3, 30])))
        }
        let found = Set(try Simulation.run([rule], samples).map(\.entity.value))
        #expect(found == Set(slowly(samples).keys))
    }

    @Test(arguments: 0..<30) func theSameWhereverItIsCut(seed: Int) throws {
        var random = Random(seed)
        let samples =
            ports(300, step: 0.2)
            + (0..<300).map { .flow(Double($0) / 5, from: scanner, to: "10.0.1.\($0 % 250 + 1)", 22) }
        let ordered = samples.sorted { $0.seconds < $1.seconds }
        let whole = try Simulation.run([rule], ordered)
        let batches = Set((0..<20).map { _ in random.below(ordered.count) + 1 })
        #expect(
            try Simulation.observations([rule], ordered).map(\.values)
                == Simulation.observations([rule], ordered, batches: batches).map(\.values))
        let cut = try Simulation.observations([rule], ordered, batches: batches, chunks: Set(batches.prefix(8)))
        let parts = try Simulation.detections([rule], cut)
        #expect(parts.map(\.id) == whole.map(\.id))
        #expect(parts.map(\.count) == whole.map(\.count))
        #expect(parts.map(\.events) == whole.map(\.events))
        #expect(parts.map(\.fields) == whole.map(\.fields))
        #expect(parts.map(\.last) == whole.map(\.last))
    }

    @Test func theLogSourceGate() throws {
        var firewallOnly = rule
        firewallOnly.category = "firewall"
        firewallOnly.product = "linux"
        #expect(try Simulation.run([firewallOnly], ports(50)).isEmpty)
        let denied = (0..<15).map { Sample.denied(Double($0), from: scanner, to: "10.0.0.5", 20 + $0) }
        #expect(try Simulation.run([firewallOnly], denied).count == 1)
    }

    @Test func aFloodOfSourcesIsBounded() throws {
        let judge = try AnomalyJudge(rules: [rule])
        var samples: [Sample] = []
        for index in 0..<120_000 {
            samples.append(
                .flow(
                    Double(index) / 2000, from: "2001:db8::\(String(index, radix: 16))", to: "10.0.0.5", index % 60_000)
            )
        }
        samples += ports(20, step: 0.01, from: 61)
        let observations = try Simulation.observations([rule], samples)
        for observation in observations.sorted() { judge.feed(observation) }
        judge.finish()
        #expect(judge.takeDetections().map(\.entity.value) == [scanner])
    }
}
