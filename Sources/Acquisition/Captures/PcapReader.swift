internal import Events
internal import Glibc
internal import Primitives

/// Classic captures: draft-ietf-opsawg-pcap (file header of 24 bytes, then records of header and frame).
///
/// Reads version 2.4 and what came before it: up to 2.2 the two lengths of a record stood the other way round, in 2.3
/// either way (libpcap's reading). A record that claims more than 256 KiB is damage, as for libpcap.
struct PcapReader: ~Copyable {
    static let fileHeaderLength = 24
    /// libpcap's MAXIMUM_SNAPLEN.
    static let maximumFrameLength: UInt32 = 262_144

    private enum LengthOrder {
        case normal
        case swapped
        case unsure
    }

    private let source: ByteSource
    private let variant: PcapVariant
    /// What was read and belongs to the next batch: the frames of a batch lie where they were read, with their record
    /// headers between them.
    private let carried = UnsafeMutablePointer<UInt8>.allocate(capacity: PacketBatch.capacity)
    private var carriedCount = 0
    /// Place in the content of the batch's first byte.
    private var base: Int64 = 0
    private var linkType: UInt16 = 0
    private var order = LengthOrder.normal
    private var started = false
    private var finished = false
    private(set) var counts = CaptureCounts()
    private(set) var problem: String?

    init(source: ByteSource, variant: PcapVariant) {
        self.source = source
        self.variant = variant
    }

    deinit { carried.deallocate() }

    /// Fills the (empty) batch until it is full or the capture ends; a live one also ends with what has come so far.
    mutating func read(into batch: PacketBatch, interactive: Bool) {
        if finished { return }
        memcpy(batch.storage, carried, carriedCount)
        var filled = carriedCount
        var position = 0
        if !started { position = readFileHeader(batch, &filled) }
        while !finished {
            position = appendRecords(to: batch, position, filled)
            if finished || batch.packets.isFull { break }
            if !batch.packets.isEmpty {
                if filled >= PcapReader.wantedBytes { break }
                if interactive && !source.isReady() { break }
            }
            let room = filled < PcapReader.wantedBytes ? PcapReader.wantedBytes : PacketBatch.capacity
            let length = source.read(into: batch.storage + filled, room - filled)
            if length == 0 { end(position, filled) }
            filled += length
        }
        batch.count = position
        carriedCount = filled - position
        memcpy(carried, batch.storage + position, carriedCount)
        base += Int64(position)
    }

    /// Bytes that a batch is filled with: what is read, decoded and matched stays within a core's own cache. More only
    /// where one record needs it.
    private static let wantedBytes = 256 << 10

    private mutating func end(_ position: Int, _ filled: Int) {
        finished = true
        guard position < filled else { return }
        stop("the capture ends inside packet \(counts.packets + 1), at offset \(base + Int64(filled))")
    }

    /// Where the records begin.
    private mutating func readFileHeader(_ batch: PacketBatch, _ filled: inout Int) -> Int {
        started = true
        while filled < PcapReader.fileHeaderLength {
            let length = source.read(into: batch.storage + filled, PcapReader.fileHeaderLength - filled)
            guard length > 0 else {
                stop("the capture ends inside its file header, at offset \(filled)")
                return filled
            }
            filled += length
        }
        let header = Bytes(start: batch.storage, count: PcapReader.fileHeaderLength)
        let major = variant.isBigEndian ? header.bigEndian16(at: 4) : header.littleEndian16(at: 4)
        let minor = variant.isBigEndian ? header.bigEndian16(at: 6) : header.littleEndian16(at: 6)
        guard major == 2 || major == 543 else {
            stop("the capture has version \(major).\(minor); version 2 is what can be read")
            return filled
        }
        order = minor < 3 || major == 543 ? .swapped : minor == 3 ? .unsure : .normal
        // The upper bits may tell the length of a checksum behind each frame; the link type is below them.
        let network = (variant.isBigEndian ? header.bigEndian32(at: 20) : header.littleEndian32(at: 20)) & 0x03FF_FFFF
        linkType = network > UInt32(UInt16.max) ? .max : UInt16(network)
        return filled
    }

    /// The hot loop: takes the whole records of the batch's memory from `from` on. Answers where it stopped.
    private mutating func appendRecords(to batch: PacketBatch, _ from: Int, _ filled: Int) -> Int {
        let memory = UnsafePointer(batch.storage)
        let header = variant.recordHeaderLength
        let isPlain = order == .normal && !variant.isBigEndian
        var position = from
        var number = counts.packets
        var packets = batch.packets
        while filled - position >= header && !packets.isFull {
            let record = memory + position
            let (captured, original) = isPlain ? plainLengths(record) : lengths(record)
            if captured > PcapReader.maximumFrameLength {
                stop(
                    "the packet record at offset \(base + Int64(position)) claims \(captured) bytes,"
                        + " more than the \(PcapReader.maximumFrameLength) a record may have: damaged from there on")
                break
            }
            let length = Int(captured)
            if filled - position - header < length { break }
            number += 1
            if captured < original { counts.truncatedPackets += 1 }
            packets.append(
                CapturedPacket(
                    time: isPlain ? plainTime(record) : time(record), number: number, offset: position + header,
                    capturedLength: length,
                    originalLength: Int(original), linkType: linkType, streamOffset: base + Int64(position)))
            position += header + length
        }
        counts.packets = number
        batch.packets = packets
        return position
    }

    @inline(__always) private func plainLengths(
        _ record: UnsafePointer<UInt8>
    ) -> (captured: UInt32, original: UInt32) {
        let both = UInt64(littleEndian: UnsafeRawPointer(record + 8).loadUnaligned(as: UInt64.self))
        return (UInt32(truncatingIfNeeded: both), UInt32(truncatingIfNeeded: both >> 32))
    }

    @inline(__always) private func plainTime(_ record: UnsafePointer<UInt8>) -> Timestamp {
        let both = UInt64(littleEndian: UnsafeRawPointer(record).loadUnaligned(as: UInt64.self))
        return Timestamp(
            nanoseconds: Int64(both & 0xFFFF_FFFF) &* 1_000_000_000 &+ Int64(both >> 32) &* variant.fractionNanoseconds)
    }

    /// Both lengths of the record header at `record`, which is whole.
    private func lengths(_ record: UnsafePointer<UInt8>) -> (captured: UInt32, original: UInt32) {
        let captured = number(record, 8)
        let original = number(record, 12)
        switch order {
        case .normal: return (captured, original)
        case .swapped: return (original, captured)
        case .unsure: return (min(captured, original), max(captured, original))
        }
    }

    private func time(_ record: UnsafePointer<UInt8>) -> Timestamp {
        let seconds = Int64(number(record, 0))
        let fraction = Int64(number(record, 4))
        return Timestamp(nanoseconds: seconds &* 1_000_000_000 &+ fraction &* variant.fractionNanoseconds)
    }

    private func number(_ record: UnsafePointer<UInt8>, _ offset: Int) -> UInt32 {
        let value = UnsafeRawPointer(record).loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return variant.isBigEndian ? UInt32(bigEndian: value) : UInt32(littleEndian: value)
    }

    private mutating func stop(_ message: String) {
        problem = message
        finished = true
    }
}
