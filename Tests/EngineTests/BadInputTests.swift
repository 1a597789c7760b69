import Engine
import Events
import Foundation
import Primitives
import Rules
import Storage
import Testing

/// Damaged, hostile and odd inputs: the rest is still processed, the loss stands in the ledger, nothing crashes.
@Suite struct BadInputTests {
    private static let good = "Mar 12 02:58:01 web-01 sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2\n"

    private func ledger(_ fixture: Fixture, _ path: String) throws -> InputLedger {
        let control = try fixture.write("control.log", Self.good.replacingOccurrences(of: "web-01", with: "control"))
        let run = try fixture.scan([path, control], into: ":memory:")
        let beside = try #require(run.inputs.first { $0.path == control })
        #expect(beside.problem == nil && beside.events == 1, "the other input is still read")
        let input = try #require(run.inputs.first { $0.path == path })
        #expect(input.addsUp, "\(input)")
        return input
    }

    @Test func truncatedGzip() throws {
        let fixture = try Fixture()
        let path = try fixture.write("big.log", String(repeating: Self.good, count: 5000))
        #expect(try Fixture.run("/usr/bin/env", ["gzip", path]).status == 0)
        let data = try Data(contentsOf: URL(fileURLWithPath: path + ".gz"))
        try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: path + ".gz"))
        let input = try ledger(fixture, path + ".gz")
        #expect(input.problem != nil && input.events > 0)
    }

    @Test func truncatedCapture() throws {
        let fixture = try Fixture()
        let whole = try Data(contentsOf: URL(fileURLWithPath: Fixture.samples + "/attacks/dns-tunnel.pcap"))
        let path = try fixture.write("cut.pcap", Array(whole.prefix(whole.count / 2 + 7)))
        let input = try ledger(fixture, path)
        #expect(input.problem != nil && input.events > 10 && input.kind == .capture)
    }

    @Test func captureWithAbsurdLength() throws {
        let fixture = try Fixture()
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Fixture.samples + "/attacks/dns-tunnel.pcap")))
        bytes.replaceSubrange(32..<36, with: [0xFF, 0xFF, 0xFF, 0x7F])
        let input = try ledger(fixture, try fixture.write("absurd.pcap", bytes))
        #expect(input.problem != nil)
    }

    @Test func binaryNoise() throws {
        let fixture = try Fixture()
        var state: UInt64 = 7
        let noise = (0..<300_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
        let input = try ledger(fixture, try fixture.write("noise.log", noise))
        #expect(input.events == 0 && input.unreadTotal == input.records && input.records > 100)
    }

    @Test func emptyFile() throws {
        let fixture = try Fixture()
        let input = try ledger(fixture, try fixture.write("empty.log", ""))
        #expect(input.problem == nil && input.records == 0)
    }

    @Test func aLineOfAHundredMegabytes() throws {
        let fixture = try Fixture()
        let path = fixture.path("long.log")
        try Data(Self.good.utf8).write(to: URL(fileURLWithPath: path))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        let piece = Data(repeating: 0x61, count: 1 << 20)
        for _ in 0..<100 { try file.write(contentsOf: piece) }
        try file.write(contentsOf: Data(("\n" + Self.good).utf8))
        try file.close()
        let input = try ledger(fixture, path)
        #expect(input.records == 3 && input.events >= 2 && input.bytesDropped > 98 << 20)
    }

    @Test func missingFile() throws {
        let fixture = try Fixture()
        let run = try fixture.scan([fixture.path("nothing")], into: ":memory:")
        #expect(run.isIncomplete && run.inputs.first?.problem?.isEmpty == false)
    }

    @Test func aSecondWriterIsToldWhoHoldsTheStore() throws {
        let fixture = try Fixture()
        let first = try Workspace(options: Fixture.options(), database: fixture.path("db"), command: "scan")
        defer { withExtendedLifetime(first) {} }
        do {
            _ = try Workspace(options: Fixture.options(), database: fixture.path("db"), command: "scan")
            Issue.record("a second writer got in")
        } catch let error as StoreError {
            #expect("\(error)".contains("\(getpid())"), "\(error)")
        }
    }

    @Test func foreignDatabasesAreLeftAlone() throws {
        let fixture = try Fixture()
        let path = try fixture.write("notes.txt", "not a database at all, but somebody's notes\n")
        #expect(throws: StoreError.self) {
            try Workspace(options: Fixture.options(), database: path, command: "scan")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("not a database"))
    }

    @Test func ruleFileThatIsNotUTF8() throws {
        let fixture = try Fixture()
        let path = try fixture.write("bad.yml", [0x74, 0x69, 0x74, 0x6C, 0x65, 0x3A, 0x20, 0xFF, 0xFE, 0x0A])
        var options = Fixture.options()
        options.rulePaths.append(path)
        let desk = try RuleDesk(options: options)
        #expect(desk.rules.refusedCount == 1 && desk.rules.loadedCount > 20)
    }

    /// An anomaly rule whose detector or setting is none is refused with its place, and nothing else with it.
    @Test(arguments: [("type: port_scann", "there is no detector 'port_scann'"), ("window: 5x", "'5x' is not a time")])
    func aBadAnomalyRuleStopsNoScan(_ setting: String, _ message: String) throws {
        let fixture = try Fixture()
        let type = setting.hasPrefix("type") ? "" : "  type: port_scan\n"
        let path = try fixture.write("own.yml", "title: Own\nid: own\ndetector:\n\(type)  \(setting)\nlevel: low\n")
        let checked = try RuleDesk.check([path], suricataConfiguration: nil)
        let problem = try #require(checked.diagnostics.first { $0.weight == .error })
        #expect(checked.refusedCount == 1 && problem.message.contains(message), "\(problem.rendered)")
        #expect((problem.file, problem.line) == (path, type.isEmpty ? 4 : 5))
        var options = Fixture.options()
        options.rulePaths.append(path)
        let run = try fixture.scan([try fixture.write("auth.log", Self.good)], into: ":memory:", options: options)
        #expect(run.inputs.first?.events == 1)
    }
}
