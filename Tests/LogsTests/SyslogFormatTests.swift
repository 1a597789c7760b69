import Events
import Primitives
import Testing

// Lines written after RFC 3164, RFC 5424 and the file formats of rsyslog, journalctl and BSD's syslogd.
@Test(arguments: [
    (
        "<38>Mar  2 02:58:01 web-01 sshd[123]: Server listening on 192.0.2.1 port 22.",
        [
            "host.hostname": "web-01", "process.name": "sshd", "process.pid": "123", "log.syslog.facility.code": "4",
            "log.syslog.severity.code": "6",
        ], "2026-03-02T02:58:01.000Z"
    ),
    (
        "Mar 12 02:58:01 web-01 su(pam_unix)[77]: session opened for user news by (uid=0)",
        ["process.name": "su(pam_unix)", "process.pid": "77", "user.name": "news", "event.outcome": "success"],
        "2026-03-12T02:58:01.000Z"
    ),
    (
        "Mar 12 02:58:01 2025 web-01 app: hello", ["host.hostname": "web-01", "message": "hello"],
        "2025-03-12T02:58:01.000Z"
    ),
    (
        "Mar 12 2025 02:58:01 web-01 app: hello", ["host.hostname": "web-01", "process.name": "app"],
        "2025-03-12T02:58:01.000Z"
    ),
    (
        "2026-03-12T02:58:01.123456+07:00 web-01 postfix/smtpd[9]: connect from unknown[203.0.113.9]",
        ["process.name": "postfix/smtpd", "source.ip": "203.0.113.9"], "2026-03-11T19:58:01.123456Z"
    ),
    (
        "Mar 12 02:58:01 web-01 -- root[4]: ROOT LOGIN", ["process.name": "-- root", "process.pid": "4"],
        "2026-03-12T02:58:01.000Z"
    ),
    ("Mar 12 02:58:01 kernel: [12345.678] eth0: link up", ["process.name": "kernel"], "2026-03-12T02:58:01.000Z"),
    (
        "<189>123456789: rt-01: Mar 12 12:00:01.123 ict: %SYS-5-CONFIG_I: Configured from console by vty0",
        ["host.hostname": "rt-01", "process.name": "%SYS-5-CONFIG_I"], "2026-03-12T05:00:01.123Z"
    ),
    // A program by the name of a zone stays one.
    ("Mar 12 02:58:01 met: rain", ["process.name": "met", "message": "rain"], "2026-03-12T02:58:01.000Z"),
    ("<13>app[7]: no time", ["process.name": "app", "process.pid": "7", "message": "no time"], ""),
    (
        "<165>1 2026-03-12T02:58:01.003Z mail.example.org evntslog - ID47 [a@1 b=\"c\\]d\"][e] text",
        [
            "log.syslog.version": "1", "host.hostname": "mail.example.org", "log.syslog.msgid": "ID47",
            "log.syslog.structured_data": "[a@1 b=\"c\\]d\"][e]", "message": "text",
        ], "2026-03-12T02:58:01.003Z"
    ),
])
func syslogLine(_ line: String, _ expected: [String: String], _ time: String) throws {
    let event = try event(line)
    #expect(event.unread == nil)
    for (name, value) in expected { #expect(event[name] == value, "\(name) of \(line)") }
    #expect(event.time.iso8601 == time)
    #expect(event.flags.contains(.timeBorrowed) == time.isEmpty)
}

/// Section 6 of RFC 5424, kept to the letter or not.
@Test(arguments: [
    ("<1>1 - - - - - -", true), ("<191>999 2018-12-31T23:59:59.999999-23:59 h a p m -", true),
    ("<01>1 - - - - - -", false), ("<192>1 - - - - - -", false), ("<1>0 - - - - - -", false),
    ("<1>1 2026-03-12t02:58:01Z - - - - -", false), ("<1>1 2026-03-12T02:58:60Z - - - - -", false),
    ("<1>1 2026-02-29T02:58:01Z - - - - -", false), ("<1>1 2026-03-12T02:58:01.1234567Z - - - - -", false),
    ("<1>1 - - - - - [a][a]", false), ("<1>1 - - - - - [a b=\"]\"]", false), ("<1>1 - - - - - X", false),
    ("<1>1 - - - - - [a b=\"\\\"\"] x", true),
])
func rfc5424Strictness(_ line: String, _ isStrict: Bool) throws {
    #expect((try event(line)["log.syslog.version"] != nil) == isStrict, "\(line)")
}
