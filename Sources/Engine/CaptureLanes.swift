internal import Acquisition
internal import Events
internal import Matching
internal import Network
internal import Primitives
internal import Synchronization

/// The thread in front: takes empty batches, gives full ones, until the reader is at its end.
final class DecodingLane: Sendable {
    let empty: BoundedQueue<CaptureBatch>
    let full: BoundedQueue<CaptureBatch>
    private let pool: CaptureBatchPool
    private let hands: Pipeline.Handover<(reader: InputReader, decoder: CaptureDecoder)>
    private let problem = Mutex<(any Error)?>(nil)

    init(_ reader: InputReader, _ decoder: CaptureDecoder, _ pool: CaptureBatchPool) {
        hands = Pipeline.Handover((reader, decoder))
        self.pool = pool
        empty = BoundedQueue(capacity: pool.limit + 1)
        full = BoundedQueue(capacity: pool.limit + 1)
    }

    /// What the reader threw; read it once `full` is closed.
    var fault: (any Error)? { problem.withLock { $0 } }

    func run() {
        defer { full.close() }
        while let batch = nextEmpty() {
            guard fill(batch) else {
                empty.push(batch)
                return
            }
            full.push(batch)
        }
    }

    private func fill(_ batch: CaptureBatch) -> Bool {
        let (reader, decoder) = hands.value
        do {
            return try CapturePipe.fill(batch, reader, decoder)
        } catch {
            problem.withLock { $0 = error }
            return false
        }
    }

    /// One that came back, else one more from the pool.
    private func nextEmpty() -> CaptureBatch? { empty.popNow() ?? pool.take() ?? empty.pop() }
}

/// The thread between: looks for the signatures worth trying.
final class SearchingLane: Sendable {
    let full: BoundedQueue<CaptureBatch>
    private let before: BoundedQueue<CaptureBatch>
    private let gatherer: Pipeline.Handover<CandidateGatherer>

    init(_ gatherer: CandidateGatherer, behind lane: DecodingLane, _ pool: CaptureBatchPool) {
        self.gatherer = Pipeline.Handover(gatherer)
        before = lane.full
        full = BoundedQueue(capacity: pool.limit + 1)
    }

    func run() {
        defer { full.close() }
        while let batch = before.pop() {
            gatherer.value.gather(batch.inspection, into: batch.candidates)
            batch.isGathered = true
            full.push(batch)
        }
    }
}

/// The thread behind: tells what was found, and hands the batches back to be filled again.
final class TellingLane: Sendable {
    struct Found: Sendable {
        var result: BatchResult
        var batch: CaptureBatch
    }

    let found: BoundedQueue<Found>
    private let told = BoundedQueue<Bool>(capacity: 1)
    private let teller: CaptureTeller
    private let empty: BoundedQueue<CaptureBatch>

    init(_ teller: CaptureTeller, behind lane: DecodingLane, _ pool: CaptureBatchPool) {
        self.teller = teller
        empty = lane.empty
        found = BoundedQueue(capacity: pool.limit + 1)
    }

    func run() {
        while let next = found.pop() {
            teller.tell(next.result, next.batch)
            empty.push(next.batch)
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
        result.eve = eve?.lines(of: result, batch) ?? .empty
        emit(result)
    }
}

extension EVEStream {
    func lines(of result: BatchResult, _ batch: CaptureBatch) -> OwnedBytes {
        encode(result.detections, inspection: batch.inspection, events: batch.events)
    }
}
