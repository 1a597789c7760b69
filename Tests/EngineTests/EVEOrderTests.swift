import Engine
import Foundation
import Testing

/// Lines of eve.json stand with packets that go their way.
@Suite struct EVEOrderTests {
    /// Of each packet of a pcap file, from 1: where it comes from. Ethernet, IPv4, little-endian, as the samples are.
    private static func sources(_ path: String) throws -> [String] {
        let file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var found = [""]
        var at = 24
        while at + 16 <= file.count {
            let length = Int(file[at + 8]) | Int(file[at + 9]) << 8 | Int(file[at + 10]) << 16
            let frame = Array(file[(at + 16)..<min(at + 16 + length, file.count)])
            let isIP = frame.count >= 34 && frame[12] == 8 && frame[13] == 0
            found.append(isIP ? frame[26..<30].map(String.init).joined(separator: ".") : "")
            at += 16 + length
        }
        return found
    }

    private static func lines(_ path: String) throws -> [[String: Any]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func alertsAndFilesNameAPacketThatGoesTheirWay() throws {
        let fixture = try Fixture()
        let capture = Fixture.samples + "/attacks/taken-over.pcap"
        var options = Fixture.options(jobs: 1)
        options.evePath = fixture.path("eve.json")
        options.setEVETypes(["alert", "fileinfo", "http", "flow"])
        try fixture.scan([capture], into: fixture.path("db"), options: options)
        let sources = try EVEOrderTests.sources(capture)
        let lines = try EVEOrderTests.lines(fixture.path("eve.json"))
        let placed = lines.filter { ["alert", "fileinfo"].contains($0["event_type"] as? String) }
        #expect(placed.contains { $0["event_type"] as? String == "alert" && $0["tx_id"] != nil })
        for line in placed {
            guard let number = line["pcap_cnt"] as? Int else {
                #expect(line["pkt_src"] as? String == "stream (flow timeout)")
                continue
            }
            #expect(line["src_ip"] as? String == sources[number], "\(line)")
        }
        let flows = lines.filter { $0["event_type"] as? String == "flow" }
        #expect(!flows.isEmpty && flows.allSatisfy { $0["pcap_cnt"] == nil && $0["pkt_src"] == nil })
        // Alerted flows are those that have an alert.
        let alerted = Set(placed.filter { $0["event_type"] as? String == "alert" }.compactMap { $0["flow_id"] as? Int })
        for flow in flows {
            let isAlerted = ((flow["flow"] as? [String: Any])?["alerted"] as? Bool) ?? false
            #expect(isAlerted == alerted.contains(try #require(flow["flow_id"] as? Int)))
        }
    }
}
