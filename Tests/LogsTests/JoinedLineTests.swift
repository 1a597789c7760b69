import Events
import Foundation
import Logs
import Primitives
import Testing

/// An address that one line of a process names is that of the failure in another.
@Test func linesOfAProcessAreJoined() throws {
    let lines = try decode(
        """
        Mar 12 02:58:01 web-01 sshd[100]: Connection from 203.0.113.9 port 4222 on 192.0.2.1 port 22
        Mar 12 02:58:02 web-01 sshd[101]: Invalid user bob from 203.0.113.8 port 4000
        Mar 12 02:58:03 web-01 sshd[101]: pam_unix(sshd:auth): check pass; user unknown
        Mar 12 02:58:03 web-01 sshd[100]: User root not allowed because account is locked
        Mar 12 02:58:04 web-01 sshd[102]: pam_unix(sshd:auth): check pass; user unknown
        Mar 12 02:58:04 web-02 sshd[101]: pam_unix(sshd:auth): check pass; user unknown
        Mar 12 02:58:04 web-01 sshd[103]: drop connection #10 from [203.0.113.7]:9 on [192.0.2.1]:22 past MaxStartups
        Mar 12 02:58:04 web-01 sshd[103]: pam_unix(sshd:auth): check pass; user unknown
        """)
    let expected: [String?] = [
        "203.0.113.9", "203.0.113.8", "203.0.113.8", "203.0.113.9", nil, nil, "203.0.113.7", nil,
    ]
    for (index, address) in expected.enumerated() { #expect(lines[index]["source.ip"] == address, "line \(index + 1)") }
    #expect(lines[2]["user.name"] == "bob" && lines[2]["source.port"] == "4000")
    #expect(lines[3]["user.name"] == "root" && lines[3]["event.outcome"] == "failure")
}

@Test func aPostfixProcessServesOneClientAfterAnother() throws {
    let failure =
        "Mar 12 02:58:05 mx postfix/smtpd[55]: warning: SASL authentication failure: Password verification failed"
    let lines = try decode(
        """
        \(failure)
        Mar 12 02:58:04 mx postfix/smtpd[55]: connect from unknown[198.51.100.7]
        \(failure)
        Mar 12 02:58:05 mx postfix/smtpd[55]: disconnect from unknown[198.51.100.7] ehlo=1
        \(failure)
        Mar 12 02:58:04 mx postfix/smtpd[55]: connect from unknown[198.51.100.8]
        \(failure)
        """)
    let addresses = [0, 2, 4, 6].map { lines[$0]["source.ip"] }
    #expect(addresses == [nil, "198.51.100.7", nil, "198.51.100.8"])
    #expect(lines[2]["event.outcome"] == "failure")
}

/// charon's one process serves all peers: the number of the IKE_SA tells whose failure it is.
@Test func anIKEAssociationHasOnePeer() throws {
    let lines = try decode(
        """
        Mar 12 02:58:01 gw charon[9]: 06[NET] <7> received packet: from 203.0.113.9[500] to 192.0.2.1[500] (1072 bytes)
        Mar 12 02:58:01 gw charon[9]: 07[IKE] <8> 203.0.113.8 is initiating an IKE_SA
        Mar 12 02:58:02 gw charon[9]: 06[NET] <road|5> sending packet: from 192.0.2.1[4500] to 203.0.113.5[2880] (1 bytes)
        Mar 12 02:58:02 gw charon[9]: 06[IKE] <road|7> EAP-MS-CHAPv2 verification failed, retry (1)
        Mar 12 02:58:02 gw charon[9]: 07[IKE] <road|8> XAuth authentication of 'bob' failed
        Mar 12 02:58:02 gw charon[9]: 07[IKE] <road|5> EAP-MS-CHAPv2 verification failed, retry (1)
        Mar 12 02:58:02 gw charon[9]: 07[IKE] <road|6> EAP-MS-CHAPv2 verification failed, retry (1)
        """)
    let peers = (3...6).map { lines[$0]["source.ip"] }
    #expect(peers == ["203.0.113.9", "203.0.113.8", "203.0.113.5", nil])
    #expect(lines[2]["source.ip"] == nil && lines[2]["destination.ip"] == "203.0.113.5")
    #expect(lines[4]["user.name"] == "bob" && lines[4]["event.outcome"] == "failure")
}

/// What is further back than the window has no part in it.
@Test func theWindowEnds() throws {
    let first = "Mar 12 02:58:02 web-01 sshd[101]: Invalid user bob from 203.0.113.8 port 4000\n"
    let last = "Mar 12 02:58:03 web-01 sshd[101]: pam_unix(sshd:auth): check pass; user unknown\n"
    let filler = "Mar 12 02:58:03 web-01 app: filler\n"
    for (gap, isJoined) in [(60_000, true), (70_000, false)] {
        let text = first + String(repeating: filler, count: gap / filler.utf8.count) + last
        #expect((try decode(text).last?["source.ip"] != nil) == isJoined, "\(gap) bytes between")
    }
}

@Test func recordsOfAnAuditEventAreJoined() throws {
    let lines = try decode(
        """
        type=SYSCALL msg=audit(1773283081.123:77): arch=c000003e syscall=59 success=yes exit=0 a0=55d6 a1=1000 \
        ppid=900 pid=901 auid=1000 uid=33 euid=33 tty=pts0 ses=4 comm="wget" exe="/usr/bin/wget" key="net"
        type=EXECVE msg=audit(1773283081.123:77): argc=3 a0="wget" a1=2D4F202F746D702F782079 a2="http://x/1234"
        type=PROCTITLE msg=audit(1773283081.123:77): proctitle=77676574002D4F
        type=EXECVE msg=audit(1773283081.123:78): argc=1 a0="id"
        type=PROCTITLE msg=audit(1773283082.000:79): proctitle=6361740078
        type=SYSCALL msg=audit(1773283083.000:80): arch=c000003e syscall=257 success=no exit=-13 pid=9 uid=33 \
        comm="cat" exe="/usr/bin/cat" key=(null)\u{1D}ARCH=x86_64 SYSCALL=openat UID="www-data"
        """)
    #expect(lines[0]["auditd.log.syscall"] == "execve" && lines[0]["a1"] == "1000" && lines[0].source == .auditdRecord)
    let command = lines[1]
    #expect(command["process.command_line"] == "wget -O /tmp/x y http://x/1234")
    #expect(command.fields["process.args"] == ["wget", "-O /tmp/x y", "http://x/1234"])
    #expect(command["process.executable"] == "/usr/bin/wget" && command["process.pid"] == "901")
    #expect(command["a1"] == "-O /tmp/x y" && command["event.type"] == "start" && command.source == .auditd)
    #expect(lines[2]["process.command_line"] == nil, "the arguments said it")
    #expect(lines[3]["process.executable"] == nil, "another event")
    #expect(lines[4]["process.command_line"] == "cat x")
    #expect(lines[5]["event.outcome"] == "failure" && lines[5]["user.name"] == "www-data")
    #expect(lines[5]["auditd.log.syscall"] == "openat")
}

@Test func tracesStayWithTheirRecord() throws {
    let lines = try decode(
        """
        2026-03-12 02:58:01.123 ERROR [main] c.e.App - failed
        java.lang.IllegalStateException: boom
        \tat c.e.App.run(App.java:10)
        Caused by: java.io.IOException: x
        \t... 12 more
        2026-03-12 02:58:02.123 INFO [main] c.e.App - fine
        no format of any kind
        \tat nobody's
        """)
    #expect(
        lines[0]["error.stack_trace"]
            == "java.lang.IllegalStateException: boom\n\tat c.e.App.run(App.java:10)\nCaused by: java.io.IOException: x"
            + "\n\t... 12 more")
    for index in 1...4 { #expect(lines[index].unread == .continuation) }
    #expect(lines[5]["error.stack_trace"] == nil && lines[5].unread == nil)
    #expect(lines[6].unread == .unknownFormat && lines[7].unread == .unknownFormat)
}

@Test func columnsChangeWithinALog() throws {
    let lines = try decode(
        """
        #Fields: date time c-ip cs-method cs-uri-stem sc-status
        2026-03-12 02:58:01 203.0.113.9 GET /a 200
        #Fields: date time cs-method cs-uri-stem sc-status c-ip
        2026-03-12 02:58:02 GET /b 404 203.0.113.10
        """)
    #expect(lines[1]["source.ip"] == "203.0.113.9" && lines[3]["source.ip"] == "203.0.113.10")
    #expect(lines[3]["http.response.status_code"] == "404")
}

/// Whoever begins in the middle of a log, with what `RecordState` has of what went before, reads the rest as whoever
/// began at its start.
@Test func decodingMayBeginAnywhere() throws {
    let text = mixedLog(seed: 0xC0FF_EE00_1234_5678, lines: 4000)
    let whole = try pieces(text, cuts: [])
    var random = Generator(state: 0x1234_5678_9ABC_DEF1)
    for _ in 0..<6 {
        let cuts = (0..<8).map { _ in Int(random.next() % UInt64(text.count)) }.sorted()
        let cut = try pieces(text, cuts: cuts)
        #expect(cut.count == whole.count)
        for (index, (one, other)) in zip(whole, cut).enumerated() where one.fields != other.fields {
            Issue.record("line \(index + 1): \(one.fields) or, cut at \(cuts), \(other.fields)")
            return
        }
    }
    #expect(whole.filter { $0["source.ip"] != nil && $0["message"]?.contains("user unknown") == true }.count > 100)
    #expect(whole.filter { $0["error.stack_trace"] != nil }.count > 100)
    #expect(whole.filter { $0["process.executable"] != nil && $0["process.args"] != nil }.count > 50)
}

/// Lines of sessions, audit events and traces, interleaved.
private func mixedLog(seed: UInt64, lines: Int) -> [UInt8] {
    var random = Generator(state: seed)
    var text = ""
    for index in 0..<lines {
        let number = Int(random.next() % 400)
        switch random.next() % 8 {
        case 0:
            text += "Mar 12 02:58:01 h sshd[\(number)]: Invalid user u\(index) from 203.0.113.\(number % 250)\n"
        case 1, 2: text += "Mar 12 02:58:01 h sshd[\(number)]: pam_unix(sshd:auth): check pass; user unknown\n"
        case 3: text += "Mar 12 02:58:01 h postfix/smtpd[\(number)]: connect from unknown[198.51.100.\(number % 250)]\n"
        case 4: text += "Mar 12 02:58:01 h postfix/smtpd[\(number)]: warning: SASL authentication failure: no\n"
        case 5:
            text += "type=SYSCALL msg=audit(1773283081.1:\(number)): syscall=59 pid=\(index) exe=\"/bin/x\(index)\"\n"
        case 6: text += "type=EXECVE msg=audit(1773283081.1:\(number)): argc=1 a0=\"x\"\n"
        default: text += "2026-03-12 02:58:01.1 ERROR a - b\nx.yException: \(index)\n\tat z\n"
        }
    }
    return Array(text.utf8)
}

/// Decodes `text` in pieces, each by a decoder of its own, cut near `cuts` where records allow.
private func pieces(_ text: [UInt8], cuts: [Int]) throws -> [DecodedLine] {
    try text.withBytes { all in
        let ends = cuts.map { cut in
            RecordLines.lengthWithoutLast(all.prefix((all.lastIndex(of: 0x0A, before: cut) ?? -1) + 1))
        }
        var result: [DecodedLine] = []
        var from = 0
        for end in ends + [all.count] where end > from {
            var before = all.slice(max(0, from - RecordState.windowBytes), from)
            if before.count < from { before = before.dropping((before.firstIndex(of: 0x0A) ?? -1) + 1) }
            let state = RecordState(offset: Int64(from), before: before.array, directives: [])
            result += try decodePiece(all.slice(from, end), behind: state, head: all.prefix(4096))
            from = end
        }
        return result
    }
}

/// slapd tells the client where a connection begins, the name where it asks to bind, and the end in a third line.
@Test func aBindIsJoinedFromThreeLines() throws {
    let dn = "uid=an,ou=people,dc=example,dc=org"
    let lines = try decode(
        """
        Mar 12 02:58:01 dir slapd[9]: conn=1000 fd=12 ACCEPT from IP=203.0.113.9:4711 (IP=0.0.0.0:389)
        Mar 12 02:58:01 dir slapd[9]: conn=1001 fd=13 ACCEPT from IP=[2001:db8::7]:4712 (IP=[::]:389)
        Mar 12 02:58:01 dir slapd[9]: conn=1000 op=0 BIND dn="\(dn)" method=128
        Mar 12 02:58:01 dir slapd[9]: conn=1001 op=0 BIND dn="cn=admin,dc=example,dc=org" method=128
        Mar 12 02:58:01 dir slapd[9]: conn=1000 op=0 RESULT tag=97 err=49 qtime=0.000005 etime=0.000123 text=
        Mar 12 02:58:01 dir slapd[9]: conn=1001 op=0 BIND dn="cn=admin,dc=example,dc=org" mech=SIMPLE bind_ssf=0 ssf=0
        Mar 12 02:58:01 dir slapd[9]: conn=1001 op=0 RESULT tag=97 err=0 text=
        Mar 12 02:58:02 dir slapd[9]: conn=1000 op=1 BIND dn="" method=128
        Mar 12 02:58:02 dir slapd[9]: conn=1000 op=1 RESULT tag=97 err=48 text=
        Mar 12 02:58:02 dir slapd[9]: conn=7 op=1 RESULT tag=97 err=49 text=
        Mar 12 02:58:02 dir slapd[9]: conn=1000 op=2 RESULT tag=101 err=32 text=
        """)
    #expect(lines[4]["event.outcome"] == "failure" && lines[4]["event.code"] == "49")
    #expect(lines[4]["source.ip"] == "203.0.113.9" && lines[4]["source.port"] == "4711")
    #expect(lines[4]["user.name"] == "an")
    #expect(lines[5]["event.outcome"] == "success" && lines[5]["source.ip"] == "2001:db8::7")
    #expect(lines[5]["user.name"] == "admin" && lines[1]["destination.ip"] == "::")
    let outcomes = [2, 3, 6, 7, 10].map { lines[$0]["event.outcome"] }
    #expect(outcomes == [nil, nil, nil, nil, nil])
    #expect(lines[8]["event.outcome"] == "failure" && lines[8]["user.name"] == nil)
    #expect(lines[9]["source.ip"] == nil && lines[9]["event.outcome"] == "failure")
}
