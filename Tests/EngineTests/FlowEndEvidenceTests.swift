import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// What is found when a flow is over, by another flow's packet that shows how late it is.
@Suite struct FlowEndEvidenceTests {
    private static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    private static func be32(_ value: Int) -> [UInt8] { be16(value >> 16 & 0xFFFF) + be16(value & 0xFFFF) }
    private static func le32(_ value: Int) -> [UInt8] { be32(value).reversed() }

    /// Ethernet, IPv4, without checksums.
    private static func frame(_ source: [UInt8], _ destination: [UInt8], _ number: UInt8, _ rest: [UInt8]) -> [UInt8] {
        let ip: [UInt8] = [0x45, 0] + be16(20 + rest.count) + [0, 1, 0, 0, 64, number, 0, 0] + source + destination
        return [UInt8](repeating: 2, count: 12) + [8, 0] + ip + rest
    }

    private static func segment(
        _ port: Int, toServer: Bool, _ flags: UInt8, _ at: Int, _ text: String = ""
    ) -> [UInt8] {
        let (client, server): ([UInt8], [UInt8]) = ([192, 0, 2, 10], [198, 51, 100, 80])
        let ports = toServer ? be16(port) + be16(80) : be16(80) + be16(port)
        let numbers = be32((toServer ? 1000 : 5000) + at) + be32(flags & 16 == 0 ? 0 : (toServer ? 5001 : 1001))
        let tcp = ports + numbers + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + Array(text.utf8)
        return toServer ? frame(client, server, 6, tcp) : frame(server, client, 6, tcp)
    }

    /// Two sessions whose request nobody acknowledges, and an hour later a datagram of somebody else.
    private static let capture: [UInt8] = {
        var frames: [(second: Int, bytes: [UInt8])] = []
        for port in [40_000, 40_001] {
            frames.append((0, segment(port, toServer: true, 2, 0)))
            frames.append((0, segment(port, toServer: false, 0x12, 0)))
            frames.append((0, segment(port, toServer: true, 0x10, 1)))
            frames.append((1, segment(port, toServer: true, 0x18, 1, "a needle in the stream")))
        }
        let datagram = be16(5000) + be16(5001) + be16(12) + [0, 0] + Array("late".utf8)
        for second in [3600, 3601, 3700] {
            frames.append((second, frame([203, 0, 113, 1], [203, 0, 113, 2], 17, datagram)))
        }
        var file = le32(0xA1B2_C3D4 as Int) + [2, 0, 4, 0] + le32(0) + le32(0) + le32(65_535) + le32(1)
        for frame in frames {
            file += le32(1_700_000_000 + frame.second) + le32(0) + le32(frame.bytes.count) + le32(frame.bytes.count)
            file += frame.bytes
        }
        return file
    }()

    @Test(arguments: [1, 2]) func theFlowsOwnPacketsAreTheEvidence(_ jobs: Int) throws {
        let fixture = try Fixture()
        let rules = try fixture.write(
            "own.rules",
            "alert tcp any any -> any any (msg:\"needle\"; flow:only_stream; content:\"needle\"; sid:1; rev:1;)\n")
        let path = try fixture.write("two.pcap", Self.capture)
        var options = Fixture.options(jobs: jobs)
        options.rulePaths = [rules]
        options.suricataConfiguration = try fixture.write("own.yaml", "stream:\n  checksum-validation: no\n")
        options.evePath = fixture.path("eve.json")
        options.setEVETypes(["alert"])
        try fixture.scan([path], into: fixture.path("db"), options: options)
        let store = try Store(path: fixture.path("db"), mode: .read)
        let detections = try store.detections(evidence: true)
        // One of each flow, though both ended at the same moment.
        #expect(detections.count == 2)
        // The datagram is no evidence of theirs.
        #expect(detections.allSatisfy { $0.evidence.isEmpty })
        let slices = try store.incidents().flatMap { try store.slices(of: $0) }.sorted { $0.hit < $1.hit }
        #expect(slices.map(\.hit) == [4, 8])
        #expect(slices.map { $0.packets.map(\.number) } == [[1, 2, 3, 4], [5, 6, 7, 8]])
        let lines = try String(contentsOfFile: fixture.path("eve.json"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2 && lines.allSatisfy { !$0.contains("pcap_cnt") })
    }
}
