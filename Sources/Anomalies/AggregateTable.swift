internal import CPlatform
internal import Events
internal import Primitives

/// What a detector counts of one (group, key, time slot) between two drains. Most events of an ordinary log make one of
/// these, and it is the memory written that costs: no field is wider than it must be.
struct Aggregate {
    /// Number of the time slot since the epoch.
    var slot: Int64
    var group: Int32
    /// The key's text, in the table's memory.
    var keyOffset: Int32
    var keyLength: Int32
    /// Events added up.
    var count: Int32 = 0
    /// The earliest event (of equal times: the one that was seen first, which is the one that lies first in its input).
    var first = Timestamp.none
    var last = Timestamp.none
    var number: UInt64 = 0
    var offset: Int64 = 0
    /// The first event's bytes: where they stay until the drain, else in the table's memory (from `lineOffset`); in
    /// neither where they were too long to keep: then the table has their id, of number `-2 - lineOffset`. Of a packet
    /// none of it.
    var line: UnsafePointer<UInt8>?
    /// The detector's own: a bitmap, or the place of a list.
    var extra: UInt64 = 0
    var length: Int32 = 0
    var lineOffset: Int32 = -1
    var lineLength: Int32 = 0
    /// Of a packet, in the place of its line: the hash of the event's bytes.
    var packetHash: UInt64 {
        get { UInt64(UInt32(bitPattern: lineOffset)) << 32 | UInt64(UInt32(bitPattern: lineLength)) }
        set {
            lineOffset = Int32(bitPattern: UInt32(truncatingIfNeeded: newValue >> 32))
            lineLength = Int32(bitPattern: UInt32(truncatingIfNeeded: newValue))
        }
    }
    var isPacket = false
    /// Requests for pictures, styles and scripts, as far as two bytes go.
    var assets: UInt16 = 0
}

/// Aggregates by (group, key, slot): open addressing over 64-bit hashes, keys compared byte by byte. Its memory is
/// kept from drain to drain, so that in steady state nothing is allocated. A full table is emptied by its owner as at
/// a drain: aggregates that were drained apart are added up again by the judge. For one thread.
final class AggregateTable {
    /// Room for `limit`; memory that no aggregate has reached yet is not the process's.
    private let aggregates: UnsafeMutablePointer<Aggregate>
    @exclusivity(unchecked) private(set) var count = 0
    /// The hash's upper half above, the number of the aggregate below: most of the others are passed over unread. The
    /// place comes from the upper half too.
    @exclusivity(unchecked) private var places: UnsafeMutablePointer<UInt64>
    @exclusivity(unchecked) private var placeCount = 4096
    private static let empty = UInt64.max
    @exclusivity(unchecked) private var texts: [UInt8] = []
    /// Of first events whose bytes are not kept.
    @exclusivity(unchecked) private var ids: [ContentID] = []
    private let limit: Int
    private let names: RecordNames
    static let standardLimit = 1 << 17
    /// Longest key: an address as text has at most 45 bytes.
    static let longestKey = 64
    /// Lines longer than this are not kept (only their id and a beginning).
    private static let keptLine = Observation.maximumExcerptBytes
    private static let textLimit = 32 << 20

    /// - Parameter names: shared by all tables of a thread
    init(limit: Int = AggregateTable.standardLimit, names: RecordNames) {
        self.limit = limit
        self.names = names
        aggregates = .allocate(capacity: limit)
        places = .allocate(capacity: placeCount)
        places.initialize(repeating: AggregateTable.empty, count: placeCount)
    }

    deinit {
        aggregates.deallocate()
        places.deallocate()
    }

    /// The aggregate at a place below `count`.
    subscript(place: Int) -> Aggregate { aggregates[place] }

    @inline(__always) func isEmpty(at place: Int) -> Bool { aggregates[place].count == 0 }

    static func hash(group: Int32, key: Bytes, slot: Int64) -> UInt64 {
        let seed = mix64(UInt64(bitPattern: slot) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(UInt32(bitPattern: group)))
        return hash64(key, seed: seed)
    }

    /// Asks for where `hash` will be looked for, so that it is in the cache by then.
    @inline(__always) func expect(_ hash: UInt64) {
        prefetch_line(places + (Int(truncatingIfNeeded: hash >> 32) & (placeCount - 1)))
    }

    /// Asks for the aggregate that is likely that of `hash`: to be called once the place itself has come.
    @inline(__always) func expectAggregate(_ hash: UInt64) {
        let entry = places[Int(truncatingIfNeeded: hash >> 32) & (placeCount - 1)]
        if entry >> 32 == hash >> 32 { prefetch_line(aggregates + Int(entry & 0xFFFF_FFFF)) }
    }

    /// Place of the aggregate, made if need be; nil when the table is full.
    func place(group: Int32, key: Bytes, slot: Int64) -> Int? {
        place(group: group, key: key, slot: slot, hash: AggregateTable.hash(group: group, key: key, slot: slot))
    }

    /// The same for a `hash` that is known.
    func place(group: Int32, key: Bytes, slot: Int64, hash: UInt64) -> Int? {
        let mask = placeCount - 1
        var spot = Int(truncatingIfNeeded: hash >> 32) & mask
        while places[spot] != AggregateTable.empty {
            let known = Int(places[spot] & 0xFFFF_FFFF)
            if places[spot] >> 32 == hash >> 32, aggregates[known].slot == slot, aggregates[known].group == group,
                holds(known, key)
            {
                return known
            }
            spot = (spot + 1) & mask
        }
        guard count < limit, texts.count + key.count <= AggregateTable.textLimit else { return nil }
        let offset = texts.count
        append(key)
        (aggregates + count).initialize(
            to: Aggregate(slot: slot, group: group, keyOffset: Int32(offset), keyLength: Int32(key.count)))
        places[spot] = (hash & ~0xFFFF_FFFF) | UInt64(count)
        count += 1
        if count * 2 > placeCount { grow() }
        return count - 1
    }

    /// Whether the aggregate at `place` is that of this group, key and slot.
    func isAt(_ place: Int, group: Int32, key: Bytes, slot: Int64) -> Bool {
        aggregates[place].slot == slot && aggregates[place].group == group && holds(place, key)
    }

    func isAt(_ place: Int, group: Int32, slot: Int64) -> Bool {
        aggregates[place].slot == slot && aggregates[place].group == group
    }

    /// Adds event `index` of a batch to the aggregate at `place`.
    func add(_ index: Int, of batch: EventBatch, _ source: BatchPlace, at place: Int) {
        add(batch.events + index, of: batch.input, source, at: place)
    }

    /// The same for an event of a batch whose raw bytes are `input`. (Properties of a batch are checked for exclusive
    /// access wherever another room reads them: callers take them once for all its events.)
    @inline(__always) func add(
        _ record: UnsafePointer<EventRecord>, of input: Bytes, _ source: BatchPlace, at place: Int
    ) {
        let time = record.pointee.time
        let aggregate = aggregates + place
        aggregate.pointee.count &+= 1
        if aggregate.pointee.last < time { aggregate.pointee.last = time }
        if aggregate.pointee.count == 1 || time < aggregate.pointee.first {
            begin(record.pointee, of: input, source, at: place)
        }
    }

    /// Adds events from the beginning of `run` on, as long as their times lie within `slot`; answers the first that
    /// does not.
    func add(
        run: Range<Int>, of events: UnsafePointer<EventRecord>, _ input: Bytes, _ source: BatchPlace,
        within slot: Range<Int64>, at place: Int
    ) -> Int {
        let aggregate = aggregates + place
        var last = aggregate.pointee.last
        var index = run.lowerBound
        while index < run.upperBound, slot.contains(events[index].time.nanoseconds) {
            let time = events[index].time
            if last < time { last = time }
            aggregate.pointee.count &+= 1
            if aggregate.pointee.count == 1 || time < aggregate.pointee.first {
                begin(events[index], of: input, source, at: place)
            }
            index += 1
        }
        aggregate.pointee.last = last
        return index
    }

    private func begin(_ record: EventRecord, of input: Bytes, _ source: BatchPlace, at place: Int) {
        let raw = input.slice(Int(record.offset), Int(record.offset) + Int(record.length))
        let isPacket = record.flags.contains(.fromNetwork)
        aggregates[place].first = record.time
        aggregates[place].number = source.firstLine &+ UInt64(record.line)
        aggregates[place].offset = isPacket ? 0 : source.streamOffset &+ Int64(record.offset)
        aggregates[place].length = Int32(clamping: record.length)
        aggregates[place].isPacket = isPacket
        if isPacket {
            // Nobody is shown a frame from here: all that is needed is what tells it from others of the same packet.
            aggregates[place].packetHash = hash64(raw, seed: 0)
            return
        }
        if source.staysUntilDrain {
            aggregates[place].line = raw.start
            aggregates[place].lineLength = Int32(raw.count)
            return
        }
        let fits = raw.count <= AggregateTable.keptLine && texts.count + raw.count <= AggregateTable.textLimit
        aggregates[place].lineOffset = Int32(fits ? texts.count : -2 - ids.count)
        aggregates[place].lineLength = fits ? Int32(raw.count) : 0
        if fits { append(raw) } else { ids.append(id(of: aggregates[place], raw, source.input)) }
    }

    private func id(of aggregate: Aggregate, _ raw: Bytes, _ input: ContentID) -> ContentID {
        names.id(input: input, place: aggregate.offset, number: aggregate.number, bytes: raw)
    }

    private func append(_ bytes: Bytes) {
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

    private func grow() {
        let old = UnsafeMutableBufferPointer(start: places, count: placeCount)
        placeCount *= 2
        let mask = placeCount - 1
        places = .allocate(capacity: placeCount)
        places.initialize(repeating: AggregateTable.empty, count: placeCount)
        for entry in old where entry != AggregateTable.empty {
            var spot = Int(truncatingIfNeeded: entry >> 32) & mask
            while places[spot] != AggregateTable.empty { spot = (spot + 1) & mask }
            places[spot] = entry
        }
        old.deallocate()
    }

    func noteAsset(at place: Int) {
        if aggregates[place].assets < .max { aggregates[place].assets += 1 }
    }

    func setExtra(_ value: UInt64, at place: Int) { aggregates[place].extra = value }

    @inline(__always) func addBit(_ bit: UInt64, at place: Int) { aggregates[place].extra |= bit }

    func key(of aggregate: Aggregate) -> String { withKey(of: aggregate) { $0.text } }

    /// The key's bytes; the view must not leave `body`.
    func withKey<Result>(of aggregate: Aggregate, _ body: (Bytes) -> Result) -> Result {
        texts.withBytes { body($0.slice(Int(aggregate.keyOffset), Int(aggregate.keyOffset + aggregate.keyLength))) }
    }

    /// The aggregate as an observation; its event is the first of the aggregate. Frames are no excerpts: whoever shows
    /// them needs the link type, and takes them from the capture. `hasExcerpt`: whether it shows that event's line.
    func observation(
        of aggregate: Aggregate, subject: String, input: ContentID, values: [FieldValue], hasExcerpt: Bool = true
    ) -> Observation {
        let (line, id) = line(of: aggregate, input)
        let event = EventReference(
            id: id, input: input, number: aggregate.number, offset: aggregate.offset, length: Int(aggregate.length))
        let span = aggregate.last.nanoseconds &- aggregate.first.nanoseconds
        let common = [FieldValue(name: AggregateField.span, value: String(span))]
        return Observation(
            time: aggregate.first, subject: subject, event: event, values: values + common,
            excerpt: hasExcerpt ? line : [], weight: Int(aggregate.count))
    }

    /// The kept part of the first event's line, and the event's id.
    private func line(of aggregate: Aggregate, _ input: ContentID) -> ([UInt8], ContentID) {
        if aggregate.isPacket {
            return ([], names.id(input: input, packet: aggregate.number, hash: aggregate.packetHash))
        }
        if let start = aggregate.line {
            let whole = Bytes(start: start, count: Int(aggregate.lineLength))
            let line = whole.prefix(AggregateTable.keptLine)
            return (whole.count <= AggregateTable.keptLine ? line.array : [], id(of: aggregate, whole, input))
        }
        if aggregate.lineOffset < -1 { return ([], ids[-2 - Int(aggregate.lineOffset)]) }
        let from = Int(max(0, aggregate.lineOffset))
        let line = Array(texts[from..<from + Int(aggregate.lineLength)])
        return (line, line.withBytes { id(of: aggregate, $0, input) })
    }

    func removeAll() {
        if count == 0 { return }
        count = 0
        texts.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
        places.update(repeating: AggregateTable.empty, count: placeCount)
    }
}

/// Names of the values that aggregated observations carry beside fields.
enum AggregateField {
    /// From the first event to the last, in nanoseconds. (Like `agents` short enough to lie in the string itself.)
    static let span = "aggregate.span"
    /// What the baseline is of: a virtual host, or an input.
    static let group = "aggregate.group"
    /// Requests for pictures, styles and scripts.
    static let assets = "aggregate.assets"
    /// Bitmap of hashed user agents, as a number to the base of 36.
    static let agents = "aggregate.agents"
    /// Clients by their number of requests: `1:52 2:7`.
    static let histogram = "aggregate.histogram"
    /// What was probed: `transport/address/port`, separated by spaces.
    static let targets = "aggregate.targets"
}
