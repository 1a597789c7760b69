import Events
import Logs
import Primitives
import Testing

@Test(arguments: [
    (
        "$remote_addr | $time_local | $request | $status | $request_time | \"$http_user_agent\" | "
            + "$upstream_cache_status",
        "203.0.113.7 | 12/Mar/2026:02:58:01 +0000 | GET /x?y=%27 HTTP/1.1 | 403 | 0.003 | \"a \\\"b\\\" c\" | MISS",
        [
            "source.ip": "203.0.113.7", "url.query": "y=%27", "http.response.status_code": "403",
            "user_agent.original": "a \\\"b\\\" c", "nginx.access.upstream_cache_status": "MISS",
            "event.outcome": "failure",
        ]
    ),
    (
        "%t %v %h \\\"%r\\\" %>s \\\"%{User-Agent}i\\\" %Dus",
        "[12/Mar/2026:02:58:01 +0000] www.example.org 203.0.113.7 \"GET /a HTTP/1.1\" 200 \"x\" 1234us",
        [
            "source.ip": "203.0.113.7", "url.domain": "www.example.org", "url.path": "/a",
            "user_agent.original": "x", "apache.access.D": "1234",
        ]
    ),
    (
        "$time_iso8601 ${remote_addr}: $request_method $uri ?$args $msec",
        "2026-03-12T02:58:01+00:00 203.0.113.7: GET /a ?b=1 1773284281.000",
        ["source.ip": "203.0.113.7", "url.original": "/a?b=1", "http.request.method": "GET"]
    ),
])
func customFormat(_ format: String, _ line: String, _ expected: [String: String]) throws {
    let event = try customEvent(format, line)
    for (name, value) in expected { #expect(event[name] == value, "\(name)") }
    #expect(event.time == moment("2026-03-12T02:58:01Z"))
    #expect(event.source == .webAccess)
}

/// A line of another shape is read in the other formats.
@Test func otherLinesStayWhatTheyAre() throws {
    let event = try customEvent(
        "$remote_addr | $status", "Mar 12 02:58:01 h sshd[1]: Invalid user x from 203.0.113.7 port 1")
    #expect(event["process.name"] == "sshd" && event["source.ip"] == "203.0.113.7")
}

@Test(arguments: [
    ("", 0, 0), ("$remote_addr$status", 12, 7), ("$ $remote_addr", 0, 1), ("${remote_addr x", 0, 13),
    ("%h %Z", 3, 2), ("%h %{x", 3, 3), ("%h %", 3, 1), ("text", 0, 4), ("%t %>s", 0, 6), ("$remote_addr\n", 12, 1),
])
func customFormatIsRefused(_ format: String, _ offset: Int, _ length: Int) {
    do {
        _ = try Array(format.utf8).withBytes { try CustomFormat($0) }
        Issue.record("\(format) was taken")
    } catch let problem as CustomFormatProblem {
        #expect(problem.offset == offset && problem.length == length, "\(format): \(problem)")
    } catch { Issue.record("\(error)") }
}

private func customEvent(_ format: String, _ line: String) throws -> DecodedLine {
    let custom = try Array(format.utf8).withBytes { try CustomFormat($0) }
    return try decode(Array(line.utf8)) { $0.customFormat = custom }.first ?? DecodedLine()
}
