import Engine
import Events
import Storage
import Testing

/// Scores from a log line to the incident.
@Suite struct WebAttackScanTests {
    private static let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

    private static func line(_ address: String, _ target: String, _ status: Int, second: Int = 0) -> String {
        "\(address) - - [12/Mar/2026:10:00:\(second < 10 ? "0" : "")\(second) +0700] \"GET \(target) HTTP/1.1\" \(status) 512 \"-\" \"\(agent)\"\n"
    }

    private func scan(_ text: String, rules: String? = nil) throws -> [Incident] {
        let fixture = try Fixture()
        var options = Fixture.options()
        if let rules { options.rulePaths = [try fixture.write("r.yml", rules)] }
        try fixture.scan([try fixture.write("access.log", text)], into: fixture.path("db"), options: options)
        let store = try Store(path: fixture.path("db"), mode: .read)
        for detection in try store.detections() where detection.rule.kind == .scored {
            let names = Set(detection.fields.map(\.name))
            #expect(
                names.isSuperset(of: [
                    WebAttackFields.score, WebAttackFields.parts, WebAttackFields.place, WebAttackFields.outcome,
                ]))
        }
        return try store.incidents()
    }

    static let rule = """
        title: t
        id: r
        logsource: {category: webserver}
        level: medium
        scorer: {judges: [ldap], exclude: [{parameter: loc}]}
        """

    @Test func aSingleRefusedProbeIsALowIncident() throws {
        let probe = "/tra-cuu?ten=x)(%26(a%3Db"
        let refused = try scan(Self.line("192.0.2.7", probe, 403), rules: Self.rule)
        #expect(refused.map(\.severity) == [.low] && refused.first?.entity.value == "192.0.2.7")
        #expect(try scan(Self.line("192.0.2.7", probe, 200), rules: Self.rule).map(\.severity) == [.medium])
        let two = Self.line("192.0.2.7", probe, 403) + Self.line("192.0.2.7", probe + "c", 403, second: 5)
        #expect(try scan(two, rules: Self.rule).map(\.severity) == [.medium])
    }

    @Test func exclusionsAndOrdinaryValuesAreQuiet() throws {
        #expect(try scan(Self.line("192.0.2.7", "/tra-cuu?loc=x)(%26(a%3Db", 200), rules: Self.rule).isEmpty)
        #expect(
            try scan(Self.line("192.0.2.7", "/tra-cuu?ten=th%E1%BB%A7+t%E1%BB%A5c+(%C4%91%E1%BA%A5t+%C4%91ai)", 200))
                .isEmpty)
    }

    /// The pack says it once where a Sigma rule and a score say the same, under the name of the rule that knows more.
    @Test func aRuleAndAScoreMakeOneIncident() throws {
        let incidents = try scan(
            Self.line("192.0.2.7", "/tin?id=1%27%20union%20select%20null,ten,matkhau%20from%20nguoidung--%20", 200))
        #expect(incidents.count == 1)
        let named = ["b117f952-aa16-5d2a-b042-63db5b4c930e", "4059f0ec-ae08-5552-899f-ce1223960e35"]
        #expect(named.contains(incidents.first?.rule ?? ""), "\(incidents.map(\.title))")
        #expect((incidents.first?.rules.count ?? 0) >= 2)
    }
}
