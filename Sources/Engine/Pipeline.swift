internal import Acquisition
internal import Correlation
package import Events
internal import Foundation
package import Primitives
internal import Rules
package import Storage

/// A scan, from top to bottom as the picture in the README has it: inputs → raw batches → events → detections →
/// windows and baselines → incidents.
package final class Pipeline {
    private let desk: RuleDesk
    private let store: Store
    private let options: EngineOptions
    private var progress = ScanProgress(totalBytes: 0)
    /// Told what windows and baselines find; nil: nobody asks.
    var findings: FindingLog?
    /// Told how far the scan is; nil: nobody asks.
    var laps: LapTimes?

    /// Nobody else needs the rules when everything was read.
    private let ownsRules: Bool

    package init(desk: RuleDesk, store: Store, options: EngineOptions, ownsRules: Bool = false) {
        self.ownsRules = ownsRules
        self.desk = desk
        self.store = store
        self.options = options
    }

    /// Reads `paths` to the end. Throws where the store or an output file fails; an input that cannot be read becomes a
    /// problem in the ledger.
    package func scan(
        _ paths: [String], command: String, started: Timestamp, follow: (ScanProgress) -> Void = { _ in }
    ) throws -> RunLedger {
        let found = InputFinder.find(paths, sensors: options.sensors, assets: options.assets)
        var ledger = RunLedger()
        ledger.started = started
        ledger.command = command
        ledger.rulesLoaded = desk.rules.loadedCount
        ledger.rulesRefused = desk.rules.refusedCount
        ledger.id = try store.beginRun(command: command, at: started)
        try store.keepDetections(limitBytes: IncidentDesk.keptBytes(options))
        let inputs = found.inputs.sorted { $0.path < $1.path }
        progress = ScanProgress(totalBytes: inputs.reduce(0) { $0 + Pipeline.size($1.path) })
        follow(progress)

        let collector = try read(SensorStreams(inputs))
        if ownsRules { desk.letGoOfSignatures() }
        ResidentMemory.giveBack()
        ledger.inputs = collector.ledgers
        for problem in found.problems {
            var missing = InputLedger(path: problem.path)
            missing.problem = problem.message
            ledger.inputs.append(missing)
        }
        let outcome = try Judgement(store: store, desk: desk, options: options, findings: findings, laps: laps)
            .judge(run: ledger.id)
        try writeDerived(outcome.derived, inputs: ledger.inputs)
        ledger.detections = collector.detectionCount + Int64(outcome.derived.count)
        ledger.newIncidents = outcome.new
        ledger.grownIncidents = outcome.grown
        ledger.evictions = collector.evictions.merging(outcome.evictions, uniquingKeysWith: +)
        ledger.learning = outcome.learning
        ledger.deadRules = DeadRules.find(
            desk, sources: collector.sources, captures: collector.ledgers.contains { $0.kind == .capture })
        ledger.finished = Pipeline.wallClock()
        try store.finishRun(ledger)
        return ledger
    }

    private var sinks: Sinks?

    /// A detection over several records is reported at its first one.
    private func writeDerived(_ detections: [Detection], inputs: [InputLedger]) throws {
        var places: [ContentID: InputLedger] = [:]
        for input in inputs { if let id = input.input, places[id] == nil { places[id] = input } }
        for detection in detections {
            let place = detection.events.first.flatMap { places[$0.input] }
            try sinks?.write([detection], path: place?.path ?? "", kind: place?.kind ?? .unknown)
        }
    }

    /// Reader and workers on threads of their own, the collector on this one.
    private func read(_ inputs: SensorStreams) throws -> Collector {
        let jobs = max(1, options.jobs)
        let allowed = max(3, options.memory.batchBytes / RawBatch.capacity)
        let groupSize = min(16, max(1, allowed / (2 * jobs + 1)))
        let batches = groupSize * (2 * jobs + 1)
        let work = BoundedQueue<WorkItem>(capacity: jobs + 1)
        let results = OrderedQueue<BatchResult>(limitBytes: options.memory.resultBytes)
        let pool = BoundedQueue<RawBatch>(capacity: batches + 1)
        for _ in 0..<batches { pool.push(RawBatch()) }
        let turnstile = Turnstile(lead: 64)
        let sinks = try Sinks(options: options)
        self.sinks = sinks
        let collector = Collector(
            store: store, sinks: sinks, progress: progress, turnstile: turnstile, memory: options.memory)
        let reader = try ScanReader(
            inputs: inputs, store: store, options: options, work: work, pool: pool, turnstile: turnstile,
            progress: progress, groupSize: groupSize)
        let crew = Crew(desk: desk, options: options, work: work, results: results, pool: pool)
        try crew.start(workers: jobs)
        Pipeline.start("reader", Handover(reader)) { $0.run() }
        do {
            while let result = results.pop() {
                try collector.deliver(result)
                laps?.mark()
            }
        } catch {
            // Let the others run dry: closed queues answer at once, nobody waits for a collector that is gone.
            turnstile.passed(Int.max / 2)
            work.close()
            results.close()
            pool.close()
            throw error
        }
        return collector
    }

    /// Carries something to the one thread that uses it from then on.
    struct Handover<Value>: @unchecked Sendable {
        let value: Value
        init(_ value: Value) { self.value = value }
    }

    static func start<Value>(_ name: String, _ handover: Handover<Value>, _ body: @escaping @Sendable (Value) -> Void) {
        let thread = Thread { body(handover.value) }
        thread.name = "nightjar " + name
        thread.stackSize = 8 << 20
        thread.start()
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    package static func wallClock() -> Timestamp {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Timestamp(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}
