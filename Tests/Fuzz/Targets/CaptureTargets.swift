internal import Acquisition
internal import Events
internal import Glibc
internal import Network
internal import Primitives

/// Files as they come: captures, logs, compressed or not.
enum CaptureTargets {
    static let file = FuzzTarget("input", maximumBytes: 32 << 10) { read($0) }

    /// The same behind the first bytes of a compressed file, a journal's export, octet-counted records or UTF-16: noise
    /// seldom begins with them.
    static let compressed = FuzzTarget("compressed", maximumBytes: 32 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        let magics: [[UInt8]] = [
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], [0x28, 0xB5, 0x2F, 0xFD], Array("__CURSOR=x\n".utf8),
            Array("9 <38>a b c9 <38>a b c".utf8), [0xFF, 0xFE, 0x61, 0],
        ]
        (magics[Int(first) % magics.count] + bytes.dropping(1).array).withBytes { read($0) }
    }

    /// Frames, each behind its length in two bytes; the first byte chooses the link type.
    static let frames = FuzzTarget("frames", maximumBytes: 8 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        let links: [UInt16] = [1, 0, 9, 101, 105, 108, 113, 127, 228, 229, 276]
        var frames: [Bytes] = []
        var rest = bytes.dropping(1)
        while rest.count > 2 {
            let length = min(Int(rest[0]) << 8 | Int(rest[1]), rest.count - 2)
            frames.append(rest.slice(2, 2 + length))
            rest = rest.dropping(2 + length)
        }
        DecodedFrames.check(frames, link: links[Int(first) % links.count])
    }

    private static func read(_ bytes: Bytes) {
        var path = Array("/tmp/nightjar-fuzz-XXXXXX\0".utf8CString)
        let file = mkstemp(&path)
        guard file >= 0 else { return }
        let name = path.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let isWritten = write(file, bytes.start, bytes.count) == bytes.count
        close(file)
        defer { unlink(name) }
        guard isWritten, let reader = try? InputReader(InputSpec(path: name)) else { return }
        if reader.kind == .log { readLines(reader) } else { readPackets(reader) }
    }

    private static func readLines(_ reader: InputReader) {
        let batch = RawBatch()
        var total: Int64 = 0
        // What inflates without end is cut here: the reader's own bounds are for whole files.
        while total < 64 << 20, (try? reader.read(into: batch)) == true {
            total += Int64(batch.count) + batch.discardedBytes
        }
        guard total < 64 << 20 else { return }
        // A byte-order mark belongs to no line.
        precondition(total == reader.bytesDecoded || total + 3 == reader.bytesDecoded, "bytes are lost")
    }

    private static func readPackets(_ reader: InputReader) {
        let batch = PacketBatch()
        var count: Int64 = 0
        while count < 1 << 20, (try? reader.read(into: batch)) == true { count += Int64(batch.packets.count) }
        let counts = reader.captureCounts
        precondition(Int64(counts.packets) == count + counts.skippedPackets, "packets are lost")
    }
}

/// Frames through the whole of the network side.
enum DecodedFrames {
    /// Every kind of record is made, so that what writes them is tried too.
    static func check(_ frames: [Bytes], link: UInt16 = 1, midstream: Bool = false) {
        var options = NetworkOptions(checksums: .none, midstream: midstream)
        options.records = RecordKind.allCases.reduce(into: []) { $0.insert(RecordKinds($1)) }
        options.frames = .max
        let decoder = CaptureDecoder(options: options)
        let inspection = InspectionBatch()
        let events = EventBatch(registry: FieldRegistry())
        let batch = PacketBatch()
        for (index, frame) in frames.enumerated() where batch.count + frame.count <= PacketBatch.capacity {
            let time = Timestamp(nanoseconds: 1_773_300_000_000_000_000 + Int64(index) * 1_000_000)
            batch.packets.append(
                CapturedPacket(
                    time: time, number: UInt64(index + 1), offset: batch.count, capturedLength: frame.count,
                    originalLength: frame.count, linkType: link, streamOffset: 0))
            (batch.storage + batch.count).update(from: frame.start, count: frame.count)
            batch.count += frame.count
        }
        decoder.decode(batch, inspection: inspection, events: events)
        touch(inspection, events)
        decoder.finish(inspection: inspection, events: events)
        touch(inspection, events)
        let counters = decoder.counters
        let unread = counters.unread.values.reduce(0, +)
        precondition(counters.packets == counters.decoded + unread, "packets are lost")
    }

    /// Reads the ends of all that was handed out.
    private static func touch(_ inspection: InspectionBatch, _ events: EventBatch) {
        var sum = 0
        for buffer in inspection.buffers {
            let bytes = inspection.bytes(of: buffer)
            if bytes.count > 0 { sum &+= Int(bytes[0]) &+ Int(bytes[bytes.count - 1]) }
        }
        for record in inspection.records {
            for value in inspection.values(of: record) { sum &+= inspection.bytes(of: value).count }
            precondition(record.event < Int32(events.count), "a record names an event that is not there")
        }
        for index in 0..<events.count {
            for slot in events.fields(of: index) { sum &+= events.bytes(of: slot).text.utf8.count }
        }
        precondition(sum >= 0, "the sum of bytes is no negative number")
    }
}
