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
    /// Two scans that were slow all along agree as well: so many are made before they are believed, or for so many
    /// seconds.
    private static let fewestRounds = 8
    private static let fewestSeconds = 120.0
    private static let mostRounds = 16
    private static let agreement = 1.03

    /// Scans `paths` into memory with all rules and without, in turn, and keeps the least time of each. A machine that
    /// others use too is slow now and then, for seconds on end: after the fewest rounds it goes on until either has
    /// come near its least time twice, or `mostRounds`. Throws where an input cannot be read.
    init(paths: [String], options: EngineOptions) throws {
        self.options = options
        var without = options
        without.leavesWindowsOut = true
        var times = (whole: [Double](), without: [Double]())
        var kept: Store?
        let start = Pipeline.wallClock()
        for round in 1...WindowProfiler.mostRounds {
            let (store, seconds) = try WindowProfiler.scan(paths, options)
            times.whole.append(seconds)
            times.without.append(try WindowProfiler.scan(paths, without).1)
            kept = store
            let spent = Double(Pipeline.wallClock().nanoseconds &- start.nanoseconds) / 1e9
            let isEnough = round >= WindowProfiler.fewestRounds || spent >= WindowProfiler.fewestSeconds
            if isEnough, WindowProfiler.agree(times.whole), WindowProfiler.agree(times.without) { break }
        }
        share = Share(whole: times.whole.min() ?? 0, without: times.without.min() ?? 0)
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

    /// Whether the two least times are the same but for noise.
    private static func agree(_ times: [Double]) -> Bool {
        let least = times.sorted().prefix(2)
        return least.count == 2 && least[1] <= least[0] * agreement
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
