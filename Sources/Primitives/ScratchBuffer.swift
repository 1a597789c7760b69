internal import Glibc

/// Growable memory for bytes made while a batch is worked on (decoded text, numbers written out, reassembled data).
///
/// Values are named by offset, never by address, because growing moves the memory. `removeAll` keeps the memory, so a
/// buffer reused for every batch allocates only while it finds its size. Never grows past `limit`: `reserve` answers
/// false then, and the caller counts what it dropped.
public struct ScratchBuffer: ~Copyable, @unchecked Sendable {
    public private(set) var base: UnsafeMutablePointer<UInt8>
    public private(set) var count = 0
    private var capacity: Int
    public let limit: Int

    public init(capacity: Int = 4096, limit: Int = 1 << 30) {
        self.capacity = max(16, capacity)
        self.limit = limit
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    public mutating func removeAll() { count = 0 }

    /// Makes room for `more` bytes behind `count`; false where that would pass the limit.
    public mutating func reserve(_ more: Int) -> Bool {
        if count + more <= capacity { return true }
        guard count + more <= limit else { return false }
        var wanted = capacity
        while wanted < count + more { wanted *= 2 }
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        memcpy(grown, base, count)
        base.deallocate()
        base = grown
        capacity = wanted
        return true
    }

    /// Appends one byte. The caller has reserved it.
    public mutating func push(_ byte: UInt8) {
        precondition(count < capacity, "push without reserve")
        base[count] = byte
        count += 1
    }

    /// Appends a copy of `bytes` and answers where it lies; nil where the limit forbids it.
    public mutating func append(_ bytes: Bytes) -> Int? {
        guard reserve(bytes.count) else { return nil }
        memcpy(base + count, bytes.start, bytes.count)
        count += bytes.count
        return count - bytes.count
    }

    /// Appends `value` in decimal and answers (offset, length); nil where the limit forbids it.
    public mutating func appendDecimal(_ value: Int) -> (offset: Int, length: Int)? {
        guard reserve(20) else { return nil }
        let from = count
        var rest = value.magnitude
        repeat {
            base[count] = UInt8(rest % 10) + 0x30
            count += 1
            rest /= 10
        } while rest > 0
        if value < 0 { push(ASCII.minus) }
        var left = from
        var right = count - 1
        while left < right {
            swap(&base[left], &base[right])
            left += 1
            right -= 1
        }
        return (from, count - from)
    }

    public mutating func truncate(to length: Int) { count = min(count, length) }

    public func bytes(_ offset: Int, _ length: Int) -> Bytes {
        precondition(offset >= 0 && length >= 0 && offset + length <= count, "scratch slice out of range")
        return Bytes(start: UnsafePointer(base) + offset, count: length)
    }
}
