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

/// The way of a capture's packets from its reader through the decoder, batch after batch, to whoever judges them. With
/// several threads, the next batch is decoded while this one is judged: the same batches in the same order.
final class CapturePipe {
    private static let batchesUnderWay = 3

    let first: CaptureBatch
    private let registry: FieldRegistry
    private let decodesBeside: Bool
    private var others: [CaptureBatch] = []

    init(registry: FieldRegistry, decodesBeside: Bool) {
        first = CaptureBatch(registry: registry)
        self.registry = registry
        self.decodesBeside = decodesBeside
    }

    /// Hands each batch to `judge`, which is done with it when it returns. Throws what the reader throws, behind the
    /// batches before it.
    func run(_ reader: InputReader, _ decoder: CaptureDecoder, _ judge: (CaptureBatch) -> Void) throws {
        // Most captures are one batch: no thread for those.
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        judge(first)
        guard decodesBeside else {
            while try CapturePipe.fill(first, reader, decoder) { judge(first) }
            return
        }
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        try runBeside(reader, decoder, judge)
    }

    private static func fill(_ batch: CaptureBatch, _ reader: InputReader, _ decoder: CaptureDecoder) throws -> Bool {
        guard try reader.read(into: batch.packets) else { return false }
        decoder.decode(batch.packets, inspection: batch.inspection, events: batch.events)
        return true
    }

    private func runBeside(_ reader: InputReader, _ decoder: CaptureDecoder, _ judge: (CaptureBatch) -> Void) throws {
        while others.count + 1 < CapturePipe.batchesUnderWay { others.append(CaptureBatch(registry: registry)) }
        let lane = DecodingLane(reader, decoder)
        for batch in others { lane.empty.push(batch) }
        Pipeline.start("decoder", Pipeline.Handover(lane)) { $0.run() }
        judge(first)
        lane.empty.push(first)
        while let batch = lane.full.pop() {
            judge(batch)
            lane.empty.push(batch)
        }
        if let fault = lane.fault { throw fault }
    }
}

/// The thread beside: takes empty batches, gives full ones, until the reader is at its end.
private final class DecodingLane: Sendable {
    let empty = BoundedQueue<CaptureBatch>(capacity: 4)
    let full = BoundedQueue<CaptureBatch>(capacity: 4)
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
