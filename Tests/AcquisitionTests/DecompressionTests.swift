import Acquisition
import Events
import Primitives
import Testing

/// Packed inputs: known by content, any number of members, and damage that costs no more than what lies behind it.
@Suite struct DecompressionTests {
    let folder = Scratch()
    static let text = sampleLines(30_000)

    enum Packing: CaseIterable, Sendable {
        case gzip
        case zstd

        func pack(_ text: some StringProtocol) -> [UInt8] {
            self == .gzip ? compressGzip(Array(text.utf8)) : compressZstd(Array(text.utf8))
        }
    }

    private func read(_ bytes: [UInt8], _ name: String = "a.txt") throws -> (InputReader, ReadLog) {
        let reader = try InputReader(InputSpec(path: folder.write(name, bytes)))
        return (reader, try ReadLog(reader))
    }

    @Test(arguments: Packing.allCases) func oneMember(_ packing: Packing) throws {
        let packed = packing.pack(DecompressionTests.text)
        let (reader, log) = try read(packed)
        #expect(log.text == DecompressionTests.text)
        #expect(reader.formatName == "text+\(packing)")
        #expect(reader.problem == nil)
        #expect(reader.bytesRead == packed.count)
        #expect(reader.bytesDecoded == DecompressionTests.text.utf8.count)
        let plain = try InputReader(InputSpec(path: folder.write("plain", DecompressionTests.text)))
        #expect(reader.identity == plain.identity)
    }

    @Test(arguments: Packing.allCases) func severalMembersAndEmptyOnes(_ packing: Packing) throws {
        let packed = packing.pack("one\ntw") + packing.pack("") + packing.pack("o\nthree\n")
        let (reader, log) = try read(packed)
        #expect(log.text == "one\ntwo\nthree\n")
        #expect(reader.problem == nil)
    }

    @Test func aSkippableFrameComesFirst() throws {
        let (reader, log) = try read([0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3] + compressZstd(Array("a\n".utf8)))
        #expect(log.text == "a\n")
        #expect(reader.formatName == "text+zstd")
    }

    @Test func zerosBehindGzipArePadding() throws {
        let (reader, log) = try read(compressGzip(Array("a\n".utf8)) + [UInt8](repeating: 0, count: 1000))
        #expect(log.text == "a\n")
        #expect(reader.problem == nil)
    }

    @Test(arguments: Packing.allCases) func garbageBehindIsSaid(_ packing: Packing) throws {
        let packed = packing.pack("a\n")
        let (reader, log) = try read(packed + Array("garbage".utf8))
        #expect(log.text == "a\n")
        #expect(reader.problem?.contains("offset \(packed.count)") == true)
    }

    /// Cut anywhere: a prefix of the content comes out, and the message says where it ended.
    @Test(arguments: Packing.allCases, [1, 3, 10, 50, 99, 100]) func truncation(_ packing: Packing, _ percent: Int)
        throws
    {
        let packed = packing.pack(DecompressionTests.text)
        let kept = max(4, packed.count * percent / 100 - (percent == 100 ? 1 : 0))
        let (reader, log) = try read(Array(packed[..<kept]))
        #expect(DecompressionTests.text.utf8.starts(with: log.content))
        #expect(percent < 50 || log.content.count > 100_000)
        #expect(reader.problem?.contains("ends early, at offset \(kept)") == true)
    }

    @Test func aBrokenChecksumIsSaid() throws {
        var packed = compressGzip(Array("a\nb\n".utf8))
        packed[packed.count - 6] ^= 1
        let (reader, log) = try read(packed)
        #expect(log.text == "a\nb\n")
        #expect(reader.problem?.contains("damaged at offset") == true)
    }

    /// 200 MB of zeros and a line from 200 KB: memory stays that of one batch, and the line arrives.
    @Test(arguments: Packing.allCases) func bombs(_ packing: Packing) throws {
        var packed: [UInt8] = []
        let zeros = packing.pack(String(repeating: "\0", count: 20 << 20))
        for _ in 0..<10 { packed += zeros }
        packed += packing.pack("\nend\n")
        let (reader, log) = try read(packed)
        #expect(log.counts == [RawBatch.capacity, 4])
        #expect(log.discarded == Int64(199 << 20) + 1)
        #expect(reader.bytesDecoded == Int64(200 << 20) + 5)
    }

    /// A frame that asks for a 1 GiB window is refused, not obeyed.
    @Test func zstdWindowsHaveALimit() throws {
        let frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 20 << 3, 0x01, 0, 0]
        let (reader, log) = try read(frame)
        #expect(log.content.isEmpty)
        #expect(reader.problem?.contains("zstd data is damaged") == true)
    }

    @Test(arguments: [[0x1F, 0x8B], [0x1F, 0x8B, 7, 1, 2], [0x28, 0xB5, 0x2F], [0x1F]] as [[UInt8]])
    func whatOnlyBeginsLikeItIsText(_ bytes: [UInt8]) throws {
        let (reader, log) = try read(bytes)
        #expect(log.content == bytes)
        #expect(reader.formatName == "text")
    }

    @Test func packedCaptures() throws {
        let capture = CaptureMaker.pcap(sampleFrames([60, 1500, 0, 90]))
        for packing in Packing.allCases {
            let packed = packing == .gzip ? compressGzip(capture) : compressZstd(capture)
            let reader = try InputReader(InputSpec(path: folder.write("c.pcap", packed)))
            #expect(reader.formatName == "pcap+\(packing)")
            #expect(try ReadCapture(reader).frames == sampleFrames([60, 1500, 0, 90]))
        }
    }
}
