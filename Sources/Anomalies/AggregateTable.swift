internal import Events
internal import Primitives

/// What a detector counts of one (group, key, time slot) between two drains.
struct Aggregate {
    var hash: UInt64
    var group: Int32
    /// Number of the time slot since the epoch.
    var slot: Int64
    /// The key's text, in the table's memory.
    var keyOffset: Int32
    var keyLength: Int32
    /// Events added up.
    var count = 0
    /// The earliest event (of equal times: the one that was seen first, which is the one that lies first in its input).
    var first = Timestamp.none
    var last = Timestamp.none
    var number: UInt64 = 0
    var offset: Int64 = 0
    var length = 0
    var isPacket = false
    /// The first event's bytes: where they stay until the drain, else in the table's memory (from `lineOffset`); in
    /// neither where they were too long to keep: then `id` is known.
    var line: UnsafePointer<UInt8>?
    var lineOffset: Int32 = -1
    var lineLength: Int32 = 0
    var id: ContentID?
    /// The detector's own: a bitmap, or the place of a list.
    var extra: UInt64 = 0
}

/// Aggregates by (group, key, slot): open addressing over 64-bit hashes, keys compared byte by byte. Its memory is
/// kept from drain to drain, so that in steady state nothing is allocated. A full table is emptied by its owner as at
/// a drain: aggregates that were drained apart are added up again by the judge.
struct AggregateTable {
    private(set) var aggregates: [Aggregate] = []
    private var places = [Int32](repeating: -1, count: 4096)
    private var texts: [UInt8] = []
    private let limit: Int
    static let standardLimit = 1 << 16
    /// Longest key: an address as text has at most 45 bytes.
    static let longestKey = 64
    /// Lines longer than this are not kept (only their id and a beginning).
    private static let keptLine = Observation.maximumExcerptBytes
    private static let textLimit = 32 << 20

    init(limit: Int = AggregateTable.standardLimit) { self.limit = limit }

    /// Place of the aggregate, made if need be; nil when the table is full.
    mutating func place(group: Int32, key: Bytes, slot: Int64) -> Int? {
        let seed = mix64(UInt64(bitPattern: slot) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: group)))
        let hash = hash64(key, seed: seed)
        let mask = places.count - 1
        var spot = Int(truncatingIfNeeded: hash) & mask
        while places[spot] >= 0 {
            let known = Int(places[spot])
            if aggregates[known].hash == hash, aggregates[known].slot == slot, aggregates[known].group == group,
                holds(known, key)
            {
                return known
            }
            spot = (spot + 1) & mask
        }
        guard aggregates.count < limit, texts.count + key.count <= AggregateTable.textLimit else { return nil }
        let offset = texts.count
        append(key)
        aggregates.append(
            Aggregate(hash: hash, group: group, slot: slot, keyOffset: Int32(offset), keyLength: Int32(key.count)))
        places[spot] = Int32(aggregates.count - 1)
        if aggregates.count * 2 > places.count { grow() }
        return aggregates.count - 1
    }

    /// Adds an event to the aggregate at `place`.
    mutating func add(_ index: Int, of batch: EventBatch, _ source: BatchPlace, at place: Int) {
        let record = batch.events[index]
        aggregates[place].count &+= 1
        if aggregates[place].last < record.time { aggregates[place].last = record.time }
        if aggregates[place].count == 1 || record.time < aggregates[place].first {
            begin(record, raw: batch.raw(of: index), source, at: place)
        }
    }

    private mutating func begin(_ record: EventRecord, raw: Bytes, _ source: BatchPlace, at place: Int) {
        let packet = record.flags.contains(.fromNetwork)
        aggregates[place].first = record.time
        aggregates[place].number = source.firstLine &+ UInt64(record.line)
        aggregates[place].offset = packet ? 0 : source.streamOffset &+ Int64(record.offset)
        aggregates[place].length = Int(record.length)
        aggregates[place].isPacket = packet
        if source.staysUntilDrain {
            aggregates[place].line = raw.start
            aggregates[place].lineLength = Int32(raw.count)
            return
        }
        let fits = raw.count <= AggregateTable.keptLine && texts.count + raw.count <= AggregateTable.textLimit
        aggregates[place].id = fits ? nil : id(of: aggregates[place], raw, source.input)
        aggregates[place].lineOffset = fits ? Int32(texts.count) : -1
        aggregates[place].lineLength = fits ? Int32(raw.count) : 0
        if fits { append(raw) }
    }

    /// A packet has no offset of its own in a batch that may be cut anywhere: its number stands for it.
    private func id(of aggregate: Aggregate, _ raw: Bytes, _ input: ContentID) -> ContentID {
        let offset = aggregate.isPacket ? Int64(truncatingIfNeeded: aggregate.number) : aggregate.offset
        return eventID(input: input, offset: offset, bytes: raw)
    }

    private mutating func append(_ bytes: Bytes) {
        texts.append(contentsOf: UnsafeBufferPointer(start: bytes.start, count: bytes.count))
    }

    private func holds(_ place: Int, _ key: Bytes) -> Bool {
        let (offset, length) = (Int(aggregates[place].keyOffset), Int(aggregates[place].keyLength))
        guard length == key.count else { return false }
        return texts.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return length == 0 }
            return Bytes(start: base + offset, count: length) == key
        }
    }

    private mutating func grow() {
        let size = places.count * 2
        places = [Int32](repeating: -1, count: size)
        for (index, aggregate) in aggregates.enumerated() {
            var spot = Int(truncatingIfNeeded: aggregate.hash) & (size - 1)
            while places[spot] >= 0 { spot = (spot + 1) & (size - 1) }
            places[spot] = Int32(index)
        }
    }

    mutating func setExtra(_ value: UInt64, at place: Int) { aggregates[place].extra = value }

    func key(of aggregate: Aggregate) -> String {
        String(
            decoding: texts[Int(aggregate.keyOffset)..<Int(aggregate.keyOffset + aggregate.keyLength)], as: UTF8.self)
    }

    /// The aggregate as an observation; its event is the first of the aggregate. Frames are no excerpts: whoever shows
    /// them needs the link type, and takes them from the capture.
    func observation(of aggregate: Aggregate, subject: String, input: ContentID, values: [FieldValue]) -> Observation {
        let (line, id) = line(of: aggregate, input)
        let event = EventReference(
            id: id, input: input, number: aggregate.number, offset: aggregate.offset, length: aggregate.length)
        let span = aggregate.last.nanoseconds &- aggregate.first.nanoseconds
        let common = [FieldValue(name: AggregateField.span, value: String(span))]
        return Observation(
            time: aggregate.first, subject: subject, event: event, values: values + common,
            excerpt: aggregate.isPacket ? [] : line, weight: aggregate.count)
    }

    /// The kept part of the first event's line, and the event's id.
    private func line(of aggregate: Aggregate, _ input: ContentID) -> ([UInt8], ContentID) {
        if let start = aggregate.line {
            let whole = Bytes(start: start, count: Int(aggregate.lineLength))
            let line = whole.prefix(AggregateTable.keptLine)
            return (whole.count <= AggregateTable.keptLine ? line.array : [], id(of: aggregate, whole, input))
        }
        let from = Int(max(0, aggregate.lineOffset))
        let line = Array(texts[from..<from + Int(aggregate.lineLength)])
        return (line, aggregate.id ?? line.withBytes { self.id(of: aggregate, $0, input) })
    }

    mutating func removeAll() {
        aggregates.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        for index in places.indices { places[index] = -1 }
    }
}

/// Names of the values that aggregated observations carry beside fields.
enum AggregateField {
    /// From the first event to the last, in nanoseconds. (Like `agents` short enough to lie in the string itself.)
    static let span = "aggregate.span"
    /// What the baseline is of: a virtual host, or an input.
    static let group = "aggregate.group"
    /// Bitmap of hashed user agents, as a number to the base of 36.
    static let agents = "aggregate.agents"
    /// Clients by their number of requests: `1:52 2:7`.
    static let histogram = "aggregate.histogram"
    /// What was probed: `transport/address/port`, separated by spaces.
    static let targets = "aggregate.targets"
}
