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

    private var window: CaptureWindow
    private let variant: PcapVariant
    private var linkType: UInt16 = 0
    private var order = LengthOrder.normal
    private var started = false
    private var finished = false
    private(set) var counts = CaptureCounts()
    private(set) var problem: String?

    init(source: ByteSource, variant: PcapVariant) {
        window = CaptureWindow(source: source)
        self.variant = variant
    }

    /// Appends frames until the batch is full or the capture ends; a live one also ends with what has come so far.
    mutating func read(into batch: PacketBatch, interactive: Bool) {
        if !started { readFileHeader() }
        while !finished {
            appendWindow(to: batch)
            if finished || batch.packets.count >= PacketBatch.maximumPackets { return }
            if let length = pendingLength, length > PacketBatch.capacity - batch.count { return }
            if interactive && !batch.packets.isEmpty && !window.isReady { return }
            refill()
        }
    }

    private mutating func readFileHeader() {
        started = true
        guard window.need(PcapReader.fileHeaderLength) else {
            return stop("the capture ends inside its file header, at offset \(window.unread)")
        }
        let header = window.bytes(PcapReader.fileHeaderLength)
        let major = variant.isBigEndian ? header.bigEndian16(at: 4) : header.littleEndian16(at: 4)
        let minor = variant.isBigEndian ? header.bigEndian16(at: 6) : header.littleEndian16(at: 6)
        guard major == 2 || major == 543 else {
            return stop("the capture has version \(major).\(minor); version 2 is what can be read")
        }
        order = minor < 3 || major == 543 ? .swapped : minor == 3 ? .unsure : .normal
        // The upper bits may tell the length of a checksum behind each frame; the link type is below them.
        let network = (variant.isBigEndian ? header.bigEndian32(at: 20) : header.littleEndian32(at: 20)) & 0x03FF_FFFF
        linkType = network > UInt32(UInt16.max) ? .max : UInt16(network)
        window.moveTo(window.position + PcapReader.fileHeaderLength)
    }

    /// Frame length of the record at hand where its header is in the window.
    private var pendingLength: Int? {
        guard window.unread >= variant.recordHeaderLength else { return nil }
        return Int(lengths(window.start + window.position).captured)
    }

    /// Gets at least one whole record into the window, or finishes.
    private mutating func refill() {
        guard window.need(1) else {
            finished = true
            return
        }
        let header = variant.recordHeaderLength
        guard window.need(header), let length = pendingLength,
            length > PcapReader.maximumFrameLength || window.need(header + length)
        else {
            let unread = window.unread
            return stop(
                "the capture ends inside packet \(counts.packets + 1), at offset \(window.offset + Int64(unread))")
        }
    }

    /// The hot loop: copies the window's whole records.
    private mutating func appendWindow(to batch: PacketBatch) {
        let base = window.start
        let header = variant.recordHeaderLength
        let streamBase = window.offset - Int64(window.position)
        let filled = window.filled
        var position = window.position
        var used = batch.count
        var packets: [CapturedPacket] = []
        swap(&packets, &batch.packets)
        while filled - position >= header && packets.count < PacketBatch.maximumPackets {
            let record = base + position
            let (captured, original) = lengths(record)
            if captured > PcapReader.maximumFrameLength {
                stop(
                    "the packet record at offset \(streamBase + Int64(position)) claims \(captured) bytes,"
                        + " more than the \(PcapReader.maximumFrameLength) a record may have: damaged from there on")
                break
            }
            let length = Int(captured)
            if filled - position - header < length || length > PacketBatch.capacity - used { break }
            memcpy(batch.storage + used, record + header, length)
            counts.packets += 1
            if captured < original { counts.truncatedPackets += 1 }
            packets.append(
                CapturedPacket(
                    time: time(record), number: counts.packets, offset: used, capturedLength: length,
                    originalLength: Int(original), linkType: linkType, streamOffset: streamBase + Int64(position)))
            used += length
            position += header + length
        }
        swap(&packets, &batch.packets)
        batch.count = used
        window.moveTo(position)
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

extension PacketBatch {
    /// Frames of one batch at most: empty frames fill no storage, and the table must stay within what is reserved.
    static var maximumPackets: Int { 16_384 }
}
