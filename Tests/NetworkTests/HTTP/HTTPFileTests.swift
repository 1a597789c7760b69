import Events
import Network
import Testing

/// Files in requests, and data that belong to none.
@Suite struct HTTPFileTests {
    private func run(_ request: String) -> Run {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, request)
        talk.send(fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        talk.close()
        return Run(talk.frames)
    }

    private static let form =
        "--xx\r\nContent-Disposition: form-data; name=\"a\"; filename=\"one.txt\"\r\n\r\nfirst\r\nfile\r\n"
        + "--xx\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nno file\r\n"
        + "--xx\r\nContent-Disposition: form-data; name=\"c\"; filename=\"two.txt\"\r\n\r\nsecond\r\n--xx--\r\n"

    @Test func aFormsFilesAreItemsOfTheirOwn() {
        let head = "POST /up HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=xx\r\n"
        let text = head + "Content-Length: \(HTTPFileTests.form.utf8.count)\r\n\r\n" + HTTPFileTests.form
        let files = run(text).transactions.filter { $0.item.direction == .toServer && $0[.fileName] != nil }
        #expect(files.map { $0[.fileName] } == ["one.txt", "two.txt"])
        #expect(files.map { $0[.fileData] } == ["first\r\nfile", "second"])
    }

    @Test func aBodyThatIsAFileIsCalledByItsPath() {
        let text = "PUT /files/a%20b.bin?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\ndata"
        let items = run(text).transactions.filter { $0[.fileData] == "data" }
        #expect(items.map { $0[.fileName] } == ["/files/a b.bin"])
    }

    @Test func dataBehindARequestWithoutALength() {
        let items = run("POST /login HTTP/1.1\r\nHost: x\r\n\r\nuser=a&password=b").transactions
        let request = items.first { $0[.httpMethod] == "POST" }
        #expect(request?[.httpRequestBody] == "user=a&password=b")
        #expect(
            request?.buffers.contains {
                $0.kind == .applicationEvent
                    && String(decoding: $0.bytes, as: UTF8.self) == "http.request_body_unexpected"
            } == true)
    }

    static let hosts: [(name: String, isOdd: Bool)] = [
        ("example.org", false), ("example.org:8080", false), ("[2001:db8::1]:80", false), ("a_b.example", false),
        ("bad host", true), ("a..b", true), ("a*b", true),
    ]

    @Test(arguments: hosts.indices) func hostsAreLookedOver(_ number: Int) {
        let given = HTTPFileTests.hosts[number]
        let items = run("GET / HTTP/1.1\r\nHost: \(given.name)\r\n\r\n").transactions
        let names = items.flatMap { $0.buffers.filter { $0.kind == .applicationEvent }.map(\.bytes) }
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(names.contains("http.request_header_host_invalid") == given.isOdd, "\(given.name): \(names)")
    }
}
