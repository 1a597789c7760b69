internal import Acquisition
internal import Anomalies
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
    private let maker: DetectionMaker
    private let webAttacks: WebAttackMaker
    private let events: EventBatch
    private let inspection = InspectionBatch()
    private let packets = PacketBatch()
    private var eventHits: [EventHit] = []
    private var signatureHits: [SignatureHit] = []
    private var proof = PacketProof()
    /// Flows of the capture at hand that had an alert, for EVE's flow records.
    private var alertedFlows: Set<UInt64> = []

    init(desk: RuleDesk, options: EngineOptions) throws {
        self.desk = desk
        self.options = options
        matcher = try desk.events.makeWorker()
        watcher = desk.anomalies.makeWorker()
        maker = DetectionMaker(desk: desk)
        webAttacks = WebAttackMaker(desk: desk, maker: maker)
        events = EventBatch(registry: desk.registry)
    }

    /// Reads the capture to its end; `emit` gets a result a batch, the last with `isEnd`.
    func process(_ reader: InputReader, context: InputContext, emit: (BatchResult) -> Void) {
        let decoder = CaptureDecoder(options: options.network)
        proof = PacketProof()
        alertedFlows.removeAll()
        let session = desk.signatures?.makeSession()
        var sequence = 0
        var problem: String?
        do {
            while try reader.read(into: packets) {
                decoder.decode(packets, inspection: inspection, events: events)
                var result = judge(session, context: context, sequence: sequence)
                result.counts.records = Int64(packets.packets.count)
                emit(result)
                sequence += 1
            }
        } catch {
            problem = "\(error)"
        }
        packets.reset()
        decoder.finish(inspection: inspection, events: events)
        var last = judge(session, context: context, sequence: sequence)
        settle(decoder.counters, into: &last)
        let tail = reader.tail()
        last.position = ReadPosition(
            offset: reader.bytesDecoded, tail: tail.id, tailLength: tail.length, bytesRead: reader.bytesRead)
        last.counts.bytes = reader.bytesDecoded
        last.problem = problem ?? reader.problem
        last.slices = proof.slices(of: context.spec, identity: reader.identity)
        last.isEnd = true
        emit(last)
    }

    private func judge(_ session: SignatureSession?, context: InputContext, sequence: Int) -> BatchResult {
        var result = BatchResult(context: context, sequence: sequence)
        signatureHits.removeAll(keepingCapacity: true)
        session?.match(inspection, into: &signatureHits)
        for hit in signatureHits {
            maker.make(
                hit, inspection: inspection, packets: packets, events: events, input: context.identity, into: &result)
            note(result, at: Int(hit.item))
        }
        eventHits.removeAll(keepingCapacity: true)
        matcher.match(events, into: &eventHits)
        for hit in eventHits {
            maker.make(
                hit, worker: matcher, batch: events, input: context.identity, streamOffset: 0,
                time: events.events[Int(hit.event)].time, into: &result)
            if !proof.isFull, let item = inspection.items.firstIndex(where: { $0.event == hit.event }) {
                note(result, at: item)
            }
        }
        webAttacks.match(
            events, input: context.identity, streamOffset: 0, time: { self.events.events[$0].time }, into: &result)
        watcher.watch(events, input: context.identity, streamOffset: 0, firstLine: 0)
        result.observations += watcher.drain()
        for index in 0..<events.count {
            let source = events.events[index].logSource
            if source != .networkFlow { result.counts.transactions += 1 }
            result.counts.sources |= 1 << UInt64(source.rawValue)
        }
        for packet in packets.packets { result.counts.note(time: packet.time) }
        if options.evePath != nil {
            result.eve = EVEStream.encode(
                result.detections, inspection: inspection, events: events, alerts: options.eveAlerts,
                alertedFlows: &alertedFlows)
        }
        return result
    }

    /// The flow of the detection that was just made, for proof.
    private func note(_ result: BatchResult, at item: Int) {
        guard let detection = result.detections.last else { return }
        let place = inspection.items[item]
        proof.note(detection.id, flow: place.key, packet: place.packetNumber)
    }

    /// The decoder's totals are of the whole capture, so they go into its last result.
    private func settle(_ counters: CaptureCounters, into result: inout BatchResult) {
        result.counts.events = counters.decoded
        result.counts.unread = counters.unread
        result.counts.evictions = counters.evictions
    }
}
