internal import Primitives

/// Content that is no text of lines as it stands, turned into lines while it is read: one for each way in which such
/// content is written. Told by its first bytes.
enum Transcoder {
    case utf16(UTF16Transcoder)
    case journal(JournalExport)
    case frames(OctetFrames)

    /// One that has taken `head`, the content's first bytes (at most 64 KiB); nil where they are lines.
    static func detect(_ head: Bytes) -> Transcoder? {
        if let made = UTF16Transcoder.detect(head) { return .utf16(made) }
        if let made = JournalExport.detect(head) { return .journal(made) }
        return OctetFrames.detect(head).map { .frames($0) }
    }

    /// One for the same content, at its first byte.
    var restarted: Transcoder {
        switch self {
        case .utf16(let one): .utf16(one.restarted)
        case .journal(let one): .journal(one.restarted)
        case .frames(let one): .frames(one.restarted)
        }
    }

    /// For `formatName`.
    var suffix: StaticString {
        switch self {
        case .utf16: "+utf16"
        case .journal: "+journal"
        case .frames: "+octet-counted"
        }
    }

    /// Lines that nobody took yet.
    var hasPending: Bool {
        switch self {
        case .utf16(let one): one.hasPending
        case .journal(let one): one.blocks.hasPending
        case .frames(let one): one.blocks.hasPending
        }
    }

    /// Up to `capacity` bytes; 0 at the end. `source` gives the raw bytes, 0 at their end.
    func read(
        into target: UnsafeMutablePointer<UInt8>, _ capacity: Int,
        from source: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) -> Int {
        switch self {
        case .utf16(let one): one.read(into: target, capacity, from: source)
        case .journal(let one): one.read(into: target, capacity, from: source)
        case .frames(let one): one.read(into: target, capacity, from: source)
        }
    }
}

/// Input and output of a transcoder that goes byte by byte: a block is read, converted to the last byte, and taken from
/// the output before the next one is read.
final class TranscoderBlocks {
    static let blockLength = 64 << 10
    /// Bytes of output that one byte of input can make at most.
    private static let growth = 8

    let input = UnsafeMutablePointer<UInt8>.allocate(capacity: TranscoderBlocks.blockLength)
    private(set) var inputCount = 0
    private let output = UnsafeMutablePointer<UInt8>.allocate(
        capacity: TranscoderBlocks.blockLength * TranscoderBlocks.growth + 256)
    private var position = 0
    private var count = 0

    deinit {
        input.deallocate()
        output.deallocate()
    }

    var hasPending: Bool { position < count }

    /// Takes the bytes that were read to find out what the content is.
    func take(_ head: Bytes) {
        inputCount = min(head.count, TranscoderBlocks.blockLength)
        input.update(from: head.start, count: inputCount)
    }

    /// Reads the next block; 0 at the end.
    func fill(_ source: (UnsafeMutablePointer<UInt8>, Int) -> Int) -> Int {
        inputCount = source(input, TranscoderBlocks.blockLength)
        return inputCount
    }

    func beginOutput() {
        position = 0
        count = 0
    }

    @inline(__always) func push(_ byte: UInt8) {
        output[count] = byte
        count += 1
    }

    func push(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { push(text.utf8Start[index]) }
    }

    func hand(to target: UnsafeMutablePointer<UInt8>, _ capacity: Int) -> Int {
        let length = min(capacity, count - position)
        target.update(from: output + position, count: length)
        position += length
        return length
    }
}
