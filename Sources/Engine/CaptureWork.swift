internal import Acquisition
internal import Anomalies
internal import Correlation
internal import Events
internal import Matching
internal import Network
internal import Output
internal import Primitives

/// One worker's way through one capture: packets in order, one world of flows, signatures and transactions.
final class CaptureWork {
    private let desk: RuleDesk
    private let options: EngineOptions
    private let matcher: EventMatchWorker
    private let watcher: AnomalyWorker
    private let sightings: SightingWorker
    private let maker: DetectionMaker
    private let extraction: FileExtraction?
    private let webAttacks: WebAttackMaker
    private let intel: IntelMaker?
    private let pipe: CapturePipe
    /// What is judged just now.
    private var batch: CaptureBatch
    private var events: EventBatch { batch.events }
    private var inspection: InspectionBatch { batch.inspection }
    private var packets: PacketBatch { batch.packets }
    private var eventHits: [EventHit] = []
    private var signatureHits: [SignatureHit] = []
    private var proof = PacketProof()

    /// Batches whose flows and transactions are added up before windows and baselines are told of them. A batch is a
    /// quarter of an hour of a quiet sensor: told each time, most keys would be told of over and over.
    private static let batchesAddedUp = 16

    init(desk: RuleDesk, options: EngineOptions, pool: CaptureBatchPool) throws {
        self.desk = desk
        self.options = options
        matcher = try desk.events.makeWorker()
        watcher = desk.anomalies.makeWorker()
        sightings = SightingWorker(estate: desk.estate)
        maker = DetectionMaker(desk: desk)
        extraction = options.extractionFolder.map { FileExtraction(folder: $0, limit: options.network.httpBodyLimit) }
        if let extraction, !extraction.prepare() {
            throw EngineError.output(path: extraction.folder, reason: "the folder cannot be made")
        }
        webAttacks = WebAttackMaker(desk: desk, maker: maker)
        intel = IntelMaker(desk: desk, maker: maker)
        pipe = CapturePipe(registry: desk.registry, pool: pool, jobs: options.jobs)
        batch = pipe.first
    }

    /// Reads the capture to its end; `emit` gets a result a batch, the last with `isEnd`. A capture of a stream goes on
    /// where the one before it ended, and ends the flows only where it is the last.
    func process(_ reader: InputReader, context: InputContext, emit: @escaping (BatchResult) -> Void) {
        let place = context.place
        place?.stream.enter(place?.position ?? 0)
        defer { place?.stream.leave() }
        let state = place?.stream.state ?? CaptureState(options, desk)
        place?.stream.state = state
        proof = PacketProof()
        var sequence = 0
        var problem: String?
        do {
            try pipe.run(reader, state.decoder, desk.signatures, CaptureTeller(state.eve, emit)) { decoded in
                batch = decoded
                var result = judge(state, context: context, sequence: sequence)
                if sequence % CaptureWork.batchesAddedUp == CaptureWork.batchesAddedUp - 1 { drain(into: &result) }
                result.counts.records = Int64(packets.packets.count)
                result.position = reached(context)
                sequence += 1
                return result
            }
        } catch {
            problem = "\(error)"
        }
        batch = pipe.first
        var last = end(state, context: context, sequence: sequence)
        let tail = reader.tail()
        last.position = ReadPosition(
            offset: reader.bytesDecoded, tail: tail.id, tailLength: tail.length, bytesRead: reader.bytesRead)
        last.counts.bytes = reader.bytesDecoded
        last.problem = problem ?? reader.problem
        last.slices = proof.slices(of: context.spec, identity: reader.identity)
        last.isEnd = true
        emit(last)
    }

    /// How far the capture is judged with this batch, so that what was found can be stored before the capture ends:
    /// just behind the beginning of its last packet's record. Nobody goes on from there, for a capture that is not
    /// complete is read anew; what was taken from the file is told at the end.
    private func reached(_ context: InputContext) -> ReadPosition? {
        packets.packets.last.map {
            ReadPosition(offset: $0.streamOffset + 1, tail: context.identity, tailLength: 0, bytesRead: 0)
        }
    }

    /// An input in a stream that is not read: the others go on, and the last one ends the flows.
    func pass(_ context: InputContext, sequence: Int) -> BatchResult {
        guard let place = context.place else { return BatchResult(context: context, sequence: sequence) }
        place.stream.enter(place.position)
        defer { place.stream.leave() }
        guard let state = place.stream.state else { return BatchResult(context: context, sequence: sequence) }
        return end(state, context: context, sequence: sequence)
    }

    private func end(_ state: CaptureState, context: InputContext, sequence: Int) -> BatchResult {
        packets.reset()
        var result = BatchResult(context: context, sequence: sequence)
        if context.place.map({ $0.stream.isLast($0.position) }) ?? true {
            state.decoder.finish(inspection: inspection, events: events)
            result = judge(state, context: context, sequence: sequence)
            result.eve = state.eve?.lines(of: result, batch) ?? .empty
        }
        drain(into: &result)
        // The decoder's totals are of all it has read, so what they grew by goes into a capture's last result.
        let counted = state.settle()
        result.counts.events = counted.decoded
        result.counts.unread = counted.unread
        result.counts.evictions = counted.evictions
        return result
    }

    private func judge(_ state: CaptureState, context: InputContext, sequence: Int) -> BatchResult {
        var result = BatchResult(context: context, sequence: sequence)
        signatureHits.removeAll(keepingCapacity: true)
        state.session?.match(
            inspection, gathered: batch.isGathered ? batch.candidates : nil, into: &signatureHits)
        for hit in signatureHits {
            let count = result.detections.count
            maker.make(
                hit, inspection: inspection, packets: packets, events: events, input: context.identity, into: &result)
            note(result, from: count, at: Int(hit.item))
        }
        eventHits.removeAll(keepingCapacity: true)
        matcher.match(events, into: &eventHits)
        for hit in eventHits {
            let count = result.detections.count
            maker.make(
                hit, worker: matcher, batch: events, input: context.identity, streamOffset: 0,
                time: events.events[Int(hit.event)].time, into: &result)
            if !proof.isFull, let item = inspection.items.firstIndex(where: { $0.event == hit.event }) {
                note(result, from: count, at: item)
            }
        }
        webAttacks.match(inspection, packets: packets, input: context.identity, into: &result)
        webAttacks.match(
            events, input: context.identity, streamOffset: 0, time: { self.events.events[$0].time }, into: &result)
        markFrames(&result)
        watcher.watch(events, input: context.identity, streamOffset: 0, firstLine: 0, label: context.label)
        intel?.match(
            events, input: context.identity, streamOffset: 0, time: { self.events.events[$0].time }, into: &result)
        sightings.watch(events)
        for index in 0..<events.count {
            let source = events.events[index].logSource
            if source != .networkFlow { result.counts.transactions += 1 }
            result.counts.sources |= 1 << UInt64(source.rawValue)
        }
        proof.count(inspection)
        for packet in packets.packets { result.counts.note(time: packet.time) }
        if let extraction {
            let failed = extraction.extract(inspection)
            if failed > 0 { result.counts.dropped["file not written", default: 0] += failed }
        }
        return result
    }

    /// What was added up since the last time. (Interrupted before that, a capture is read anew.)
    private func drain(into result: inout BatchResult) {
        result.observations += watcher.drain()
        result.sightings = sightings.drain()
    }

    /// What was kept of a frame of this batch says so: it is shown, masked and exported as one.
    private func markFrames(_ result: inout BatchResult) {
        for detection in result.detections.indices {
            for piece in result.detections[detection].evidence.indices {
                let evidence = result.detections[detection].evidence[piece]
                if evidence.linkType != nil { continue }
                result.detections[detection].evidence[piece].linkType = linkType(of: evidence.event)
            }
        }
        for place in result.observations.indices where result.observations[place].linkType == nil {
            if result.observations[place].excerpt.isEmpty { continue }
            result.observations[place].linkType = linkType(of: result.observations[place].event)
        }
    }

    /// Nil where the record is no frame of this batch.
    private func linkType(of event: EventReference) -> UInt16? {
        guard let first = packets.packets.first?.number, event.number >= first,
            event.number - first < UInt64(packets.packets.count)
        else { return nil }
        let packet = packets.packets[Int(event.number - first)]
        let isIt = packet.number == event.number && Int(packet.capturedLength) == event.length
        return isIt ? packet.linkType : nil
    }

    /// The flow of the detection that was just made, for proof; a hit may have made an observation alone.
    private func note(_ result: BatchResult, from count: Int, at item: Int) {
        guard result.detections.count > count, let detection = result.detections.last else { return }
        let place = inspection.items[item]
        proof.note(detection.id, of: place)
    }
}
