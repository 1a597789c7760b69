internal import Glibc
internal import Primitives

/// How much memory the parsers of all flows hold for messages under way, and may hold.
final class MemoryMeter {
    let limit: Int
    private(set) var used = 0
    /// Times that memory was asked for and there was none left.
    private(set) var refused: Int64 = 0

    init(limit: Int) { self.limit = limit }

    func take(_ bytes: Int) -> Bool {
        if used + bytes > limit {
            refused += 1
            return false
        }
        used += bytes
        return true
    }

    func give(_ bytes: Int) { used -= bytes }
}

/// Bytes kept for a message under way. A plain value in a pool's memory: whoever owns it calls `free`.
struct ByteStore {
    private var base: UnsafeMutablePointer<UInt8>?
    private(set) var count = 0
    private var capacity = 0

    var bytes: Bytes { base.map { Bytes(start: $0, count: count) } ?? .empty }

    /// Appends as much as fits below `limit`. False where something was left out.
    mutating func append(_ more: Bytes, limit: Int, _ meter: MemoryMeter) -> Bool {
        let length = min(more.count, max(limit - count, 0))
        if length > 0 {
            guard reserve(count + length, meter), let base else { return false }
            memcpy(base + count, more.start, length)
            count += length
        }
        return length == more.count
    }

    private mutating func reserve(_ wanted: Int, _ meter: MemoryMeter) -> Bool {
        if wanted <= capacity { return true }
        var size = max(capacity, 512)
        while size < wanted { size *= 2 }
        guard meter.take(size - capacity) else { return false }
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
        if let base {
            memcpy(grown, base, count)
            base.deallocate()
        }
        base = grown
        capacity = size
        return true
    }

    /// Makes it `length` bytes long, with zeros where there was nothing. False where there is no room.
    mutating func extend(to length: Int, _ meter: MemoryMeter) -> Bool {
        guard length > count else { return true }
        guard reserve(length, meter), let base else { return false }
        (base + count).update(repeating: 0, count: length - count)
        count = length
        return true
    }

    /// Writes over what stands at `offset`; what does not fit is left out.
    mutating func replace(at offset: Int, _ bytes: Bytes) {
        guard let base, offset < count, !bytes.isEmpty else { return }
        memcpy(base + offset, bytes.start, min(bytes.count, count - offset))
    }

    mutating func fill(_ range: Range<Int>, with byte: UInt8) {
        let within = range.clamped(to: 0..<count)
        guard let base, !within.isEmpty else { return }
        (base + within.lowerBound).update(repeating: byte, count: within.count)
    }

    /// Drops the first `length` bytes.
    mutating func drop(_ length: Int) {
        guard let base, length > 0 else { return }
        let kept = max(count - length, 0)
        memmove(base, base + (count - kept), kept)
        count = kept
    }

    /// Drops what stands behind the first `length` bytes.
    mutating func cut(to length: Int) { count = min(count, length) }

    /// Forgets the bytes and keeps the memory.
    mutating func clear() { count = 0 }

    mutating func free(_ meter: MemoryMeter) {
        base?.deallocate()
        meter.give(capacity)
        self = ByteStore()
    }
}
