internal import Events
internal import Glibc
package import Primitives

/// The last (at most) 4 KiB of what has gone by: how a grown file is known again.
struct TailWindow: ~Copyable {
    static let capacity = 4096

    private let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: TailWindow.capacity)
    private(set) var count = 0

    deinit { storage.deallocate() }

    mutating func append(_ bytes: Bytes) {
        if bytes.count >= TailWindow.capacity {
            memcpy(storage, bytes.start + bytes.count - TailWindow.capacity, TailWindow.capacity)
            count = TailWindow.capacity
            return
        }
        let excess = count + bytes.count - TailWindow.capacity
        if excess > 0 {
            memmove(storage, storage + excess, count - excess)
            count -= excess
        }
        memcpy(storage + count, bytes.start, bytes.count)
        count += bytes.count
    }

    mutating func removeAll() { count = 0 }

    /// Hash of the last `length` bytes; nil where fewer went by.
    func id(length: Int) -> ContentID? {
        guard length >= 0, length <= count else { return nil }
        return TailWindow.id(Bytes(start: UnsafePointer(storage) + count - length, count: length))
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
