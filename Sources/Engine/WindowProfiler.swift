internal import Anomalies
internal import Correlation
internal import Events
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
    private static let fewestRounds = 8
    private static let mostRounds = 20

    /// Scans `paths` into memory with all rules and without, in turn, and keeps the least time of each lap: at least
    /// `fewestRounds` times, and until that takes nothing off any more, or `mostRounds`. Throws where an input cannot
    /// be read.
    init(paths: [String], options: EngineOptions) throws {
        self.options = options
        var without = options
        without.leavesWindowsOut = true
        var least = (whole: LeastLaps(), without: LeastLaps())
        var kept: Store?
        for round in 1...WindowProfiler.mostRounds {
            let (store, marks) = try WindowProfiler.scan(paths, options)
            least.whole.add(marks)
            least.without.add(try WindowProfiler.scan(paths, without).1)
            kept = store
            if round >= WindowProfiler.fewestRounds, least.whole.isSettled, least.without.isSettled { break }
        }
        share = Share(whole: least.whole.total, without: least.without.total)
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

    /// A scan's store, and the CPU-seconds of all its threads but for the loading of rules, lap by lap.
    private static func scan(_ paths: [String], _ options: EngineOptions) throws -> (Store, [Double]) {
        let desk = try RuleDesk(options: options)
        let store = try Store(path: ":memory:", mode: .write, command: "profile")
        let pipeline = Pipeline(desk: desk, store: store, options: options)
        let laps = LapTimes()
        pipeline.laps = laps
        _ = try pipeline.scan(paths, command: "profile", started: Pipeline.wallClock())
        laps.mark()
        return (store, laps.marks)
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
