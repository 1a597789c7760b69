/// Signatures worth evaluating on the item at hand, each once, in evaluation order. Room for all of them, made once.
struct CandidateSet: ~Copyable {
    private let list: UnsafeMutablePointer<Int32>
    /// Number of the item in which a signature was last inserted.
    private let stamps: UnsafeMutablePointer<UInt32>
    private let capacity: Int
    private var stamp: UInt32 = 0
    private(set) var count = 0

    init(signatures: Int) {
        capacity = max(1, signatures)
        list = .allocate(capacity: capacity)
        stamps = .allocate(capacity: capacity)
        stamps.initialize(repeating: 0, count: capacity)
    }

    deinit {
        list.deallocate()
        stamps.deallocate()
    }

    mutating func begin() {
        count = 0
        stamp &+= 1
        if stamp == 0 {
            stamps.update(repeating: 0, count: capacity)
            stamp = 1
        }
    }

    mutating func insert(_ signature: Int32) {
        precondition(signature >= 0 && Int(signature) < capacity, "signature number out of range")
        guard stamps[Int(signature)] != stamp else { return }
        stamps[Int(signature)] = stamp
        list[count] = signature
        count += 1
    }

    /// Signatures that were found ahead, each once; no other is inserted.
    mutating func take(_ found: UnsafeBufferPointer<Int32>) {
        guard let start = found.baseAddress, found.count <= capacity else { return }
        list.update(from: start, count: found.count)
        count = found.count
    }

    /// Puts the candidates in evaluation order; false where there are none.
    mutating func sort() -> Bool {
        guard count > 0 else { return false }
        if count <= 24 {
            sortFew()
        } else {
            var found = UnsafeMutableBufferPointer(start: list, count: count)
            found.sort()
        }
        return true
    }

    private func sortFew() {
        for place in 1..<max(count, 1) {
            let one = list[place]
            var at = place
            while at > 0, list[at - 1] > one {
                list[at] = list[at - 1]
                at -= 1
            }
            list[at] = one
        }
    }

    subscript(_ place: Int) -> Int32 { list[place] }

    var all: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: list, count: count) }
}
