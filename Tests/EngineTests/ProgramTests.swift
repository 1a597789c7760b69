import Events
import Foundation
import Storage
import Testing

/// The program itself, as its users run it: exit statuses, killing it, watching a pipe.
@Suite struct ProgramTests {
    /// The binary that was built beside this test.
    static let program: String? = {
        let folders = [".build/release", ".build/debug"].map { Fixture.root + "/" + $0 + "/nightjar" }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(
            "nightjar"
        ).path
        return ([beside] + folders).first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    static let day = ["--now", "2026-03-13T00:00:00+07:00", "--tz", "Asia/Ho_Chi_Minh"]

    @Test func exitStatuses() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let database = fixture.path("db")
        func status(_ arguments: [String]) throws -> Int32 { try Fixture.run(program, arguments).status }
        #expect(try status(["scan", Fixture.samples + "/ordinary", "--db", database, "--quiet"] + Self.day) == 0)
        #expect(
            try status(
                ["scan", Fixture.samples + "/attacks", "--db", database, "--quiet", "--fail-on", "high"] + Self.day)
                == 1)
        #expect(try status(["scan", "--no-such-option", "x"]) == 2)
        #expect(try status(["scan", Fixture.samples, "--db", ":memory:", "--no-default-rules"]) == 2)
        #expect(try status(["scan", Fixture.samples, "--db", "/proc/nowhere/x.db"]) == 3)
        #expect(try status(["scan", fixture.path("missing"), "--db", ":memory:", "--quiet"]) == 4)
        #expect(try status(["incidents", "severity >=", "--db", database]) == 2)
        #expect(try status(["incidents", "--db", fixture.path("none.db")]) == 3)
        #expect(try status(["show", "zzzz", "--db", database]) == 2)
        let bad = try fixture.write(
            "bad.yml", "title: x\ndetection:\n  a: {b|nonsense: c}\n  condition: a\nlogsource: {category: webserver}\n")
        #expect(try status(["rules", "check", bad]) == 2)
        #expect(try status(["rules", "check", Fixture.signatures]) == 0)
    }

    /// Writing fails at once on /dev/full, as it does on a disk without room: a message and status 3, never a crash.
    @Test func aFullDiskIsSaidAndSurvived() throws {
        let program = try #require(Self.program)
        for _ in 0..<5 {
            for option in ["--detections", "--eve"] {
                let arguments =
                    ["scan", Fixture.samples, "--db", ":memory:", "--quiet", option, "/dev/full"] + Self.day
                let result = try Fixture.run(program, arguments)
                #expect(result.status == 3 && result.output.contains("/dev/full: cannot be written"), "\(result)")
            }
        }
    }

    @Test func defaultsComeFromAFile() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let config = try fixture.write(
            "nightjar.yml", "db: \(fixture.path("own.db"))\ntz: Asia/Ho_Chi_Minh\njobs: 1\nfail-on: high\n")
        let scan = [
            "scan", Fixture.samples + "/attacks", "--quiet", "--now", "2026-03-13T00:00:00+07:00", "--config", config,
        ]
        #expect(try Fixture.run(program, scan).status == 1, "fail-on of the file counts")
        #expect(FileManager.default.fileExists(atPath: fixture.path("own.db")))
        #expect(
            try Fixture.run(program, scan + ["--fail-on", "", "--db", ":memory:"]).status == 0, "the command line wins")
        let bad = try fixture.write("bad.yml", "jobs: 2\nfale-on: high\n")
        let refused = try Fixture.run(program, ["scan", Fixture.samples, "--db", ":memory:", "--config", bad])
        #expect(refused.status == 3)
        #expect(refused.output.contains("bad.yml:2:1: error: unknown setting 'fale-on'\n  fale-on: high\n  ^~~~~~~"))
        #expect(refused.output.contains("Did you mean 'fail-on'?"))
    }

    @Test func triageFromTheCommandLine() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let store = ["--db", fixture.path("db")] + Self.day
        _ = try Fixture.run(program, ["scan", Fixture.samples + "/attacks", "--quiet"] + store)
        let json = try Fixture.run(program, ["incidents", "severity >= high", "--json", "--limit", "1"] + store).output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let id = try #require(object["id"] as? String)
        #expect(try Fixture.run(program, ["ack", String(id.prefix(12))] + store).output.contains("acknowledged"))
        #expect(
            try Fixture.run(program, ["close", id, "--as", "false-positive", "--reason", "a test of ours"] + store)
                .status == 0)
        #expect(try Fixture.run(program, ["close", id, "--as", "nonsense"] + store).status == 2)
        let shown = try Fixture.run(program, ["show", id] + store).output
        #expect(shown.contains("a test of ours") && shown.contains("false-positive"))
        #expect(!(try Fixture.run(program, ["incidents", "--json"] + store).output.contains(id)))
        let suppress = ["suppress", "--network", "203.0.113.0/24", "--until", "2027-01-01", "--reason", "a test"]
        #expect(try Fixture.run(program, suppress + store).status == 0)
        #expect(!(try Fixture.run(program, ["incidents", "--json"] + store).output.contains("203.0.113.7")))
        #expect(try Fixture.run(program, ["db", "verify"] + store).status == 0)
    }

    /// `--mask`: neither the lines of watch nor what an analyst types keep a secret.
    @Test func secretsAreNeitherToldNorTyped() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let rule = try fixture.write(
            "r.yml",
            """
            title: Odd user
            id: 5a0f3b52-2f1a-4a57-9d9b-00000000abcd
            logsource: {category: test}
            detection:
              a: {user.name|contains: odd}
              condition: a
            level: high
            """)
        let log = try fixture.write(
            "a.jsonl", #"{"@timestamp":"2026-03-12T01:00:00Z","user.name":"odd&pwd=hunter2"}"# + "\n")
        let watch = [
            "watch", "-", "--rules", rule, "--no-default-rules", "--as", "json", "--logsource", "any", "--mask",
            "password", "--db", fixture.path("db"),
        ]
        let watched = try Fixture.run(program, watch + Self.day, input: log).output
        #expect(watched.contains("odd&pwd=<password:4-7:") && !watched.contains("hunter2"), "\(watched)")
        let store = ["--db", fixture.path("db")] + Self.day
        let said = ["comment", "rule:5a0f*", "-m", "he said password=hunter2", "--yes", "--mask", "password"]
        #expect(try Fixture.run(program, said + store).status == 0)
        let trail = try Fixture.run(program, ["trail"] + store).output
        #expect(trail.contains("password=<password:4-7:") && !trail.contains("hunter2"), "\(trail)")
        let suppress = [
            "suppress", "--rule", "5a0f3b52-2f1a-4a57-9d9b-00000000abcd", "--until", "2027-01-01", "--reason",
            "his password=hunter2 is known", "--mask", "password",
        ]
        #expect(try Fixture.run(program, suppress + store).status == 0)
        for list in [["suppress", "--list"], ["trail"], ["query", "suppressions"], ["show", "rule"]] {
            #expect(!(try Fixture.run(program, list + store).output.contains("hunter2")), "\(list)")
        }
        let why = try Fixture.run(program, ["query", "SELECT reason FROM suppressions"] + store).output
        #expect(why.contains("his password=<password:4-7:") && why.contains("is known"), "\(why)")
    }

    /// Killed without warning at many moments, then run again: the incidents of an undisturbed run.
    @Test func killedRunsLoseAndDoubleNothing() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let logs = try Self.manyLogs(fixture)
        func arguments(_ name: String) -> [String] {
            ["scan", logs, "--db", fixture.path(name), "--quiet", "--jobs", "2"] + Self.day
        }
        #expect(try Fixture.run(program, arguments("whole.db")).status == 0)
        for delay in [30, 60, 90, 130, 180, 250, 350, 500, 700] {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments("killed.db")
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(delay) * 1000)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        #expect(try Fixture.run(program, arguments("killed.db")).status == 0)
        let expected = try SamenessTests.incidents(fixture.path("whole.db"))
        #expect(try SamenessTests.incidents(fixture.path("killed.db")) == expected)
        #expect(expected.count > 1000)
    }

    /// The attacks once as they are, and a large log of failures, so that a run takes long enough to be killed in.
    private static func manyLogs(_ fixture: Fixture) throws -> String {
        let folder = fixture.path("logs")
        try FileManager.default.copyItem(atPath: Fixture.samples + "/attacks", toPath: folder)
        var text = ""
        for number in 0..<60_000 {
            let (hour, minute, second) = (number / 3600 % 24, number / 60 % 60, number % 60)
            let stamp = [hour, minute, second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
            text +=
                "Mar 11 \(stamp) db-07 sshd[\(number)]: Failed password for root from 198.51.100.\(number / 50 % 200) port 4022 ssh2\n"
        }
        try text.write(toFile: folder + "/auth-db-07.log", atomically: true, encoding: .utf8)
        return folder
    }

    /// A single-event finding is told within a second of its line, a windowed one within the lateness and a second.
    @Test func watchTellsInTime() throws {
        let fixture = try Fixture()
        let program = try #require(Self.program)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["watch", "-", "--db", fixture.path("db"), "--lateness", "2"] + Self.day
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let lines = LineCollector(output.fileHandleForReading)
        func send(_ text: String) { input.fileHandleForWriting.write(Data(text.utf8)) }
        send("Mar 12 02:00:00 app-01 CRON[1]: (root) CMD (true)\n")
        usleep(500_000)
        let single = Date()
        send(
            "Mar 12 02:58:00 app-01 useradd[77]: new user: name=toor, UID=0, GID=0, home=/root, shell=/bin/bash, from=none\n"
        )
        let took = try #require(lines.wait(for: "toor", seconds: 5), "the new account was not told; got \(lines.text)")
        #expect(took.timeIntervalSince(single) < 1, "took \(took.timeIntervalSince(single)) s")
        let window = Date()
        for number in 0..<40 {
            send(
                "Mar 12 03:00:\(number < 10 ? "0" : "")\(number) web-01 sshd[\(900 + number)]: Failed password for root from 203.0.113.99 port 4022 ssh2\n"
            )
        }
        let later = try #require(
            lines.wait(for: "203.0.113.99", seconds: 10), "the brute force was not told; got \(lines.text)")
        #expect(later.timeIntervalSince(window) < 3, "took \(later.timeIntervalSince(window)) s")
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try SamenessTests.incidents(fixture.path("db")).contains("203.0.113.99"))
    }

    /// What baselines have learned outlives a session that is killed.
    @Test func aKilledWatchKeepsWhatItLearned() throws {
        let fixture = try Fixture()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.program))
        process.arguments = ["watch", "-", "--db", fixture.path("db"), "--lateness", "0"] + Self.day
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        for day in 10...12 {
            let line = "Mar \(day) 02:00:00 app-01 sshd[9]: Accepted password for lan from 10.1.2.3 port 4022 ssh2\n"
            input.fileHandleForWriting.write(Data(line.utf8))
        }
        let end = Date().addingTimeInterval(20)
        var learned: [Baseline] = []
        while learned.isEmpty, Date() < end {
            usleep(100_000)
            learned = (try? Store(path: fixture.path("db"), mode: .read).baselines()) ?? []
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(!learned.isEmpty)
        #expect(try Store(path: fixture.path("db"), mode: .read).baselines().count >= learned.count)
    }
}

/// Reads a pipe on a thread of its own and remembers when each word first came.
final class LineCollector: @unchecked Sendable {
    private let lock = NSLock()
    private var bytes = Data()

    init(_ handle: FileHandle) {
        Thread.detachNewThread { [self] in
            while true {
                let data = handle.availableData
                if data.isEmpty { return }
                lock.withLock { bytes += data }
            }
        }
    }

    var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }

    func wait(for word: String, seconds: Double) -> Date? {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end {
            if text.contains(word) { return Date() }
            usleep(5000)
        }
        return nil
    }
}
