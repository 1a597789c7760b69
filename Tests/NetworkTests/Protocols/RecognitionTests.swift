import Events
import Network
import Testing

/// What is odd about how a flow's protocol came to be known, and protocols that take over in the middle of a stream.
@Suite struct RecognitionTests {
    private func events(_ talk: Conversation) -> [String] {
        ProtocolTests.values(Run(talk.frames), .applicationEvent).filter { $0.hasPrefix("applayer_") }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 204 No Content\r\n\r\n", nil), ("just text\r\n", "applayer_detect_protocol_only_one_direction"),
            ("SSH-2.0-OpenSSH_9.6\r\n", "applayer_mismatch_protocol_both_directions"),
        ] as [(String, String?)])
    func bothSidesAreHeldAgainstEachOther(_ answer: String, _ event: String?) {
        let talk = ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (false, answer)])
        #expect(events(talk) == [event].compactMap { $0 })
    }

    /// The client may be done before the answer says what it spoke.
    @Test(arguments: ["NOTIFY /event HTTP/1.1\r\nHost: a\r\n\r\n"]) func theAnswerTells(_ request: String) {
        var talk = Conversation()
        talk.serverPort = 2869
        talk.handshake()
        talk.send(fromClient: true, request)
        talk.segment(fromClient: true, at: talk.sent, flags: 0x11)
        talk.segment(fromClient: false, at: 0, flags: 0x10, acknowledging: talk.sent + 1)
        talk.send(fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        talk.reset(fromClient: true)
        let run = Run(talk.frames)
        #expect(ProtocolTests.values(run, .httpMethod) == ["NOTIFY"])
        #expect(ProtocolTests.values(run, .httpStatusCode) == ["200"])
        #expect(events(talk) == ["applayer_detect_protocol_only_one_direction"])
        let told = run.items.filter { $0.item.kind == .packet }.map(\.item)
        #expect(told.last?.applicationToServer == .failed && told.last?.applicationToClient == .http)
    }

    @Test func directoriesGoOverToTLS() {
        let name = Array("1.3.6.1.4.1.1466.20037".utf8)
        let ask: [UInt8] = [0x30, 0x1D, 2, 1, 1, 0x77, 0x18, 0x80, 0x16] + name
        for (code, names) in [(0, ["www.example.vn"]), (2, [])] as [(UInt8, [String])] {
            let answer: [UInt8] = [0x30, 0x0C, 2, 1, 1, 0x78, 7, 10, 1, code, 4, 0, 4, 0]
            let talk = ProtocolTests.talk(
                389, [(true, ask), (false, answer), (true, TLSTests.client), (false, TLSTests.server)])
            #expect(ProtocolTests.values(Run(talk.frames), .tlsServerName) == names)
        }
    }

    /// Data of FTP that are to go to somebody else than the client.
    @Test(arguments: [("192,0,2,10,4,1", []), ("192,0,2,9,4,1", ["yes"])] as [(String, [String])])
    func bouncesAreTold(_ address: String, _ told: [String]) {
        let talk = ProtocolTests.text(
            21, [(false, "220 ready\r\n"), (true, "PORT \(address)\r\n"), (false, "200 ok\r\n")])
        #expect(ProtocolTests.values(Run(talk.frames), .ftpBounce) == told)
    }

    @Test func longMonologuesAreNoted() {
        let noise = [UInt8](repeating: 0xEE, count: 120_000)
        #expect(events(ProtocolTests.talk(9000, [(true, noise)])) == ["applayer_proto_detection_skipped"])
        #expect(events(ProtocolTests.talk(9000, [(true, noise), (false, [1, 2, 3]), (true, noise)])).count == 1)
    }

    private static let letter: [(Bool, [UInt8])] = [
        (false, "220 mx\r\n"), (true, "EHLO pc\r\n"), (false, "250 STARTTLS\r\n"), (true, "STARTTLS\r\n"),
        (false, "220 go\r\n"),
    ].map { ($0.0, Array($0.1.utf8)) }

    @Test func aPromiseOfTLSIsToBeKept() {
        let hello = RecognitionTests.letter + [(true, TLSTests.client), (false, TLSTests.server)]
        let run = Run(ProtocolTests.talk(25, hello).frames)
        #expect(ProtocolTests.values(run, .tlsServerName) == ["www.example.vn"])
        #expect(events(ProtocolTests.talk(25, hello)) == [])
        let other = RecognitionTests.letter + [(true, Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))]
        #expect(events(ProtocolTests.talk(25, other)) == ["applayer_unexpected_protocol"])
        let none = RecognitionTests.letter + [(true, [UInt8](repeating: 0xEE, count: 700))]
        #expect(events(ProtocolTests.talk(25, none)) == ["applayer_no_tls_after_starttls"])
    }

    @Test func aTunnelCarriesAnotherProtocol() {
        let talk = ProtocolTests.talk(
            8080,
            [
                (true, Array("CONNECT www.example.vn:443 HTTP/1.1\r\n\r\n".utf8)),
                (false, Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)), (true, TLSTests.client),
                (false, TLSTests.server),
            ])
        let run = Run(talk.frames)
        #expect(ProtocolTests.values(run, .httpMethod) == ["CONNECT"])
        #expect(ProtocolTests.values(run, .tlsServerName) == ["www.example.vn"])
    }
}
