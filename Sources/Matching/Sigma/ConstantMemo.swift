internal import Events
internal import Primitives

/// Which of the words that decoders add to events wake no rule. Words lie in one pool for the whole run: place, field
/// and plan say all that the verdict depends on. A table of fixed size, where a word takes the place of another.
struct ConstantMemo: ~Copyable {
    private let keys = FrozenTable<UInt64>(repeating: .max, count: ConstantMemo.size)
    private let verdicts = FrozenTable<Bool>(repeating: false, count: ConstantMemo.size)

    private static let size = 1024

    deinit {
        keys.free()
        verdicts.free()
    }

    /// Nil where the word has no place in the table; `plan`: its number.
    @inline(__always) static func key(_ slot: FieldSlot, plan: Int) -> UInt64? {
        guard slot.offset < 1 << 24, slot.length < 1 << 12, plan < 1 << 12 else { return nil }
        return UInt64(plan) << 52 | UInt64(slot.field.rawValue) << 36 | UInt64(slot.offset) << 12 | UInt64(slot.length)
    }

    /// Nil where the word was not judged.
    @inline(__always) func isClean(_ key: UInt64) -> Bool? {
        let place = ConstantMemo.place(key)
        return keys.base[place] == key ? verdicts.base[place] : nil
    }

    func judge(_ key: UInt64, isClean: Bool) {
        let place = ConstantMemo.place(key)
        keys.base[place] = key
        verdicts.base[place] = isClean
    }

    @inline(__always) private static func place(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
