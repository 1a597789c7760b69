import Acquisition
import CZlib
import CZstd
import Events
import Foundation
import Glibc
import Primitives
import Testing

/// A folder for the files of one test, removed afterwards. Every input is made here, by the functions below.
final class Scratch {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "nightjar-acquisition-" + UUID().uuidString
        #expect(mkdir(path, 0o700) == 0)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = path + "/" + name
        if name.contains("/") {
            let folder = (file as NSString).deletingLastPathComponent
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        #expect(FileManager.default.createFile(atPath: file, contents: Data(bytes)))
        return file
    }

    @discardableResult func write(_ name: String, _ text: String) -> String { write(name, Array(text.utf8)) }
}

/// All that a log reader delivers.
struct ReadLog {
    var content: [UInt8] = []
    var offsets: [Int64] = []
    var counts: [Int] = []
    var cutBatches = 0
    var discarded: Int64 = 0
    /// Every batch but the last ends with a newline or is cut.
    var isWhole = true

    var text: String { String(decoding: content, as: UTF8.self) }

    init(_ reader: InputReader) throws {
        let batch = RawBatch()
        var sequence = 0
        var previousEndsWhole = true
        while try reader.read(into: batch) {
            isWhole = isWhole && previousEndsWhole
            #expect(batch.sequence == sequence)
            #expect(batch.count > 0 && batch.count <= RawBatch.capacity)
            sequence += 1
            offsets.append(batch.streamOffset)
            counts.append(batch.count)
            content += batch.bytes.array
            cutBatches += batch.lastLineCut ? 1 : 0
            discarded += batch.discardedBytes
            previousEndsWhole = batch.lastLineCut || batch.discardedBytes == 1 || content.last == 10
        }
    }
}

/// All that a capture reader delivers.
struct ReadCapture {
    var packets: [CapturedPacket] = []
    var frames: [[UInt8]] = []
    var batches = 0

    init(_ reader: InputReader) throws {
        let batch = PacketBatch()
        while try reader.read(into: batch) {
            #expect(batch.sequence == batches)
            #expect(batch.count <= PacketBatch.capacity)
            batches += 1
            packets += batch.packets
            frames += batch.packets.map { batch.frame($0).array }
        }
    }
}

func compressGzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
        &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 100)
    var input = bytes
    input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        }
    }
    output.removeLast(Int(stream.avail_out))
    deflateEnd(&stream)
    return output
}

func compressZstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let length = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    #expect(ZSTD_isError(length) == 0)
    return Array(output[..<length])
}

/// Lines like those of a log, each different.
func sampleLines(_ count: Int, width: Int = 80) -> String {
    (0..<count).map { number in
        let text = "2026-03-12T02:58:01Z host-\(number % 7) app[\(number)]: line \(number) "
        return text + String(repeating: "x", count: max(0, width - text.utf8.count)) + "\n"
    }.joined()
}

/// A repeatable stream of numbers (xorshift64*), for mutations and sizes.
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }
}
