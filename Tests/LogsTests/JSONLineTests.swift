import Events
import Primitives
import Testing

@Test func jsonKeysAreFields() throws {
    let line =
        #"{"@timestamp":"2026-03-12T02:58:01.250Z","process":{"command_line":"a\"b\\c","pid":7},"list":["x","#
        + #""y"],"ok":true,"none":null,"u":"\u00e9\ud83d\ude00"}"#
    let event = try event(line, format: "json")
    #expect(event["process.command_line"] == "a\"b\\c")
    #expect(event["process.pid"] == "7")
    #expect(event.types["process.pid"] == .number)
    #expect(event.fields["list"] == ["x", "y"])
    #expect(event.types["ok"] == .boolean)
    #expect(event.types["none"] == .null)
    #expect(event["u"] == "é😀")
    #expect(event.time.iso8601 == "2026-03-12T02:58:01.250Z")
    #expect(event.source == .json)
}

@Test(arguments: [
    (#"{"ts":1773284281.5}"#, "2026-03-12T02:58:01.500Z"), (#"{"ts":1773284281500}"#, "2026-03-12T02:58:01.500Z"),
    (#"{"UtcTime":"2026-03-12 02:58:01.500"}"#, "2026-03-12T02:58:01.500Z"),
    (#"{"eventTime":"2026-03-12T02:58:01Z"}"#, "2026-03-12T02:58:01.000Z"),
    (#"{"time":"12/Mar/2026:02:58:01 +0000","date":"x"}"#, "2026-03-12T02:58:01.000Z"), (#"{"a":1}"#, ""),
])
func jsonTime(_ line: String, _ time: String) throws {
    #expect(try event(line, format: "json").time.iso8601 == time)
}

@Test func jsonDepthIsLimited() throws {
    let deep = { (count: Int) in String(repeating: "{\"a\":", count: count) + "1" + String(repeating: "}", count: count)
    }
    #expect(try event(deep(64), format: "json").unread == nil)
    #expect(try event(deep(65), format: "json").unread == .tooDeep)
    #expect(try event("[1]", format: "json").unread == .notObject)
}

@Test func jsonAccessLogHasItsFields() throws {
    let line =
        #"{"level":"info","ts":1773284281.5,"request":{"remote_ip":"203.0.113.7","method":"GET","#
        + #""host":"www.example.org","uri":"/a?b=1"},"status":403}"#
    let event = try event(line)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["url.path"] == "/a")
    #expect(event["http.response.status_code"] == "403")
    #expect(event["event.outcome"] == "failure")
    #expect(event.source == .webAccess)
}

/// The keys of Envoy's JSON are the names of its own operators and of HTTP/2's pseudo-headers.
@Test func envoyAccessLogHasItsFields() throws {
    let found = try event(
        #"{"start_time":"2026-03-12T02:58:01.479Z",":method":"GET","x-envoy-original-path":"/a?b=1","#
            + #""response_code":404,"downstream_remote_address":"203.0.113.7:5929",":authority":"portal.example"}"#)
    #expect(found["url.original"] == "/a?b=1" && found["http.request.method"] == "GET")
    #expect(found["source.ip"] == "203.0.113.7" && found["source.port"] == "5929")
    #expect(found["url.domain"] == "portal.example" && found["http.response.status_code"] == "404")
}

/// What happened may stand in the type of a record alone.
@Test func aTypeTellsALogin() throws {
    let found = try event(#"{"type":"ADMIN_LOGIN_FAILED","ip":"203.0.113.7","time":"2026-03-12T02:58:01Z"}"#)
    #expect(found["event.outcome"] == "failure" && found["source.ip"] == "203.0.113.7")
}

/// Google Workspace's activities: what happened stands in a list of events.
@Test(arguments: [("login_failure", "failure"), ("login_success", "success"), ("logout", nil)] as [(String, String?)])
func activitiesAreToldByTheirEvents(_ name: String, _ outcome: String?) throws {
    let found = try event(
        #"{"kind":"admin#reports#activity","id":{"time":"2026-03-12T02:58:01.000Z","applicationName":"login"},"#
            + #""actor":{"email":"an@example.org"},"ipAddress":"203.0.113.7","events":[{"type":"login","name":""#
            + name + #"","parameters":[{"name":"login_type","value":"google_password"}]}]}"#)
    #expect(found["event.outcome"] == outcome && found["event.action"] == name)
    #expect(found["source.ip"] == "203.0.113.7" && found["user.name"] == "an@example.org")
    #expect(found.time == moment("2026-03-12T02:58:01Z"))
}

/// An application's own JSON in the quotes of a `key=value` record.
@Test func quotedJSONIsReadToo() throws {
    let head = "time=\"2026-03-12T02:58:01Z\" level=info "
    let found = try event(head + #"msg="{\"event\":\"login failed\",\"user\":\"bình\",\"ip\":\"203.0.113.7\"}""#)
    #expect(found["source.ip"] == "203.0.113.7" && found["user.name"] == "bình")
    #expect(found["event.outcome"] == "failure" && found["log.level"] == "info")
    let broken = try event(head + #"msg="{\"user\":\"an\",\"ip\":}" peer=203.0.113.9"#)
    #expect(broken["source.ip"] == "203.0.113.9" && broken["user.name"] == "an")
}
