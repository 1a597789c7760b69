import Events
import Network
import Testing

/// What is odd about messages, continued: protocols and limits that `OddMessageTests` does not look at.
@Suite struct MoreOddMessageTests {
    private func events(_ talk: Conversation) -> [String] {
        ProtocolTests.values(Run(talk.frames), .applicationEvent)
    }

    @Test(arguments: [
        ("bytes 0-499/1234", true), ("bytes */1234", true), ("bytes 0-499/*", true), ("bytes 500-499/1234", false),
        ("bytes 0-1234/1234", false), ("lines 0-1/2", false), ("bytes 0-1", false), ("bytes a-b/c", false),
    ])
    func rangesOfHTTP(_ range: String, _ isValid: Bool) {
        let answer = "HTTP/1.1 206 Partial\r\nContent-Range: \(range)\r\nContent-Length: 2\r\n\r\nok"
        let talk = ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (false, answer)])
        #expect(events(talk) == (isValid ? [] : ["http.range_invalid"]))
    }

    @Test func requestsAreToldToGoOnOnce() {
        let go = "HTTP/1.1 100 Continue\r\n\r\n"
        let asked = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n"
        let end = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        let once = ProtocolTests.text(80, [(true, asked), (false, go), (true, "x"), (false, end)])
        #expect(events(once) == [])
        let twice = ProtocolTests.text(80, [(true, asked), (false, go + go), (true, "x"), (false, end)])
        #expect(events(twice) == ["http.100_continue_already_seen"])
    }

    @Test func headsOfHTTPHaveLimits() {
        let many = String(repeating: "A: b\r\n", count: 1025)
        let long = "A: " + String(repeating: "x", count: 18_500) + "\r\n"
        for (fields, event) in [(many, "http.request_too_many_headers"), (long, "http.request_field_too_long")] {
            let talk = ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")])
            #expect(events(talk).contains(event))
        }
    }

    @Test func codingsAreWhatTheyClaim() {
        let body = String(repeating: "\u{7F}", count: 40)
        let answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 40\r\n\r\n" + body
        let talk = ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (false, answer)])
        #expect(events(talk) == ["http.gzip_decompression_failed"])
    }

    @Test(arguments: [
        ("RETR a.bin\r\n", "ftp.file_before_port"), ("PORT 192,0,2,10,4,1\r\nRETR\r\n", "ftp.file_without_name"),
    ])
    func filesOfFTP(_ commands: String, _ event: String) {
        let talk = ProtocolTests.text(21, [(true, "USER a\r\n"), (false, "331 go\r\n"), (true, commands)])
        // Both directions see it.
        #expect(events(talk) == [event, event])
    }

    @Test(
        arguments: [
            ([10, 99, 0, 0], "modbus.invalid_function_code"), ([10, 1, 0, 0, 0x20, 0], "modbus.invalid_value"),
            ([10, 5, 0, 0, 0, 1], "modbus.invalid_value"), ([10, 16, 0, 0, 0, 2, 2, 0, 0], "modbus.invalid_value"),
        ] as [([UInt8], String)])
    func numbersOfModbus(_ body: [UInt8], _ event: String) {
        #expect(events(ProtocolTests.talk(502, [(true, IndustrialTests.modbus(1, body))])) == [event])
    }

    @Test func exceptionsOfModbus() {
        let asked = IndustrialTests.modbus(1, [10, 1, 0, 5, 0, 3])
        for (code, wanted) in [(UInt8(2), [String]()), (99, ["modbus.invalid_exception_code"])] {
            let talk = ProtocolTests.talk(
                502, [(true, asked), (false, IndustrialTests.modbus(1, [10, 0x81, code]))])
            #expect(events(talk) == wanted)
        }
    }

    @Test(arguments: [
        ("EHLO a\r\n", "smtp.duplicate_fields"), ("BDAT x\r\n", "smtp.invalid_bdat"),
        ("DATA\r\nhaste\r\n", "smtp.invalid_pipelined_sequence"),
    ])
    func commandsOfSMTP(_ command: String, _ event: String) {
        let talk = ProtocolTests.text(
            25, [(false, "220 mx\r\n"), (true, "EHLO pc\r\n"), (false, "250 ok\r\n"), (true, command)])
        #expect(events(talk) == [event])
    }

    @Test func repliesOfSMTPAnswerCommands() {
        let talk = ProtocolTests.text(
            25, [(false, "220 mx\r\n"), (true, "EHLO pc\r\n"), (false, "250 ok\r\n250 again\r\n"), (true, "QUIT\r\n")])
        #expect(events(talk) == ["smtp.unable_to_match_reply_with_request"])
    }

    /// An encrypted heartbeat whose answer is longer than itself.
    @Test func heartbeatsGiveNothingAway() {
        let keys = ProtocolBytes.record(20, [1])
        func beat(_ length: Int) -> [UInt8] { ProtocolBytes.record(24, [UInt8](repeating: 7, count: length)) }
        let hello = ProtocolBytes.serverHello(cipher: 0xC02F, [])
        for (answer, wanted) in [(32, 0), (400, 2)] {
            let talk = ProtocolTests.talk(
                443,
                [
                    (true, TLSTests.client), (false, hello + keys), (true, keys), (true, beat(32)),
                    (false, beat(answer)), (true, keys), (false, keys),
                ])
            let found = events(talk).filter { $0 == "tls.dataleak_heartbeat_mismatch" }
            #expect(found.count == wanted)
        }
    }
}
