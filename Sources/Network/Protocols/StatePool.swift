/// Parser states of one kind, named by number: plain values in one array that grows by doubling up to a limit.
final class StatePool<State> {
    private(set) var states: UnsafeMutablePointer<State>
    private var capacity = 256
    private let limit: Int
    private var fresh = 0
    private let free: UnsafeMutablePointer<Int32>
    private var freeCount = 0
    /// Times that a state was asked for and the limit was reached.
    private(set) var refused: Int64 = 0

    init(limit: Int) {
        self.limit = limit
        states = .allocate(capacity: capacity)
        free = .allocate(capacity: limit)
    }

    deinit {
        states.deallocate()
        free.deallocate()
    }

    /// The number of a state set to `initial`; -1 where the limit is reached.
    func take(_ initial: State) -> Int32 {
        let index: Int32
        if freeCount > 0 {
            freeCount -= 1
            index = free[freeCount]
        } else {
            guard fresh < limit else {
                refused += 1
                return -1
            }
            if fresh == capacity { grow() }
            index = Int32(fresh)
            fresh += 1
        }
        (states + Int(index)).initialize(to: initial)
        return index
    }

    func give(_ index: Int32) {
        free[freeCount] = index
        freeCount += 1
    }

    private func grow() {
        let wanted = min(capacity * 2, limit)
        let grown = UnsafeMutablePointer<State>.allocate(capacity: wanted)
        grown.moveInitialize(from: states, count: fresh)
        states.deallocate()
        states = grown
        capacity = wanted
    }
}
