public import Primitives

/// About 1 MiB of whole log lines of one input, as read (after decompression). Reused: `Acquisition` fills it, a worker
/// decodes it, the collector hands it back.
public final class RawBatch: @unchecked Sendable {
    public static let capacity = 1 << 20

    public let storage: UnsafeMutablePointer<UInt8>
    /// Bytes filled. The last line ends with a newline, is the input's last, or is cut (`lastLineCut`).
    public var count = 0
    /// Place of the input in the run's list.
    public var input = 0
    /// From 0 within the input.
    public var sequence = 0
    /// Offset of the first byte in the decompressed stream.
    public var streamOffset: Int64 = 0
    /// The last line was longer than the capacity: its head is here, `discardedBytes` of it were not kept.
    public var lastLineCut = false
    public var discardedBytes: Int64 = 0

    public init() { storage = .allocate(capacity: RawBatch.capacity) }

    deinit { storage.deallocate() }

    public var bytes: Bytes { Bytes(start: UnsafePointer(storage), count: count) }

    public func reset() {
        count = 0
        sequence = 0
        streamOffset = 0
        lastLineCut = false
        discardedBytes = 0
    }
}

/// One captured frame inside a `PacketBatch`.
@frozen public struct CapturedPacket: Sendable {
    public var time: Timestamp
    /// From 1 within the capture (Suricata's `pcap_cnt`).
    public var number: UInt64
    public var offset: UInt32
    public var capturedLength: UInt32
    /// Length on the wire.
    public var originalLength: UInt32
    /// Link type as in https://www.tcpdump.org/linktypes.html.
    public var linkType: UInt16
    /// Offset of the packet's record in the decompressed capture, for evidence.
    public var streamOffset: Int64

    @inlinable @inline(__always) public init(
        time: Timestamp, number: UInt64, offset: Int, capturedLength: Int, originalLength: Int, linkType: UInt16,
        streamOffset: Int64
    ) {
        self.time = time
        self.number = number
        self.offset = UInt32(truncatingIfNeeded: offset)
        self.capturedLength = UInt32(truncatingIfNeeded: capturedLength)
        self.originalLength = UInt32(truncatingIfNeeded: originalLength)
        self.linkType = linkType
        self.streamOffset = streamOffset
    }
}

/// About 1 MiB of captured frames in the order of the capture.
public final class PacketBatch: @unchecked Sendable {
    public static let capacity = 1 << 20

    public let storage: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) public var count = 0
    @exclusivity(unchecked) public var packets: PacketList
    @exclusivity(unchecked) public var input = 0
    @exclusivity(unchecked) public var sequence = 0

    public init() {
        storage = .allocate(capacity: PacketBatch.capacity)
        packets = PacketList(start: .allocate(capacity: PacketList.capacity))
    }

    deinit {
        storage.deallocate()
        packets.start.deallocate()
    }

    public var bytes: Bytes { Bytes(start: UnsafePointer(storage), count: count) }

    public func frame(_ packet: CapturedPacket) -> Bytes {
        bytes.slice(Int(packet.offset), Int(packet.offset) + Int(packet.capturedLength))
    }

    public func reset() {
        count = 0
        sequence = 0
        packets.removeAll()
    }
}
