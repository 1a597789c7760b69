internal import Acquisition
internal import Events
internal import Primitives

/// What a run knows of one input while it works on it; shared by reader, workers and collector, never changed.
final class InputContext: Sendable {
    /// Place in the run's sorted list.
    let index: Int
    let spec: InputSpec
    let identity: ContentID
    let headLength: Int
    /// The first bytes, for the first guess of a log's format.
    let head: [UInt8]
    let fileStamp: FileStamp?
    let yearReference: Timestamp
    let formatName: String
    let isCapture: Bool
    /// Bytes and records that an earlier run (or an earlier copy in this run) has done.
    let knownBytes: Int64
    let knownRecords: Int64
    /// Of a capture that belongs to a stream.
    let place: SensorPlace?
    /// What baselines call the input: its asset or sensor, else its file's name up to the first dot, so that
    /// `access.log` and `access.log.2.gz` are the same log.
    let label: String

    init(
        index: Int, spec: InputSpec, identity: ContentID, headLength: Int, head: [UInt8], fileStamp: FileStamp?,
        yearReference: Timestamp, formatName: String, isCapture: Bool, knownBytes: Int64, knownRecords: Int64,
        place: SensorPlace? = nil
    ) {
        self.place = place
        let name = spec.path.split(separator: "/").last?.prefix { $0 != "." } ?? ""
        label = spec.asset ?? spec.sensor ?? (name.isEmpty ? spec.path : String(name))
        self.index = index
        self.spec = spec
        self.identity = identity
        self.headLength = headLength
        self.head = head
        self.fileStamp = fileStamp
        self.yearReference = yearReference
        self.formatName = formatName
        self.isCapture = isCapture
        self.knownBytes = knownBytes
        self.knownRecords = knownRecords
    }
}

/// How far the reader was after a batch: what a checkpoint needs.
struct ReadPosition: Sendable {
    var offset: Int64
    var tail: ContentID
    var tailLength: Int
    /// Bytes taken from the file so far (before decompression).
    var bytesRead: Int64
    /// A record behind `offset` was read whose end the input does not (yet) hold.
    var endsInsideRecord = false
}

/// A raw batch, and how far the reader was behind it.
struct PlacedBatch: Sendable {
    var raw: RawBatch
    var position: ReadPosition
}

/// One piece of work for a worker.
enum WorkItem: Sendable {
    /// Consecutive batches of an input: the more of them a worker sees at once, the more its watchers add up before
    /// they hand anything on. `before` is what the records before them left behind, `sequence` counts from 0.
    case lines(InputContext, [PlacedBatch], before: RecordState, sequence: Int)
    /// A whole capture: a world of its own, read and judged in packet order by one worker.
    case capture(InputContext, CaptureHandle)
    /// Nothing more comes of this input after `sequence` results.
    case end(InputContext, sequence: Int, problem: String?, position: ReadPosition?)
}

/// Hands an open reader from the reader's thread to one worker; used by one thread at a time.
final class CaptureHandle: @unchecked Sendable {
    let reader: InputReader

    init(reader: InputReader) { self.reader = reader }
}

/// What became of one batch, or of some in a row. Record numbers count from 1 within it (log lines) or within the
/// capture (packets); the collector, which sees results in order, makes log lines absolute.
struct BatchResult: Sendable {
    var context: InputContext
    var sequence: Int
    /// A group with very many findings is handed on in parts, each of whole batches.
    var part = 0
    var isLastPart = true
    var detections: [Detection] = []
    var observations: [Observation] = []
    var sightings: [Sighting] = []
    /// Captures, with the last result: packets around the hits.
    var slices: [PacketSlice] = []
    var counts = BatchCounts()
    /// EVE lines, ready to write.
    var eve = OwnedBytes.empty
    var position: ReadPosition?
    /// The input's last result.
    var isEnd = false
    var problem: String?

    init(context: InputContext, sequence: Int) {
        self.context = context
        self.sequence = sequence
    }
}

extension BatchResult: Placed {
    var place: QueuePlace { QueuePlace(input: context.index, sequence: sequence, part: part) }

    var following: QueuePlace {
        if isEnd { return QueuePlace(input: context.index + 1, sequence: 0, part: 0) }
        if isLastPart { return QueuePlace(input: context.index, sequence: sequence + 1, part: 0) }
        return QueuePlace(input: context.index, sequence: sequence, part: part + 1)
    }

    /// Findings with their fields and their records, and what is ready to be written.
    var estimatedBytes: Int {
        let findings =
            detections.count * FindingSize.detection + observations.count * FindingSize.observation
            + sightings.count * FindingSize.sighting
        return 1024 + findings + eve.count + slices.reduce(0) { $0 + $1.packets.reduce(0) { $0 + $1.bytes.count } }
    }
}

/// What a finding holds in memory until it is stored, bytes, about: measured over access logs and captures.
enum FindingSize {
    /// With a line as evidence.
    static let detection = 1600
    static let observation = 640
    static let sighting = 200
}

/// The ledger's share of one batch.
struct BatchCounts: Sendable {
    var bytes: Int64 = 0
    var records: Int64 = 0
    var events: Int64 = 0
    var transactions: Int64 = 0
    var messagesNotUnderstood: Int64 = 0
    var unread: [String: Int64] = [:]
    var dropped: [String: Int64] = [:]
    var bytesDropped: Int64 = 0
    var evictions: [String: Int64] = [:]
    /// A bit for each kind of log that an event came from (`LogSource`, fewer than 64).
    var sources: UInt64 = 0
    var first = Timestamp.none
    var last = Timestamp.none
    /// The first and the latest time in the order of a log's records, and the jumps between.
    private(set) var opening = Timestamp.none
    private(set) var closing = Timestamp.none
    private(set) var jumps = ClockJumps()

    /// The next record's time.
    @inline(__always) mutating func follow(time: Timestamp) {
        if time.isNone { return }
        if closing.isNone { opening = time } else { jumps.step(from: closing, to: time) }
        closing = time
        note(time: time)
    }

    mutating func note(time: Timestamp) {
        if time.isNone { return }
        if first.isNone || time < first { first = time }
        if last.isNone || time > last { last = time }
    }
}
