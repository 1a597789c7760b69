internal import Events

/// What became of requests decides how much an incident of scored requests weighs: a single one that the server refused
/// was a probe. The detections keep their rules' levels.
enum ProbeOutcome {
    /// The highest level of the run's rules; for one refused record that scores alone speak of, at most low.
    static func severity(of run: [Detection], records: Int) -> Severity {
        let highest = run.map(\.rule.level).max() ?? .informational
        let isProbe = records == 1 && run.allSatisfy { $0.rule.kind == .scored && isRefused($0) }
        return isProbe ? min(highest, .low) : highest
    }

    private static func isRefused(_ detection: Detection) -> Bool {
        detection.fields.contains { $0.name == WebAttackFields.outcome && $0.value == WebAttackFields.refused }
    }
}
