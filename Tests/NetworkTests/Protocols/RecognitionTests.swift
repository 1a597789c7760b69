import Events
import Network
import Testing

/// What is odd about how a flow's protocol came to be known, and protocols that take over in the middle of a stream.
@Suite struct RecognitionTests {
    private func events(_ talk: Conversation) -> [String] {
        ProtocolTests.values(Run(talk.frames), .applicationEvent).filter { $0.hasPrefix("applayer_") }
    }

    @Test(arguments: [
        ("HTTP/1.1 204 No Content\r\n\r\n", nil), ("just text\r\n", "applayer_detect_protocol_only_one_direction"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "applayer_mismatch_protocol_both_directions"),
    ] as [(String, String?)])
    func bothSidesAreHeldAgainstEachOther(_ answer: String, _ event: String?) {
        let talk = ProtocolTests.text(80, [(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), (false, answer)])
        #expect(events(talk) == [event].compactMap { $0 })
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
