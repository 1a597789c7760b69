internal import Acquisition
internal import Events
internal import Matching
internal import Network
internal import Primitives

/// The way of a capture's packets from its reader through the decoder, batch after batch, to whoever judges them, and
/// what was found to whoever tells it. With several threads, the batches behind are decoded and searched and the ones
/// before told while this one is judged: the same batches in the same order.
///
/// What a step takes goes up and down along a capture, so that each would wait for the next by turns: the more batches
/// lie between them, the less.
final class CapturePipe {
    let first: CaptureBatch
    private let pool: CaptureBatchPool
    private let readsAhead: Bool

    init(registry: FieldRegistry, pool: CaptureBatchPool, jobs: Int) {
        first = CaptureBatch(registry: registry)
        self.pool = pool
        readsAhead = jobs > 1 && pool.limit > 0
    }

    /// Hands each batch to `judge`, and what that answers to `teller`. Throws what the reader throws, behind the
    /// batches before it.
    /// - Parameter signatures: what `judge` tries, for batches to be searched ahead
    func run(
        _ reader: InputReader, _ decoder: CaptureDecoder, _ signatures: SignatureMatcher?, _ teller: CaptureTeller,
        judge: (CaptureBatch) -> BatchResult
    ) throws {
        first.isGathered = false
        // Most captures are one batch: no threads for those.
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        teller.tell(judge(first), first)
        guard readsAhead else {
            while try CapturePipe.fill(first, reader, decoder) { teller.tell(judge(first), first) }
            return
        }
        guard try CapturePipe.fill(first, reader, decoder) else { return }
        defer { first.isGathered = false }
        try runBeside(DecodingLane(reader, decoder, pool), signatures, teller, judge)
    }

    static func fill(_ batch: CaptureBatch, _ reader: InputReader, _ decoder: CaptureDecoder) throws -> Bool {
        guard try reader.read(into: batch.packets) else { return false }
        decoder.decode(batch.packets, inspection: batch.inspection, events: batch.events)
        return true
    }

    private func runBeside(
        _ decoding: DecodingLane, _ signatures: SignatureMatcher?, _ teller: CaptureTeller,
        _ judge: (CaptureBatch) -> BatchResult
    ) throws {
        let searching = signatures.map { SearchingLane(CandidateGatherer($0), behind: decoding, pool) }
        let telling = TellingLane(teller, behind: decoding, pool)
        Pipeline.start("decoder", Pipeline.Handover(decoding)) { $0.run() }
        if let searching { Pipeline.start("searcher", Pipeline.Handover(searching)) { $0.run() } }
        Pipeline.start("teller", Pipeline.Handover(telling)) { $0.run() }
        telling.found.push(TellingLane.Found(result: judge(first), batch: first))
        let ready = searching?.full ?? decoding.full
        while let batch = ready.pop() {
            telling.found.push(TellingLane.Found(result: judge(batch), batch: batch))
        }
        telling.finish()
        while let batch = decoding.empty.popNow() { if batch !== first { pool.give(batch) } }
        if let fault = decoding.fault { throw fault }
    }
}
