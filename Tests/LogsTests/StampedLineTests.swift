import Events
import Primitives
import Testing

@Test func glogHeader() throws {
    let event = try event("I0312 02:58:01.684962       1 client.go:58] ACCEPT host=203.0.113.7 port=53598 n=2/4096")
    #expect(event.time.iso8601 == "2026-03-12T02:58:01.684Z" || event.time.iso8601 == "2026-03-12T02:58:01.684962Z")
    #expect(event["log.level"] == "info")
    #expect(event["process.thread.id"] == "1")
    #expect(event["source.ip"] == "203.0.113.7")
}

@Test func monologContextIsRead() throws {
    let event = try event(
        #"[2026-03-12 02:58:01] shop.INFO:  {"type":"REGISTER_SUCCESS","ip":"203.0.113.7","id":"202"} [] []"#)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["type"] == "REGISTER_SUCCESS")
}

/// A time of day alone is of the last day that has it, and only where the message is known.
@Test func timeOfDayAlone() throws {
    let text =
        " [exec-10] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from 203.0.113.7 for user "
        + "\"an\" failed."
    #expect(try event("12:57:32.907" + text).time.iso8601.hasPrefix("2026-03-11T12:57:32"))
    let morning = try event("02:58:01.907" + text)
    #expect(morning.time.iso8601.hasPrefix("2026-03-12T02:58:01"))
    #expect(morning.flags.contains(.yearInferred))
    #expect(try event("02:58:01.907 [main] INFO x - started").unread == .unknownFormat)
}

/// Columns as PAN-OS documents them for traffic and threat records.
@Test(arguments: [("TRAFFIC", "deny", "denied"), ("TRAFFIC", "allow", "allowed"), ("THREAT", "reset-both", "denied")])
func paloAltoRecord(_ kind: String, _ verdict: String, _ type: String) throws {
    var columns = [String](repeating: "", count: 40)
    columns[0...8] = [
        "1", "2026/03/12 02:58:01", "0164", kind, "end", "2561", "2026/03/12 02:58:01", "203.0.113.7", "192.0.2.1",
    ]
    columns[11] = "\"rule, with comma\""
    columns[14] = "ssh"
    columns[24] = "4711"
    columns[25] = "22"
    columns[29] = "tcp"
    columns[30] = verdict
    let line = columns.joined(separator: ",")
    for head in ["<14>Mar 12 02:58:01 fw1 ", "2026-03-12T02:58:01Z fw1 ", "Mar 12 02:58:01 fw1 "] {
        let event = try event(head + line)
        #expect(event["source.ip"] == "203.0.113.7", "\(head)")
        #expect(event["destination.ip"] == "192.0.2.1")
        #expect(event["source.port"] == "4711")
        #expect(event["destination.port"] == "22")
        #expect(event["rule.name"] == "rule, with comma")
        #expect(event.fields["event.type"]?.contains(type) == true)
        #expect(event["event.outcome"] == (type == "denied" ? "failure" : nil))
        #expect(event["host.hostname"] == "fw1")
    }
}

/// What each form's source documents, with the address where the program itself puts it; `true` where it refused.
private let applicationRecords: [(String, Bool)] = [
    (
        "Mar 12 02:58:01 h site: https://x.example|1773284281|user|203.0.113.7|https://x.example/user||0||Login attempt failed for an.",
        true
    ),
    (
        "Mar 12 02:58:01 h site: https://x.example|1773284281|user|203.0.113.7|https://x.example/u|a|0||Login attempt failed for b|2||Session opened for an.",
        false
    ),
    ("12-03-2026 02:58:01 +0000 PROXY.3128 00004 an 203.0.113.7:4711 0.0.0.0:0 0 0 0 GET http://x.example/", true),
    (
        "2026-03-12 02:58:01 H=(mx) [203.0.113.7]:4711 X=TLS1.3 CV=no F=<a@x.example> rejected RCPT <b@y.example>: No such user",
        true
    ),
    (
        "2026-03-12 02:58:01 1rHM2K-00000003mpu-2Vab SA: Action: permanently rejected message: score=9 From <a@x> (host=NULL [203.0.113.7]) for b@y",
        true
    ),
    (
        "2026-03-12 02:58:01,616 INFO  [qtp1-137:https://m.example:7071/service/soap/] [name=an;oip=203.0.113.7;port=1;ua=x;oip=198.51.100.66;] SoapEngine - handler exception: authentication failed for [an], invalid password",
        true
    ),
    (
        "[2026-03-12 02:58:01] NOTICE[12]: res_pjsip_session.c:23 new: Call from 'x' (TCP:[203.0.113.7]:61) to extension '9' rejected because extension not found",
        true
    ),
    (
        "2026-03-12T02:58:01.186641Z app/lb/50dc 203.0.113.7:2817 10.0.0.1:80 0.0 0.001 0.0 403 403 34 366 \"GET http://x.example:80/ HTTP/1.1\" \"curl/8.5\" - -",
        true
    ),
    (
        "[2026-03-12T02:58:01.310Z] \"POST /api HTTP/2\" 401 - 154 0 226 100 \"203.0.113.7\" \"agent\" \"cc21-b0\" \"x.example\" \"tcp://10.0.2.1:80\"",
        true
    ),
    (
        "Mar 12 02:58:01 h haproxy[1]: 203.0.113.7:33313 [12/Mar/2026:02:58:01.443] fnt bck/s1 0/0/5007 212 -- 0/0/0/0/3 0/0",
        false
    ),
]

@Test(arguments: applicationRecords)
func recordOfAnApplication(_ line: String, _ isRefusal: Bool) throws {
    let event = try event(line)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["event.outcome"] == (isRefusal ? "failure" : nil))
}

/// A mark of UTF-8, also where a relay wrote its bytes as characters; the text behind it has to be UTF-8.
@Test(arguments: [
    ("\u{FEFF}việt", "việt", true), ("\u{EF}\u{BB}\u{BF}abc", "abc", true),
    ("\u{EF}\u{BB}\u{BF}\u{C3}\u{A9}", nil, true),
    ("\u{EF}\u{BB}\u{BF}\u{C1}x", nil, false),
])
func markedMessage(_ message: String, _ text: String?, _ isStrict: Bool) throws {
    let event = try event("<165>1 2026-03-12T02:58:01Z h a p m - " + message)
    if let text { #expect(event["message"] == text) }
    #expect((event["log.syslog.version"] != nil) == isStrict)
    #expect(event["log.syslog.facility.name"] == "local4")
    #expect(event["log.syslog.severity.name"] == "notice")
}

@Test(arguments: [(#"\""#, true), (#"\\"#, true), (#"\]"#, true), (#"\n"#, false), (#"é"#, true)])
func structuredDataEscapes(_ value: String, _ isStrict: Bool) throws {
    let event = try event("<29>1 2026-03-12T02:58:01Z h a - - [meta x=\"\(value)\"] text")
    #expect((event["log.syslog.version"] != nil) == isStrict)
    #expect(event["message"] == "text")
}

/// A list of hops that an application wrote: the site's own proxies are passed over.
@Test(arguments: [
    ("198.51.100.66, 203.0.113.7, 192.168.1.1", "203.0.113.7"), ("192.168.1.100,10.0.0.50", "10.0.0.50"),
    ("203.0.113.7", "203.0.113.7"), ("fd00::1, fe80::1", "fe80::1"),
])
func listOfHops(_ list: String, _ expected: String) throws {
    let event = try event(#"{"time":"2026-03-12T02:58:01Z","request_ip":"\#(list)","message":"login failed"}"#)
    #expect(event["source.ip"] == expected)
}
