import Anomalies
import Events
import Primitives
import Rules
import Testing

/// Tunnels simulated as their tools encode (iodine: base 32 or 128 in labels of up to 63; dnscat2: hexadecimal), and
/// the names that people's programs ask for.
@Suite struct DNSTunnelTests {
    static func question(
        _ seconds: Double, _ name: String, from source: String = "10.0.4.21", type: String = "A",
        code: String = "NOERROR"
    ) -> Sample {
        Sample(
            seconds: seconds, source: .networkDNS,
            fields: [
                (.sourceIP, source), (.dnsQuestionName, name), (.dnsQuestionType, type), (.dnsResponseCode, code),
            ])
    }

    private static func coded(_ random: inout Random, _ letters: String, _ length: Int) -> String {
        let letters = Array(letters)
        return String((0..<length).map { _ in random.pick(letters) })
    }

    private static func tunnel(_ letters: String, length: Int, type: String, count: Int = 300) -> [Sample] {
        var random = Random(7)
        return (0..<count).map {
            question(Double($0), "\(coded(&random, letters, length)).t.example.com", type: type)
        }
    }

    @Test(arguments: [
        ("abcdefghijklmnopqrstuvwxyz234567", 52, "NULL"), ("0123456789abcdef", 40, "TXT"),
        ("0123456789abcdef", 48, "CNAME"), ("abcdefghijklmnopqrstuvwxyz234567", 60, "A"),
    ]) func findsTunnels(_ letters: String, _ length: Int, _ type: String) throws {
        let found = try Simulation.run(
            [Simulation.rule("dns_tunnel")], Self.tunnel(letters, length: length, type: type))
        #expect(found.count == 1)
        let fields = try #require(found.first?.fields)
        #expect(fields.contains(FieldValue(name: "dns.question.registered_domain", value: "example.com")))
        let names = try #require(fields.first { $0.name == "tunnel.names" }.flatMap { Int($0.value) })
        #expect(abs(names - 300) <= 15)
    }

    @Test func ordinaryNamesAreNoTunnel() throws {
        var random = Random(3)
        let hosts = ["www", "api", "img", "static", "mail", "cdn", "login", "news", "m", "shop"]
        var samples: [Sample] = []
        for number in 0..<3000 {
            let host = random.below(3) == 0 ? "\(random.pick(hosts))\(random.below(200))" : random.pick(hosts)
            samples.append(Self.question(Double(number), "\(host).example.net", type: random.pick(["A", "AAAA"])))
        }
        #expect(try Simulation.run([Simulation.rule("dns_tunnel")], samples).isEmpty)
    }

    @Test func itDoesNotMatterWhereInputsAreCut() throws {
        let rules = [Simulation.rule("dns_tunnel")]
        let samples = Self.tunnel("0123456789abcdef", length: 40, type: "TXT", count: 1500)
        let whole = try Simulation.run(rules, samples)
        let cut = try Simulation.detections(
            rules, Simulation.observations(rules, samples, chunks: Set(stride(from: 11, to: 1500, by: 11))))
        #expect(whole.count == 1 && whole.map(\.id) == cut.map(\.id) && whole.map(\.fields) == cut.map(\.fields))
    }

    @Test func entropyIsThatOfTheText() {
        func entropy(_ text: String) -> Int64 { text.withBytes { NameShape.entropy($0) } }
        #expect(entropy("aaaa") == 0 && entropy("") == 0)
        #expect(entropy("abab") == 1000 && entropy("ABab") == 1000)
        #expect(entropy("abcd") == 2000 && entropy("abcdefgh") == 3000)
    }
}

/// Names generated as the families do that papers describe: letters at random of even chance.
@Suite struct GeneratedDomainTests {
    static let ordinary = [
        "google", "facebook", "vnexpress", "dichvucong", "tuoitre", "thanhnien", "microsoft", "cloudflare", "wikipedia",
        "chinhphu", "benhvien", "truonghoc", "vietcombank", "sotaichinh", "giaoduc", "weather", "netflix", "spotify",
        "hoctructuyen", "phapluat", "windowsupdate", "dulich", "xaydung", "laodong", "nguoiduatin", "paypal",
        "shopping",
    ]

    static func generated(_ count: Int, seed: Int = 5) -> [String] {
        var random = Random(seed)
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return (0..<count).map { _ in String((0..<8 + random.below(8)).map { _ in random.pick(letters) }) }
    }

    private static func strangeness(_ text: String) -> Int64 {
        text.withBytes { LetterPairs.standard.strangeness($0) }
    }

    @Test func wordsAndRandomLettersAreApart() {
        let words = Self.ordinary.count { Self.strangeness($0) < 4600 }
        #expect(words >= Self.ordinary.count * 95 / 100)
        let names = Self.generated(1000)
        let strange = names.count { Self.strangeness($0) > 4600 }
        #expect(strange >= 950, "\(strange) of 1000")
    }

    private func asked(_ names: [String], code: String = "NXDOMAIN") -> [Sample] {
        names.enumerated().map { DNSTunnelTests.question(Double($0.offset) * 3, "\($0.element).com", code: code) }
    }

    @Test func findsRunsOfGeneratedNames() throws {
        let rules = [Simulation.rule("generated_domain")]
        let found = try Simulation.run(rules, asked(Self.generated(60)))
        #expect(found.count == 1 && found.first?.entity.value == "10.0.4.21")
        #expect(found.first?.fields.contains(FieldValue(name: "domains.different", value: "60")) == true)
    }

    @Test func namesThatExistOrAreWordsAreNone() throws {
        let rules = [Simulation.rule("generated_domain")]
        #expect(try Simulation.run(rules, asked(Self.generated(60), code: "NOERROR")).isEmpty)
        #expect(try Simulation.run(rules, asked(Self.ordinary)).isEmpty)
        // A browser's three probes for hijacked answers.
        #expect(try Simulation.run(rules, asked(Self.generated(3))).isEmpty)
    }
}
