internal import Glibc
internal import Primitives

/// UTF-16 text with a byte-order mark (what Windows tools export) as UTF-8, block by block.
///
/// The mark itself is left out. A surrogate without its partner, and half a unit at the end, become U+FFFD.
final class UTF16Transcoder {
    private static let blockLength = 64 << 10

    private let isBigEndian: Bool
    private let input = UnsafeMutablePointer<UInt8>.allocate(capacity: UTF16Transcoder.blockLength)
    private var inputCount = 0
    /// Three bytes for each unit at most, and a replacement for what is left at the end.
    private let output = UnsafeMutablePointer<UInt8>.allocate(capacity: UTF16Transcoder.blockLength / 2 * 3 + 8)
    private var outputPosition = 0
    private var outputCount = 0
    private var atStart = true

    private init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    /// One for the same text, at its first byte.
    var restarted: UTF16Transcoder { UTF16Transcoder(isBigEndian: isBigEndian) }

    /// One that starts with the raw bytes `head`, which were read to find out what they are (at most 64 KiB).
    /// Nil where they do not begin like UTF-16 text: a mark, no zero units, and ASCII among the first characters (every
    /// log has digits, spaces and line ends).
    static func detect(_ head: Bytes) -> UTF16Transcoder? {
        guard head.count >= 2 else { return nil }
        let mark = head.bigEndian16(at: 0)
        guard mark == 0xFEFF || mark == 0xFFFE else { return nil }
        let units = stride(from: 2, to: min(head.count, 258) & ~1, by: 2).map {
            mark == 0xFEFF ? head.bigEndian16(at: $0) : head.littleEndian16(at: $0)
        }
        let plain = units.filter { $0 < 0x80 }.count
        if units.contains(0) || plain * 4 < units.count { return nil }
        let transcoder = UTF16Transcoder(isBigEndian: mark == 0xFEFF)
        transcoder.take(head.prefix(blockLength))
        return transcoder
    }

    private func take(_ head: Bytes) {
        inputCount = head.count
        memcpy(input, head.start, inputCount)
        convert(isLast: false)
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    /// Converted text that nobody took yet.
    var hasPending: Bool { outputPosition < outputCount }

    /// Up to `capacity` bytes of UTF-8; 0 at the end. `source` gives the raw bytes, 0 at their end.
    func read(
        into target: UnsafeMutablePointer<UInt8>, _ capacity: Int,
        from source: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) -> Int {
        while outputPosition == outputCount {
            let length = source(input + inputCount, UTF16Transcoder.blockLength - inputCount)
            if length == 0 && inputCount == 0 { return 0 }
            inputCount += length
            convert(isLast: length == 0)
        }
        let length = min(capacity, outputCount - outputPosition)
        memcpy(target, output + outputPosition, length)
        outputPosition += length
        return length
    }

    /// Converts the input to the output; what may go on in the next block stays.
    private func convert(isLast: Bool) {
        outputPosition = 0
        outputCount = 0
        var at = 0
        if atStart && inputCount >= 2 {
            atStart = false
            at = unit(0) == 0xFEFF ? 2 : 0
        }
        while inputCount - at >= 2 {
            let first = unit(at)
            if first & 0xFC00 == 0xD800 {
                if inputCount - at < 4 && !isLast { break }
                let second = inputCount - at < 4 ? 0 : unit(at + 2)
                if second & 0xFC00 == 0xDC00 {
                    append(0x10000 + (UInt32(first & 0x3FF) << 10 | UInt32(second & 0x3FF)))
                    at += 4
                    continue
                }
            }
            append(first & 0xF800 == 0xD800 ? 0xFFFD : UInt32(first))
            at += 2
        }
        if isLast && at < inputCount {
            append(0xFFFD)
            at = inputCount
        }
        memmove(input, input + at, inputCount - at)
        inputCount -= at
    }

    private func unit(_ at: Int) -> UInt16 {
        isBigEndian
            ? UInt16(input[at]) << 8 | UInt16(input[at + 1]) : UInt16(input[at + 1]) << 8 | UInt16(input[at])
    }

    private func append(_ scalar: UInt32) {
        let shifts: Int
        switch scalar {
        case 0..<0x80:
            push(scalar)
            return
        case 0..<0x800:
            push(0xC0 | scalar >> 6)
            shifts = 0
        case 0..<0x10000:
            push(0xE0 | scalar >> 12)
            shifts = 6
        default:
            push(0xF0 | scalar >> 18)
            shifts = 12
        }
        for shift in stride(from: shifts, through: 0, by: -6) { push(0x80 | scalar >> UInt32(shift) & 0x3F) }
    }

    private func push(_ byte: UInt32) {
        output[outputCount] = UInt8(truncatingIfNeeded: byte)
        outputCount += 1
    }
}
