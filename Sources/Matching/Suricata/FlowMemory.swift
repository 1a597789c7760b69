internal import Events
internal import Rules

/// What a flow carries between its items.
struct FlowEntry {
    var flow: UInt64
    /// First of its open transactions, -1 where there is none.
    var firstTransaction: Int32
    var transactionCount: Int32
    /// A pass signature let the rest of the flow go.
    var passed: Bool
    /// Directions in which signatures on the application protocol alone were tried.
    var applicationTried: UInt8
    var used: Bool
    /// Directions in which hits wait for the next packet.
    var deferredWays: UInt8 = 0
}

/// Flowbits and marks of flows, in memory that is reused. Full, it takes the place of another flow and counts that.
struct FlowMemory: ~Copyable {
    private var places: FlowPlaces
    private let entries: UnsafeMutablePointer<FlowEntry>
    private let bits: UnsafeMutablePointer<UInt64>
    private let wordsPerFlow: Int
    /// Values of flowints; -1 where one is not set.
    private let numbers: UnsafeMutablePointer<Int64>
    private let numbersPerFlow: Int
    private let capacity: Int
    private var used = 0
    private var free: [Int32] = []
    private var hand = 0
    private(set) var evictions = 0

    init(capacity: Int, flowbits: Int, flowints: Int) {
        self.capacity = max(16, capacity)
        places = FlowPlaces(capacity: self.capacity)
        wordsPerFlow = max(1, (flowbits + 63) / 64)
        entries = .allocate(capacity: self.capacity)
        bits = .allocate(capacity: self.capacity * wordsPerFlow)
        numbersPerFlow = flowints
        numbers = .allocate(capacity: max(1, self.capacity * numbersPerFlow))
    }

    deinit {
        entries.deallocate()
        bits.deallocate()
        numbers.deallocate()
    }

    var isEmpty: Bool { places.isEmpty }

    func find(_ flow: UInt64) -> UnsafeMutablePointer<FlowEntry>? {
        guard flow != 0, !places.isEmpty else { return nil }
        let place = places.find(flow)
        return place < 0 ? nil : entries + Int(place)
    }

    /// The flow's entry, made where there is none. `evicted` is called for a flow that had to go.
    mutating func entry(
        _ flow: UInt64, evicting evicted: (UnsafeMutablePointer<FlowEntry>) -> Void
    ) -> UnsafeMutablePointer<FlowEntry> {
        let known = places.find(flow)
        if known >= 0 { return entries + Int(known) }
        let place: Int
        if let last = free.popLast() {
            place = Int(last)
        } else if used < capacity {
            place = used
            used += 1
        } else {
            place = hand
            hand = (hand + 1) % capacity
            evictions += 1
            evicted(entries + place)
            places.remove(entries[place].flow)
        }
        entries[place] = FlowEntry(
            flow: flow, firstTransaction: -1, transactionCount: 0, passed: false, applicationTried: 0, used: true)
        (bits + place * wordsPerFlow).update(repeating: 0, count: wordsPerFlow)
        (numbers + place * numbersPerFlow).update(repeating: -1, count: numbersPerFlow)
        places.insert(flow, Int32(place))
        return entries + place
    }

    mutating func remove(_ flow: UInt64) {
        let place = flow == 0 ? -1 : places.remove(flow)
        guard place >= 0 else { return }
        entries[Int(place)].used = false
        free.append(place)
    }

    private func words(_ entry: UnsafeMutablePointer<FlowEntry>) -> UnsafeMutablePointer<UInt64> {
        bits + (entry - entries) * wordsPerFlow
    }

    /// A flowint's value; nil where it is not set.
    func number(_ number: Int32, _ entry: UnsafeMutablePointer<FlowEntry>) -> UInt32? {
        UInt32(exactly: numbers[(entry - entries) * numbersPerFlow + Int(number)])
    }

    func setNumber(_ number: Int32, _ value: UInt32, _ entry: UnsafeMutablePointer<FlowEntry>) {
        numbers[(entry - entries) * numbersPerFlow + Int(number)] = Int64(value)
    }

    func isSet(_ bit: Int32, _ entry: UnsafeMutablePointer<FlowEntry>) -> Bool {
        words(entry)[Int(bit) / 64] & 1 << UInt64(bit & 63) != 0
    }

    func change(_ bit: Int32, _ verb: FlowbitCommand.Verb, _ entry: UnsafeMutablePointer<FlowEntry>) {
        let mask = UInt64(1) << UInt64(bit & 63)
        let word = words(entry) + Int(bit) / 64
        switch verb {
        case .set: word.pointee |= mask
        case .unset: word.pointee &= ~mask
        case .toggle: word.pointee ^= mask
        case .isSet, .isNotSet: break
        }
    }
}
