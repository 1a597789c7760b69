import Events
import Primitives
import Testing

private let iis = """
    #Software: Microsoft Internet Information Services 10.0
    #Version: 1.0
    #Date: 2026-03-12 02:58:01
    #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status
    2026-03-12 02:58:01 192.0.2.10 GET /dang-nhap.aspx ReturnUrl=%2F 443 PORTAL\\an 203.0.113.7 Mozilla/5.0+(X11) 401
    2026-03-12 02:58:02 192.0.2.10 POST /upload - 443 - 2001:db8::7 curl/8.5.0 200
    2026-03-12 02:58:03 one column too few
    """

@Test func columnsAreThoseOfTheHead() throws {
    let lines = try decode(iis)
    #expect(lines[0].unread == .comment)
    let first = lines[4]
    #expect(first["source.ip"] == "203.0.113.7")
    #expect(first["destination.ip"] == "192.0.2.10")
    #expect(first["destination.port"] == "443")
    #expect(first["url.original"] == "/dang-nhap.aspx?ReturnUrl=%2F")
    #expect(first["url.path"] == "/dang-nhap.aspx")
    #expect(first["url.query"] == "ReturnUrl=%2F")
    #expect(first["user.name"] == "PORTAL\\an")
    #expect(first["http.response.status_code"] == "401")
    #expect(first["event.outcome"] == "failure")
    #expect(first.time.iso8601 == "2026-03-12T02:58:01.000Z")
    #expect(first.source == .webAccess)
    #expect(lines[5]["source.ip"] == "2001:db8::7")
    #expect(lines[5]["url.query"] == nil)
    #expect(lines[5].fields["url.original"] == ["/upload"])
    #expect(lines[6]["source.ip"] == nil)
}

/// A piece of a rotated log has no head: the writers' own columns are known.
@Test(arguments: [
    (
        "2026-03-12 02:58:01 192.0.2.10 GET /a.aspx id=1 80 - 203.0.113.7 Mozilla/5.0 - 404 0 2 15",
        ["source.ip": "203.0.113.7", "url.original": "/a.aspx?id=1", "http.response.status_code": "404"]
    ),
    (
        "2026-03-12\t02:58:01\tHAN50-C1\t703\t203.0.113.7\tGET\td111.cloudfront.net\t/x\t403\t-\tcurl/8.5.0\tq=1\t-\t"
            + "Error\tid==\twww.example.org\thttps\t62\t0.113\t198.51.100.4\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tError\t"
            + "HTTP/2.0\t-\t-\t51754\t0.113\tError\ttext/plain\t20\t-\t-",
        [
            "source.ip": "203.0.113.7", "source.port": "51754", "url.original": "/x?q=1",
            "url.domain": "www.example.org",
            "http.response.body.bytes": "703", "http.version": "2.0", "event.outcome": "failure",
            "http.request.headers.x_forwarded_for": "198.51.100.4",
        ]
    ),
])
func columnsOfTheWritersAreKnown(_ line: String, _ expected: [String: String]) throws {
    let event = try event(line)
    for (name, value) in expected { #expect(event[name] == value, "\(name)") }
    #expect(event.time.iso8601 == "2026-03-12T02:58:01.000Z")
}

@Test func zeekColumnsAreFieldsAndECS() throws {
    let text =
        "#separator \\x09\n#set_separator\t,\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\t"
        + "proto\tservice\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\n"
        + "1773284281.500000\tCHhAvVGS1DHFjwGM9\t203.0.113.7\t4711\t192.0.2.1\t53\tudp\t-\n"
    let lines = try decode(text)
    let record = lines[5]
    #expect(record["source.ip"] == "203.0.113.7")
    #expect(record["source.port"] == "4711")
    #expect(record["destination.ip"] == "192.0.2.1")
    #expect(record["destination.port"] == "53")
    #expect(record["uid"] == "CHhAvVGS1DHFjwGM9")
    #expect(record["id.orig_h"] == "203.0.113.7")
    #expect(record["service"] == nil)
    #expect(record.time.iso8601 == "2026-03-12T02:58:01.500Z")
    #expect(record.source == .networkFlow)
}

@Test(arguments: [
    ("conn", LogSource.networkFlow), ("http", .networkHTTP), ("ssl", .networkTLS), ("x509", .networkTLS),
    ("ssh", .networkSSH), ("smb_files", .networkSMB), ("dce_rpc", .networkDCERPC), ("kerberos", .networkKerberos),
    ("rdp", .networkRDP), ("mqtt_publish", .networkMQTT), ("capture_loss", .unknown),
])
func zeekLogsAreWhatTheirPathSays(_ path: String, _ source: LogSource) throws {
    let text =
        "#separator \\x09\n#path\t\(path)\n#fields\tts\tuid\tid.orig_h\n#types\ttime\tstring\taddr\n"
        + "1773284281.500000\tCHhAvVGS1DHFjwGM9\t203.0.113.7\n"
    let record = try #require(try decode(text).last)
    #expect(record.source == source)
    #expect(record["source.ip"] == "203.0.113.7")
}

@Test func zeekJSONIsReadByItsKeys() throws {
    let event = try event(
        #"{"ts":1773284281.5,"uid":"C1","id.orig_h":"203.0.113.7","id.orig_p":4711,"id.resp_h":"192.0.2.1","#
            + #""id.resp_p":80,"method":"GET","host":"www.example.org","uri":"/a?b=1","status_code":403}"#)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["destination.port"] == "80")
    #expect(event["url.query"] == "b=1")
    #expect(event["event.outcome"] == "failure")
    #expect(event.source == .webAccess)
}

@Test(arguments: [
    "LEEF:1.0|Acme|Wall|3|denied|src=203.0.113.7\tdst=192.0.2.1\tdstPort=22\tusrName=an\tmsg=a b=c",
    "LEEF:2.0|Acme|Wall|3|denied|^|src=203.0.113.7^dst=192.0.2.1^dstPort=22^usrName=an^msg=a b=c",
    "LEEF:2.0|Acme|Wall|3|denied|x5E|src=203.0.113.7^dst=192.0.2.1^dstPort=22^usrName=an^msg=a b=c",
    "<13>Mar 12 02:58:01 fw1 LEEF:1.0|Acme|Wall|3|denied|src=203.0.113.7\tdst=192.0.2.1\tdstPort=22\tusrName=an\tmsg=a b=c",
])
func leefPairs(_ line: String) throws {
    let event = try event(line)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["destination.port"] == "22")
    #expect(event["user.name"] == "an")
    #expect(event["event.provider"] == "Acme")
    #expect(event["event.code"] == "denied")
}

/// Without a directive, as many words as IIS writes are no request yet.
@Test func anErrorLogIsNoRequest() throws {
    let line =
        "2026-03-12 02:58:01.774649 [NOTICE] [12] [203.0.113.7:4516:HTTP2-41#_AdminVHost] [STDERR] [WebAdmin "
        + "Console] Failed Login Attempt - username:admin ip:203.0.113.7 url:"
    let found = try event(line)
    #expect(found["http.request.method"] == nil)
    #expect(found["source.ip"] == "203.0.113.7" && found["user.name"] == "admin")
    #expect(found["event.outcome"] == "failure")
}

/// The same by `_path`, as json-streaming-logs writes it.
@Test(arguments: [
    ("conn", LogSource.networkFlow), ("http", .networkHTTP), ("dns", .networkDNS), ("ssl", .networkTLS),
    ("ssh", .networkSSH),
])
func zeekJSONIsWhatItsPathSays(_ path: String, _ source: LogSource) throws {
    let fields = #""ts":1773284281.5,"uid":"C1","id.orig_h":"203.0.113.7","id.resp_h":"192.0.2.1""#
    let paths = ["\"_path\":\"\(path)\",", "", "\"_path\":\"capture_loss\","]
    let lines = try decode(paths.map { "{\($0)\(fields)}" }.joined(separator: "\n"))
    #expect(lines.map(\.source) == [source, .json, .json])
    #expect(lines.allSatisfy { $0["source.ip"] == "203.0.113.7" })
}
