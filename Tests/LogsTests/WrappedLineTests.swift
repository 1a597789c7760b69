import Events
import Primitives
import Testing

/// A line inside a container runtime's is read as if it stood alone; its own time goes first.
@Test(arguments: [
    "2026-03-12T02:58:01.000000000Z stdout F ",
    "2026-03-12T09:58:01+07:00 stderr P ",
])
func criLine(_ head: String) throws {
    let access = try event(head + #"203.0.113.7 - - [12/Mar/2026:01:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "-""#)
    #expect(access["source.ip"] == "203.0.113.7")
    #expect(access.source == .webAccess)
    #expect(access.time.iso8601 == "2026-03-12T01:00:00.000Z")
    let text = try event(head + "login failed for user an from 203.0.113.7")
    #expect(text["event.outcome"] == "failure")
    #expect(text.time.iso8601 == "2026-03-12T02:58:01.000Z")
    let json = try event(head + #"{"level":"error","msg":"a \"b\"","remote_ip":"203.0.113.7"}"#)
    #expect(json["source.ip"] == "203.0.113.7")
    #expect(json["msg"] == #"a "b""#)
    #expect(try event(head).time.iso8601 == "2026-03-12T02:58:01.000Z")
}

@Test func dockerLine() throws {
    let access = try event(
        #"{"log":"203.0.113.7 - - [12/Mar/2026:01:00:00 +0000] \"GET /a HTTP/1.1\" 404 5 \"-\" \"x\"\n","#
            + #""stream":"stdout","time":"2026-03-12T02:58:01.5Z"}"#)
    #expect(access["source.ip"] == "203.0.113.7")
    #expect(access["user_agent.original"] == "x")
    #expect(access["stream"] == nil)
    let json = try event(
        #"{"log":"{\"msg\":\"x\\u00e9\",\"remote_ip\":\"203.0.113.7\"}\n","stream":"stderr","#
            + #""time":"2026-03-12T02:58:01.5Z"}"#)
    #expect(json["source.ip"] == "203.0.113.7")
    #expect(json["msg"] == "xé")
    #expect(json.time.iso8601 == "2026-03-12T02:58:01.500Z")
    let ordinary = try event(#"{"log":"x","level":"info"}"#)
    #expect(ordinary["log"] == "x")
}

/// A record within itself, as deep as a line can hold it, ends.
@Test func wrappersDoNotNest() throws {
    var line = "x"
    for _ in 0..<200 { line = "2026-03-12T02:58:01Z stdout F " + line }
    #expect(try event(line)["message"]?.hasPrefix("2026-03-12") != nil)
}

@Test func journalRecordIsReadByItsProgram() throws {
    let event = try event(
        #"{"__REALTIME_TIMESTAMP":"1773284281500000","_HOSTNAME":"web-01","SYSLOG_IDENTIFIER":"sshd","_PID":"812","#
            + #""MESSAGE":"Failed password for root from 203.0.113.7 port 4711 ssh2"}"#)
    #expect(event["host.hostname"] == "web-01")
    #expect(event["process.name"] == "sshd")
    #expect(event["process.pid"] == "812")
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["event.outcome"] == "failure")
    #expect(event.source == .sshd)
    #expect(event.time.iso8601 == "2026-03-12T02:58:01.500Z")
}

@Test(arguments: [(4624, "success"), (4625, "failure"), (4771, "failure")])
func windowsLogon(_ code: Int, _ outcome: String) throws {
    let event = try event(
        #"{"win":{"system":{"eventID":"\#(code)","channel":"Security","systemTime":"2026-03-12T02:58:01Z"},"#
            + #""eventdata":{"targetUserName":"an","ipAddress":"203.0.113.7","ipPort":"4711"}}}"#)
    #expect(event["event.outcome"] == outcome)
    #expect(event["event.category"] == "authentication")
    #expect(event["event.code"] == "\(code)")
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["user.name"] == "an")
    #expect(event.source == .windows)
}

@Test func eveAlertIsIntrusionDetection() throws {
    let event = try event(
        #"{"timestamp":"2026-03-12T02:58:01.5+0000","event_type":"alert","src_ip":"203.0.113.7","src_port":4711,"#
            + #""dest_ip":"192.0.2.1","dest_port":80,"proto":"TCP","alert":{"signature_id":2001,"signature":"x"}}"#)
    #expect(event["event.category"] == "intrusion_detection")
    #expect(event["rule.name"] == "x")
    #expect(event["destination.port"] == "80")
}
