internal import Anomalies
internal import Correlation
internal import Events
internal import Logs
internal import Matching
internal import Primitives

/// One worker's tools for log batches: decoder, matcher, watcher and reused tables.
final class LogWork {
    private let desk: RuleDesk
    private let options: EngineOptions
    private let matcher: EventMatchWorker
    private let watcher: AnomalyWorker
    private let sightings: SightingWorker
    private let maker: DetectionMaker
    private let webAttacks: WebAttackMaker
    private let intel: IntelMaker?
    private let events: EventBatch
    /// With how many findings a result is handed on.
    private let partFindings: Int
    private var hits: [EventHit] = []
    private var decoder: LogDecoder?
    private var decoderInput = -1

    /// - Parameter ordinals: given for a stream, whose records have no lasting offset
    init(desk: RuleDesk, options: EngineOptions, ordinals: RecordOrdinals? = nil) throws {
        self.desk = desk
        self.options = options
        matcher = try desk.events.makeWorker()
        watcher = desk.anomalies.makeWorker()
        sightings = SightingWorker(estate: desk.estate)
        maker = DetectionMaker(desk: desk, ordinals: ordinals)
        webAttacks = WebAttackMaker(desk: desk, maker: maker)
        intel = IntelMaker(desk: desk, maker: maker)
        events = EventBatch(registry: desk.registry)
        partFindings = max(1000, options.memory.resultBytes / 4 / FindingSize.observation)
    }

    /// Decodes and matches consecutive raw batches of one input. `emit` gets one result for them all, or several where
    /// the findings of fewer are enough for one. Throws, before it emits anything, where the forced format is unknown.
    /// - Parameter before: what went before the first
    func process(
        _ batches: [PlacedBatch], before: RecordState, context: InputContext, sequence: Int,
        emit: (BatchResult) -> Void
    ) throws {
        let decoder = try decoder(for: context)
        decoder.begin(behind: before, using: events)
        var part = 0
        var result = BatchResult(context: context, sequence: sequence)
        for (index, batch) in batches.enumerated() {
            process(batch.raw, decoder, context, into: &result)
            let isLast = index == batches.count - 1
            let observed = result.observations.count + watcher.spilledCount
            guard isLast || result.detections.count + observed >= partFindings else { continue }
            drain(into: &result)
            (result.part, result.isLastPart) = (part, isLast)
            result.position = batch.position
            emit(result)
            part += 1
            result = BatchResult(context: context, sequence: sequence)
        }
    }

    /// The same for one batch that goes on where the last one ended.
    func process(_ batch: RawBatch, context: InputContext, sequence: Int) throws -> BatchResult {
        var result = BatchResult(context: context, sequence: sequence)
        process(batch, try decoder(for: context), context, into: &result)
        drain(into: &result)
        return result
    }

    private func process(
        _ raw: RawBatch, _ decoder: LogDecoder, _ context: InputContext, into result: inout BatchResult
    ) {
        decoder.decode(raw, into: events)
        match(raw, context, into: &result)
        count(raw, into: &result)
    }

    private func drain(into result: inout BatchResult) {
        result.observations += watcher.drain()
        result.sightings = sightings.drain()
    }

    private func match(_ raw: RawBatch, _ context: InputContext, into result: inout BatchResult) {
        hits.removeAll(keepingCapacity: true)
        matcher.match(events, into: &hits)
        let firstLine = UInt64(result.counts.records) + 1
        for hit in hits {
            maker.make(
                hit, worker: matcher, batch: events, input: context.identity, streamOffset: raw.streamOffset,
                firstLine: firstLine, time: time(of: Int(hit.event)), into: &result)
        }
        webAttacks.match(
            events, input: context.identity, streamOffset: raw.streamOffset, firstLine: firstLine,
            time: { self.time(of: $0) }, into: &result)
        intel?.match(
            events, input: context.identity, streamOffset: raw.streamOffset, firstLine: firstLine,
            time: { self.time(of: $0) }, into: &result)
        sightings.watch(events)
        watcher.watch(
            events, input: context.identity, streamOffset: raw.streamOffset, firstLine: firstLine,
            label: context.label, staysUntilDrain: true)
    }

    private func decoder(for context: InputContext) throws -> LogDecoder {
        if decoderInput == context.index, let decoder { return decoder }
        let made = try context.head.withBytes {
            try LogDecoder(
                options: options.logOptions(yearReference: context.yearReference, forms: desk.messageForms),
                registry: desk.registry, head: $0)
        }
        decoder = made
        decoderInput = context.index
        return made
    }

    /// An event without a time takes that of the one before it in the batch; none where there is none (the collector
    /// then knows the time before the batch).
    private func time(of index: Int) -> Timestamp {
        var at = index
        while at >= 0 {
            if !events.events[at].time.isNone { return events.events[at].time }
            at -= 1
        }
        return .none
    }

    private func count(_ raw: RawBatch, into result: inout BatchResult) {
        result.counts.bytes += Int64(raw.count) + raw.discardedBytes
        result.counts.records += Int64(events.recordCount)
        result.counts.events += Int64(events.count)
        result.counts.bytesDropped += raw.discardedBytes
        for record in events.unread { result.counts.unread[record.reason.rawValue, default: 0] += 1 }
        if events.droppedRecords > 0 {
            result.counts.dropped["batch limit", default: 0] += Int64(events.droppedRecords)
        }
        for index in 0..<events.count {
            let record = events.events[index]
            result.counts.follow(time: record.time)
            result.counts.sources |= 1 << UInt64(record.logSource.rawValue)
            if record.flags.contains(.messageNotUnderstood) { result.counts.messagesNotUnderstood += 1 }
        }
    }
}
