internal import Acquisition
internal import Anomalies
package import Events
internal import Foundation
internal import Logs
internal import Matching
internal import Primitives
internal import Rules

/// What each rule costs over logs and captures: it is matched alone, so that what it shares with others is counted in
/// full. Correlations and anomaly rules are measured by `WindowProfiler`.
package struct RuleProfiler {
    package struct Row: Sendable {
        package var rule: RuleInfo
        package var nanosecondsPerEvent: Double
        /// Events that the rule was evaluated for, after its literals (correlations, anomaly rules: observations), and
        /// what it found.
        package var candidates: Int
        package var hits: Int
    }

    package private(set) var rows: [Row] = []
    package private(set) var eventCount = 0
    /// CPU-seconds of a whole scan, and of one without correlations and anomaly rules; nil: there are no such rules.
    package private(set) var scanSeconds: (whole: Double, withoutWindows: Double)?

    /// Bytes of each input that are read at most: a profile wants a sample, not a history.
    static let maximumBytes: Int64 = 64 << 20

    package init(paths: [String], options: EngineOptions) throws {
        let rules = try RuleDesk.load(options)
        if rules.loadedCount == 0 { throw EngineError.noRules(rules.diagnostics) }
        let registry = FieldRegistry()
        for rule in rules.sigma { _ = try EventMatcher(rules: [rule], registry: registry) }
        for rule in rules.anomalies { _ = try AnomalyWatch(rules: [rule], registry: registry) }
        let batches = try SampleEvents.read(
            paths, options: options, registry: registry, limit: RuleProfiler.maximumBytes)
        eventCount = batches.reduce(0) { $0 + $1.events.count }
        if eventCount == 0 { throw EngineError.configuration("no event was read: nothing to measure rules on") }
        for rule in rules.sigma { rows.append(try profile(rule, registry, batches, options)) }
        for rule in rules.webAttacks { rows.append(profile(rule, batches, options)) }
        if !rules.correlations.isEmpty || !rules.anomalies.isEmpty {
            try profileWindows(rules, registry, batches, paths, options)
        }
        rows.sort { ($0.nanosecondsPerEvent, $1.rule.id) > ($1.nanosecondsPerEvent, $0.rule.id) }
    }

    private func profile(
        _ rule: SigmaRule, _ registry: FieldRegistry, _ batches: [SampleEvents], _ options: EngineOptions
    ) throws -> Row {
        let matcher = try EventMatcher(
            rules: [rule], registry: registry, options: MatchOptions(logSource: options.logSource))
        let worker = try matcher.makeWorker()
        var hits: [EventHit] = []
        let seconds = RuleProfiler.measure {
            hits.removeAll(keepingCapacity: true)
            for batch in batches { worker.match(batch.events, into: &hits) }
        }
        return Row(
            rule: rule.info, nanosecondsPerEvent: seconds * 1e9 / Double(eventCount),
            candidates: worker.evaluationCount / RuleProfiler.rounds, hits: hits.count)
    }

    private func profile(_ rule: WebAttackRule, _ batches: [SampleEvents], _ options: EngineOptions) -> Row {
        let worker = WebAttackMatcher(rules: [rule], logSource: options.logSource).makeWorker()
        var hits: [WebAttackHit] = []
        let seconds = RuleProfiler.measure {
            hits.removeAll(keepingCapacity: true)
            for batch in batches { worker.match(batch.events, into: &hits) }
        }
        return Row(
            rule: rule.info, nanosecondsPerEvent: seconds * 1e9 / Double(eventCount),
            candidates: worker.scoredCount / RuleProfiler.rounds, hits: hits.count)
    }

    private mutating func profileWindows(
        _ rules: RuleSet, _ registry: FieldRegistry, _ batches: [SampleEvents], _ paths: [String],
        _ options: EngineOptions
    ) throws {
        let windows = try WindowProfiler(paths: paths, options: options)
        scanSeconds = (windows.share.whole, windows.share.without)
        let catalogue = RuleDesk.catalogue(rules)
        for rule in rules.anomalies {
            let watched = try watchSeconds(rule, registry, batches)
            var found = (observations: 0, findings: 0)
            let judged = try RuleProfiler.measure { found = try windows.judge(rule) }
            add(rule.info, watched + judged, found)
        }
        for rule in rules.correlations {
            var found = (observations: 0, findings: 0)
            let judged = RuleProfiler.measure { found = windows.judge(rule, catalogue) }
            add(rule.info, judged, found)
        }
    }

    private mutating func add(_ rule: RuleInfo, _ seconds: Double, _ found: (observations: Int, findings: Int)) {
        rows.append(
            Row(
                rule: rule, nanosecondsPerEvent: seconds * 1e9 / Double(eventCount), candidates: found.observations,
                hits: found.findings))
    }

    /// What an anomaly rule costs where events are added up.
    private func watchSeconds(
        _ rule: AnomalyRule, _ registry: FieldRegistry, _ batches: [SampleEvents]
    ) throws -> Double {
        let worker = try AnomalyWatch(rules: [rule], registry: registry).makeWorker()
        let input = ContentID(high: 0, low: 0)
        return RuleProfiler.measure {
            for batch in batches {
                worker.watch(batch.events, input: input, streamOffset: 0, firstLine: 1, staysUntilDrain: true)
            }
            _ = worker.drain()
        }
    }

    static let rounds = 3

    /// The least of a few rounds, in CPU seconds.
    private static func measure(_ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = cpuSeconds()
            try body()
            best = min(best, cpuSeconds() - start)
        }
        return best
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
