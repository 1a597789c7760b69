import Engine
import Events
import Foundation
import Primitives
import Query
import Storage
import Testing

/// Evidence from captures, and rules with nothing to look at, through the whole engine.
@Suite struct PacketProofTests {
    private static let now = Timestamp(seconds: 1_773_334_800) ?? .none

    /// Ethernet frames, whatever kind of rule found something in them.
    @Test func evidenceOfACaptureIsAFrame() throws {
        let fixture = try Fixture()
        try fixture.scan([Fixture.samples + "/attacks/http-attacks.pcapng"], into: fixture.path("db"))
        let detections = try Store(path: fixture.path("db"), mode: .read).detections(evidence: true)
        for kind in [RuleKind.sigma, .scored, .signature] {
            let evidence = detections.filter { $0.rule.kind == kind }.flatMap(\.evidence)
            #expect(!evidence.isEmpty && evidence.allSatisfy { $0.linkType == 1 }, "\(kind)")
        }
    }

    @Test func hitsKeepThePacketsOfTheirFlow() throws {
        let fixture = try Fixture()
        let database = fixture.path("db")
        try fixture.scan([Fixture.samples + "/attacks/taken-over.pcap"], into: database)
        let store = try Store(path: database, mode: .read)
        let detections = try store.detections(evidence: true)
        let hits = detections.filter { $0.alert != nil }
        #expect(!hits.isEmpty)
        for incident in try store.incidents() {
            for slice in try store.slices(of: incident) {
                #expect(slice.packets.contains { $0.number == slice.hit })
                #expect(slice.packets.map(\.number) == slice.packets.map(\.number).sorted())
                #expect(slice.packets.count <= min(slice.flowPackets, 49))
                #expect(slice.packets.allSatisfy { $0.bytes.count <= KeptPacket.maximumBytes && !$0.bytes.isEmpty })
                let hit = hits.first { $0.id == slice.detection }
                let kept = slice.packets.first { $0.number == slice.hit }
                if let evidence = hit?.evidence.first { #expect(evidence.bytes == kept?.bytes) }
            }
        }
        let sliced = try store.incidents().flatMap { try store.slices(of: $0).map(\.detection) }
        #expect(Set(sliced).isSuperset(of: hits.map(\.id)))
        #expect(try store.verify().isSound)
        // Again, and in other hands: the same.
        let again = fixture.path("again")
        try fixture.scan(
            [Fixture.samples + "/attacks/taken-over.pcap"], into: again, options: Fixture.options(jobs: 1))
        let other = try Store(path: again, mode: .read)
        for incident in try store.incidents() {
            let same = try #require(try other.incidents().first { $0.id == incident.id })
            #expect(try other.slices(of: same).map(\.packets) == (try store.slices(of: incident).map(\.packets)))
        }
    }

    @Test func rulesWithNothingToLookAtAreListed() throws {
        let fixture = try Fixture()
        let log = try fixture.write(
            "auth.log", "Mar 12 02:58:01 web-01 sshd[1]: Failed password for root from 203.0.113.7 port 40022 ssh2\n")
        let ledger = try fixture.scan([log], into: fixture.path("db"))
        #expect(ledger.deadRules.contains { $0.rule == "signatures" && $0.reason == "no packets were read" })
        #expect(ledger.deadRules.contains { $0.reason.contains("webserver") })
        #expect(!ledger.deadRules.contains { $0.reason.contains("sshd") })
        let store = try Store(path: fixture.path("db"), mode: .read)
        #expect(try store.deadRules() == ledger.deadRules)
        // A run that reads nothing new says nothing of rules.
        let second = try fixture.scan([log], into: fixture.path("db"))
        #expect(second.deadRules.isEmpty)
        #expect(try store.deadRules() == ledger.deadRules)
    }

    /// The day's incidents in every format, by the program itself.
    @Test func theDeskFromTheCommandLine() throws {
        let fixture = try Fixture()
        let program = try #require(ProgramTests.program)
        let store = ["--db", fixture.path("db")] + ProgramTests.day
        func run(_ arguments: String...) throws -> (status: Int32, output: String) {
            try Fixture.run(program, arguments + store)
        }
        _ = try run("scan", Fixture.samples + "/attacks", "--quiet")
        #expect(try run("incidents", "--count").output.hasPrefix("1"))
        #expect(try run("incidents", "--group-by", "severity").output.contains("critical"))
        let preview = try run("ack", "severity = critical")
        #expect(preview.status == 2 && preview.output.contains("nothing was done: --yes would acknowledge"))
        #expect(try run("trail").output.contains("nothing has been done yet"))
        #expect(try run("ack", "severity = critical", "--yes").output.contains("acknowledged"))
        #expect(try run("tag", "--add", "night", "severity = critical", "--yes").status == 0)
        #expect(try run("undo").output.hasPrefix("taken back: act "))
        #expect(try run("db", "verify").output.contains("the audit trail holds"))
        #expect(try run("db", "backup", fixture.path("copy.db")).status == 0)
        #expect(try run("db", "prune", "--before", "2026-03-01").output.contains("would remove 0 incidents"))
        for format in AnalystDesk.exportFormats.map(\.name) {
            #expect(try run("export", "--format", format).output.utf8.count > 1000, "\(format)")
        }
        for command in ["top", "timeline", "stats"] { #expect(try run(command).status == 0) }
        #expect(try run("who", "203.0.113.7").output.contains("SSH"))
        #expect(try run("report", "-o", fixture.path("r.html")).status == 0)
        #expect(try run("query", "SELECT count(*) AS n FROM incidents").output.contains("n"))
        #expect(try run("query", "DELETE FROM main.incidents").status == 2)
        let row = try run("query", "--format", "csv", "SELECT id FROM incidents LIMIT 1").output
        let id = try #require(row.split(separator: "\"").first { $0.count == 32 })
        #expect(try run("evidence", "export", String(id), "-o", fixture.path("e.tar")).status == 0)
        #expect(try Fixture.run(program, ["evidence", "verify", fixture.path("e.tar")]).status == 0)
    }
}
