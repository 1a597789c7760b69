internal import Acquisition
internal import Events
internal import Network
internal import Primitives
internal import Synchronization

/// Packets of a capture with what the network room made of them.
final class CaptureBatch: @unchecked Sendable {
    let packets = PacketBatch()
    let inspection = InspectionBatch()
    let events: EventBatch

    init(registry: FieldRegistry) { events = EventBatch(registry: registry) }
}

/// The way of a capture's packets from its reader through the decoder, batch after batch, to whoever judges them, and
/// what was found to whoever tells it. With several threads, the next batch is decoded and the last one told while this
/// one is judged: the same batches in the same order.
final class CapturePipe {
    /// Most batches under way, and what one of them holds in memory, about.
    private static let maximumBatches = 4
    private static let batchBytes = 8 << 20

    let first: CaptureBatch
    private let registry: FieldRegistry
    private let batches: Int
    private var others: [CaptureBatch] = []

    init(registry: FieldRegistry, options: EngineOptions) {
        first = CaptureBatch(registry: registry)
        self.registry = registry
        let room = options.memory.batchBytes / max(1, options.jobs) / CapturePipe.batchBytes
        batches = options.jobs > 1 ? min(room, CapturePipe.maximumBatches) : 1
    }

    /// Hands each batch to `judge`, and what that answers to `teller`. Throws what the reader throws, behind the
    /// batches before it.
    func run(
        _ reader: InputReader, _ decoder: CaptureDecoder, _ teller: CaptureTeller,
        judge: (CaptureBatch) -> BatchResult
    ) throws {
        // Most captures are one batch: no threads for those.
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        teller.tell(judge(first), first)
        guard batches > 1 else {
            while try CapturePipe.fill(first, reader, decoder) { teller.tell(judge(first), first) }
            return
        }
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        try runBeside(reader, decoder, teller, judge)
    }

    private static func fill(_ batch: CaptureBatch, _ reader: InputReader, _ decoder: CaptureDecoder) throws -> Bool {
        guard try reader.read(into: batch.packets) else { return false }
        decoder.decode(batch.packets, inspection: batch.inspection, events: batch.events)
        return true
    }

    private func runBeside(
        _ reader: InputReader, _ decoder: CaptureDecoder, _ teller: CaptureTeller,
        _ judge: (CaptureBatch) -> BatchResult
    ) throws {
        while others.count + 1 < batches { others.append(CaptureBatch(registry: registry)) }
        let lane = DecodingLane(reader, decoder)
        for batch in others { lane.empty.push(batch) }
        let telling = TellingLane(teller, behind: lane)
        Pipeline.start("decoder", Pipeline.Handover(lane)) { $0.run() }
        Pipeline.start("teller", Pipeline.Handover(telling)) { $0.run() }
        telling.found.push(TellingLane.Found(result: judge(first), batch: first))
        while let batch = lane.full.pop() {
            telling.found.push(TellingLane.Found(result: judge(batch), batch: batch))
        }
        telling.finish()
        if let fault = lane.fault { throw fault }
    }
}

/// The thread before: takes empty batches, gives full ones, until the reader is at its end.
private final class DecodingLane: Sendable {
    let empty = BoundedQueue<CaptureBatch>(capacity: 8)
    let full = BoundedQueue<CaptureBatch>(capacity: 8)
    private let hands: Pipeline.Handover<(reader: InputReader, decoder: CaptureDecoder)>
    private let problem = Mutex<(any Error)?>(nil)

    init(_ reader: InputReader, _ decoder: CaptureDecoder) { hands = Pipeline.Handover((reader, decoder)) }

    /// What the reader threw; read it once `full` is closed.
    var fault: (any Error)? { problem.withLock { $0 } }

    func run() {
        defer { full.close() }
        let (reader, decoder) = hands.value
        do {
            while let batch = empty.pop(), try reader.read(into: batch.packets) {
                decoder.decode(batch.packets, inspection: batch.inspection, events: batch.events)
                full.push(batch)
            }
        } catch {
            problem.withLock { $0 = error }
        }
    }
}

/// The thread behind: tells what was found, and hands the batches back to be filled again.
private final class TellingLane: Sendable {
    struct Found: Sendable {
        var result: BatchResult
        var batch: CaptureBatch
    }

    let found = BoundedQueue<Found>(capacity: 8)
    private let told = BoundedQueue<Bool>(capacity: 1)
    private let teller: CaptureTeller
    private let lane: DecodingLane

    init(_ teller: CaptureTeller, behind lane: DecodingLane) {
        self.teller = teller
        self.lane = lane
    }

    func run() {
        while let next = found.pop() {
            teller.tell(next.result, next.batch)
            lane.empty.push(next.batch)
        }
        told.close()
    }

    /// Nothing more comes: waits until everything is told.
    func finish() {
        found.close()
        _ = told.pop()
    }
}

/// The last step of a capture's batches, in their order and by one thread at a time: EVE lines are written, and the
/// result goes to the collector.
final class CaptureTeller: @unchecked Sendable {
    private let eve: EVEStream?
    private let emit: (BatchResult) -> Void

    init(_ eve: EVEStream?, _ emit: @escaping (BatchResult) -> Void) {
        self.eve = eve
        self.emit = emit
    }

    func tell(_ result: BatchResult, _ batch: CaptureBatch) {
        var result = result
        result.eve = eve?.lines(of: result, batch) ?? []
        emit(result)
    }
}

extension EVEStream {
    func lines(of result: BatchResult, _ batch: CaptureBatch) -> [UInt8] {
        encode(result.detections, inspection: batch.inspection, events: batch.events)
    }
}
