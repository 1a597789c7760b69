internal import Acquisition
internal import Anomalies
internal import Correlation
package import Events
internal import Foundation
package import Primitives
internal import Rules
package import Storage

/// `watch` on standard input: the scan's rooms without an end. Single-event findings are told as soon as their line is
/// read; windowed ones when no earlier record can come any more, which is `latenessSeconds` after (in event time, or on
/// the wall clock where the stream goes quiet).
package final class WatchSession {
    private let desk: RuleDesk
    private let store: Store
    private let options: EngineOptions
    private let tell: (Detection) -> Void
    private let work: LogWork
    private let correlator: Correlator
    private let anomalies: AnomalyJudge
    private var account: InputAccount?
    private var buffer = LatenessBuffer()
    private var sequence = 0
    private var ledger = RunLedger()
    private var lastCommit = DispatchTime.now()

    package init(desk: RuleDesk, store: Store, options: EngineOptions, tell: @escaping (Detection) -> Void) throws {
        self.desk = desk
        self.store = store
        self.options = options
        self.tell = tell
        work = try LogWork(desk: desk, options: options, ordinals: RecordOrdinals())
        correlator = Correlator(
            rules: desk.rules.correlations, catalogue: desk.catalogue, maximumBytes: options.memory.correlationBytes)
        anomalies = try AnomalyJudge(
            rules: desk.awakeAnomalies, maximumBytes: options.memory.correlationBytes, places: desk.places)
        anomalies.restore(try store.baselines(), through: .none)
        anomalies.reset(try store.baselineResets())
    }

    /// Reads standard input to its end, which may never come. The run's account is stored at the end.
    package func run(command: String, started: Timestamp) throws -> RunLedger {
        ledger.started = started
        ledger.command = command
        ledger.rulesLoaded = desk.rules.loadedCount
        ledger.rulesRefused = desk.rules.refusedCount
        ledger.id = try store.beginRun(command: command, at: started)
        _ = try IncidentDesk(store: store, desk: desk).rebuild(run: ledger.id)
        let queue = BoundedQueue<Arrival>(capacity: 8)
        let reader = try InputReader(InputSpec(path: "-", range: nil, sensor: nil, asset: nil), interactive: true)
        let context = context(reader)
        account = InputAccount(context: context, knownRecords: 0)
        sessionID = WatchSession.sessionID(context.identity, started)
        Pipeline.start("stdin", Pipeline.Handover((reader, queue))) { WatchSession.feed($0.0, $0.1) }
        while true {
            if let arrival = queue.pop(waitingMilliseconds: 200) {
                try take(arrival, context)
            } else if queue.isFinished {
                break
            }
            judge()
            if DispatchTime.now().uptimeNanoseconds - lastCommit.uptimeNanoseconds > 500_000_000 { try commit() }
        }
        return try finish()
    }

    /// What the reading thread hands over.
    private struct Arrival: Sendable {
        var batch: RawBatch?
        var problem: String?
    }

    private static func feed(_ reader: InputReader, _ queue: BoundedQueue<Arrival>) {
        do {
            while true {
                let batch = RawBatch()
                guard try reader.read(into: batch) else { break }
                queue.push(Arrival(batch: batch))
            }
            if let problem = reader.problem { queue.push(Arrival(problem: problem)) }
        } catch {
            queue.push(Arrival(problem: "\(error)"))
        }
        queue.close()
    }

    /// A stream is named by its sensor, else by the host it is read on.
    private func context(_ reader: InputReader) -> InputContext {
        let sensor = options.sensors.first { $0.glob == "-" || $0.glob == "*" }?.name
        var hasher = ContentHasher()
        hasher.add("stream")
        hasher.add(sensor ?? ProcessInfo.processInfo.hostName)
        return InputContext(
            index: 0, spec: InputSpec(path: "-", range: nil, sensor: sensor, asset: nil), identity: hasher.finish(),
            headLength: 1, head: reader.head.array, fileStamp: nil, yearReference: options.now ?? Pipeline.wallClock(),
            formatName: reader.formatName, isCapture: false, knownBytes: 0, knownRecords: 0)
    }

    private static func sessionID(_ stream: ContentID, _ started: Timestamp) -> ContentID {
        var hasher = ContentHasher()
        hasher.add(stream)
        hasher.add(UInt64(bitPattern: started.nanoseconds))
        return hasher.finish()
    }

    private func take(_ arrival: Arrival, _ context: InputContext) throws {
        guard let batch = arrival.batch else {
            account?.fail(arrival.problem)
            return
        }
        var result = try work.process(batch, context: context, sequence: sequence)
        sequence += 1
        result.position = ReadPosition(
            offset: batch.streamOffset + Int64(batch.count) + batch.discardedBytes, tail: context.identity,
            tailLength: 0, bytesRead: batch.streamOffset + Int64(batch.count))
        let before = account?.pendingObservations ?? 0
        guard let found = account?.add(result) else { return }
        for detection in found { tell(detection) }
        hasFound = hasFound || !found.isEmpty
        ledger.detections += Int64(found.count)
        for observation in account?.observations(after: before) ?? [] { buffer.add(observation) }
    }

    /// Hands on what can no longer be overtaken.
    private func judge(everything: Bool = false) {
        let ready = everything ? buffer.takeAll() : buffer.take(latenessSeconds: options.latenessSeconds)
        hasLearned = hasLearned || !ready.isEmpty
        for observation in ready {
            if desk.isAnomaly(observation.subject) { anomalies.feed(observation) } else { correlator.feed(observation) }
        }
        if let last = ready.last {
            correlator.advance(to: last.time)
            anomalies.advance(to: last.time)
        }
        tellDerived()
    }

    /// What baselines and windows have come to. An anomaly counts for windows from when it was judged.
    private func tellDerived() {
        let found = anomalies.takeDetections()
        for detection in found {
            guard let observation = desk.observation(of: detection, at: correlator.clock) else { continue }
            if told.contains(detection.id) { continue }
            correlator.feed(observation)
        }
        report((found + correlator.takeDetections()).filter(\.rule.generates))
    }

    private var told: Set<ContentID> = []
    /// Offsets begin anew with every session: what it stores must not take the place of what an earlier one did.
    private var sessionID = ContentID(high: 0, low: 0)

    /// A growing detection is told once and stored as it grows.
    private func report(_ detections: [Detection]) {
        for detection in detections where told.insert(detection.id).inserted { tell(detection) }
        derived += detections
    }

    private var derived: [Detection] = []

    /// Something was found that no incident has yet.
    private var hasFound = false
    /// Incidents are put together, and baselines saved, after what they took this many times over: less often where
    /// there is much of them.
    private static let rebuildShare: UInt64 = 20
    private var nextRebuild: UInt64 = 0

    /// Something was judged since baselines were last saved.
    private var hasLearned = false
    private var nextSave: UInt64 = 0
    /// Between savings, at least: what a killed session forgets.
    private static let saveNanoseconds: UInt64 = 60_000_000_000

    private func saveBaselines(isEnd: Bool) throws {
        let began = DispatchTime.now().uptimeNanoseconds
        guard isEnd || hasLearned && began >= nextSave else { return }
        try store.save(anomalies.baselines(), of: desk.awakeAnomalies.map(\.info.id))
        let took = DispatchTime.now().uptimeNanoseconds - began
        nextSave = began + max(WatchSession.saveNanoseconds, WatchSession.rebuildShare * took)
        hasLearned = false
    }

    private func commit(isEnd: Bool = false) throws {
        lastCommit = DispatchTime.now()
        try saveBaselines(isEnd: isEnd)
        if var chunk = account?.takeChunk(isEnd: false) {
            chunk.checkpoint.input = sessionID
            try store.commit(chunk)
        }
        if !derived.isEmpty {
            try store.commit(detections: derived)
            hasFound = true
            derived.removeAll()
        }
        let began = DispatchTime.now().uptimeNanoseconds
        guard hasFound, isEnd || began >= nextRebuild else { return }
        let changes = try IncidentDesk(store: store, desk: desk).rebuild(run: ledger.id)
        let now = DispatchTime.now().uptimeNanoseconds
        nextRebuild = now + WatchSession.rebuildShare * (now - began)
        ledger.newIncidents += changes.new.count
        ledger.grownIncidents += changes.grown.count
        hasFound = false
    }

    private func finish() throws -> RunLedger {
        judge(everything: true)
        anomalies.finish()
        tellDerived()
        correlator.finish()
        tellDerived()
        try commit(isEnd: true)
        if let input = account?.ledger { ledger.inputs = [input] }
        if correlator.evictions > 0 { ledger.evictions["correlation windows"] = correlator.evictions }
        if buffer.lateCount > 0 { ledger.evictions["records late for live windows"] = buffer.lateCount }
        if anomalies.evictions > 0 { ledger.evictions["baselines"] = anomalies.evictions }
        ledger.finished = Pipeline.wallClock()
        try store.finishRun(ledger)
        return ledger
    }
}
