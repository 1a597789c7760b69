import Events
import Matching
import Testing

private func http(_ rules: String, _ build: (InspectionBuilder) -> Void) throws -> [(item: Int, sid: Int)] {
    try hits(rules) {
        $0.application = .http
        build($0)
    }
}

private let request: [(BufferKind, String)] = [
    (.httpMethod, "GET"), (.httpURI, "/index.php?id=1"), (.httpUserAgent, "own-agent"), (.httpHost, "www.example.org"),
]

@Test func buffersOfOneRequest() throws {
    let rules = """
        alert http any any -> any any (http.method; content:"GET"; http.uri; content:"id="; http.user_agent; content:"own"; sid:1;)
        alert http any any -> any any (http.method; content:"POST"; http.uri; content:"id="; sid:2;)
        alert http any any -> any any (content:"php"; http_uri; urilen:15; sid:3;)
        alert http any any -> any any (http.host; dotprefix; content:".example.org"; endswith; sid:4;)
        alert http any any -> any any (http.host; bsize:15; content:"www"; sid:5;)
        alert http any any -> any any (http.uri; content:"id"; http.referer; content:!"x"; sid:6;)
        alert http any any -> any any (http.uri; content:"id"; http.referer; absent; sid:7;)
        alert http any any -> any any (http.uri; content:"id"; http.user_agent; absent: or_else; content:"other"; sid:8;)
        alert http any any -> any any (http.referer; absent; sid:9;)
        alert http any any -> any any (http.uri; pcre:"/id=\\d+$/"; sid:10;)
        alert http any any -> any any (flow:to_client; content:"php"; sid:11;)
        """
    #expect(try http(rules) { $0.transaction(request) }.map(\.sid).sorted() == [1, 3, 4, 5, 7, 9, 10])
}

/// A buffer is missed where it could be: in its direction of a flow of its protocol.
@Test func absenceHasAProtocolAndADirection() throws {
    let rules = """
        alert ip any any -> any any (http.referer; absent; sid:1;)
        alert ip any any -> any any (http.location; absent; sid:2;)
        alert ip any any -> any any (dns.queries.rrname; absent; sid:3;)
        """
    #expect(try http(rules) { $0.transaction(request) }.map(\.sid) == [1])
}

@Test func partsOfOneRequestAddUp() throws {
    let rules = """
        alert http any any -> any any (http.uri; content:"id="; http.request_body; content:"payload"; sid:1;)
        alert http any any -> any any (http.uri; content:"id="; fast_pattern; http.request_body; content:"payload"; sid:2;)
        alert http any any -> any any (http.uri; content:"other"; http.request_body; content:"payload"; sid:3;)
        alert http any any -> any any (http.uri; content:"id="; sid:4;)
        """
    let found = try http(rules) {
        $0.transaction(request, complete: false)
        $0.transaction([(.httpRequestBody, "....")], complete: false)
        $0.transaction([(.httpRequestBody, "payload")], complete: false, streamOffset: 4)
        $0.transaction([(.httpRequestBody, "payload again")], complete: true, streamOffset: 11)
    }
    #expect(found.map(\.item) == [0, 2, 2])
    #expect(found.map(\.sid) == [4, 1, 2])
}

@Test func eachTransactionAlertsOnce() throws {
    let rule = "alert http any any -> any any (http.uri; content:\"id=\"; sid:1;)"
    let found = try http(rule) {
        $0.transaction(request, number: 0, complete: false)
        $0.transaction(request, number: 0, complete: true)
        $0.transaction(request, number: 1)
    }
    #expect(found.map(\.item) == [0, 2])
}

@Test func requestAndResponseMeetOverTheDoubleArrow() throws {
    let rules = """
        alert http any any => any any (http.uri; content:"id="; http.stat_code; content:"500"; sid:1;)
        alert http any any => any any (http.uri; content:"other"; http.stat_code; content:"500"; sid:2;)
        alert http any any => any any (http.uri; content:"id="; http.stat_code; content:"200"; sid:3;)
        """
    let found = try http(rules) {
        $0.transaction(request, number: 0)
        $0.transaction([(.httpURI, "/other")], number: 1)
        $0.transaction([(.httpStatusCode, "500")], number: 0, .toClient)
        $0.transaction([(.httpStatusCode, "200")], number: 1, .toClient)
    }
    #expect(found.map(\.item) == [2])
    #expect(found.map(\.sid) == [1])
}

@Test func questionsAreLookedAtOneByOne() throws {
    let rules = """
        alert dns any any -> any any (dns.query; content:"one"; content:"two"; sid:1;)
        alert dns any any -> any any (dns.query; content:"one"; dns.query; content:"two"; sid:2;)
        alert dns any any -> any any (dns_query; content:"two.example.org"; bsize:15; sid:3;)
        """
    let found = try hits(rules) {
        $0.application = .dns
        $0.ipProtocol = 17
        $0.transaction([(.dnsQuery, "one.example.org"), (.dnsQuery, "two.example.org")])
    }
    #expect(found.map(\.sid) == [2, 3])
}

@Test func sizesOfBodiesWaitForTheirEnd() throws {
    let rules = """
        alert http any any -> any any (http.request_body; bsize:6; content:"a"; sid:1;)
        alert http any any -> any any (http.request_body; bsize:>4; sid:2;)
        """
    let found = try http(rules) {
        $0.transaction([(.httpRequestBody, "aaa")], complete: false)
        $0.transaction([(.httpRequestBody, "aaa")], complete: true, streamOffset: 3)
    }
    #expect(found.map(\.item) == [1, 1])
    #expect(found.map(\.sid) == [1, 2])
}

@Test(arguments: [
    ("dotprefix; content:\".a.b\"", "a.b"), ("to_lowercase; content:\"abc\"", "ABC"),
    ("to_uppercase; content:\"ABC\"", "abc"),
    ("strip_whitespace; content:\"abc\"", "a b\tc"), ("compress_whitespace; content:\"a b\"", "a \t b"),
    ("header_lowercase; content:\"name: Value\"", "Name: Value"), ("url_decode; content:\"a b/\"", "a+b%2f"),
    ("xor:\"20\"; content:\"ABC\"", "abc"), ("strip_pseudo_headers; content:\"a: b\"; startswith", ":m: x\na: b\n"),
])
func transformsChangeWhatIsSeen(_ options: String, _ value: String) throws {
    let rule = "alert http any any -> any any (http.header; \(options); sid:1;)"
    #expect(try http(rule) { $0.transaction([(.httpHeader, value)]) }.map(\.sid) == [1])
    #expect(try http(rule) { $0.transaction([(.httpHeader, "#")]) }.map(\.sid) == [])
}
