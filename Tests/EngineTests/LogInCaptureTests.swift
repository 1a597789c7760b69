import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// Log-ins that only a capture shows, held against the pack's rules.
@Suite struct LogInCaptureTests {
    private static func be16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }
    private static func be32(_ value: Int) -> [UInt8] { be16(value >> 16 & 0xFFFF) + be16(value & 0xFFFF) }
    private static func le32(_ value: Int) -> [UInt8] { be32(value).reversed() }

    /// A capture under way: whole connections from one client to one server, without checksums.
    private struct Capture {
        var bytes = le32(0xA1B2_C3D4 as Int) + [2, 0, 4, 0] + le32(0) + le32(0) + le32(65_535) + le32(1)
        private var port = 40_000
        let server: Int

        init(server: Int) { self.server = server }

        /// Lines: "C: " for the client's, "S: " for the server's.
        mutating func talk(_ second: Int, _ lines: [String]) {
            port += 1
            var next = (client: 1000, server: 5000)
            func frame(_ isClient: Bool, _ flags: UInt8, _ text: String = "") -> [UInt8] {
                let ends: [[UInt8]] = [[203, 0, 113, 7], [10, 20, 0, 25]]
                let ports = isClient ? be16(port) + be16(server) : be16(server) + be16(port)
                let numbers =
                    be32(isClient ? next.client : next.server)
                    + be32(flags & 16 == 0 ? 0 : isClient ? next.server : next.client)
                let segment = ports + numbers + [0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0] + Array(text.utf8)
                let head: [UInt8] = [0x45, 0] + be16(20 + segment.count) + [0, 1, 0, 0, 64, 6, 0, 0]
                let length = text.utf8.count + (flags & 3 == 0 ? 0 : 1)
                if isClient { next.client += length } else { next.server += length }
                let addresses = isClient ? ends[0] + ends[1] : ends[1] + ends[0]
                return [UInt8](repeating: 2, count: 12) + [8, 0] + head + addresses + segment
            }
            var frames = [frame(true, 2), frame(false, 0x12), frame(true, 0x10)]
            for line in lines {
                let isClient = line.hasPrefix("C: ")
                frames += [frame(isClient, 0x18, line.dropFirst(3) + "\r\n"), frame(!isClient, 0x10)]
            }
            frames += [frame(true, 0x11), frame(false, 0x11), frame(true, 0x10)]
            for frame in frames {
                bytes += le32(1_773_280_000 + second) + le32(0) + le32(frame.count) + le32(frame.count) + frame
            }
        }
    }

    /// Titles of what is found in the capture, and in the server's log of the same.
    private static func titles(_ capture: Capture, jobs: Int = 2, log: [String] = []) throws -> Set<String> {
        let fixture = try Fixture()
        var options = Fixture.options(jobs: jobs)
        options.suricataConfiguration = try fixture.write("own.yaml", "stream:\n  checksum-validation: no\n")
        let text = log.map { $0 + "\n" }.joined()
        let inputs = [try fixture.write("mail.pcap", capture.bytes), try fixture.write("mail.log", text)]
        try fixture.scan(log.isEmpty ? Array(inputs.prefix(1)) : inputs, into: fixture.path("db"), options: options)
        let store = try Store(path: fixture.path("db"), mode: .read)
        return Set(try store.detections(evidence: true).map(\.rule.title))
    }

    /// What each protocol says of one attempt that is refused, and of one that is not.
    private static let protocols: [(port: Int, begin: [String], failure: [String], success: [String])] = [
        (143, ["S: * OK ready"], ["C: a1 LOGIN anna x", "S: a1 NO no"], ["C: a1 LOGIN anna y", "S: a1 OK in"]),
        (
            110, ["S: +OK ready", "C: USER anna", "S: +OK"], ["C: PASS x", "S: -ERR no"], ["C: PASS y", "S: +OK in"]
        ),
        (
            21, ["S: 220 ready", "C: USER anna", "S: 331 -"], ["C: PASS x", "S: 530 no"], ["C: PASS y", "S: 230 in"]
        ),
        (
            587, ["S: 220 ready", "C: EHLO pc", "S: 250 AUTH PLAIN"], ["C: AUTH PLAIN AGFubmEAeA==", "S: 535 no"],
            ["C: AUTH PLAIN AGFubmEAeQ==", "S: 235 in"]
        ),
    ]

    @Test(arguments: protocols.indices) func guessedThenIn(_ number: Int) throws {
        let (port, begin, failure, success) = Self.protocols[number]
        var capture = Capture(server: port)
        for attempt in 0..<12 { capture.talk(attempt * 4, begin + failure) }
        #expect(try !Self.titles(capture).contains("Log-in to a service after brute force"))
        capture.talk(60, begin + success)
        let titles = try Self.titles(capture)
        #expect(titles.contains("Brute force on a service"), "\(titles)")
        #expect(titles.contains("Log-in to a service after brute force"), "\(titles)")
        #expect(try Self.titles(capture, jobs: 1) == titles)
    }

    /// Two slips and then in, and log-ins that go well by the dozen: nobody guesses.
    @Test(arguments: protocols.indices) func slips(_ number: Int) throws {
        let (port, begin, failure, success) = Self.protocols[number]
        var capture = Capture(server: port)
        for attempt in 0..<2 { capture.talk(attempt * 4, begin + failure) }
        for attempt in 0..<12 { capture.talk(20 + attempt * 4, begin + success) }
        let titles = try Self.titles(capture)
        #expect(!titles.contains("Brute force on a service"), "\(titles)")
        #expect(!titles.contains("Log-in to a service after brute force"))
    }

    /// What the log and the capture both tell of is one slip, not two: five within a minute are no guessing, six are.
    @Test(arguments: [(5, false), (6, true)]) func whatBothTellIsOneSlip(_ count: Int, _ isFound: Bool) throws {
        var capture = Capture(server: 143)
        var log: [String] = []
        for attempt in 0..<count {
            capture.talk(attempt * 4, ["S: * OK ready", "C: a1 LOGIN anna x", "S: a1 NO no"])
            let time = Timestamp(nanoseconds: Int64(1_773_280_000 + attempt * 4) * 1_000_000_000).iso8601
            log.append(
                "\(time) mail-01 dovecot: imap-login: Disconnected: Connection closed "
                    + "(auth failed, 1 attempts in 2 secs): user=<anna>, method=PLAIN, rip=203.0.113.7, "
                    + "lip=10.20.0.25, session=<FT9a\(attempt)>")
        }
        #expect(try Self.titles(capture, log: log).contains("Brute force on a service") == isFound)
    }

    /// Six accounts, one password each.
    @Test func spraying() throws {
        var capture = Capture(server: 143)
        for (number, name) in ["an", "binh", "chi", "dung", "giang", "hoa"].enumerated() {
            capture.talk(number * 300, ["S: * OK ready", "C: a LOGIN \(name) x", "S: a NO no"])
        }
        let titles = try Self.titles(capture)
        #expect(titles.contains("Password spraying on a service"), "\(titles)")
    }
}
