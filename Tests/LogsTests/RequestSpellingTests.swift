import Events
import Testing

/// One request, as servers and what stands before them write it.
private let requestLines: [String] = [
    #"www.example.org - 203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "GET /a HTTP/1.1" 200 12 "-" "curl/8""#,
    #"203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "example.org" "GET /a HTTP/1.1" 200 12 "-" "curl/8""#,
    #"{"ClientIP":"203.0.113.7","ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseStatus":200}"#,
    #"{"remote_addr":"203.0.113.7","request":"GET /a HTTP/1.1","status":"200","body_bytes_sent":"12"}"#,
    #"INFO:     203.0.113.7:5123 - "GET /a HTTP/1.1" 200 OK"#,
    #"[12/Mar/2026:02:58:01 +0700] 203.0.113.7 TLSv1.3 TLS_AES_256_GCM_SHA384 "GET /a HTTP/1.1" 12"#,
    "[pid: 12|app: 0|req: 3/4] 203.0.113.7 () {42 vars in 675 bytes} [Thu Mar 12 02:58:01 2026] GET /a => generated 12 "
        + "bytes in 3 msecs (HTTP/1.1 200) 2 headers in 79 bytes (1 switches on core 0)",
    #"Started GET "/a" for 203.0.113.7 at 2026-03-12 02:58:01 +0700"#,
    #"I, [2026-03-12T02:58:01.123456 #12]  INFO -- : Started GET "/a" for 203.0.113.7 at 2026-03-12 02:58:01 +0700"#,
]

@Test(arguments: requestLines) func requestsAreReadInEverySpelling(line: String) throws {
    let event = try event(line)
    #expect(event["source.ip"] == "203.0.113.7")
    #expect(event["http.request.method"] == "GET")
    #expect(event["url.original"] == "/a")
    #expect(event["event.category"] == "web")
}
