internal import Events
internal import Glibc
internal import Primitives

/// pcapng captures (draft-ietf-opsawg-pcapng): sections of blocks, each section in its own byte order, with one or more
/// interfaces that may have different link types and clocks.
///
/// Packets come from enhanced, simple and (obsolete) packet blocks; other blocks are passed over. Lengths that cannot
/// be true end the reading, after everything before them was delivered, since nothing behind them can be trusted. A
/// packet block that is only wrong in itself (no such interface) is passed over and counted.
struct PcapngReader: ~Copyable {
    /// libpcap's limit for a block; those with packets or definitions must also fit the window.
    static let maximumBlockLength: UInt32 = 16 << 20
    static let maximumInterfaces = 4096

    private enum BlockType {
        static let section: UInt32 = 0x0A0D_0D0A
        static let interface: UInt32 = 1
        static let obsoletePacket: UInt32 = 2
        static let simplePacket: UInt32 = 3
        static let enhancedPacket: UInt32 = 6
    }

    private var window: CaptureWindow
    private var isBigEndian = false
    private var interfaces: [CaptureInterface] = []
    private var lastTime = Timestamp(nanoseconds: 0)
    private var finished = false
    private(set) var counts = CaptureCounts()
    private(set) var problem: String?

    init(source: ByteSource) { window = CaptureWindow(source: source) }

    /// Appends frames until the batch is full or the capture ends; a live one also ends with what has come so far.
    mutating func read(into batch: PacketBatch, interactive: Bool) {
        while !finished {
            appendRun(to: batch)
            if batch.packets.isFull { return }
            if interactive && !batch.packets.isEmpty && !hasWholeBlock && !window.isReady { return }
            guard let block = nextBlock() else { return }
            guard handle(block, batch) else { return }
        }
    }

    /// Whether the next block is in the window, so that nothing need be waited for.
    private var hasWholeBlock: Bool {
        guard window.unread >= 12 else { return false }
        return window.unread >= Int(PcapngFields(bytes: window.bytes(12), isBigEndian: isBigEndian).number32(4))
    }

    private struct Block {
        var type: UInt32
        /// Of the whole block.
        var length: UInt32
    }

    /// The hot loop: copies the frames of a run of enhanced packet blocks in which nothing is unusual, as far as they
    /// are whole in the window and fit the batch. What it stops at is dealt with block by block.
    private mutating func appendRun(to batch: PacketBatch) {
        let streamBase = window.offset - Int64(window.position)
        let everything = PcapngFields(
            bytes: Bytes(start: window.start, count: window.filled), isBigEndian: isBigEndian)
        let interfaces = interfaces
        var position = window.position
        var used = batch.count
        var packets = batch.packets
        while !packets.isFull, everything.bytes.count - position >= 32 {
            let length = Int(everything.number32(position + 4))
            guard everything.number32(position) == BlockType.enhancedPacket, length >= 32, length & 3 == 0,
                length <= everything.bytes.count - position, everything.number32(position + length - 4) == length
            else { break }
            let number = Int(everything.number32(position + 8))
            let captured = everything.number32(position + 20)
            guard number < interfaces.count, Int(captured) <= length - 32, captured <= PcapReader.maximumFrameLength,
                Int(captured) <= PacketBatch.capacity - used
            else { break }
            let ticks = UInt64(everything.number32(position + 12)) << 32 | UInt64(everything.number32(position + 16))
            let interface = interfaces[number]
            guard ticks < interface.tickBound else { break }
            memcpy(batch.storage + used, everything.bytes.start + position + 28, Int(captured))
            counts.packets += 1
            let original = everything.number32(position + 24)
            if captured < original { counts.truncatedPackets += 1 }
            lastTime = Timestamp(nanoseconds: Int64(ticks &* interface.tickNanoseconds))
            packets.append(
                CapturedPacket(
                    time: lastTime, number: counts.packets, offset: used, capturedLength: Int(captured),
                    originalLength: Int(original), linkType: interface.linkType,
                    streamOffset: streamBase + Int64(position)))
            used += Int(captured)
            position += length
        }
        batch.packets = packets
        batch.count = used
        window.moveTo(position)
    }

    /// Head of the block at hand, its length checked; nil at the end or at damage.
    private mutating func nextBlock() -> Block? {
        guard window.need(1) else {
            finished = true
            return nil
        }
        guard window.need(12) else {
            stop("the capture ends inside a block, at offset \(window.offset + Int64(window.unread))")
            return nil
        }
        let head = window.bytes(12)
        if head.bigEndian32(at: 0) == BlockType.section {
            let order = head.bigEndian32(at: 8)
            guard order == 0x1A2B_3C4D || order == 0x4D3C_2B1A else {
                stop("the section at offset \(window.offset) has no byte-order mark: damaged from there on")
                return nil
            }
            isBigEndian = order == 0x1A2B_3C4D
        }
        let fields = PcapngFields(bytes: head, isBigEndian: isBigEndian)
        let block = Block(type: fields.number32(0), length: fields.number32(4))
        guard block.length >= 12, block.length & 3 == 0, block.length <= PcapngReader.maximumBlockLength else {
            stop("the block at offset \(window.offset) claims a length of \(block.length): damaged from there on")
            return nil
        }
        return block
    }

    /// Deals with the block at hand. False: the batch has no room for its frame, the block stays for the next batch.
    private mutating func handle(_ block: Block, _ batch: PacketBatch) -> Bool {
        let length = Int(block.length)
        switch block.type {
        case BlockType.section, BlockType.interface, BlockType.obsoletePacket, BlockType.simplePacket,
            BlockType.enhancedPacket:
            guard holdWhole(length) else { return false }
            let fields = PcapngFields(bytes: window.bytes(length - 4), isBigEndian: isBigEndian)
            switch block.type {
            case BlockType.section: startSection(fields)
            case BlockType.interface: addInterface(fields)
            default: if !addPacket(block.type, fields, batch) { return false }
            }
            if !finished { window.moveTo(window.position + length) }
        default:
            let from = window.offset
            if !window.skip(Int64(length)) { stop("the capture ends inside the block at offset \(from)") }
        }
        return !finished
    }

    /// Gets the block into the window and compares the length at its end with the one at its start.
    private mutating func holdWhole(_ length: Int) -> Bool {
        guard length <= CaptureWindow.capacity else {
            stop("the block at offset \(window.offset) claims a length of \(length): damaged from there on")
            return false
        }
        guard window.need(length) else {
            stop("the capture ends inside the block at offset \(window.offset), after packet \(counts.packets)")
            return false
        }
        let trailer = PcapngFields(bytes: window.bytes(length), isBigEndian: isBigEndian).number32(length - 4)
        if Int(trailer) != length {
            stop(
                "the block at offset \(window.offset) has two lengths, \(length) and \(trailer): damaged from there on")
        }
        return !finished
    }

    private mutating func startSection(_ fields: PcapngFields) {
        interfaces.removeAll(keepingCapacity: true)
        guard fields.bytes.count >= 16, fields.number16(12) == 1 || fields.number16(12) == 2 else {
            return stop("the section at offset \(window.offset) is of a version that cannot be read")
        }
    }

    private mutating func addInterface(_ fields: PcapngFields) {
        let body = fields.bytes.dropping(8)
        guard interfaces.count < PcapngReader.maximumInterfaces,
            let interface = CaptureInterface(body: body, isBigEndian: isBigEndian)
        else { return stop("the interface block at offset \(window.offset) is damaged, or one of too many") }
        interfaces.append(interface)
    }

    /// Where a packet block keeps what.
    private struct Layout {
        var interface: Int
        /// Of the time's two halves; nil: none.
        var timeAt: Int?
        var captured: UInt32
        var original: UInt32
        var frameAt: Int
    }

    private func layout(_ type: UInt32, _ fields: PcapngFields) -> Layout? {
        if type == BlockType.simplePacket {
            guard fields.bytes.count >= 12, let interface = interfaces.first else { return nil }
            let original = fields.number32(8)
            let limit = interface.snapshotLength == 0 ? UInt32.max : interface.snapshotLength
            let captured = min(original, limit, UInt32(fields.bytes.count - 12))
            return Layout(interface: 0, timeAt: nil, captured: captured, original: original, frameAt: 12)
        }
        guard fields.bytes.count >= 28 else { return nil }
        let interface = type == BlockType.enhancedPacket ? Int(fields.number32(8)) : Int(fields.number16(8))
        return Layout(
            interface: interface, timeAt: 12, captured: fields.number32(20), original: fields.number32(24), frameAt: 28)
    }

    /// Copies the frame of the packet block at hand. False: no room, try again with the next batch.
    private mutating func addPacket(_ type: UInt32, _ fields: PcapngFields, _ batch: PacketBatch) -> Bool {
        guard let layout = layout(type, fields) else {
            return pass("the packet block at offset \(window.offset) is too short, or has no interface")
        }
        guard layout.interface < interfaces.count else {
            return pass(
                "the packet block at offset \(window.offset) names interface \(layout.interface), which is not there")
        }
        let limit = min(PcapReader.maximumFrameLength, UInt32(fields.bytes.count - layout.frameAt))
        guard layout.captured <= limit else {
            return pass(
                "the packet block at offset \(window.offset) claims \(layout.captured) bytes, more than it holds")
        }
        let length = Int(layout.captured)
        guard length <= PacketBatch.capacity - batch.count else { return false }
        let interface = interfaces[layout.interface]
        let ticks = layout.timeAt.map { UInt64(fields.number32($0)) << 32 | UInt64(fields.number32($0 + 4)) }
        if let time = ticks.flatMap({ interface.time($0) }) {
            lastTime = time
        } else {
            counts.borrowedTimes += 1
        }
        memcpy(batch.storage + batch.count, fields.bytes.start + layout.frameAt, length)
        counts.packets += 1
        if layout.captured < layout.original { counts.truncatedPackets += 1 }
        batch.packets.append(
            CapturedPacket(
                time: lastTime, number: counts.packets, offset: batch.count, capturedLength: length,
                originalLength: Int(layout.original), linkType: interface.linkType, streamOffset: window.offset))
        batch.count += length
        return true
    }

    /// Counts a packet that cannot be delivered and goes on behind it.
    private mutating func pass(_ message: String) -> Bool {
        counts.packets += 1
        counts.skippedPackets += 1
        if problem == nil { problem = message }
        return true
    }

    private mutating func stop(_ message: String) {
        problem = message
        finished = true
    }
}
