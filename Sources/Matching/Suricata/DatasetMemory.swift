internal import Primitives
internal import Rules

/// What signatures of one capture added to datasets and took out of them, over the values that were loaded.
struct DatasetMemory {
    private let sets: [Dataset]
    /// True: added; false: taken out.
    private var changes: [[[UInt8]: Bool]]
    private let maximum: Int
    private(set) var refused = 0

    init(_ sets: [Dataset], maximum: Int) {
        self.sets = sets
        self.maximum = maximum
        changes = Array(repeating: [:], count: sets.count)
    }

    /// Whether the step holds for a buffer; `set` and `unset` hold where they change something.
    mutating func holds(_ step: CompiledDataset, _ bytes: Bytes) -> Bool {
        guard !bytes.isEmpty else { return false }
        let set = Int(step.dataset)
        let value = DatasetMemory.key(bytes, sets[set].kind)
        let isIn = changes[set][value] ?? (sets[set].values[value] != nil)
        switch step.verb {
        case .isSet: return isIn
        case .isNotSet: return !isIn
        case .set: return !isIn && change(set, value, to: true)
        case .unset: return isIn && change(set, value, to: false)
        case .reputation(let test): return sets[set].values[value].map { test.holds(Int($0)) } ?? false
        }
    }

    private mutating func change(_ set: Int, _ value: [UInt8], to isIn: Bool) -> Bool {
        guard changes[set].count < maximum else {
            refused += 1
            return false
        }
        changes[set][value] = isIn
        return true
    }

    /// IPv4 addresses written as mapped IPv6 ones are the same value.
    private static func key(_ bytes: Bytes, _ kind: Dataset.Kind) -> [UInt8] {
        let all = bytes.array
        guard kind == .ip, all.count == 16, all[..<10].allSatisfy({ $0 == 0 }), all[10] == 0xFF, all[11] == 0xFF else {
            return all
        }
        return Array(all[12...])
    }
}
