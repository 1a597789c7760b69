internal import Events
internal import Glibc
package import Primitives

/// The last (at most) 64 KiB of what has gone by: how a grown file is known again (by a hash of the last 4 KiB), and
/// what decoding looks back at.
struct TailWindow: ~Copyable {
    static let capacity = RecordState.windowBytes
    static let hashedBytes = 4096

    private let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: TailWindow.capacity)
    private var held = 0
    /// Bytes that can be hashed.
    var count: Int { min(held, TailWindow.hashedBytes) }

    deinit { storage.deallocate() }

    mutating func append(_ bytes: Bytes) {
        if bytes.count >= TailWindow.capacity {
            memcpy(storage, bytes.start + bytes.count - TailWindow.capacity, TailWindow.capacity)
            held = TailWindow.capacity
            return
        }
        let excess = held + bytes.count - TailWindow.capacity
        if excess > 0 {
            memmove(storage, storage + excess, held - excess)
            held -= excess
        }
        memcpy(storage + held, bytes.start, bytes.count)
        held += bytes.count
    }

    mutating func removeAll() { held = 0 }

    var bytes: Bytes { Bytes(start: UnsafePointer(storage), count: held) }

    /// Hash of the last `length` bytes; nil where fewer went by.
    func id(length: Int) -> ContentID? {
        guard length >= 0, length <= count else { return nil }
        return TailWindow.id(Bytes(start: UnsafePointer(storage) + held - length, count: length))
    }

    static func id(_ bytes: Bytes) -> ContentID {
        var hasher = ContentHasher()
        hasher.add("tail")
        hasher.add(bytes)
        return hasher.finish()
    }
}

/// A place from which a later run can go on, and what must lie before it then.
package struct ResumePoint: Sendable, Equatable {
    /// Bytes of the decompressed content before it.
    package var offset: Int64
    /// Hash of the `tailLength` bytes before `offset`.
    package var tail: ContentID
    package var tailLength: Int

    package init(offset: Int64, tail: ContentID, tailLength: Int) {
        self.offset = offset
        self.tail = tail
        self.tailLength = tailLength
    }
}
