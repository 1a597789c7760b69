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

    /// Whether a detection's request was not served, as far as it shows (400 to 499, RFC 9110 section 15.5).
    static func isTurnedDown(_ detection: Detection) -> Bool {
        let status = detection.fields.first { $0.name == "http.response.status_code" }?.value
        return isRefused(detection) || status.map { $0.count == 3 && $0.hasPrefix("4") } ?? false
    }

    private static func isRefused(_ detection: Detection) -> Bool {
        detection.fields.contains { $0.name == WebAttackFields.outcome && $0.value == WebAttackFields.refused }
    }
}
