internal import Acquisition
internal import Events
internal import Primitives
internal import Storage

/// Takes the workers' results in order, and gives them to store, ledger and output files.
final class Collector {
    private let store: Store
    private let sinks: Sinks
    private let progress: ScanProgress
    private let turnstile: Turnstile
    private var account: InputAccount?
    /// Records done of each identity, by this run or an earlier one: what line numbers go on from.
    private var recordsDone: [ContentID: Int64] = [:]
    private(set) var ledgers: [InputLedger] = []
    private(set) var evictions: [String: Int64] = [:]
    private(set) var detectionCount: Int64 = 0
    /// A bit for each kind of log that was read.
    private(set) var sources: UInt64 = 0

    /// Results kept back before a transaction is made of them: a compromise between transactions and memory.
    private static let commitEveryBatches = 16
    private static let commitEveryFindings = 20_000
    private let commitFindings: Int

    init(store: Store, sinks: Sinks, progress: ScanProgress, turnstile: Turnstile, memory: MemoryBudget) {
        commitFindings = min(Collector.commitEveryFindings, memory.storeBytes / 2 / FindingSize.detection)
        self.store = store
        self.sinks = sinks
        self.progress = progress
        self.turnstile = turnstile
    }

    /// The account is taken out of `self` and put back, so that its lists are never copied.
    func deliver(_ result: BatchResult) throws {
        var account = self.account.take() ?? open(result.context)
        let detections = account.add(result)
        progress.counted(result.counts.records)
        let isFull =
            account.pendingBatches >= Collector.commitEveryBatches
            || account.pendingFindings >= commitFindings
        let (path, kind) = (account.ledger.path, account.ledger.kind)
        self.account = consume account
        sources |= result.counts.sources
        for (table, count) in result.counts.evictions { evictions[table, default: 0] += count }
        try sinks.write(detections, path: path, kind: kind, eve: result.eve)
        if isFull || result.isEnd { try commit(isEnd: result.isEnd) }
        if result.isEnd { turnstile.passed(result.context.index + 1) }
    }

    private func open(_ context: InputContext) -> InputAccount {
        let known = recordsDone[context.identity] ?? context.knownRecords
        return InputAccount(context: context, knownRecords: known)
    }

    private func commit(isEnd: Bool) throws {
        guard var account = self.account.take() else { return }
        if let chunk = account.takeChunk(isEnd: isEnd) {
            try store.commit(chunk)
            detectionCount += Int64(chunk.detections.count)
            recordsDone[account.context.identity] = chunk.checkpoint.records
        }
        self.account = isEnd ? nil : account
        if isEnd { ledgers.append(account.ledger) }
    }
}

/// One input's running account: line numbers, borrowed times, the ledger, and what waits for the next transaction.
struct InputAccount {
    let context: InputContext
    private(set) var ledger: InputLedger
    private(set) var recordsDone: Int64
    private(set) var pendingBatches = 0
    private var detections: [Detection] = []
    private var observations: [Observation] = []
    private var sightings: [Sighting] = []
    private var slices: [PacketSlice] = []
    private var position: ReadPosition?
    private var chunkStart: Int64
    private var lastTime: Timestamp
    /// Of the latest record with one.
    private var closing = Timestamp.none

    var pendingFindings: Int { detections.count + observations.count + sightings.count / 8 }
    var pendingObservations: Int { observations.count }

    /// Those that were entered after the first `count`.
    func observations(after count: Int) -> ArraySlice<Observation> { observations[count...] }

    init(context: InputContext, knownRecords: Int64) {
        self.context = context
        recordsDone = knownRecords
        chunkStart = context.knownBytes
        lastTime = context.yearReference
        ledger = InputLedger(path: context.spec.path)
        ledger.input = context.headLength > 0 ? context.identity : nil
        ledger.sensor = context.spec.sensor
        ledger.kind = context.isCapture ? .capture : context.headLength > 0 ? .log : .unknown
        ledger.format = context.formatName
        ledger.knownBytes = context.knownBytes
        ledger.knownRecords = knownRecords
        ledger.records = knownRecords
    }

    /// Enters one batch's result, made absolute. Returns the detections it brought, for the output files.
    mutating func add(_ result: BatchResult) -> [Detection] {
        let found = absolute(result.detections)
        detections += found
        enter(result.observations)
        slices += result.slices
        sightings += result.sightings
        pendingBatches += 1
        enter(result.counts)
        if let position = result.position {
            self.position = position
            ledger.bytesRead = position.bytesRead
        }
        if let problem = result.problem { ledger.problem = problem }
        if !result.counts.last.isNone { lastTime = result.counts.last }
        recordsDone += result.counts.records
        return found
    }

    mutating func fail(_ problem: String?) { ledger.problem = problem }

    /// Log lines count from the batch's first; packets are absolute already.
    private func absolute(_ found: [Detection]) -> [Detection] {
        if context.isCapture || found.isEmpty { return found }
        let base = UInt64(recordsDone)
        var detections = found
        for index in detections.indices {
            for event in detections[index].events.indices { detections[index].events[event].number += base }
            for piece in detections[index].evidence.indices { detections[index].evidence[piece].event.number += base }
            if detections[index].first.isNone {
                detections[index].first = lastTime
                detections[index].last = lastTime
            }
        }
        return detections
    }

    private mutating func enter(_ found: [Observation]) {
        let start = observations.count
        observations += found
        if context.isCapture { return }
        let base = UInt64(recordsDone)
        for index in start..<observations.count {
            observations[index].event.number += base
            if observations[index].time.isNone { observations[index].time = lastTime }
        }
    }

    private mutating func enter(_ counts: BatchCounts) {
        ledger.bytesDecoded += counts.bytes
        ledger.records += counts.records
        ledger.events += counts.events
        ledger.transactions += counts.transactions
        ledger.messagesNotUnderstood += counts.messagesNotUnderstood
        ledger.bytesDropped += counts.bytesDropped
        if !counts.opening.isNone {
            if !closing.isNone { ledger.jumps.step(from: closing, to: counts.opening) }
            ledger.jumps.add(counts.jumps)
            closing = counts.closing
        }
        for (reason, count) in counts.unread { ledger.unread[reason, default: 0] += count }
        for (reason, count) in counts.dropped { ledger.dropped[reason, default: 0] += count }
        if !counts.first.isNone, ledger.firstEvent.isNone || counts.first < ledger.firstEvent {
            ledger.firstEvent = counts.first
        }
        if !counts.last.isNone, ledger.lastEvent.isNone || counts.last > ledger.lastEvent {
            ledger.lastEvent = counts.last
        }
    }

    /// What is to be stored now, with how far it goes; nil where nothing was read, and then nothing is given up.
    mutating func takeChunk(isEnd: Bool) -> StoredChunk? {
        guard let position else { return nil }
        defer {
            detections = []
            observations = []
            slices = []
            sightings = []
            pendingBatches = 0
        }
        let complete = isEnd && ledger.problem == nil
        var checkpoint = Checkpoint(
            input: context.identity, sensor: context.spec.sensor, headLength: context.headLength,
            offset: position.offset, records: recordsDone - (position.endsInsideRecord ? 1 : 0), tail: position.tail,
            tailLength: position.tailLength,
            path: context.spec.path, fileStamp: complete ? context.fileStamp : nil,
            yearReference: context.yearReference, complete: complete)
        checkpoint.asset = context.spec.asset
        var chunk = StoredChunk(
            checkpoint: checkpoint, startOffset: chunkStart, detections: detections, observations: observations)
        chunk.slices = slices
        chunk.sightings = sightings
        chunkStart = position.offset
        return chunk
    }
}
