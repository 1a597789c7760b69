internal import Events
internal import Primitives

/// One event of a batch as the tests see it: its fields by number, raw or with some replaced by decoded forms.
///
/// Filled anew for each event; all memory is made once.
struct EventView: ~Copyable {
    private let first: UnsafeMutablePointer<Int32>
    private let stamps: UnsafeMutablePointer<UInt32>
    private let next: UnsafeMutablePointer<Int32>
    private let decoded: UnsafeMutablePointer<Bytes>
    private let decodedStamps: UnsafeMutablePointer<UInt32>
    private var generation: UInt32 = 0
    private var formGeneration: UInt32 = 1
    private let limit = Int(FieldID.firstOfBatch)

    /// Places of the batch's memory, taken once for each batch.
    private var input: Bytes = .empty
    private var scratch: Bytes = .empty
    private var events: UnsafeMutablePointer<EventRecord>?
    private var allSlots: UnsafeMutablePointer<FieldSlot>?
    private(set) var slots: UnsafeMutablePointer<FieldSlot>?
    private(set) var count = 0
    private(set) var record = EventRecord(time: .none, line: 0, offset: 0, length: 0, logSource: .unknown)
    private var isIndexed = false
    /// Whether decoded values stand in for raw ones.
    private(set) var isDecodedForm = false

    static let maximumSlots = Int(UInt16.max) + 1

    init() {
        first = .allocate(capacity: limit)
        stamps = .allocate(capacity: limit)
        stamps.initialize(repeating: 0, count: limit)
        next = .allocate(capacity: EventView.maximumSlots)
        decoded = .allocate(capacity: EventView.maximumSlots)
        decodedStamps = .allocate(capacity: EventView.maximumSlots)
        decodedStamps.initialize(repeating: 0, count: EventView.maximumSlots)
    }

    deinit {
        first.deallocate()
        stamps.deallocate()
        next.deallocate()
        decoded.deallocate()
        decodedStamps.deallocate()
    }

    mutating func open(_ batch: EventBatch) {
        input = batch.input
        let length = batch.scratch.count
        scratch = length == 0 ? .empty : batch.scratch.bytes(0, length)
        events = batch.events
        allSlots = batch.slots
    }

    /// Turns to event `index` in its raw form. The caller knows that the batch has it.
    @inline(__always) mutating func turn(to index: Int) {
        guard let events, let allSlots else { return }
        record = events[index]
        slots = allSlots + Int(record.firstSlot)
        count = Int(record.slotCount)
        isIndexed = false
        isDecodedForm = false
    }

    /// Makes the fields findable by number; does nothing the second time.
    mutating func index() {
        if isIndexed { return }
        isIndexed = true
        generation &+= 1
        if generation == 0 {
            stamps.update(repeating: 0, count: limit)
            generation = 1
        }
        guard let slots else { return }
        var position = count - 1
        while position >= 0 {
            let field = Int(slots[position].field.rawValue)
            if field < limit {
                next[position] = stamps[field] == generation ? first[field] : -1
                first[field] = Int32(truncatingIfNeeded: position)
                stamps[field] = generation
            }
            position -= 1
        }
    }

    /// Position of the first value of `field`, -1 where the event has none. Needs `index()`.
    @inline(__always) func firstSlot(_ field: UInt16) -> Int {
        let number = Int(field)
        return number < limit && stamps[number] == generation ? Int(first[number]) : -1
    }

    /// Position of the first value that is not null, of the best of `fields` that the event has, or -1.
    func firstPosition(of fields: [FieldID]) -> Int {
        for field in fields {
            var position = firstSlot(field.rawValue)
            while position >= 0 {
                if !isNull(position) { return position }
                position = nextSlot(position)
            }
        }
        return -1
    }

    /// Position of the next value of the same field, or -1.
    @inline(__always) func nextSlot(_ position: Int) -> Int { Int(next[position]) }

    @inline(__always) func isNull(_ position: Int) -> Bool { slots?[position].type == .null }

    /// Whether the raw value lies inside the raw record.
    @inline(__always) func isInRecord(_ position: Int) -> Bool {
        guard let slots, slots[position].region == .input else { return false }
        let offset = slots[position].offset
        return offset >= record.offset && offset &+ slots[position].length <= record.offset &+ record.length
    }

    /// Whether the value is a word that the decoder added: no word of the record.
    @inline(__always) func isConstant(_ position: Int) -> Bool { slots?[position].region == .constant }

    @inline(__always) func type(_ position: Int) -> ValueType { slots?[position].type ?? .null }

    /// The value in the form that holds now.
    @inline(__always) func value(_ position: Int) -> Bytes {
        if isDecodedForm && decodedStamps[position] == formGeneration { return decoded[position] }
        return rawValue(position)
    }

    @inline(__always) func rawValue(_ position: Int) -> Bytes {
        guard let slots else { return .empty }
        let slot = slots[position]
        let offset = Int(slot.offset)
        let length = Int(slot.length)
        switch slot.region {
        case .input: return input.slice(offset, offset + length)
        case .scratch: return scratch.slice(offset, offset + length)
        case .constant: return ConstantPool.bytes(slot.offset, slot.length)
        }
    }

    /// The raw record; empty for events whose record is not text (JSON: its values are searched, not its keys).
    @inline(__always) var rawRecord: Bytes {
        if record.logSource == .json { return .empty }
        let offset = Int(record.offset)
        let end = offset + Int(record.length)
        return end <= input.count ? input.slice(offset, end) : .empty
    }

    /// Begins a decoded form without decoded values.
    mutating func beginForm() {
        formGeneration &+= 1
        if formGeneration == 0 {
            decodedStamps.update(repeating: 0, count: EventView.maximumSlots)
            formGeneration = 1
        }
        isDecodedForm = true
    }

    mutating func setDecoded(_ position: Int, _ bytes: Bytes) {
        decoded[position] = bytes
        decodedStamps[position] = formGeneration
    }

    mutating func returnToRaw() { isDecodedForm = false }
}
