package import Events
package import Primitives

/// One open input: a log read as batches of lines, or a capture read as batches of packets, whatever it is packed in.
///
/// Not for use by two threads at once; it may be handed from one to another. What cannot be read to its end delivers
/// everything before the damage, and
/// `problem` says what happened and where.
package final class InputReader: @unchecked Sendable {
    package enum Kind: Sendable {
        case log
        case capture
    }

    package let spec: InputSpec
    package let kind: Kind
    /// "text", "pcap" or "pcapng", with "+gzip", "+zstd" or "+utf16" where it is packed or so written.
    package let formatName: String
    /// Hash of the first complete records (within 4 KiB; of a live log: of its first line) and the sensor's name.
    package let identity: ContentID
    /// Bytes of the content that `identity` covers, at most 4 KiB.
    package let headLength: Int
    private let source: ByteSource
    private let interactive: Bool
    private let lines: LineStage
    private let packets: PacketStage

    /// Opens and looks at the first 64 KiB. `interactive` (a live pipe): nothing waits for a full batch.
    /// - Throws: where the file cannot be opened or read, or is of a kind that is refused by name.
    package init(_ spec: InputSpec, interactive: Bool = false) throws(AcquisitionError) {
        self.spec = spec
        self.interactive = interactive
        source = try ByteSource(file: InputFile(path: spec.path), interactive: interactive)
        if let foreign = ForeignFormat.detect(source.head) {
            throw AcquisitionError(path: spec.path, reason: "not read: it is \(foreign.name)", advice: foreign.advice)
        }
        let format = CaptureFormat.detect(source.head)
        if format != nil && spec.range != nil {
            throw AcquisitionError(
                path: spec.path, reason: "byte ranges are for logs, and this is a capture", advice: "scan it whole")
        }
        kind = format == nil ? .log : .capture
        formatName = (format?.name ?? "text") + source.suffix
        headLength = HeadIdentity.length(of: source.head, format: format, isLive: interactive)
        identity = HeadIdentity.id(source.head.prefix(headLength), sensor: spec.sensor)
        lines = LineStage(source: source, interactive: interactive)
        packets = PacketStage(source: source, format: format)
        if kind == .log { lines.reader.start(range: spec.range) }
    }

    /// The first bytes of the content (at most 64 KiB), for telling formats; valid while this reader lives.
    package var head: Bytes { source.head }

    /// The hash that `identity` would be if it covered `headLength` bytes: how an input that was shorter when first
    /// seen is known again. Nil where there are not that many.
    package func identity(headLength: Int) -> ContentID? {
        guard headLength >= 0, headLength <= source.head.count else { return nil }
        return HeadIdentity.id(source.head.prefix(headLength), sensor: spec.sensor)
    }

    /// Device, inode, size and time as they were at opening; nil for pipes.
    package var fileStamp: FileStamp? { source.file.stamp }

    /// Of a pipe: when it was opened.
    package var modificationTime: Timestamp { source.file.modified }

    /// Bytes taken from the file or pipe, and bytes that decompression made of them.
    package var bytesRead: Int64 { source.file.bytesRead }
    package var bytesDecoded: Int64 { source.bytesDecoded }

    /// Why reading ended before the end of the content, or what in it could not be read; nil where all is well.
    package var problem: String? { source.problem ?? packets.problem }

    /// Captures: what was counted so far.
    package var captureCounts: CaptureCounts { packets.counts }
    package var truncatedPackets: Int { Int(clamping: packets.counts.truncatedPackets) }

    /// Logs: lines that were cut because they were longer than a batch, and how many bytes that cost.
    package var cutLines: Int64 { kind == .log ? lines.reader.cutLines : 0 }
    package var discardedBytes: Int64 { kind == .log ? lines.reader.discardedBytes : 0 }

    /// The next lines of a log; false at its end.
    /// - Throws: where this is a capture.
    package func read(into batch: RawBatch) throws(AcquisitionError) -> Bool {
        guard kind == .log else {
            throw AcquisitionError(path: spec.path, reason: "is a capture, and was asked for lines")
        }
        return lines.reader.read(into: batch)
    }

    /// The next packets of a capture; false at its end.
    /// - Throws: where this is a log.
    package func read(into batch: PacketBatch) throws(AcquisitionError) -> Bool {
        guard kind == .capture else {
            throw AcquisitionError(path: spec.path, reason: "is a log, and was asked for packets")
        }
        return packets.read(into: batch, interactive: interactive)
    }

    /// Goes on with a log that has grown: true if the `tailLength` bytes before `offset` hash to `tail`, and the next
    /// read then begins at `offset`. False: the content is another one (or cannot be read twice, or is a capture, which
    /// are read whole), and this reader is at the start.
    package func skip(to offset: Int64, tail: ContentID, tailLength: Int) throws(AcquisitionError) -> Bool {
        guard kind == .log, spec.range == nil, source.file.isRegular, offset >= 0, tailLength >= 0,
            tailLength <= TailWindow.hashedBytes, Int64(tailLength) <= offset
        else { return false }
        if lines.reader.hasDelivered { try startAgain() }
        if lines.reader.resume(at: offset, tail: tail, length: tailLength) { return true }
        try startAgain()
        return false
    }

    private func startAgain() throws(AcquisitionError) {
        guard source.rewind() else {
            throw AcquisitionError(path: spec.path, reason: "cannot be read again from its start")
        }
        lines.restart()
    }

    /// Logs: hash and length of the last (at most) 4 KiB of the content delivered so far.
    package func tail() -> (id: ContentID, length: Int) {
        let length = lines.reader.tail.count
        return (lines.reader.tail.id(length: length) ?? TailWindow.id(.empty), length)
    }

    /// Logs: what decoding has to know of the content before the next batch.
    package var recordState: RecordState { lines.reader.recordState }

    /// Logs: the place behind the last whole line delivered. It differs from the end of what was delivered only where
    /// the input ends inside a line: a later run that goes on from here reads that line again, whole.
    package var resumePoint: ResumePoint { lines.reader.resume }
}
