internal import Primitives

/// Values that come again and again (user agents, referers) and wake no rule: they are searched once and passed over
/// afterwards. A table of fixed size, where a value takes the place of the one that was there; values are compared byte
/// by byte, as a hash alone could be forged.
///
/// A value is judged when it is seen the second time, so that values which never return cost no search of their own.
struct ValueMemo: ~Copyable {
    enum Verdict {
        /// Wakes nothing.
        case clean
        /// Wakes something, or is not known (yet).
        case unknown
        /// Seen before and not judged: `judge` it.
        case due(Int)
    }

    private struct Entry {
        var hash: UInt64 = 0
        var length: Int32 = 0
        var state: State = .seen
    }

    private enum State: UInt8 {
        case seen
        case clean
        case waking
    }

    private let entries = FrozenTable(repeating: Entry(), count: ValueMemo.size)
    private let bytes = FrozenTable<UInt8>(repeating: 0, count: ValueMemo.size * ValueMemo.longest)

    private static let size = 2048
    /// Shorter ones cost less to search than to look up, and could lie within a literal.
    static let shortest = LiteralAnalysis.maximumLiteralBytes
    static let longest = 256

    deinit {
        entries.free()
        bytes.free()
    }

    /// - Parameter seed: of whatever else the verdict depends on (the plan, the field)
    @inline(__always) func recall(_ value: Bytes, seed: UInt64) -> Verdict {
        guard value.count >= ValueMemo.shortest, value.count <= ValueMemo.longest else { return .unknown }
        let hash = hash64(value, seed: seed)
        let place = Int(truncatingIfNeeded: hash) & (ValueMemo.size - 1)
        let entry = entries.base[place]
        let kept = bytes.base + place * ValueMemo.longest
        guard entry.hash == hash, Int(entry.length) == value.count, Bytes(start: kept, count: value.count) == value
        else {
            kept.update(from: value.start, count: value.count)
            entries.base[place] = Entry(hash: hash, length: Int32(value.count), state: .seen)
            return .unknown
        }
        switch entry.state {
        case .seen: return .due(place)
        case .clean: return .clean
        case .waking: return .unknown
        }
    }

    func judge(_ place: Int, isClean: Bool) { entries[place].state = isClean ? .clean : .waking }
}
