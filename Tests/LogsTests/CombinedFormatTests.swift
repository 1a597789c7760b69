import Events
import Primitives
import Testing

// Lines written for this test after the format strings in Apache's and nginx's documentation.
@Test(arguments: [
    (
        #"203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "GET /a?b=1 HTTP/1.1" 200 512 "-" "curl/8.5.0""#,
        [
            "source.ip": "203.0.113.7", "http.request.method": "GET", "url.original": "/a?b=1", "url.path": "/a",
            "url.query": "b=1", "http.version": "1.1", "http.response.status_code": "200",
            "http.response.body.bytes": "512", "user_agent.original": "curl/8.5.0",
        ]
    ),
    (
        #"www.example.org:443 2001:db8::5 - deploy [12/Mar/2026:02:58:01 +0000] "POST /x HTTP/2.0" 401 - "#
            + #""https://example.org/" "a b" "198.51.100.2, 10.0.0.1""#,
        [
            "url.domain": "www.example.org", "url.port": "443", "source.ip": "2001:db8::5", "user.name": "deploy",
            "http.response.status_code": "401", "event.outcome": "failure",
            "http.request.headers.x_forwarded_for": "198.51.100.2, 10.0.0.1",
        ]
    ),
    (
        #"198.51.100.4 - John Doe [12/Mar/2026:02:58:01 +0000] "GET / HTTP/1.0" 304 0"#,
        ["source.ip": "198.51.100.4", "user.name": "John Doe", "http.response.status_code": "304"]
    ),
    (
        #"198.51.100.4 - - [12/Mar/2026:02:58:01 +0000] "\x16\x03\x01" 400 226 "-" "-" 120 3051"#,
        ["url.original": #"\x16\x03\x01"#, "http.response.status_code": "400"]
    ),
    (
        #"client.example.org - - [12/Mar/2026:02:58:01 +0000] "GET /q?s=\"a\" HTTP/1.1" 404 7 "-" "x \"y\" z""#,
        [
            "source.address": "client.example.org", "url.original": #"/q?s=\"a\""#,
            "user_agent.original": #"x \"y\" z"#,
        ]
    ),
])
func accessLine(_ line: String, _ expected: [String: String]) throws {
    let event = try event(line)
    for (name, value) in expected { #expect(event[name] == value, "\(name) of \(line)") }
    #expect(event.source == .webAccess)
    #expect(event["event.category"] == "web")
}

@Test func accessLineHasNoEmptyFields() throws {
    let event = try event(#"203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "-" 408 - "-" "-""#)
    let names = ["event.category", "event.outcome", "event.type", "http.response.status_code", "source.ip"]
    #expect(event.fields.keys.sorted() == names)
    #expect(event.time.iso8601 == "2026-03-11T19:58:01.000Z")
    #expect(event.types["http.response.status_code"] == .number)
}

/// A regular line is read in one go, one with a third quoted field by the general reader: both must say the same.
@Test(arguments: [
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0700] "GET /a?b=c HTTP/1.1" 200 512 "https://x.example/" "Mozilla/5.0""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 -0130] "POST /x HTTP/2.0" 404 - "-" "-""#,
    #"10.1.2.3 - nguyễn [29/Feb/2024:23:59:60 +0000] "OPTIONS /? HTTP/1.0" 403 0 "" "a b""#,
    #"10.1.2.3 id user [12/Mar/2026:02:58:01 +0000] "M-SEARCH /a?b?c HTTP/3" 401 7 "-" "x""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "get /lower HTTP/1.1" 500 7 "r" "x""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "GET http://h/p HTTP/1.1" 200 7 "r" "x""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "GET /a\"b HTTP/1.1" 200 7 "r" "x""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "GET /a" 200 7 "r\"s" "x\\""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "-" 400 0 "-" "-""#,
    #"10.1.2.3 - - [12/Mar/2026:02:58:01 +0000] "\x16\x03" 400 0 "-" "-""#,
    #"10.1.2.3 - - [12/Mar/2026:25:58:01 +0000] "GET / HTTP/1.1" 200 0 "-" "-""#,
])
func regularLineIsReadLikeAnyOther(_ line: String) throws {
    let regular = try event(line)
    let general = try event(line + #" "-""#)
    #expect(regular.fields == general.fields)
    #expect(regular.time == general.time)
    #expect(regular.source == general.source)
    #expect(regular.unread == general.unread)
}

/// Requests that no quotes stand around, as formats of one's own write them.
@Test(
    arguments: [
        ("GET /a?b=1 HTTP/1.1 200 512 \"-\" \"curl/8.5.0\"", "/a?b=1", "200", "1.1"),
        ("GET /a?b=1 404 512", "/a?b=1", "404", nil),
        ("POST https://example.org/x HTTP/2.0 302 -", "https://example.org/x", "302", "2.0"),
        ("GET /a b HTTP/1.0 500 1", "/a b", "500", "1.0"),
        ("GET /x HTTP/1.1 200 5 HTTP/1.1 404 6", "/x", "200", "1.1"),
    ] as [(String, String, String, String?)])
func aRequestMayHaveNoQuotes(_ rest: String, _ target: String, _ status: String, _ version: String?) throws {
    let event = try event("203.0.113.7 - an [12/Mar/2026:02:58:01 +0700] " + rest)
    #expect(event["source.ip"] == "203.0.113.7" && event["user.name"] == "an")
    #expect(event["url.original"] == target && event["http.response.status_code"] == status)
    #expect(event["http.version"] == version && event.source == .webAccess)
}

@Test func aSentenceBehindATimeIsNoRequest() throws {
    let found = try event("203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] get lost 200 times")
    #expect(found["url.original"] == nil && found["http.response.status_code"] == nil)
}

/// What the matcher passes over in a line that begins as nearly all do.
@Test func commonHeadsAreTold() throws {
    let lines = try decode(
        """
        203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"
        203.0.113.7 - an [12/Mar/2026:02:58:01 +0700] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"
        2001:db8::7 - - [12/Mar/2026:02:58:01 +0700] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"
        """)
    #expect(lines.map { $0.flags.contains(.commonHead) } == [true, false, false])
}
