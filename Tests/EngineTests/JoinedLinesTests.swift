import Engine
import Events
import Foundation
import Primitives
import Storage
import Testing

/// Lines that get their address, program or trace from lines before them are found alike, however the work is cut.
@Suite struct JoinedLinesTests {
    private static let rules = """
        title: refused without an address of its own
        id: joined-refusal
        logsource: {product: linux, service: sshd}
        detection:
          selection: {event.outcome: failure, source.ip|startswith: '203.0.113.', message|contains: user unknown}
          condition: selection
        level: high
        ---
        title: program run by another
        id: joined-command
        logsource: {product: linux, service: auditd}
        detection:
          selection: {type: EXECVE, exe|endswith: '/x7'}
          condition: selection
        level: high
        ---
        title: trace
        id: joined-trace
        logsource: {product: linux}
        detection:
          selection: {error.stack_trace|contains: 'passwd'}
          condition: selection
        level: high
        """

    /// About five megabytes: the cut between two batches falls in the middle of sessions.
    private static func log() -> [UInt8] {
        var text = ""
        for index in 0..<24_000 {
            let pid = 1000 + index % 97
            text += "Mar 12 02:58:01 h sshd[\(pid)]: Invalid user u from 203.0.113.\(index % 250) port 4000\n"
            text += "Mar 12 02:58:01 h sshd[\(pid)]: pam_unix(sshd:auth): check pass; user unknown\n"
            if index % 3 == 0 {
                text += "type=SYSCALL msg=audit(1773283081.1:\(index)): pid=\(pid) exe=\"/bin/x\(index % 11)\"\n"
                text += "type=EXECVE msg=audit(1773283081.1:\(index)): argc=1 a0=\"x\"\n"
            }
            if index % 100 == 0 { text += "Mar 12 02:58:01 h app[7]: failed\n\tat a.b(/etc/passwd)\n" }
        }
        return Array(text.utf8)
    }

    private static func found(_ fixture: Fixture, _ name: String, _ paths: [String], jobs: Int, memory: Int) throws
        -> [String]
    {
        let rules = try fixture.write("joined.yml", Self.rules)
        var options = EngineOptions()
        options.rulePaths = [rules]
        options.useDefaultRules = false
        options.jobs = jobs
        options.now = Timestamp(seconds: 1_773_360_000)
        options.memory = MemoryBudget(totalBytes: memory)
        for path in paths { try fixture.scan([path], into: fixture.path(name), options: options) }
        return try Store(path: fixture.path(name), mode: .read).detections()
            .map { "\($0.rule.id) \($0.events.map(\.number)) \($0.fields)" }.sorted()
    }

    @Test func cutsAndThreadsDoNotMatter() throws {
        let fixture = try Fixture()
        let whole = Self.log()
        let path = try fixture.write("auth.log", whole)
        let expected = try Self.found(fixture, "one.db", [path], jobs: 1, memory: 4 << 30)
        for (rule, least) in [("joined-refusal", 20_000), ("joined-command", 500), ("joined-trace", 200)] {
            #expect(expected.filter { $0.hasPrefix(rule) }.count >= least, "\(rule)")
        }
        for (name, jobs, memory) in [("many.db", 4, 4 << 30), ("smaller.db", 24, 4 << 30)] {
            let other = try Self.found(fixture, name, [path], jobs: jobs, memory: memory)
            #expect(other == expected, "\(jobs) jobs, \(memory) bytes")
        }
        // The same log, read as it grows: the ends fall between the lines of a session.
        let lines = whole.indices.filter { whole[$0] == 10 }
        for cut in [lines.count / 3, lines.count / 2 + 1, lines.count] {
            try fixture.write("auth.log", Array(whole[...lines[cut - 1]]))
            _ = try Self.found(fixture, "grown.db", [path], jobs: 2, memory: 4 << 30)
        }
        let grown = try Self.found(fixture, "grown.db", [path], jobs: 2, memory: 4 << 30)
        #expect(grown == expected, "read as it grew")
    }
}
