import Acquisition
import Events
import Primitives
import Testing

@Suite struct PcapngReaderTests {
    let folder = Scratch()

    private func read(_ bytes: [UInt8]) throws -> (InputReader, ReadCapture) {
        let reader = try InputReader(InputSpec(path: folder.write("c", bytes)))
        #expect(reader.formatName == "pcapng")
        return (reader, try ReadCapture(reader))
    }

    @Test(arguments: [false, true]) func packetBlocksOfAllKinds(_ isBigEndian: Bool) throws {
        var maker = CaptureMaker(isBigEndian: isBigEndian)
        maker.section()
        maker.interface(linkType: 1, snapshot: 64)
        maker.interface(linkType: 101)
        let frames = sampleFrames([61, 40, 64, 33])
        let start: UInt64 = 1_700_000_000_000_000
        maker.enhancedPacket(frames[0], ticks: start, original: 100)
        maker.block(0x0BAD) { $0.bytes += [1, 2, 3, 4] }
        maker.obsoletePacket(frames[1], ticks: start + 1, interface: 1)
        maker.simplePacket(frames[2], original: 1500)
        maker.enhancedPacket(frames[3], ticks: start + 2, interface: 1)
        let (reader, capture) = try read(maker.bytes)
        #expect(reader.problem == nil)
        #expect(capture.frames == frames)
        #expect(capture.packets.map(\.linkType) == [1, 101, 1, 101])
        #expect(capture.packets.map(\.originalLength) == [100, 40, 1500, 33])
        let times = [0, 1000, 1000, 2000].map { Int64(start) * 1000 + $0 }
        #expect(capture.packets.map(\.time.nanoseconds) == times)
        #expect(reader.captureCounts.borrowedTimes == 1)
        #expect(reader.captureCounts.truncatedPackets == 2)
        #expect(capture.packets[0].streamOffset == 28 + 20 + 20)
    }

    /// Sections of different byte orders in one file; interfaces begin anew.
    @Test func sectionsChangeTheOrder() throws {
        let bytes =
            CaptureMaker.pcapng(sampleFrames([20]), isBigEndian: true)
            + CaptureMaker.pcapng(sampleFrames([20, 21])) + CaptureMaker.pcapng(sampleFrames([20]), isBigEndian: true)
        let (reader, capture) = try read(bytes)
        #expect(reader.problem == nil)
        #expect(capture.frames.map(\.count) == [20, 20, 21, 20])
        #expect(capture.packets.map(\.number) == [1, 2, 3, 4])
    }

    struct Clock: Sendable {
        var resolution: UInt8?
        var offset: Int64?
        var ticks: UInt64
        var nanoseconds: Int64?
    }

    @Test(arguments: [
        Clock(ticks: 1_500_000, nanoseconds: 1_500_000_000),
        Clock(resolution: 6, ticks: 1, nanoseconds: 1000),
        Clock(resolution: 9, ticks: 1_700_000_000_123_456_789, nanoseconds: 1_700_000_000_123_456_789),
        Clock(resolution: 3, ticks: 1_700_000_000_123, nanoseconds: 1_700_000_000_123_000_000),
        Clock(resolution: 0, ticks: 1_700_000_000, nanoseconds: 1_700_000_000_000_000_000),
        Clock(resolution: 12, ticks: 1_500_000_000_999, nanoseconds: 1_500_000_000),
        Clock(resolution: 25, ticks: 30_000_000_000_000_000, nanoseconds: 3),
        Clock(resolution: 127, ticks: .max, nanoseconds: 0),
        Clock(resolution: 0x80, ticks: 5, nanoseconds: 5_000_000_000),
        Clock(resolution: 0x80 | 10, ticks: 1536, nanoseconds: 1_500_000_000),
        Clock(resolution: 0x80 | 32, ticks: 3 << 31, nanoseconds: 1_500_000_000),
        Clock(resolution: 0x80 | 63, ticks: 1 << 62, nanoseconds: 500_000_000),
        Clock(resolution: 0x80 | 64, ticks: 1 << 63, nanoseconds: 500_000_000),
        Clock(resolution: 0xFF, ticks: .max, nanoseconds: 0),
        Clock(offset: 100, ticks: 1_000_000, nanoseconds: 101_000_000_000),
        Clock(offset: -100, ticks: 1_000_000, nanoseconds: -99_000_000_000),
        Clock(offset: .max, ticks: 1_000_000, nanoseconds: nil),
        Clock(resolution: 0, ticks: .max, nanoseconds: nil),
        Clock(ticks: .max, nanoseconds: nil),
    ])
    func clocks(_ clock: Clock) throws {
        var maker = CaptureMaker()
        maker.section()
        maker.interface(resolution: clock.resolution, offset: clock.offset)
        maker.enhancedPacket([1, 2], ticks: clock.ticks)
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.packets.map(\.time.nanoseconds) == [clock.nanoseconds ?? 0])
        #expect(reader.captureCounts.borrowedTimes == (clock.nanoseconds == nil ? 1 : 0))
    }

    /// A wrong interface or length costs the packet it stands in, not those behind it.
    @Test func packetsWrongInThemselvesArePassedOver() throws {
        var maker = CaptureMaker()
        maker.section()
        maker.simplePacket([9, 9])
        maker.interface()
        maker.enhancedPacket([1], ticks: 1, interface: 7)
        let at = maker.bytes.count
        maker.enhancedPacket([2], ticks: 1)
        maker.bytes[at + 20] = 200
        maker.enhancedPacket([3], ticks: 1)
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.frames == [[3]])
        #expect(capture.packets[0].number == 4)
        #expect(reader.captureCounts.skippedPackets == 3)
        #expect(reader.captureCounts.packets == 4)
        #expect(reader.problem?.contains("offset 28") == true)
    }

    enum Damage: CaseIterable, Sendable {
        case shortLength
        case oddLength
        case hugeLength
        case otherTrailer
        case noByteOrder
        case shortInterface
    }

    @Test(arguments: Damage.allCases) func damageEndsTheReading(_ damage: Damage) throws {
        var maker = CaptureMaker(bytes: CaptureMaker.pcapng(sampleFrames([60])))
        let at = maker.bytes.count
        switch damage {
        case .shortInterface: maker.block(1) { $0.number32(0) }
        case .noByteOrder: maker.block(0x0A0D_0D0A) { $0.bytes += [UInt8](repeating: 7, count: 16) }
        default: maker.enhancedPacket([1, 2, 3, 4], ticks: 1)
        }
        switch damage {
        case .shortLength: maker.bytes[at + 4] = 8
        case .oddLength: maker.bytes[at + 4] = 37
        case .hugeLength: maker.bytes[at + 7] = 1
        case .otherTrailer: maker.bytes[maker.bytes.count - 4] = 40
        default: break
        }
        maker.enhancedPacket([5], ticks: 2)
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.frames.count == 1)
        #expect(reader.problem?.contains("at offset \(at) ") == true)
    }

    @Test func everyTruncationDeliversWhatIsWhole() throws {
        let whole = CaptureMaker.pcapng(sampleFrames([5, 0, 7]))
        let ends = [28, 48, 48 + 40, 48 + 40 + 32, 48 + 40 + 32 + 40]
        #expect(whole.count == ends[4])
        for length in 12...whole.count {
            let (reader, capture) = try read(Array(whole[..<length]))
            #expect(capture.frames.count == ends.dropFirst(2).filter { $0 <= length }.count)
            #expect((reader.problem == nil) == ends.contains(length), "length \(length)")
        }
    }

    /// Blocks that are not packets may be longer than the window.
    @Test func longForeignBlocksArePassedOver() throws {
        var maker = CaptureMaker(bytes: CaptureMaker.pcapng(sampleFrames([60])))
        maker.block(10) { $0.bytes += [UInt8](repeating: 1, count: 5 << 20) }
        maker.enhancedPacket([5], ticks: 2)
        let (reader, capture) = try read(maker.bytes)
        #expect(capture.frames.count == 2)
        #expect(reader.problem == nil)
    }

    @Test func manyBatches() throws {
        var dice = Dice(6)
        let frames = sampleFrames((0..<3000).map { _ in Int.random(in: 0...3000, using: &dice) } + [262_144, 262_144])
        let (_, capture) = try read(CaptureMaker.pcapng(frames))
        #expect(capture.frames == frames)
        #expect(capture.batches > 4)
    }
}
