import Events
import Rules
import Testing

@Suite struct AnomalyReaderTests {
    @Test func readsDetectorAndSettings() throws {
        var loader = RuleLoader()
        let rules = loader.load(
            text: """
                title: Port scan
                id: scan
                level: high
                logsource: {category: firewall}
                detector:
                    type: port_scan
                    ports: 20
                    ignore: [192.0.2.1, 192.0.2.2]
                    window: {length: 60s}
                """, file: "a.yml")
        #expect(rules.diagnostics.isEmpty)
        let rule = try #require(rules.anomalies.first)
        #expect(rule.detector == "port_scan" && rule.category == "firewall" && rule.product == nil)
        #expect(rule.info.kind == .anomaly && rule.info.level == .high)
        #expect(rule.settings == ["ports": "20", "ignore": "192.0.2.1,192.0.2.2", "window.length": "60s"])
    }

    @Test(arguments: [
        ("detector: x", "`detector` must be a mapping"), ("detector: {ports: 3}", "`detector` has no `type`"),
    ]) func refusals(body: String, message: String) {
        var loader = RuleLoader()
        let rules = loader.load(text: "title: T\n\(body)\n", file: "a.yml")
        #expect(rules.anomalies.isEmpty && rules.diagnostics.map(\.message) == [message])
    }
}
