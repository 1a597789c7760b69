public import Primitives

/// Where a value's bytes lie.
public enum ValueRegion: UInt8, Sendable {
    /// In the raw batch that was decoded.
    case input
    /// In the event batch's own scratch memory (decoded or written-out values).
    case scratch
    /// In `ConstantPool` (words that decoders add, such as "authentication").
    case constant
}

/// How a value is written in JSON, and what `null` comparisons see. The bytes are always its text.
public enum ValueType: UInt8, Sendable {
    case text
    case number
    case boolean
    case null
}

/// One field of one event: 12 bytes.
public struct FieldSlot: Sendable {
    public var field: FieldID
    public var region: ValueRegion
    public var type: ValueType
    public var offset: UInt32
    public var length: UInt32

    public init(_ field: FieldID, _ region: ValueRegion, _ type: ValueType, offset: Int, length: Int) {
        self.field = field
        self.region = region
        self.type = type
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
    }
}

/// What is peculiar about an event or its record.
public struct EventFlags: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The header was read, but the program's message is in no known form.
    public static var messageNotUnderstood: EventFlags { EventFlags(rawValue: 1) }
    /// The record had no usable time; it carries the time of the one before it.
    public static var timeBorrowed: EventFlags { EventFlags(rawValue: 2) }
    /// The year was not in the record.
    public static var yearInferred: EventFlags { EventFlags(rawValue: 4) }
    /// The line was longer than the limit and is cut.
    public static var lineCut: EventFlags { EventFlags(rawValue: 8) }
    /// Made from packets, not from a log line.
    public static var fromNetwork: EventFlags { EventFlags(rawValue: 16) }
    /// The record begins as lines of the common log format mostly do: an IPv4 address, ` - - [`, the time (in digits,
    /// with a month's English name), `] "` and the method, which is the event's second field.
    public static var commonHead: EventFlags { EventFlags(rawValue: 32) }
}

/// One event of a batch. `offset` and `length` (bytes) say where its raw record lies in the raw batch.
public struct EventRecord: Sendable {
    public var time: Timestamp
    /// From 0 within the batch for log lines; the packet's number (from 1) for network events.
    public var line: UInt32
    public var offset: UInt32
    public var length: UInt32
    public var firstSlot: UInt32
    public var slotCount: UInt16
    public var logSource: LogSource
    public var flags: EventFlags

    public init(
        time: Timestamp, line: Int, offset: Int, length: Int, logSource: LogSource, flags: EventFlags = []
    ) {
        self.time = time
        self.line = UInt32(truncatingIfNeeded: line)
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.length = UInt32(truncatingIfNeeded: length)
        firstSlot = 0
        slotCount = 0
        self.logSource = logSource
        self.flags = flags
    }
}

/// A record that became no event, and why. `offset` is relative to the record's start.
public struct UnreadRecord: Sendable {
    public var line: UInt32
    public var reason: UnreadReason
    public var offset: UInt32

    public init(line: Int, reason: UnreadReason, offset: Int) {
        self.line = UInt32(truncatingIfNeeded: line)
        self.reason = reason
        self.offset = UInt32(truncatingIfNeeded: offset)
    }
}

/// Reasons for not reading a log record; the raw value is what the ledger and `parse` print.
public enum UnreadReason: String, CaseIterable, Sendable {
    case empty = "empty line"
    case unknownFormat = "format not recognised"
    case badTime = "time not recognised"
    case badHeader = "header damaged"
    case badJSON = "JSON damaged"
    case notObject = "JSON value is not an object"
    case tooDeep = "JSON nested too deeply"
    case binary = "binary data"
    case comment = "comment or directive"
    case continuation = "belongs to the record before it"
}

/// Events decoded from one raw batch, as flat tables: records, and their fields one after the other.
///
/// Reused from batch to batch; in steady state nothing is allocated. A decoder fills it with `append`; whoever reads
/// gets bytes by `bytes(of:)`, valid until `reset`. Not for use by two threads at once; the properties that are touched
/// for every record are spared the run-time check of exclusive access, which cost a tenth of decoding.
public final class EventBatch: @unchecked Sendable {
    public let registry: FieldRegistry
    /// The raw batch's bytes; the owner keeps them alive while this batch is read.
    @exclusivity(unchecked) public private(set) var input: Bytes = .empty
    @exclusivity(unchecked) public private(set) var events: UnsafeMutablePointer<EventRecord>
    @exclusivity(unchecked) public private(set) var count = 0
    @exclusivity(unchecked) public private(set) var slots: UnsafeMutablePointer<FieldSlot>
    @exclusivity(unchecked) public private(set) var slotTotal = 0
    /// Behind a pointer: what another module changes in place, as a property, costs a check of exclusive access.
    @usableFromInline let scratchMemory: UnsafeMutablePointer<ScratchBuffer>
    @inlinable public var scratch: ScratchBuffer {
        _read { yield scratchMemory.pointee }
        _modify { yield &scratchMemory.pointee }
    }
    @exclusivity(unchecked) public var unread: [UnreadRecord] = []
    /// Records (lines) seen, whatever became of them.
    public var recordCount = 0
    /// Records dropped on purpose (a limit was reached), already counted in `recordCount`.
    public var droppedRecords = 0
    @exclusivity(unchecked) private var eventCapacity = 4096
    @exclusivity(unchecked) private var slotCapacity = 65_536
    private var batchNames: [String] = []
    private var batchNumbers: [String: FieldID] = [:]

    public init(registry: FieldRegistry) {
        self.registry = registry
        events = .allocate(capacity: eventCapacity)
        slots = .allocate(capacity: slotCapacity)
        scratchMemory = .allocate(capacity: 1)
        scratchMemory.initialize(to: ScratchBuffer(capacity: 64 << 10, limit: 256 << 20))
    }

    deinit {
        events.deallocate()
        slots.deallocate()
        scratchMemory.deinitialize(count: 1)
        scratchMemory.deallocate()
    }

    /// Empties the batch for the events of `input`.
    public func reset(input: Bytes) {
        self.input = input
        count = 0
        slotTotal = 0
        recordCount = 0
        droppedRecords = 0
        scratch.removeAll()
        unread.removeAll(keepingCapacity: true)
        if !batchNames.isEmpty {
            batchNames.removeAll(keepingCapacity: true)
            batchNumbers.removeAll(keepingCapacity: true)
        }
    }

    /// Appends an event with its fields (copied). `firstSlot` and `slotCount` are filled in here; fields past 65,535
    /// are
    /// left out.
    public func append(_ record: EventRecord, slots fields: UnsafeBufferPointer<FieldSlot>) {
        let number = min(fields.count, Int(UInt16.max))
        let room = roomForSlots(number)
        if let base = fields.baseAddress { room.update(from: base, count: number) }
        commit(record, slotCount: number)
    }

    /// Room for `number` fields behind those of the last event: a decoder writes an event's fields there and takes them
    /// in by `commit`. Valid until the next call of any function that adds an event.
    public func roomForSlots(_ number: Int) -> UnsafeMutablePointer<FieldSlot> {
        if slotTotal + number > slotCapacity { growSlots(to: slotTotal + number) }
        return slots + slotTotal
    }

    /// Appends an event whose first `number` fields (at most 65,535) lie in the room that was handed out last.
    public func commit(_ record: EventRecord, slotCount number: Int) {
        if count == eventCapacity { growEvents() }
        events[count] = record
        events[count].firstSlot = UInt32(truncatingIfNeeded: slotTotal)
        events[count].slotCount = UInt16(truncatingIfNeeded: number)
        count += 1
        slotTotal += number
    }

    /// Adds a field to the event that was appended last, which has fewer than 65,535.
    public func addToLast(_ slot: FieldSlot) {
        guard count > 0, events[count - 1].slotCount < UInt16.max else { return }
        roomForSlots(1).pointee = slot
        slotTotal += 1
        events[count - 1].slotCount += 1
    }

    /// Lets the last field of the event that was appended last end at `end` of the input, where it lies.
    public func lengthenLast(to end: Int) {
        guard count > 0, events[count - 1].slotCount > 0 else { return }
        slots[slotTotal - 1].length = UInt32(truncatingIfNeeded: end) &- slots[slotTotal - 1].offset
    }

    private func growEvents() {
        let grown = UnsafeMutablePointer<EventRecord>.allocate(capacity: eventCapacity * 2)
        grown.update(from: events, count: count)
        events.deallocate()
        events = grown
        eventCapacity *= 2
    }

    private func growSlots(to wanted: Int) {
        while slotCapacity < wanted { slotCapacity *= 2 }
        let grown = UnsafeMutablePointer<FieldSlot>.allocate(capacity: slotCapacity)
        grown.update(from: slots, count: slotTotal)
        slots.deallocate()
        slots = grown
    }

    /// A number for a field name that neither catalogue nor rules know; the same name has one number within the batch.
    /// Nil once 32,000 are taken.
    public func batchField(_ name: String) -> FieldID? {
        if let known = batchNumbers[name] { return known }
        guard batchNames.count < 32_000 else { return nil }
        let id = FieldID(rawValue: FieldID.firstOfBatch + UInt16(batchNames.count))
        batchNames.append(name)
        batchNumbers[name] = id
        return id
    }

    public func name(of field: FieldID) -> String {
        if field.isOfBatch {
            let index = Int(field.rawValue - FieldID.firstOfBatch)
            return index < batchNames.count ? batchNames[index] : ""
        }
        return registry.name(of: field) ?? ""
    }

    /// The value's bytes, valid until the batch is reset or its scratch grows.
    public func bytes(of slot: FieldSlot) -> Bytes {
        switch slot.region {
        case .input: input.slice(Int(slot.offset), Int(slot.offset) + Int(slot.length))
        case .scratch: scratch.bytes(Int(slot.offset), Int(slot.length))
        case .constant: ConstantPool.bytes(slot.offset, slot.length)
        }
    }

    /// The fields of event `index` (0 ..< count).
    public func fields(of index: Int) -> UnsafeBufferPointer<FieldSlot> {
        precondition(index >= 0 && index < count, "event index out of range")
        let record = events[index]
        return UnsafeBufferPointer(start: slots + Int(record.firstSlot), count: Int(record.slotCount))
    }

    /// The first value of `field` in event `index`; nil where it has none.
    public func slot(_ field: FieldID, of index: Int) -> FieldSlot? {
        for slot in fields(of: index) where slot.field == field { return slot }
        return nil
    }

    /// The first value of `field` as text. Cold paths only.
    public func text(_ field: Field, of index: Int) -> String? {
        slot(FieldID(field), of: index).map { bytes(of: $0).text }
    }

    /// The raw record's bytes, and those of the lines that belong to it (`error.stack_trace`).
    public func wholeRecord(of index: Int) -> Bytes {
        let record = events[index]
        guard let trace = slot(FieldID(.errorStackTrace), of: index), trace.region == .input,
            trace.offset > record.offset
        else { return raw(of: index) }
        return input.slice(Int(record.offset), Int(trace.offset) + Int(trace.length))
    }

    /// The raw record's bytes.
    public func raw(of index: Int) -> Bytes {
        precondition(index >= 0 && index < count, "event index out of range")
        let record = events[index]
        return input.slice(Int(record.offset), Int(record.offset) + Int(record.length))
    }
}
