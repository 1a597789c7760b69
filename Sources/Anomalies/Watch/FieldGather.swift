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
    @exclusivity(unchecked) private(set) var batch: EventBatch
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
    }

    /// Reads event `index`: the first value of each field counts.
    func read(_ index: Int) {
        stamp &+= 1
        if stamp == 0 {
            stamps.update(repeating: 0, count: 256)
            stamp = 1
        }
        for slot in batch.fields(of: index) {
            let place = table[Int(slot.field.rawValue)]
            if place == 0 || stamps[Int(place) - 1] == stamp { continue }
            stamps[Int(place) - 1] = stamp
            slots[Int(place) - 1] = slot
        }
    }

    /// The value at a place of the plan; empty where the event has none.
    func value(_ place: UInt8) -> Bytes {
        stamps[Int(place)] == stamp ? batch.bytes(of: slots[Int(place)]) : nothing
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
