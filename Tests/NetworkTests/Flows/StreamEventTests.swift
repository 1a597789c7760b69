import Events
import Network
import Testing

/// What is odd about TCP sessions, by name, and what the session makes of it.
@Suite struct StreamEventTests {
    private func events(_ talk: Conversation, midstream: Bool = false) -> [String] {
        let run = Run(talk.frames, options: NetworkOptions(checksums: .none, midstream: midstream))
        return run.transactions.compactMap { $0[.streamEvent] }
    }

    @Test func anOrdinarySessionHasNone() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "hello", size: 2)
        talk.send(fromClient: false, "world", size: 2)
        talk.close()
        #expect(events(talk).isEmpty)
    }

    @Test func handshakesGoneWrong() {
        var talk = Conversation()
        talk.segment(fromClient: true, at: -1, flags: 2)
        talk.segment(fromClient: false, at: -1, flags: 0x12, acknowledging: 77)
        talk.segment(fromClient: true, at: -1, flags: 0x12, acknowledging: 0)
        talk.segment(fromClient: false, at: -1, flags: 0x12, acknowledging: 0)
        talk.segment(fromClient: false, at: 0, flags: 0x10, acknowledging: 0)
        talk.segment(fromClient: false, at: 0, flags: 0x18, acknowledging: 0, Array("x".utf8))
        #expect(
            events(talk) == [
                "3whs_synack_with_wrong_ack", "3whs_synack_in_wrong_direction", "3whs_ack_in_wrong_dir",
                "3whs_ack_data_inject",
            ])
    }

    @Test func segmentsWithoutASession() {
        var talk = Conversation()
        talk.segment(fromClient: true, at: 0, flags: 0x11)
        talk.segment(fromClient: true, at: 0, flags: 0x14)
        #expect(events(talk) == ["fin_but_no_session", "rst_but_no_session"])
    }

    @Test func anEstablishedSessionIsAskedToBeginAgain() {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "x")
        talk.segment(fromClient: true, at: -1, flags: 2)
        talk.segment(fromClient: true, at: 40, flags: 2)
        talk.segment(fromClient: false, at: -1, flags: 2)
        #expect(events(talk) == ["est_syn_resend", "est_syn_resend_diff_seq", "est_syn_toclient"])
    }

    /// Ten SYNs with other numbers may wait for an answer; the one that is answered begins the session.
    @Test func manySynsAndOneAnswer() {
        var talk = Conversation()
        for number in 0..<14 {
            talk.clientISN = 1000 + number * 77_777
            talk.segment(fromClient: true, at: -1, flags: 2)
        }
        talk.segment(fromClient: false, at: -1, flags: 0x12, acknowledging: 0)
        talk.segment(fromClient: true, at: 0, flags: 0x10)
        talk.send(fromClient: true, "taken")
        #expect(events(talk) == ["3whs_syn_flood", "3whs_syn_flood", "3whs_syn_flood"])
        #expect(Run(talk.frames).stream(.toServer) == "taken")
    }

    /// Both begin with a SYN (RFC 9293 section 3.5, figure 7), which some use to pass unseen.
    @Test func aSplitHandshakeIsFollowed() {
        var talk = Conversation()
        talk.segment(fromClient: true, at: -1, flags: 2)
        talk.segment(fromClient: false, at: -1, flags: 2)
        talk.segment(fromClient: true, at: -1, flags: 0x12, acknowledging: 0)
        talk.segment(fromClient: false, at: 0, flags: 0x10)
        talk.send(fromClient: true, "seen")
        #expect(Run(talk.frames).stream(.toServer) == "seen" && events(talk).isEmpty)
    }

    /// A reset that the other side forged: the session goes on.
    @Test func aSessionOutlivesAnInjectedReset() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, flags: 0x14)
        talk.send(fromClient: true, "still here")
        #expect(events(talk) == ["suspected_rst_inject"])
        #expect(Run(talk.frames).stream(.toServer) == "still here")
    }

    @Test func overlapsWithOtherContentAreNoted() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 0, Array("abc".utf8))
        talk.segment(fromClient: true, at: 0, Array("abX".utf8))
        talk.acknowledge(fromClient: false, upTo: 3)
        #expect(events(talk) == ["reassembly_overlap_different_data"])
    }

    @Test func acknowledgedDataThatAreMissing() {
        var talk = Conversation()
        talk.handshake()
        talk.segment(fromClient: true, at: 5, Array("later".utf8))
        talk.acknowledge(fromClient: false, upTo: 10)
        #expect(events(talk) == ["reassembly_seq_gap"])
    }

    /// A session picked up at the server's data has its sides the right way round.
    @Test func midstreamKnowsTheServerByItsData() {
        var talk = Conversation()
        talk.segment(fromClient: false, at: 0, Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8))
        talk.segment(fromClient: true, at: 0, flags: 0x10, acknowledging: 40)
        let run = Run(talk.frames, options: NetworkOptions(checksums: .none, midstream: true))
        #expect(run.packets.map(\.item.direction) == [.toClient, .toServer])
        #expect(run.events(.networkHTTP).first?[.httpResponseStatusCode] == "200")
        #expect(run.packets.first?.item.key.serverPort == 80)
    }

    /// Only the client's half was captured.
    @Test func oneSideAlone() {
        var talk = Conversation()
        talk.segment(fromClient: true, at: -1, flags: 2)
        talk.segment(fromClient: true, at: 0, flags: 0x10, acknowledging: 0)
        talk.segment(fromClient: true, at: 0, Array("GET /a HTTP/1.1\r\n".utf8))
        talk.segment(fromClient: true, at: 17, Array("Host: x\r\n\r\n".utf8))
        let run = Run(talk.frames, options: NetworkOptions(checksums: .none, midstream: true))
        #expect(run.stream(.toServer) == "GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(Run(talk.frames, options: NetworkOptions(checksums: .none)).stream(.toServer).isEmpty)
    }
}
