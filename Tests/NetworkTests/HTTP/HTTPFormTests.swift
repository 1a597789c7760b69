import Events
import Network
import Testing

/// What is odd about forms, folded heads and codings over one another; each beside what is in order.
@Suite struct HTTPFormTests {
    private func events(_ turns: [(Bool, String)]) -> [String] {
        ProtocolTests.values(Run(ProtocolTests.text(80, turns).frames), .applicationEvent)
    }

    private static let file = "Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n"

    @Test(arguments: [
        ("--B\r\n\(HTTPFormTests.file)\r\nhello\r\n--B--\r\n", nil),
        ("--B\r\n\(HTTPFormTests.file)\r\n\r\n--B--\r\n", nil),
        ("--B\r\n\(HTTPFormTests.file)\r\n--B--\r\n", "http.multipart_no_filedata"),
        ("--B\r\n\(HTTPFormTests.file)--B--\r\n", "http.multipart_invalid_header"),
        ("--B\r\nContent-Disposition form-data\r\n\r\nhello\r\n--B--\r\n", "http.multipart_invalid_header"),
        ("--B\r\nX-Empty:\r\n\r\nhello\r\n--B--\r\n", "http.multipart_invalid_header"),
    ])
    func partsOfForms(_ form: String, _ event: String?) {
        let head = "POST /u HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=B\r\n"
        let found = events([(true, head + "Content-Length: \(form.utf8.count)\r\n\r\n" + form)])
        #expect(found == (event.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            (" folded: x\r\n", ["http.invalid_response_field_folding"]), ("A: b\r\n c\r\n", []), ("A: b\r\n", []),
        ] as [(String, [String])])
    func headsOfResponsesBeginWithAField(_ fields: String, _ wanted: [String]) {
        let answer = "HTTP/1.1 200 OK\r\n\(fields)Content-Length: 2\r\n\r\nok"
        let found = events([(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (false, answer)])
        #expect(found.filter { $0.hasSuffix("folding") } == wanted)
    }

    /// Zeros within zeros: 2 MiB and 600 KiB, coded twice with gzip.
    @Test(arguments: [(HTTPFormTests.bomb, 2), (HTTPFormTests.large, 0)]) func bombs(_ body: [UInt8], _ wanted: Int) {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: \(body.count)\r\n\r\n"
        let talk = ProtocolTests.talk(
            80, [(true, Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)), (false, Array(head.utf8) + body)])
        let found = ProtocolTests.values(Run(talk.frames), .applicationEvent)
        #expect(found == [String](repeating: "http.compression_bomb", count: wanted))
    }
}

extension HTTPFormTests {
    fileprivate static let bomb: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 147, 239, 230, 96, 0, 1, 38, 230, 183, 7, 13, 25, 129, 140, 67, 11, 190, 250,
        231, 242, 200, 47, 96, 24, 5, 163, 96, 20, 140, 130, 81, 48, 10, 70, 193, 176, 7, 251, 216, 234, 218, 59, 123,
        25, 24, 20, 24, 0, 152, 79, 67, 139, 19, 8, 0, 0,
    ]

    fileprivate static let large: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 147, 239, 230, 96, 0, 1, 38, 230, 183, 7, 13, 25, 129, 140, 67, 11, 190, 250,
        231, 114, 235, 47, 96, 24, 5, 163, 128, 186, 160, 66, 34, 96, 115, 216, 49, 134, 4, 78, 6, 0, 2, 58, 217, 198,
        118, 2, 0, 0,
    ]
}
