public import Primitives
internal import Synchronization

/// A word that decoders add to events, kept once for the whole process.
public struct ConstantText: Sendable {
    let offset: UInt32
    let length: UInt32

    /// Cold: made once, in decoder tables. Equal words share their bytes.
    public init(_ word: String) {
        (offset, length) = ConstantPool.intern(word)
    }

    /// A slot that holds this word.
    public func slot(_ field: Field, type: ValueType = .text) -> FieldSlot {
        FieldSlot(FieldID(field), .constant, type, offset: Int(offset), length: Int(length))
    }

    public var bytes: Bytes { ConstantPool.bytes(offset, length) }
}

/// The memory behind `ConstantText`: 1 MiB that never moves, so readers need no lock.
public enum ConstantPool {
    private static let capacity = 1 << 20
    nonisolated(unsafe) private static let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    private static let state = Mutex<(used: Int, words: [String: (UInt32, UInt32)])>((0, [:]))

    static func intern(_ word: String) -> (UInt32, UInt32) {
        state.withLock { state in
            if let known = state.words[word] { return known }
            let length = word.utf8.count
            precondition(state.used + length <= capacity, "constant pool is full")
            for (index, byte) in word.utf8.enumerated() { memory[state.used + index] = byte }
            let place = (UInt32(state.used), UInt32(length))
            state.used += length
            state.words[word] = place
            return place
        }
    }

    public static func bytes(_ offset: UInt32, _ length: UInt32) -> Bytes {
        precondition(Int(offset) + Int(length) <= capacity, "constant out of range")
        return Bytes(start: UnsafePointer(memory) + Int(offset), count: Int(length))
    }
}
