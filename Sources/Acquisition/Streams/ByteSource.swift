internal import Glibc
internal import Primitives

/// An input's content, decompressed, and as lines where it is written otherwise (`Transcoder`), from its first byte to
/// its last or to the damage.
///
/// The first 64 KiB are read at once and kept as `head`; `read` hands them out again before it goes on.
final class ByteSource {
    static let headCapacity = 64 << 10

    let file: InputFile
    private(set) var compression = Compression.none
    /// Bytes that decompression has delivered so far, the head included.
    private(set) var bytesDecoded: Int64 = 0
    private let input: InputBuffer
    private var gzip: GzipInflater?
    private var zstd: ZstdInflater?
    private var transcoder: Transcoder?
    private let headStorage = UnsafeMutablePointer<UInt8>.allocate(capacity: ByteSource.headCapacity)
    private var headCount = 0
    private var headPosition = 0

    /// Detects compression and reads the head of `file`. `interactive` inputs are read only as far as `HeadNeed` asks,
    /// so
    /// that opening a quiet pipe returns with its first line.
    init(file: InputFile, interactive: Bool) throws(AcquisitionError) {
        self.file = file
        input = InputBuffer(file: file)
        while Compression.isUndecided(input.available), input.need(input.available.count + 1) {}
        compression = Compression.detect(input.available)
        startDecoder()
        readHead(interactive)
        if let first = Transcoder.detect(head) {
            transcoder = first
            headCount = 0
            bytesDecoded = 0
            readHead(interactive)
        }
        if let failure = file.failure, headCount == 0 {
            throw AcquisitionError(path: file.path, reason: failure, advice: "check the disk, and that it is a file")
        }
    }

    deinit { headStorage.deallocate() }

    private func readHead(_ interactive: Bool) {
        while headCount < ByteSource.headCapacity {
            let length = decode(into: headStorage + headCount, ByteSource.headCapacity - headCount)
            if length == 0 { break }
            headCount += length
            if interactive && HeadNeed.isMet(head) { break }
        }
    }

    /// The first bytes of the content; valid while this source lives.
    var head: Bytes { Bytes(start: UnsafePointer(headStorage), count: headCount) }

    /// Why the content ended before its time; nil where it did not.
    var problem: String? { file.failure ?? gzip?.problem ?? zstd?.problem }

    /// Up to `capacity` bytes of content, waiting for at least one; 0 at the end.
    func read(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        if headPosition < headCount {
            let length = min(capacity, headCount - headPosition)
            memcpy(target, headStorage + headPosition, length)
            headPosition += length
            return length
        }
        return decode(into: target, capacity)
    }

    /// Whether more content can be had without waiting for who writes it.
    func isReady() -> Bool {
        headPosition < headCount || transcoder?.hasPending == true || !input.available.isEmpty || file.isReady()
    }

    /// How the content is packed or written, for `formatName`.
    var suffix: String { compression.suffix + "\(transcoder?.suffix ?? "")" }

    /// Back to the first byte; false where that cannot be (pipes).
    func rewind() -> Bool {
        guard input.rewind() else { return false }
        startDecoder()
        headPosition = headCount
        return true
    }

    /// Length of the content as it is now, where that can be known without reading it: plain regular files.
    var plainSize: Int64? { compression == .none && transcoder == nil ? file.currentSize() : nil }

    /// Plain regular files: goes on at `offset` of the content; false elsewhere.
    func seek(to offset: Int64) -> Bool {
        guard compression == .none, transcoder == nil, input.seek(to: offset) else { return false }
        headPosition = headCount
        return true
    }

    private func startDecoder() {
        transcoder = transcoder?.restarted
        gzip = compression == .gzip ? GzipInflater(input: input) : nil
        zstd = compression == .zstd ? ZstdInflater(input: input) : nil
    }

    private func decode(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        let length = transcoder?.read(into: target, capacity, from: unpack) ?? unpack(into: target, capacity)
        bytesDecoded += Int64(length)
        return length
    }

    private func unpack(into target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        if let gzip { return gzip.read(into: target, capacity) }
        if let zstd { return zstd.read(into: target, capacity) }
        let early = input.available
        if early.isEmpty { return file.read(into: target, capacity) }
        let length = min(capacity, early.count)
        memcpy(target, early.start, length)
        input.consume(length)
        return length
    }
}

/// How much of a live input must be there before anything can be said about it.
enum HeadNeed {
    /// A whole first line, or enough for a capture's magic number.
    static func isMet(_ head: Bytes) -> Bool {
        if CaptureFormat.isUndecided(head) { return false }
        if CaptureFormat.detect(head) != nil { return true }
        return head.firstIndex(of: ASCII.newline) != nil
    }
}
