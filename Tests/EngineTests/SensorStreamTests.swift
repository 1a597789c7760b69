import Engine
import Foundation
import Primitives
import Testing

/// Captures of one sensor are one stream.
@Suite struct SensorStreamTests {
    /// A capture cut in `parts` behind whole packets, each part with the file's header.
    private func cut(_ capture: [UInt8], _ parts: Int) -> [[UInt8]] {
        var ends: [Int] = []
        var at = 24
        while at + 16 <= capture.count {
            let length = (0..<4).reduce(0) { $0 | Int(capture[at + 8 + $1]) << (8 * $1) }
            at += 16 + length
            ends.append(min(at, capture.count))
        }
        return (0..<parts).map { part in
            let from = part == 0 ? 24 : ends[ends.count * part / parts - 1]
            let to = ends[ends.count * (part + 1) / parts - 1]
            return Array(capture[..<24]) + Array(capture[from..<to])
        }
    }

    private func alerts(
        _ fixture: Fixture, _ paths: [String], label: Bool, jobs: Int, _ name: String
    ) throws -> [String] {
        var options = Fixture.options(jobs: jobs)
        if label { options.sensors = [(glob: "*.pcap", name: "edge")] }
        options.evePath = fixture.path(name + ".json")
        options.setEVETypes(["alert", "http", "flow"])
        try fixture.scan(paths, into: fixture.path(name + ".db"), options: options)
        let text = try String(contentsOfFile: fixture.path(name + ".json"), encoding: .utf8)
        return try text.split(separator: "\n").compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let alert = object?["alert"] as? [String: Any]
            let kind = object?["event_type"] as? String ?? ""
            return "\(kind) \(alert?["signature_id"] ?? "") \(object?["src_ip"] ?? "") \(object?["src_port"] ?? "")"
        }.sorted()
    }

    @Test(arguments: ["posted-forms.pcap", "port-scan.pcap"], [1, 2])
    func cutCapturesGiveTheSame(_ sample: String, _ jobs: Int) throws {
        let fixture = try Fixture()
        let whole = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: Fixture.samples + "/attacks/" + sample)))
        let path = try fixture.write("whole.pcap", whole)
        var parts: [String] = []
        // Named against their order: the packets' times count, not the names.
        for (number, part) in cut(whole, 3).enumerated() {
            parts.append(try fixture.write("p\(9 - number).pcap", part))
        }
        let expected = try alerts(fixture, [path], label: false, jobs: jobs, "whole")
        #expect(!expected.isEmpty)
        #expect(try alerts(fixture, parts, label: true, jobs: jobs, "parts") == expected)
    }
}

/// Files that captures carry.
@Suite struct FileExtractionTests {
    @Test func filesAreWrittenByTheirDigest() throws {
        let fixture = try Fixture()
        var options = Fixture.options(jobs: 1)
        options.extractionFolder = fixture.path("files")
        try fixture.scan([Fixture.samples + "/attacks/posted-forms.pcap"], into: fixture.path("a.db"), options: options)
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.path("files"))
        #expect(!names.isEmpty)
        for name in names {
            let data = try Data(contentsOf: URL(fileURLWithPath: fixture.path("files/" + name)))
            let digest = Array(data).withUnsafeBytes { sha256Hex(Bytes($0)) }
            #expect(digest == name)
        }
    }
}
