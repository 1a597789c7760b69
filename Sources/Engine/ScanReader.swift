internal import Acquisition
internal import Events
internal import Primitives
internal import Storage

/// Opens a scan's inputs one after the other, decides what of each is new, and hands out the work. Runs on one
/// thread of its own; everything that blocks on files happens here or in a capture's worker.
final class ScanReader {
    private let inputs: [InputSpec]
    private let places: [Int: SensorPlace]
    private let store: Store
    private let options: EngineOptions
    private let work: BoundedQueue<WorkItem>
    private let pool: BoundedQueue<RawBatch>
    private let turnstile: Turnstile
    private let progress: ScanProgress
    private let groupSize: Int
    private let headLengths: [Int]
    /// What this run has read of an identity: a second copy of the same log goes on from there.
    private var readHere: [ContentID: ReadPosition] = [:]
    private var referenceHere: [ContentID: Timestamp] = [:]

    init(
        inputs: SensorStreams, store: Store, options: EngineOptions, work: BoundedQueue<WorkItem>,
        pool: BoundedQueue<RawBatch>, turnstile: Turnstile, progress: ScanProgress,
        groupSize: Int
    ) throws {
        self.groupSize = groupSize
        self.inputs = inputs.inputs
        places = inputs.places
        self.store = store
        self.options = options
        self.work = work
        self.pool = pool
        self.turnstile = turnstile
        self.progress = progress
        headLengths = try store.headLengths()
    }

    func run() {
        for (index, spec) in inputs.enumerated() {
            turnstile.wait(toEnter: index)
            read(spec, index: index)
        }
        work.close()
    }

    private func read(_ spec: InputSpec, index: Int) {
        do {
            let reader = try InputReader(spec)
            if reader.head.isEmpty {
                finish(context(reader, index: index, identity: reader.identity, known: nil), problem: reader.problem)
                return
            }
            let found = try recognise(reader)
            let context = context(reader, index: index, identity: found.identity, known: found.known)
            progress.started(spec.path, bytes: reader.fileStamp?.size ?? 0)
            if found.isUnchanged {
                finish(context, problem: nil)
            } else if context.isCapture {
                readHere[found.identity] = ReadPosition(offset: 0, tail: found.identity, tailLength: 0, bytesRead: 0)
                work.push(.capture(context, CaptureHandle(reader: reader)))
            } else {
                readLines(reader, context)
            }
        } catch {
            finish(failed(spec, index: index), problem: "\(error)")
        }
    }

    private func finish(_ context: InputContext, sequence: Int = 0, problem: String?, position: ReadPosition? = nil) {
        work.push(.end(context, sequence: sequence, problem: problem, position: position))
    }

    /// Who this input is, and how much of it is known.
    private struct Recognition {
        var identity: ContentID
        var known: Checkpoint?
        var isUnchanged = false
    }

    private func recognise(_ reader: InputReader) throws -> Recognition {
        var identity = reader.identity
        var known = try store.checkpoint(identity: identity)
        if known == nil {
            for length in headLengths where length < reader.headLength {
                guard let shorter = reader.identity(headLength: length),
                    let checkpoint = try store.checkpoint(identity: shorter), checkpoint.headLength == length
                else { continue }
                identity = shorter
                known = checkpoint
                break
            }
        }
        if options.reprocess { known = nil }
        if reader.kind == .capture { return recogniseCapture(reader, identity, known) }
        if let known, let stamp = reader.fileStamp, stamp == known.fileStamp {
            return Recognition(identity: identity, known: known, isUnchanged: true)
        }
        if let here = readHere[identity] {
            known = Checkpoint(
                input: identity, sensor: reader.spec.sensor, headLength: reader.headLength, offset: here.offset,
                records: 0, tail: here.tail, tailLength: here.tailLength, path: reader.spec.path, fileStamp: nil,
                yearReference: referenceHere[identity] ?? .none, complete: false)
        }
        guard let checkpoint = known else { return Recognition(identity: identity, known: nil) }
        if try reader.skip(to: checkpoint.offset, tail: checkpoint.tail, tailLength: checkpoint.tailLength) {
            return Recognition(identity: identity, known: checkpoint)
        }
        // The same beginning, but another text further on: an input of its own, named by more of its content.
        var hasher = ContentHasher()
        hasher.add(identity)
        hasher.add(reader.head)
        let own = hasher.finish()
        guard let again = try store.checkpoint(identity: own), !options.reprocess,
            try reader.skip(to: again.offset, tail: again.tail, tailLength: again.tailLength)
        else { return Recognition(identity: own, known: nil) }
        return Recognition(identity: own, known: again, isUnchanged: again.fileStamp == reader.fileStamp)
    }

    /// A capture is read whole or not at all: it is known when the very file is known, or this run has read its like.
    private func recogniseCapture(_ reader: InputReader, _ identity: ContentID, _ known: Checkpoint?) -> Recognition {
        if readHere[identity] != nil { return Recognition(identity: identity, known: known, isUnchanged: true) }
        if let known, known.complete, let stamp = reader.fileStamp, stamp == known.fileStamp {
            return Recognition(identity: identity, known: known, isUnchanged: true)
        }
        return Recognition(identity: identity, known: nil)
    }

    private func readLines(_ reader: InputReader, _ context: InputContext) {
        var sequence = 0
        var problem: String?
        var position = ReadPosition(
            offset: context.knownBytes, tail: context.identity, tailLength: 0, bytesRead: reader.bytesRead)
        referenceHere[context.identity] = context.yearReference
        var group: [PlacedBatch] = []
        var before = reader.recordState
        func handOn() {
            work.push(.lines(context, group, before: before, sequence: sequence))
            before = reader.recordState
            sequence += 1
            group = []
        }
        do {
            while let batch = pool.pop() {
                batch.reset()
                guard try reader.read(into: batch) else {
                    pool.push(batch)
                    break
                }
                batch.input = context.index
                position = ScanReader.position(of: reader, after: batch)
                progress.advanced(to: reader.bytesRead)
                group.append(PlacedBatch(raw: batch, position: position))
                if group.count == groupSize { handOn() }
            }
            problem = reader.problem
        } catch {
            problem = "\(error)"
        }
        if !group.isEmpty { handOn() }
        if sequence > 0 { readHere[context.identity] = position }
        finish(context, sequence: sequence, problem: problem, position: sequence > 0 ? position : nil)
    }

    /// The place behind the last whole line. A line that the end of the file cuts short is decoded, but read again by
    /// the next run, which may find it grown.
    private static func position(of reader: InputReader, after batch: RawBatch) -> ReadPosition {
        let place = reader.resumePoint
        let end = batch.streamOffset + Int64(batch.count) + batch.discardedBytes
        return ReadPosition(
            offset: place.offset, tail: place.tail, tailLength: place.tailLength, bytesRead: reader.bytesRead,
            endsInsideRecord: place.offset < end)
    }

    private func context(
        _ reader: InputReader, index: Int, identity: ContentID, known: Checkpoint?
    ) -> InputContext {
        let reference = known.flatMap { $0.yearReference.isNone ? nil : $0.yearReference }
        return InputContext(
            index: index, spec: reader.spec, identity: identity, headLength: known?.headLength ?? reader.headLength,
            head: reader.kind == .log ? reader.head.array : [], fileStamp: reader.fileStamp,
            yearReference: reference ?? options.now ?? reader.modificationTime, formatName: reader.formatName,
            isCapture: reader.kind == .capture, knownBytes: known?.offset ?? 0, knownRecords: known?.records ?? 0,
            place: places[index])
    }

    private func failed(_ spec: InputSpec, index: Int) -> InputContext {
        InputContext(
            index: index, spec: spec, identity: ContentID(high: 0, low: 0), headLength: 0, head: [], fileStamp: nil,
            yearReference: .none, formatName: "", isCapture: false, knownBytes: 0, knownRecords: 0,
            place: places[index])
    }
}
