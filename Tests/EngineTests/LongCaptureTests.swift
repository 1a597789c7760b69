import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// Captures of many batches, which are stored in several pieces.
@Suite struct LongCaptureTests {
    private static let rounds = 157
    private static let roundSeconds: UInt32 = 7200

    /// A sample's packets over and over, two hours apart, to nine megabytes: more than thirty batches.
    private static let capture: [UInt8] = {
        let path = Fixture.samples + "/attacks/posted-forms.pcap"
        let file = (FileManager.default.contents(atPath: path)).map { [UInt8]($0) } ?? []
        func number(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(file[at + $1]) << UInt32(8 * $1) } }
        var long = Array(file.prefix(24))
        for round in 0..<rounds {
            var at = 24
            while at + 16 <= file.count {
                let seconds = number(at) + UInt32(round) * roundSeconds
                long += (0..<4).map { UInt8(truncatingIfNeeded: seconds >> UInt32(8 * $0)) }
                let end = at + 16 + Int(number(at + 8))
                long += file[at + 4..<end]
                at = end
            }
        }
        return long
    }()

    /// What the output file of detections tells, and what the store holds: identities and rules.
    private func run(_ fixture: Fixture, _ name: String, jobs: Int) throws -> (
        written: Int, stored: [Detection], incidents: [String]
    ) {
        let path = try fixture.write(name + ".pcap", Self.capture)
        var options = Fixture.options(jobs: jobs)
        options.detectionsPath = fixture.path(name + ".jsonl")
        try fixture.scan([path], into: fixture.path(name), options: options)
        let text = try String(contentsOfFile: fixture.path(name + ".jsonl"), encoding: .utf8)
        let store = try Store(path: fixture.path(name), mode: .read)
        return (
            text.split(separator: "\n").count, try store.detections(evidence: false),
            try store.incidents().map { "\($0.id) \($0.count) \($0.first) \($0.last)" }.sorted()
        )
    }

    /// Every piece of the capture holds the same attacks, so each must have left as many detections as the first.
    @Test func whatIsFoundAnywhereInItIsStored() throws {
        let fixture = try Fixture()
        let one = try run(fixture, "one", jobs: 1)
        #expect(one.written > 1000)
        #expect(one.stored.count == one.written)
        let period = Int64(Self.roundSeconds) * 1_000_000_000
        let start = try #require(one.stored.map(\.first.nanoseconds).min())
        let byRound = Dictionary(grouping: one.stored) { Int(($0.first.nanoseconds - start) / period) }
        #expect(byRound.count == Self.rounds)
        #expect(Set(byRound.values.map(\.count)).count == 1)
        let two = try run(fixture, "two", jobs: 2)
        #expect(two.stored.map(\.id).sorted() == one.stored.map(\.id).sorted())
        #expect(two.incidents == one.incidents)
    }

    /// A second reading of the very same packets adds nothing.
    @Test func readAgainItGivesTheSame() throws {
        let fixture = try Fixture()
        let first = try run(fixture, "same", jobs: 2)
        var options = Fixture.options(jobs: 2)
        options.reprocess = true
        try fixture.scan([fixture.path("same.pcap")], into: fixture.path("same"), options: options)
        let store = try Store(path: fixture.path("same"), mode: .read)
        #expect(try store.detections(evidence: false).count == first.stored.count)
        #expect(
            try store.incidents().map { "\($0.id) \($0.count) \($0.first) \($0.last)" }.sorted() == first.incidents)
    }
}
