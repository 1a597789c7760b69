internal import Glibc
internal import Primitives

/// Head of one block of stream or datagram data; `SegmentPool.dataBytes` of data follow it in memory.
struct SegmentBlock {
    /// Offset of the first byte in its stream or datagram.
    var start: Int64
    /// Where the segment that brought it began: overlap policies compare segments, not blocks.
    var segmentStart: Int64
    /// When its packet was captured, in nanoseconds.
    var time: Int64
    var next: Int32
    var length: Int32

    var end: Int64 { start &+ Int64(length) }
}

/// Data of one stream direction or datagram that waits: blocks in order of offset, never overlapping.
struct SegmentList {
    var head: Int32 = -1
    var tail: Int32 = -1
    var blocks: Int32 = 0

    var isEmpty: Bool { head < 0 }
}

/// Memory for all waiting data: blocks of 2 KiB, taken from the system a megabyte at a time up to a limit, and named by
/// number.
final class SegmentPool {
    static let blockBytes = 2048
    static let dataBytes = blockBytes - MemoryLayout<SegmentBlock>.stride
    private static let blocksPerChunk = 512
    /// Blocks that one list may hold: bounds the walk that an insertion takes.
    static let maximumBlocks: Int32 = 2048
    /// From so many blocks on, small segments are joined with what stands before them.
    private static let crowded: Int32 = 64

    private let chunks: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private let maximumChunks: Int
    @exclusivity(unchecked) private var chunkCount = 0
    @exclusivity(unchecked) private var fresh: Int32 = 0
    @exclusivity(unchecked) private var free: Int32 = -1
    @exclusivity(unchecked) private(set) var used = 0

    init(limitBytes: Int) {
        maximumChunks = max(1, min(limitBytes, 1 << 40) / (SegmentPool.blockBytes * SegmentPool.blocksPerChunk))
        chunks = .allocate(capacity: maximumChunks)
    }

    deinit {
        for index in 0..<chunkCount { chunks[index].deallocate() }
        chunks.deallocate()
    }

    @inline(__always) func block(_ index: Int32) -> UnsafeMutablePointer<SegmentBlock> {
        let raw = chunks[Int(index) / SegmentPool.blocksPerChunk]
        return (raw + Int(index) % SegmentPool.blocksPerChunk * SegmentPool.blockBytes)
            .assumingMemoryBound(to: SegmentBlock.self)
    }

    @inline(__always) func data(_ index: Int32) -> UnsafeMutablePointer<UInt8> {
        (UnsafeMutableRawPointer(block(index)) + MemoryLayout<SegmentBlock>.stride)
            .assumingMemoryBound(to: UInt8.self)
    }

    /// A block's number, -1 where the limit is reached.
    private func take() -> Int32 {
        if free >= 0 {
            let index = free
            free = block(index).pointee.next
            used += 1
            return index
        }
        if Int(fresh) == chunkCount * SegmentPool.blocksPerChunk {
            guard chunkCount < maximumChunks else { return -1 }
            chunks[chunkCount] = .allocate(
                byteCount: SegmentPool.blockBytes * SegmentPool.blocksPerChunk, alignment: 16)
            chunkCount += 1
        }
        fresh += 1
        used += 1
        return fresh - 1
    }

    private func give(_ index: Int32) {
        block(index).pointee.next = free
        free = index
        used -= 1
    }

    /// Whether `count` bytes find room without eviction.
    func hasRoom(_ count: Int) -> Bool {
        let capacity = maximumChunks * SegmentPool.blocksPerChunk
        return capacity - used >= count / SegmentPool.dataBytes + 2
    }

    func removeAll(_ list: inout SegmentList) {
        var index = list.head
        while index >= 0 {
            let next = block(index).pointee.next
            give(index)
            index = next
        }
        list = SegmentList()
    }

    /// Frees the blocks that end at or before `offset`.
    func release(_ list: inout SegmentList, upTo offset: Int64) {
        while list.head >= 0, block(list.head).pointee.end <= offset {
            let index = list.head
            list.head = block(index).pointee.next
            list.blocks -= 1
            give(index)
        }
        if list.head < 0 { list.tail = -1 }
    }
}

/// What became of data that was to be stored.
struct SegmentOutcome {
    var storedBytes = 0
    var overlapped = false
    /// The overlapping copies are not the same.
    var differs = false
    /// No memory, or the list is at its limit: part of the data was left out.
    var full = false
}

extension SegmentPool {
    /// Stores `count` bytes that belong at `offset`. What overlaps stored bytes is settled by `policy`.
    func insert(
        _ list: inout SegmentList, at offset: Int64, _ bytes: UnsafePointer<UInt8>, _ count: Int,
        time: Int64, policy: OverlapPolicy
    ) -> SegmentOutcome {
        var outcome = SegmentOutcome()
        var previous: Int32 = -1
        var current = list.head
        if list.tail >= 0, block(list.tail).pointee.end <= offset {
            previous = list.tail
            current = -1
        }
        while current >= 0, block(current).pointee.end <= offset {
            previous = current
            current = block(current).pointee.next
        }
        let end = offset &+ Int64(count)
        var at = offset
        while at < end && !outcome.full {
            let start = current >= 0 ? block(current).pointee.start : Int64.max
            if at < start {
                let stop = min(end, start)
                let source = bytes + Int(at - offset)
                outcome.full = !add(&list, after: &previous, at, source, Int(stop - at), (offset, time))
                outcome.storedBytes += Int(stop - at)
                at = stop
                continue
            }
            let stop = min(end, block(current).pointee.end)
            outcome.overlapped = true
            if memcmp(data(current) + Int(at - start), bytes + Int(at - offset), Int(stop - at)) != 0 {
                outcome.differs = true
            }
            if newcomerWins(policy, offset, block(current).pointee.segmentStart) {
                memcpy(data(current) + Int(at - start), bytes + Int(at - offset), Int(stop - at))
            }
            at = stop
            previous = current
            current = block(current).pointee.next
        }
        return outcome
    }

    private func newcomerWins(_ policy: OverlapPolicy, _ newStart: Int64, _ storedStart: Int64) -> Bool {
        switch policy {
        case .first: false
        case .last: true
        case .bsd: newStart < storedStart
        }
    }

    /// Adds a run that overlaps nothing behind block `previous` (-1: at the front), which moves on to the run's last.
    private func add(
        _ list: inout SegmentList, after previous: inout Int32, _ offset: Int64, _ bytes: UnsafePointer<UInt8>,
        _ count: Int, _ segment: (start: Int64, time: Int64)
    ) -> Bool {
        var done = 0
        if previous >= 0, list.blocks >= SegmentPool.crowded {
            let last = block(previous)
            let room = SegmentPool.dataBytes - Int(last.pointee.length)
            if last.pointee.end == offset, room > 0 {
                done = min(room, count)
                memcpy(data(previous) + Int(last.pointee.length), bytes, done)
                last.pointee.length += Int32(done)
            }
        }
        while done < count {
            guard list.blocks < SegmentPool.maximumBlocks else { return false }
            let index = take()
            if index < 0 { return false }
            let length = min(SegmentPool.dataBytes, count - done)
            let next = previous >= 0 ? block(previous).pointee.next : list.head
            block(index).initialize(
                to: SegmentBlock(
                    start: offset &+ Int64(done), segmentStart: segment.start, time: segment.time, next: next,
                    length: Int32(length)))
            memcpy(data(index), bytes + done, length)
            if previous >= 0 { block(previous).pointee.next = index } else { list.head = index }
            if next < 0 { list.tail = index }
            list.blocks += 1
            previous = index
            done += length
        }
        return true
    }

    /// The bytes from `offset` on where they lie; nil where they go on in another block before `limit`, or are missing.
    func run(_ list: SegmentList, from offset: Int64, to limit: Int64) -> Bytes? {
        var index = list.head
        while index >= 0, block(index).pointee.end <= offset { index = block(index).pointee.next }
        guard index >= 0 else { return nil }
        let head = block(index).pointee
        guard head.start <= offset else { return nil }
        if head.end < limit, head.next >= 0, block(head.next).pointee.start == head.end { return nil }
        return Bytes(start: data(index) + Int(offset - head.start), count: Int(min(head.end, limit) - offset))
    }

    /// Copies the bytes from `offset` on, as far as they are there without a hole and before `limit`, at most `room`.
    func gather(
        _ list: SegmentList, from offset: Int64, to limit: Int64, into target: UnsafeMutablePointer<UInt8>, room: Int
    ) -> Int {
        var index = list.head
        while index >= 0, block(index).pointee.end <= offset { index = block(index).pointee.next }
        var at = offset
        var copied = 0
        while index >= 0, at < limit, copied < room {
            let head = block(index).pointee
            guard head.start <= at else { break }
            let length = min(Int(min(head.end, limit) - at), room - copied)
            memcpy(target + copied, data(index) + Int(at - head.start), length)
            copied += length
            at += Int64(length)
            index = head.next
        }
        return copied
    }

    /// When the byte at `offset` was captured; nil where it is not stored.
    func time(_ list: SegmentList, at offset: Int64) -> Int64? {
        var index = list.head
        while index >= 0, block(index).pointee.end <= offset { index = block(index).pointee.next }
        return index >= 0 && block(index).pointee.start <= offset ? block(index).pointee.time : nil
    }

    /// Offset of the first stored byte at or after `offset`; nil where there is none.
    func firstStored(_ list: SegmentList, from offset: Int64) -> Int64? {
        var index = list.head
        while index >= 0, block(index).pointee.end <= offset { index = block(index).pointee.next }
        return index >= 0 ? max(offset, block(index).pointee.start) : nil
    }
}
