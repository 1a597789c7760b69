import Events
import Network
import Testing

/// What is odd about messages, by the names of Suricata's rules.
@Suite struct OddMessageTests {
    private func events(_ run: Run) -> [String] { ProtocolTests.values(run, .applicationEvent) }

    private static let letter: [(Bool, String)] = [
        (true, "EHLO pc\r\n"), (false, "250 ok\r\n"), (true, "MAIL FROM:<a@x>\r\n"), (false, "250 ok\r\n"),
        (true, "RCPT TO:<b@x>\r\n"), (false, "250 ok\r\n"), (true, "DATA\r\n"), (false, "354 go\r\n"),
    ]

    private func mail(_ lines: [String], welcome: Bool = true, last: String = "250 ok\r\n") -> Run {
        let turns =
            (welcome ? [(false, "220 mx\r\n")] : []) + OddMessageTests.letter
            + [(true, lines.joined(separator: "\r\n") + "\r\n.\r\n"), (false, last), (true, "QUIT\r\n")]
        return Run(ProtocolTests.text(25, turns).frames)
    }

    @Test func mailInOrderIsNotOdd() {
        let lines = [
            "Subject: x", "Content-Type: multipart/mixed; boundary=b", "", "--b",
            "Content-Disposition: attachment; filename=a.bin", "Content-Transfer-Encoding: base64", "", "aGVsbG8=",
            "--b--",
        ]
        #expect(events(mail(lines)) == [])
    }

    @Test func aServerMayBeSilentOrOdd() {
        let silent = events(mail(["Subject: x", "", "y"], welcome: false))
        // Both directions see it.
        #expect(silent == ["smtp.no_server_welcome_message", "smtp.no_server_welcome_message"])
        #expect(events(mail(["Subject: x", "", "y"], last: "what?\r\n")) == ["smtp.invalid_reply"])
        let long = "250 " + String(repeating: "x", count: 3000) + "\r\n"
        #expect(events(mail(["Subject: x", "", "y"], last: long)) == ["smtp.max_reply_line_len_exceeded"])
    }

    @Test(
        arguments: [
            (["Subject: x", "", String(repeating: "y", count: 999)], "smtp.mime_long_line"),
            (["X-\(String(repeating: "n", count: 80)): x", "", "y"], "smtp.mime_long_header_name"),
            (
                [
                    "Subject: \(String(repeating: "v", count: 980))", " \(String(repeating: "v", count: 980))",
                    " \(String(repeating: "v", count: 90))", "", "y",
                ], "smtp.mime_long_header_value"
            ),
            (
                ["Content-Type: multipart/mixed; boundary=\(String(repeating: "b", count: 260))", "", "y"],
                "smtp.mime_long_boundary"
            ),
        ] as [([String], String)])
    func lengthsHaveLimits(_ lines: [String], _ event: String) { #expect(events(mail(lines)) == [event]) }

    @Test(arguments: [
        ("base64", "aGV%sbG8=", "smtp.mime_invalid_base64"),
        ("base64", String(repeating: "aGVs", count: 20), "smtp.mime_long_enc_line"),
        ("quoted-printable", "a=ZZb", "smtp.mime_invalid_qp"),
    ])
    func encodingsHaveRules(_ encoding: String, _ line: String, _ event: String) {
        let lines = [
            "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Disposition: attachment; filename=a.bin",
            "Content-Transfer-Encoding: \(encoding)", "", line, line, "--b--",
        ]
        #expect(events(mail(lines)) == [event])
    }

    private static let dhcpHead: [UInt8] =
        [2, 1, 6, 0] + [UInt8](repeating: 0, count: 232) + [0x63, 0x82, 0x53, 0x63]

    @Test(
        arguments: [
            ([53, 1, 5, 255], []), ([53, 1, 5, 0, 0], ["dhcp.truncated_options"]),
            ([53, 1, 5, 51, 40, 1], ["dhcp.malformed_options"]), ([53], ["dhcp.malformed_options"]),
        ] as [([UInt8], [String])])
    func optionsOfDHCP(_ options: [UInt8], _ wanted: [String]) {
        let run = Run([Frames.udpFrame(OddMessageTests.dhcpHead + options, sourcePort: 67, destinationPort: 68)])
        #expect(events(run) == wanted)
    }

    @Test func versionsOfSNMP() {
        func message(_ version: UInt8) -> [UInt8] {
            let body = ProtocolBytes.der(2, [version]) + ProtocolBytes.der(4, Array("x".utf8))
            return Frames.udpFrame(
                ProtocolBytes.der(0x30, body + ProtocolBytes.der(0xA0, [2, 1, 0])), sourcePort: 40_161,
                destinationPort: 161)
        }
        #expect(events(Run([message(0), message(0)])) == [])
        #expect(events(Run([message(0), message(1)])) == ["snmp.version_mismatch"])
        let damaged = Frames.udpFrame([0x30, 3, 2, 1], sourcePort: 40_161, destinationPort: 161)
        #expect(events(Run([message(0), damaged])) == ["snmp.malformed_data"])
    }

    @Test(
        arguments: [
            ([0, 2, 0, 1, 0, 4, 10, 1, 0, 5], "modbus.invalid_protocol_id"),
            ([0, 2, 0, 0, 0, 1, 10, 1, 0, 5], "modbus.invalid_length"),
        ] as [([UInt8], String)])
    func placeLostInModbus(_ bytes: [UInt8], _ event: String) {
        let talk = ProtocolTests.talk(
            502, [(true, IndustrialTests.modbus(1, [10, 1, 0, 5, 0, 3])), (true, bytes)])
        #expect(events(Run(talk.frames)) == [event])
    }

    @Test(arguments: [
        ("5;a=b\r\nhello\r\n0\r\n\r\n", ["http.response_chunk_extension"]),
        ("xyz\r\nhello", ["http.invalid_response_chunk_len"]), ("5\r\nhello\r\n0\r\n\r\n", []),
    ])
    func chunksOfResponses(_ body: String, _ wanted: [String]) {
        let run = Run(
            ProtocolTests.text(
                80,
                [
                    (true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                    (false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body),
                ]
            ).frames)
        #expect(events(run) == wanted)
    }

    @Test func requestsThatBeginFolded() {
        let run = Run(ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\n a\r\nHost: a\r\n\r\n")]).frames)
        #expect(events(run).contains("http.invalid_request_field_folding"))
    }
}
