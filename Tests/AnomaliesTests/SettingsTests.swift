import Anomalies
import Events
import Rules
import Testing

@Suite struct SettingsTests {
    static let refused: [(detector: String, settings: [String: String], setting: String, words: String)] = [
        (
            "port_scam", [:], "type",
            "there is no detector 'port_scam'; known: "
                + AnomalyDetectors.table.map(\.name).joined(separator: ", ")
        ),
        ("port_scan", ["ports": "many"], "ports", "'many' is not a whole number"),
        ("port_scan", ["ports": "2"], "ports", "2 is out of range: 3 to 65535"),
        ("port_scan", ["window": "5 minutes"], "window", "'5 minutes' is not a time such as 90s, 5m or 1h"),
        ("port_scan", ["window": "2d"], "window", "2d is out of range: 10s to 86400s"),
        (
            "port_scan", ["windows": "60"], "windows",
            "unknown setting; the detector port_scan has: ports, hosts, window"
        ),
        ("request_rate", ["score": "high"], "score", "'high' is not a number"),
        ("request_rate", ["score": "nan"], "score", "'nan' is not a number"),
        ("request_rate", ["floor": "5"], "floor", "5 is out of range: 10 to 1000000"),
        ("request_rate", ["gap": "-5m"], "gap", "'-5m' is not a time such as 90s, 5m or 1h"),
    ]

    @Test(arguments: refused) func wrongSettingsAreNamed(
        detector: String, settings: [String: String], setting: String, words: String
    ) throws {
        let rule = Simulation.rule(detector, settings)
        let watch = #expect(throws: AnomalyError.self) {
            _ = try AnomalyWatch(rules: [rule], registry: FieldRegistry())
        }
        let judge = #expect(throws: AnomalyError.self) { _ = try AnomalyJudge(rules: [rule]) }
        for error in [try #require(watch), try #require(judge)] {
            #expect((error.rule, error.setting) == (rule.info.id, setting))
            #expect(error.message == words)
        }
        let problem = try #require(AnomalyDetectors.problem(rule))
        #expect(problem.setting == setting && problem.reason == words)
    }

    @Test func rightSettingsAreTaken() {
        for (detector, settings) in [
            ("port_scan", ["ports": "20", "hosts": "30", "window": "60"]), ("port_scan", ["window": "1h"]),
            (
                "request_rate",
                ["floor": "100", "score": "6.5", "baseline": "2h", "history": "20m", "gap": "90s", "agents": "4"]
            ),
        ] {
            #expect(AnomalyDetectors.problem(Simulation.rule(detector, settings)) == nil)
        }
    }

    @Test func theTableNamesEachDetectorOnce() {
        let names = AnomalyDetectors.table.map(\.name)
        #expect(names.prefix(2) == ["port_scan", "request_rate"])
        #expect(names.count >= 15 && Set(names).count == names.count)
    }
}
