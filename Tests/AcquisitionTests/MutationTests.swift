import Acquisition
import Events
import Primitives
import Testing

/// Inputs of our own, cut and mutated in a repeatable way: nothing crashes or hangs, what comes out is consistent, and
/// the counters add up.
@Suite struct MutationTests {
    let folder = Scratch()

    enum Sample: CaseIterable, Sendable {
        case pcap
        case pcapBigEndian
        case pcapng
        case pcapngSections
        case gzipLog
        case gzipCapture
        case zstdLog
        case zstdCapture
        case log

        var bytes: [UInt8] {
            let frames = sampleFrames([60, 0, 90, 1514, 42, 300])
            switch self {
            case .pcap: return CaptureMaker.pcap(frames)
            case .pcapBigEndian: return CaptureMaker.pcap(frames, isBigEndian: true)
            case .pcapng: return CaptureMaker.pcapng(frames)
            case .pcapngSections:
                var maker = CaptureMaker(bytes: CaptureMaker.pcapng(frames, isBigEndian: true))
                maker.section()
                maker.interface(resolution: 9, offset: 5)
                maker.interface(linkType: 101, snapshot: 60, resolution: 0x8A)
                maker.obsoletePacket(frames[0], ticks: 77, interface: 1)
                maker.simplePacket(frames[2])
                maker.block(5) { $0.bytes += [1, 2, 3] }
                maker.enhancedPacket(frames[4], ticks: .max, interface: 1)
                return maker.bytes
            case .gzipLog: return compressGzip(Array(sampleLines(60).utf8)) + compressGzip(Array("end".utf8))
            case .gzipCapture: return compressGzip(CaptureMaker.pcap(frames))
            case .zstdLog: return compressZstd(Array(sampleLines(60).utf8)) + compressZstd(Array("end".utf8))
            case .zstdCapture: return compressZstd(CaptureMaker.pcapng(frames))
            case .log: return Array(sampleLines(60).utf8)
            }
        }
    }

    @Test(arguments: Sample.allCases) func mutations(_ sample: Sample) throws {
        let original = sample.bytes
        var dice = Dice(UInt64(original.count))
        for round in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &dice) { mutate(&bytes, &dice) }
            try readAll(folder.write("m", bytes), "\(sample) round \(round)")
        }
    }

    @Test(arguments: Sample.allCases) func truncations(_ sample: Sample) throws {
        let bytes = sample.bytes
        for length in stride(from: 0, through: bytes.count, by: max(1, bytes.count / 100)) {
            try readAll(folder.write("t", Array(bytes[..<length])), "\(sample) cut at \(length)")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ dice: inout Dice) {
        guard !bytes.isEmpty else { return }
        let at = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<6, using: &dice) {
        case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
        case 1: bytes[at] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &dice) ?? 0
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &dice)))
        case 3: bytes.insert(contentsOf: (0..<8).map { _ in UInt8.random(in: 0...255, using: &dice) }, at: at)
        case 4: for place in at..<min(at + 4, bytes.count) { bytes[place] = 0xFF }
        default: bytes.removeLast(bytes.count - at)
        }
    }

    private func readAll(_ path: String, _ what: String) throws {
        let reader: InputReader
        do throws(AcquisitionError) { reader = try InputReader(InputSpec(path: path)) } catch { return }
        #expect(reader.headLength <= 4096)
        #expect(reader.identity(headLength: reader.headLength) == reader.identity)
        if reader.kind == .log {
            let log = try ReadLog(reader)
            #expect(Int64(log.content.count) + log.discarded == reader.bytesDecoded, "\(what)")
            #expect(log.isWhole, "\(what)")
        } else {
            let capture = try ReadCapture(reader)
            let counts = reader.captureCounts
            #expect(Int64(counts.packets) == Int64(capture.packets.count) + counts.skippedPackets, "\(what)")
            #expect(capture.packets.allSatisfy { $0.number >= 1 && $0.number <= counts.packets })
            #expect(capture.packets.allSatisfy { $0.streamOffset >= 0 && $0.streamOffset < reader.bytesDecoded })
            #expect(zip(capture.packets, capture.frames).allSatisfy { Int($0.capturedLength) == $1.count })
        }
    }
}
