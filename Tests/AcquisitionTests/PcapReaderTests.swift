import Acquisition
import Events
import Primitives
import Testing

@Suite struct PcapReaderTests {
    let folder = Scratch()

    private func read(_ bytes: [UInt8]) throws -> (InputReader, ReadCapture) {
        let reader = try InputReader(InputSpec(path: folder.write("c", bytes)))
        #expect(reader.kind == .capture)
        return (reader, try ReadCapture(reader))
    }

    @Test(arguments: [false, true], [(0xA1B2_C3D4, 1000), (0xA1B2_3C4D, 1)] as [(UInt32, Int64)])
    func ordersAndFractions(_ isBigEndian: Bool, _ magic: (UInt32, Int64)) throws {
        var maker = CaptureMaker(isBigEndian: isBigEndian)
        maker.pcapHeader(magic: magic.0, linkType: 113)
        let frames = sampleFrames([60, 1514])
        maker.record(frames[0], seconds: 1_700_000_000, fraction: 999_999)
        maker.record(frames[1], seconds: 4_294_967_295, fraction: 1, original: 9000)
        let (reader, capture) = try read(maker.bytes)
        #expect(reader.formatName == "pcap")
        #expect(reader.problem == nil)
        #expect(capture.frames == frames)
        #expect(capture.packets.map(\.number) == [1, 2])
        #expect(
            capture.packets.map(\.time.nanoseconds)
                == [1_700_000_000_000_000_000 + 999_999 * magic.1, 4_294_967_295_000_000_000 + magic.1])
        #expect(capture.packets.map(\.linkType) == [113, 113])
        #expect(capture.packets.map(\.originalLength) == [60, 9000])
        #expect(capture.packets.map(\.streamOffset) == [24, 24 + 16 + 60])
        #expect(reader.captureCounts.truncatedPackets == 1)
    }

    @Test func kuznetzovsRecordsAreLonger() throws {
        var maker = CaptureMaker()
        maker.pcapHeader(magic: 0xA1B2_CD34)
        for frame in sampleFrames([10, 20]) {
            maker.record([], seconds: 7)
            maker.bytes.removeLast(8)
            maker.number32(UInt32(frame.count))
            maker.number32(UInt32(frame.count))
            maker.bytes += [0, 0, 0, 2, 8, 0, 4, 0] + frame
        }
        #expect(try read(maker.bytes).1.frames == sampleFrames([10, 20]))
    }

    /// Before 2.3 the wire length came first.
    @Test(arguments: [2, 3] as [UInt16]) func oldVersionsSwapLengths(_ minor: UInt16) throws {
        var maker = CaptureMaker()
        maker.pcapHeader(minor: minor)
        maker.number32(1)
        maker.number32(0)
        maker.number32(100)
        maker.number32(3)
        maker.bytes += [1, 2, 3]
        let (_, capture) = try read(maker.bytes)
        #expect(capture.frames == [[1, 2, 3]])
        #expect(capture.packets[0].originalLength == 100)
    }

    @Test func otherVersionsAreRefused() throws {
        var maker = CaptureMaker()
        maker.pcapHeader()
        maker.bytes[4] = 9
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.frames.isEmpty)
        #expect(reader.problem == "the capture has version 9.4; version 2 is what can be read")
    }

    @Test func theLinkTypeIsBelowTheChecksumBits() throws {
        var maker = CaptureMaker()
        maker.pcapHeader(linkType: 0x4400_0001)
        maker.record([1], seconds: 1)
        #expect(try read(maker.bytes).1.packets[0].linkType == 1)
    }

    /// Many frames: batches are full, and nothing is lost between them.
    @Test func manyBatches() throws {
        var dice = Dice(5)
        let lengths = (0..<3000).map { _ in Int.random(in: 0...3000, using: &dice) } + [262_144, 0, 262_144]
        let frames = sampleFrames(lengths)
        let (reader, capture) = try read(CaptureMaker.pcap(frames))
        #expect(capture.frames == frames)
        #expect(capture.batches > 4)
        #expect(capture.packets.map(\.number) == Array(1...UInt64(frames.count)))
        #expect(reader.bytesDecoded == reader.bytesRead)
    }

    /// Frames without bytes fill no storage; the number of packets bounds the batch.
    @Test func emptyFrames() throws {
        let (_, capture) = try read(CaptureMaker.pcap([[UInt8]](repeating: [], count: 40_000)))
        #expect(capture.packets.count == 40_000)
        #expect(capture.batches == 3)
    }

    @Test func absurdLengthsEndTheReading() throws {
        var maker = CaptureMaker(bytes: CaptureMaker.pcap(sampleFrames([60, 60])))
        let at = maker.bytes.count
        maker.number32(1)
        maker.number32(1)
        maker.number32(262_145)
        maker.number32(262_145)
        maker.bytes += [UInt8](repeating: 0, count: 400_000)
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.frames.count == 2)
        #expect(reader.problem?.contains("at offset \(at) claims 262145 bytes") == true)
    }

    @Test func everyTruncationDeliversWhatIsWhole() throws {
        let whole = CaptureMaker.pcap(sampleFrames([5, 0, 7]))
        let ends = [24, 45, 61, 84]
        for length in 4...whole.count {
            let (reader, capture) = try read(Array(whole[..<length]))
            #expect(capture.frames.count == ends.dropFirst().filter { $0 <= length }.count)
            #expect((reader.problem == nil) == ends.contains(length), "length \(length)")
            #expect(reader.problem?.contains("at offset \(length)") ?? true)
        }
    }
}
