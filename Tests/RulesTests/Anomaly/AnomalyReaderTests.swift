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

    /// What the detector says of a setting is shown where the setting stands.
    @Test(arguments: [
        ("type", 4, 3, "type"), ("window", 5, 3, "window"), ("where.event.outcome", 7, 5, "event.outcome"),
        ("where.source.ip", 6, 3, "where"), ("missing", 3, 1, "detector"),
    ]) func aSettingIsRefusedAtItsPlace(setting: String, line: Int, column: Int, caret: String) throws {
        var options = RuleLoadOptions()
        options.checkAnomaly = { _ in (setting, "is odd") }
        var loader = RuleLoader(options: options)
        let text = """
            title: T
            id: t
            detector:
              type: port_scan
              window: 5m
              where:
                event.outcome: success
            """
        let rules = loader.load(text: text, file: "a.yml")
        #expect(rules.anomalies.isEmpty && rules.refusedCount == 1)
        let problem = try #require(rules.diagnostics.first)
        #expect(problem.message == "`\(setting)`: is odd" && (problem.line, problem.column) == (line, column))
        #expect(problem.rendered.contains("^" + String(repeating: "~", count: caret.count - 1)), "\(problem.rendered)")
    }
}
