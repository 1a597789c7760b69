/// Places of flows by their numbers (never 0): open addressing in memory of a fixed size, at most half full.
struct FlowPlaces: ~Copyable {
    private let keys: UnsafeMutablePointer<UInt64>
    private let places: UnsafeMutablePointer<Int32>
    private let mask: Int
    private(set) var count = 0

    /// - Parameter capacity: most flows that are held at a time
    init(capacity: Int) {
        var size = 32
        while size < 2 * capacity { size *= 2 }
        mask = size - 1
        keys = .allocate(capacity: size)
        keys.initialize(repeating: 0, count: size)
        places = .allocate(capacity: size)
        places.initialize(repeating: 0, count: size)
    }

    deinit {
        keys.deallocate()
        places.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// Flow numbers follow each other: a multiplication spreads them (Fibonacci hashing).
    @inline(__always) private func home(_ flow: UInt64) -> Int {
        Int(truncatingIfNeeded: (flow &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }

    /// -1 where the flow is not held.
    @inline(__always) func find(_ flow: UInt64) -> Int32 {
        var at = home(flow)
        while keys[at] != 0 {
            if keys[at] == flow { return places[at] }
            at = (at + 1) & mask
        }
        return -1
    }

    /// For a flow that is not held.
    mutating func insert(_ flow: UInt64, _ place: Int32) {
        var at = home(flow)
        while keys[at] != 0 { at = (at + 1) & mask }
        keys[at] = flow
        places[at] = place
        count += 1
    }

    /// Answers the flow's place; -1 where it was not held. What stands behind it moves up.
    @discardableResult mutating func remove(_ flow: UInt64) -> Int32 {
        var at = home(flow)
        while keys[at] != flow {
            if keys[at] == 0 { return -1 }
            at = (at + 1) & mask
        }
        let place = places[at]
        var next = (at + 1) & mask
        while keys[next] != 0 {
            if (next &- home(keys[next])) & mask >= (next &- at) & mask {
                keys[at] = keys[next]
                places[at] = places[next]
                at = next
            }
            next = (next + 1) & mask
        }
        keys[at] = 0
        count -= 1
        return place
    }
}
