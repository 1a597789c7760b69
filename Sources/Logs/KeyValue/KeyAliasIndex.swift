internal import Primitives

/// `KeyAliases.find` by a table: for records whose keys are looked up one by one.
struct KeyAliasIndex: @unchecked Sendable {
    static let shared = KeyAliasIndex()

    private let names: UnsafePointer<Bytes>
    private let numbers: UnsafePointer<Int32>
    private let mask: Int

    private init() {
        var size = 256
        let total = KeyAliases.table.reduce(0) { $0 + $1.spellings.count }
        while size < total * 3 { size *= 2 }
        var names = [Bytes](repeating: .empty, count: size)
        var numbers = [Int32](repeating: -1, count: size)
        for (place, entry) in KeyAliases.table.enumerated() {
            for (rank, spelling) in entry.spellings.enumerated() {
                let text = Array(spelling.utf8)
                let bytes = Bytes(start: persistent(text), count: text.count)
                var slot = KeyAliasIndex.hash(bytes) & (size - 1)
                while numbers[slot] >= 0 { slot = (slot + 1) & (size - 1) }
                names[slot] = bytes
                numbers[slot] = Int32(place * 64 + rank)
            }
        }
        self.names = persistent(names)
        self.numbers = persistent(numbers)
        mask = size - 1
    }

    /// Number of a spelling, or of the end of a path from its last dot but one or its last; -1 where it is none. Case,
    /// `_`, `-` and blanks do not count.
    func find(_ name: Bytes) -> Int32 {
        guard name.count > 0, name.count <= 128 else { return -1 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { memory in
            guard let base = memory.baseAddress else { return -1 }
            var length = 0
            for index in 0..<name.count {
                let byte = ASCII.lower(name.start[index])
                if byte == ASCII.underscore || byte == ASCII.minus || byte == ASCII.space { continue }
                base[length] = byte
                length += 1
            }
            let whole = Bytes(start: UnsafePointer(base), count: length)
            let found = exact(whole)
            if found >= 0 { return found }
            guard let dot = whole.lastIndex(of: ASCII.dot), dot > 0 else { return -1 }
            if let before = whole.prefix(dot).lastIndex(of: ASCII.dot), before > 0 {
                let found = exact(whole.dropping(before))
                if found >= 0 { return found }
            }
            return exact(whole.dropping(dot))
        }
    }

    private func exact(_ name: Bytes) -> Int32 {
        var slot = KeyAliasIndex.hash(name) & mask
        while numbers[slot] >= 0 {
            if names[slot] == name { return numbers[slot] }
            slot = (slot + 1) & mask
        }
        return -1
    }

    private static func hash(_ name: Bytes) -> Int { Int(truncatingIfNeeded: hash64(name) >> 8) }
}
