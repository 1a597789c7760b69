internal import Matching
internal import Primitives
internal import Rules

/// What the judges of web attacks read: requests as clients sent them.
enum WebAttackTargets {
    /// Target, referer, agent, cookie and body, a line each. What the gate lets through is scored twice: the second
    /// time gives the same.
    static let scorer = FuzzTarget("scorer", maximumBytes: 4 << 10) { bytes in
        let parts = lines(bytes)
        let request = WebRequest(
            target: parts[0], referrer: parts[1], agent: parts[2], cookie: parts[3], body: parts[4])
        guard WebAttackScorer.isWorthReading(request) else { return }
        var scorer = WebAttackScorer(judges: AttackJudge.allCases, leastScore: 1)
        scorer.score(request)
        let first = scorer.findings.map(\.scores)
        scorer.score(request)
        precondition(scorer.findings.map(\.scores) == first, "a request is scored otherwise the second time")
    }

    /// The first five lines; what is missing is empty, and the fifth goes to the end.
    private static func lines(_ bytes: Bytes) -> [Bytes] {
        var parts: [Bytes] = []
        var from = 0
        while parts.count < 4, let end = bytes.firstIndex(of: ASCII.newline, from: from) {
            parts.append(bytes.slice(from, end))
            from = end + 1
        }
        parts.append(bytes.slice(from, bytes.count))
        while parts.count < 5 { parts.append(.empty) }
        return parts
    }
}
