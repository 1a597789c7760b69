import Correlation
import Events
import Rules
import Testing

/// What became of a scored request weighs on its incident, never on its detection.
@Suite struct ProbeOutcomeTests {
    private func detection(
        _ number: Int, _ outcome: String, kind: RuleKind = .scored, level: Severity = .medium, rule: String = "s"
    ) -> Detection {
        Detection(
            id: Make.id(1000 + number), rule: Make.info(rule, kind, level: level), first: Make.time(Double(number)),
            last: Make.time(Double(number)), events: [Make.event(number)],
            fields: [FieldValue(name: WebAttackFields.outcome, value: outcome)],
            entity: Entity(kind: "ip", value: "192.0.2.1"))
    }

    private func severity(_ detections: [Detection]) -> Severity {
        let rules = [
            Make.rule("c", .eventCount, of: ["s", "t", "k"], within: 3600, [(.greaterOrEqual, 9)], level: .low)
        ]
        let incidents = IncidentBuilder(correlations: rules).incidents(of: detections)
        #expect(incidents.count == 1)
        return incidents[0].severity
    }

    @Test func aSingleRefusedProbeIsLow() {
        #expect(severity([detection(1, WebAttackFields.refused)]) == .low)
        #expect(severity([detection(1, WebAttackFields.refused, level: .informational)]) == .informational)
        #expect(severity([detection(1, WebAttackFields.attempt)]) == .medium)
        #expect(severity([detection(1, WebAttackFields.success)]) == .medium)
    }

    @Test func twoRulesOfOneRequestAreOneProbe() {
        var other = detection(1, WebAttackFields.refused, rule: "t")
        other.id = Make.id(2000)
        #expect(severity([detection(1, WebAttackFields.refused), other]) == .low)
    }

    @Test func manyProbesOrARuleThatKnowsAreNotLowered() {
        #expect(severity([detection(1, WebAttackFields.refused), detection(2, WebAttackFields.refused)]) == .medium)
        var known = detection(1, WebAttackFields.refused, kind: .sigma, rule: "k")
        known.id = Make.id(3000)
        #expect(severity([detection(1, WebAttackFields.refused), known]) == .medium)
    }

    @Test func aRuleThatKnowsNamesTheIncident() {
        let rules = [Make.rule("c", .eventCount, of: ["s", "k"], within: 3600, [(.greaterOrEqual, 9)], level: .low)]
        var known = detection(1, WebAttackFields.attempt, kind: .sigma, rule: "k")
        for id in [10, 5000] {
            known.id = Make.id(id)
            let incidents = IncidentBuilder(correlations: rules).incidents(of: [
                detection(1, WebAttackFields.attempt), known,
            ])
            #expect(incidents.map(\.rule) == ["k"])
        }
    }
}
