internal import Anomalies
internal import Correlation
internal import Events
internal import Primitives
internal import Rules
internal import Storage

/// What is decided over all inputs once they are read: windows and baselines over the whole spool in event-time order,
/// then incidents over the stored detections. Both are pure functions of what is stored, so doing it again changes
/// nothing and an interrupted run loses nothing.
struct Judgement {
    let store: Store
    let desk: RuleDesk
    let options: EngineOptions
    /// Told what every rule finds; nil: nobody asks.
    var findings: FindingLog?
    /// Told how far it is; nil: nobody asks.
    var laps: LapTimes?

    struct Outcome {
        var derived: [Detection] = []
        var new = 0
        var grown = 0
        var evictions: [String: Int64] = [:]
        var learning: [LearningRule] = []
    }

    func judge(run: Int64) throws -> Outcome {
        var outcome = Outcome()
        outcome.derived = try derivedDetections(&outcome)
        let rules = desk.rules.correlations.map(\.info.id) + desk.awakeAnomalies.map(\.info.id)
        try store.beginJudgement()
        try store.commit(detections: outcome.derived)
        laps?.mark()
        try store.finishJudgement(ofRules: rules)
        if desk.estate.isGiven { try store.keep(desk.estate, text: desk.estateText) }
        if let intel = desk.intel { try retroMatch(intel) }
        let changes = try IncidentDesk(store: store, desk: desk, beside: IncidentDesk.goesBeside(options))
            .rebuild(run: run)
        outcome.new = changes.new.count
        outcome.grown = changes.grown.count
        return outcome
    }

    /// Baselines over the whole spool, then windows over it and over what the baselines found, afresh.
    private func derivedDetections(_ outcome: inout Outcome) throws -> [Detection] {
        let correlator = Correlator(
            rules: desk.rules.correlations, catalogue: desk.catalogue,
            maximumBytes: options.memory.correlationBytes, bindings: try bindings())
        let judge = try AnomalyJudge(
            rules: desk.awakeAnomalies, maximumBytes: options.memory.correlationBytes, places: desk.places)
        let sieve = correlator.makeSieve(elsewhere: Set(desk.rules.anomalies.map(\.info.id)))
        let watched = judge.makeSieve()
        let spool = try store.spool(memory: options.memory.resultBytes)
        try spool.count(into: [sieve, watched])
        laps?.mark()
        let found = try anomalies(judge, spool, watched, &outcome)
        laps?.mark()
        correlator.findings = findings
        for detection in found { findings?.add(detection.rule.id, detection.events.map(\.id)) }
        var pending = found.compactMap { desk.observation(of: $0) }.sorted()[...]
        try spool.forEachObservation(.sieved(sieve)) { observation in
            while let next = pending.first, next < observation { correlator.feed(pending.removeFirst()) }
            correlator.feed(observation)
        }
        for observation in pending { correlator.feed(observation) }
        correlator.finish()
        laps?.mark()
        if correlator.evictions > 0 { outcome.evictions["correlation windows"] = correlator.evictions }
        var latest: [ContentID: Detection] = [:]
        for detection in correlator.takeDetections() + found where detection.rule.generates {
            latest[detection.id] = detection
        }
        return latest.values.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
    }

    /// Lists that changed are held against what is stored.
    private func retroMatch(_ intel: IntelDesk) throws {
        let retro = IntelRetro(intel, store: store)
        if try retro.isDue { _ = try retro.run() }
    }

    /// What addresses were called, where a correlation asks for it.
    private func bindings() throws -> BindingTable {
        guard Correlator.asksForBindings(desk.rules.correlations) else { return BindingTable() }
        return BindingTable(try store.sightings(of: [.user, .lease, .answer, .serverName]))
    }

    /// What was learned of days whose observations have been pruned is taken from the store, the rest learned afresh.
    private func anomalies(
        _ judge: AnomalyJudge, _ spool: Spool, _ sieve: ObservationSieve, _ outcome: inout Outcome
    ) throws -> [Detection] {
        guard !desk.rules.anomalies.isEmpty else { return [] }
        let horizon = try store.spoolHorizon()
        if !horizon.isNone { judge.restore(try store.baselines(before: horizon), through: horizon) }
        judge.reset(try store.baselineResets())
        try spool.forEachObservation(.sieved(sieve)) { judge.feed($0) }
        judge.finish()
        let learned = judge.baselines()
        try store.save(learned, of: desk.awakeAnomalies.map(\.info.id))
        if judge.evictions > 0 { outcome.evictions["baselines"] = judge.evictions }
        outcome.learning = LearningRule.list(learned, titles: desk.catalogue.mapValues(\.title))
        return judge.takeDetections()
    }
}
