internal import Anomalies
internal import Correlation
internal import Events
internal import Foundation
internal import Primitives
internal import Rules
internal import Storage

/// What correlations and anomaly rules cost: each by what it watches and judges alone, and all of them together as the
/// part of a scan's CPU time that goes when they are left out.
struct WindowProfiler {
    /// CPU-seconds of a scan, with all rules and without correlations and anomaly rules.
    struct Share {
        var whole: Double
        var without: Double
    }

    private let options: EngineOptions
    private let store: Store
    let share: Share
    /// Observations of each subject, in order, at most `maximumObservations` in all.
    private var observations: [String: [Observation]] = [:]

    private static let maximumObservations = 500_000
    private static let rounds = 6

    /// Scans `paths` into memory with all rules and without, in turn and a few times over, and keeps the least time of
    /// each: a machine that others use too is fast for a while and slow for a while, and each of the two is to meet a
    /// fast one. Throws where an input cannot be read.
    init(paths: [String], options: EngineOptions) throws {
        self.options = options
        var without = options
        without.leavesWindowsOut = true
        var best = Share(whole: .infinity, without: .infinity)
        var kept: Store?
        for _ in 0..<WindowProfiler.rounds {
            let (store, seconds) = try WindowProfiler.scan(paths, options)
            best.whole = min(best.whole, seconds)
            best.without = min(best.without, try WindowProfiler.scan(paths, without).1)
            kept = store
        }
        share = best
        guard let kept else { throw EngineError.configuration("nothing was scanned") }
        store = kept
        var count = 0
        try store.forEachObservation { observation in
            count += 1
            if count <= WindowProfiler.maximumObservations {
                observations[observation.subject, default: []].append(observation)
            }
        }
    }

    /// A scan's store, and the CPU-seconds of all its threads but for the loading of rules.
    private static func scan(_ paths: [String], _ options: EngineOptions) throws -> (Store, Double) {
        let desk = try RuleDesk(options: options)
        let store = try Store(path: ":memory:", mode: .write, command: "profile")
        let start = cpuSeconds()
        _ = try Pipeline(desk: desk, store: store, options: options).scan(
            paths, command: "profile", started: Pipeline.wallClock())
        return (store, cpuSeconds() - start)
    }

    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Observations that anomaly rule `rule` judged, and what it found.
    func judge(_ rule: AnomalyRule) throws -> (observations: Int, findings: Int) {
        let judge = try AnomalyJudge(
            rules: [rule], maximumBytes: options.memory.correlationBytes, places: try Places(paths: options.placePaths))
        let own = merged(Set(judge.makeSieve().takers.keys))
        for observation in own { judge.feed(observation) }
        judge.finish()
        return (own.count, judge.takeDetections().count)
    }

    /// The same for a correlation. What other correlations and anomaly rules found is not fed to it: that is theirs.
    func judge(_ rule: CorrelationRule, _ catalogue: [String: RuleInfo]) -> (observations: Int, findings: Int) {
        let correlator = Correlator(
            rules: [rule], catalogue: catalogue, maximumBytes: options.memory.correlationBytes)
        let own = merged(Set(correlator.makeSieve().takers.keys))
        for observation in own { correlator.feed(observation) }
        correlator.finish()
        return (own.count, correlator.takeDetections().count)
    }

    private func merged(_ subjects: Set<String>) -> [Observation] {
        let lists = subjects.compactMap { observations[$0] }
        return lists.count == 1 ? lists[0] : lists.flatMap { $0 }.inOrder()
    }
}
