internal import Events
internal import Primitives

/// The fields that the rules of a run ask for, numbered, so that an event's fields are walked through once for all.
final class FieldPlan {
    private(set) var places: [String: Int] = [:]
    private let registry: FieldRegistry
    /// Field number to place plus one; 0: nobody asks.
    private(set) var table = [UInt8](repeating: 0, count: 1 << 16)
    static let maximum = 250

    init(_ registry: FieldRegistry) { self.registry = registry }

    /// Nil where there are more names than can be numbered.
    func place(of name: String) -> Int? {
        if let known = places[name] { return known }
        guard places.count < FieldPlan.maximum, let id = registry.register(name) else { return nil }
        places[name] = places.count
        table[Int(id.rawValue)] = UInt8(places.count)
        return places.count - 1
    }
}

/// The fields of one event, by their places in a `FieldPlan`. For one thread.
final class FieldGather {
    private let table: UnsafeMutablePointer<UInt8>
    private let slots: UnsafeMutablePointer<FieldSlot>
    /// Number of the event that each slot belongs to.
    private let stamps: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private var stamp: UInt32 = 0
    @exclusivity(unchecked) private var batch: EventBatch
    /// Places of the batch's memory, taken once for all its events.
    @exclusivity(unchecked) private(set) var events: UnsafeMutablePointer<EventRecord>
    @exclusivity(unchecked) private(set) var input = Bytes.empty
    @exclusivity(unchecked) private var allSlots: UnsafeMutablePointer<FieldSlot>
    /// The fields that the event has, a bit each; places beyond share bits. One bit is always set.
    @exclusivity(unchecked) private(set) var present: UInt64 = 0
    private static let always: UInt64 = 1 << 63
    /// An empty value.
    let nothing = Bytes.empty
    /// What the input is called.
    @exclusivity(unchecked) private(set) var label = Bytes.empty
    private let questionName: UInt8
    private let registeredDomain: UInt8

    init(_ plan: FieldPlan, registry: FieldRegistry, names: (question: Int, domain: Int)) {
        table = .allocate(capacity: plan.table.count)
        for (index, place) in plan.table.enumerated() { (table + index).initialize(to: place) }
        slots = .allocate(capacity: 256)
        stamps = .allocate(capacity: 256)
        stamps.initialize(repeating: 0, count: 256)
        batch = EventBatch(registry: registry)
        events = batch.events
        allSlots = batch.slots
        questionName = UInt8(names.question)
        registeredDomain = UInt8(names.domain)
    }

    deinit {
        table.deallocate()
        slots.deallocate()
        stamps.deallocate()
    }

    func begin(_ batch: EventBatch, label: Bytes) {
        self.batch = batch
        self.label = label
        events = batch.events
        allSlots = batch.slots
        input = batch.input
    }

    /// Of a place, in `present`.
    static func bit(_ place: UInt8) -> UInt64 { 1 << UInt64(place % 63) }

    /// Reads event `index`: the first value of each field counts.
    func read(_ index: Int) {
        stamp &+= 1
        if stamp == 0 {
            stamps.update(repeating: 0, count: 256)
            stamp = 1
        }
        var present = FieldGather.always
        let first = allSlots + Int(events[index].firstSlot)
        for position in 0..<Int(events[index].slotCount) {
            let place = table[Int(first[position].field.rawValue)]
            if place == 0 || stamps[Int(place) - 1] == stamp { continue }
            stamps[Int(place) - 1] = stamp
            slots[Int(place) - 1] = first[position]
            present |= FieldGather.bit(place - 1)
        }
        self.present = present
    }

    /// The value at a place of the plan; empty where the event has none.
    func value(_ place: UInt8) -> Bytes {
        guard stamps[Int(place)] == stamp else { return nothing }
        let slot = slots[Int(place)]
        guard slot.region == .input else { return batch.bytes(of: slot) }
        return input.slice(Int(slot.offset), Int(slot.offset) + Int(slot.length))
    }

    /// Where in the question's name the registered domain begins; nil where there is none.
    private func domainStart(_ name: Bytes) -> Int? {
        let known = value(registeredDomain)
        if !known.isEmpty, known.count <= name.count { return name.count - known.count }
        return RegisteredDomain.start(in: name)
    }

    private var question: Bytes {
        let name = value(questionName)
        return !name.isEmpty && name[name.count - 1] == ASCII.dot ? name.prefix(name.count - 1) : name
    }

    func domain() -> Bytes {
        let name = question
        return domainStart(name).map { name.dropping($0) } ?? .empty
    }

    func subdomain() -> Bytes {
        let name = question
        guard let start = domainStart(name), start > 1 else { return .empty }
        return name.prefix(start - 1)
    }

    func domainLabel() -> Bytes {
        let domain = domain()
        return domain.prefix(domain.firstIndex(of: ASCII.dot) ?? domain.count)
    }
}
