import Events
import Testing

/// `http.uri` as Suricata documents it, and the event's parts, for one request target each.
@Suite struct HTTPTargetTests {
    static let targets: [(raw: String, normal: String)] = [
        ("/", "/"),
        ("/a/b/../c", "/a/c"),
        ("/../../etc/passwd", "/etc/passwd"),
        ("/a/./b/.", "/a/b/"),
        ("//a///b", "/a/b"),
        ("/a\\b", "/a/b"),
        ("/%61%2e%2E/x", "/a../x"),
        ("/cgi/%2e%2e/%2e%2e/etc", "/etc"),
        ("/%u0041%uFF0Fb", "/A/b"),
        ("/%zz%4", "/%zz%4"),
        ("/p?a=/../%2e%2e/&b=%3Cscript%3E", "/p?a=/../../&b=<script>"),
        ("/p?", "/p?"),
        ("http://example.org:8080/x?y", "/x?y"),
        ("/a?b?c", "/a?b?c"),
        ("/%E1%BA%A1", "/\u{1EA1}"),
        ("*", "*"),
    ]

    @Test(arguments: targets.indices) func normalises(_ number: Int) {
        let given = HTTPTargetTests.targets[number]
        let run = HTTPMessageTests.exchange("GET \(given.raw) HTTP/1.1\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n")
        #expect(run.transactions[0][.httpURI] == given.normal)
        #expect(run.transactions[0][.httpURIRaw] == given.raw)
    }

    static let hosts: [(target: String, header: String, host: String, port: String?)] = [
        ("/", "Example.ORG", "example.org", nil),
        ("/", "example.org:81", "example.org", "81"),
        ("/", "[2001:db8::1]:443", "[2001:db8::1]", "443"),
        ("http://user:pw@Other.example.org:9/x", "example.org", "other.example.org", "9"),
    ]

    @Test(arguments: hosts.indices) func findsTheHost(_ number: Int) {
        let given = HTTPTargetTests.hosts[number]
        let run = HTTPMessageTests.exchange(
            "GET \(given.target) HTTP/1.1\r\nHost: \(given.header)\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n")
        #expect(run.transactions[0][.httpHost] == given.host)
        #expect(run.transactions[0][.httpHostRaw] == given.header)
        #expect(run.events[0][.urlDomain] == given.host && run.events[0][.urlPort] == given.port)
    }

    static let lines: [(line: String, method: String, uri: String, version: String?, original: String)] = [
        ("GET /a HTTP/1.0", "GET", "/a", "HTTP/1.0", "/a"),
        ("GET  \t /a \t HTTP/1.1 ", "GET", "/a", "HTTP/1.1", "/a"),
        ("GET /a b HTTP/1.1", "GET", "/a", "b HTTP/1.1", "/a b"),
        ("GET /a", "GET", "/a", nil, "/a"),
    ]

    @Test(arguments: lines.indices) func takesRequestLinesApart(_ number: Int) {
        let given = HTTPTargetTests.lines[number]
        let run = HTTPMessageTests.exchange("\(given.line)\r\nHost: h\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n")
        #expect(run.transactions[0][.httpMethod] == given.method)
        #expect(run.transactions[0][.httpURI] == given.uri)
        #expect(run.transactions[0][.httpProtocol] == given.version)
        #expect(run.events[0][.urlOriginal] == given.original)
    }
}
