import Events
import Network
import Testing

/// POP3: what a command and an answer may look like (RFC 1939, RFC 2449), and who answers whom.
@Suite struct POP3Tests {
    private static let greeting = (false, "+OK ready <1.2@mail.example>\r\n")

    private func run(_ parts: [(Bool, String)]) -> Run {
        Run(ProtocolTests.text(110, [POP3Tests.greeting] + parts).frames)
    }

    private func events(_ parts: [(Bool, String)]) -> [String] { ProtocolTests.values(run(parts), .applicationEvent) }

    @Test(arguments: ["STAT", "list", "LIST 1", "UIDL 7", "TOP 1 10", "APOP anna 0123", "AUTH PLAIN", "CAPA"])
    func commandsThatAreAsTheyShould(_ command: String) {
        #expect(events([(true, command + "\r\n"), (false, "-ERR no\r\n")]) == [])
    }

    @Test(arguments: [
        ("STAT 1", "pop3.incorrect_argument_count"), ("RETR", "pop3.incorrect_argument_count"),
        ("TOP 1", "pop3.incorrect_argument_count"), ("PASS a b", "pop3.incorrect_argument_count"),
        ("XTND XMIT", "pop3.unknown_command"), ("USER " + String(repeating: "a", count: 250), "pop3.request_too_long"),
    ])
    func oddCommands(_ command: String, _ event: String) {
        #expect(events([(true, command + "\r\n"), (false, "-ERR no\r\n")]) == [event])
    }

    @Test func commandsOfTheMostLength() {
        #expect(events([(true, "USER " + String(repeating: "a", count: 249) + "\r\n"), (false, "+OK\r\n")]) == [])
    }

    @Test func answersHaveALength() {
        for (count, wanted) in [(506, [String]()), (507, ["pop3.response_too_long"])] {
            let answer = "+OK " + String(repeating: "a", count: count) + "\r\n"
            #expect(events([(true, "NOOP\r\n"), (false, answer)]) == wanted)
        }
    }

    /// A message is no answer, whatever its lines look like; commands that wait are answered in their order.
    @Test func linesOfAListingAreNoAnswers() {
        let message = "+OK 120 octets\r\nSubject: x\r\n\r\n-ERR \(String(repeating: "a", count: 600))\r\n..\r\n.\r\n"
        let items = run([
            (true, "RETR 1\r\nDELE 1\r\nQUIT\r\n"), (false, message + "+OK gone\r\n+OK bye\r\n"),
        ]).items(.transaction)
        #expect(items.filter { $0.item.direction == .toServer }.map(\.item.transaction) == [1, 2, 3])
        #expect(items.filter { $0.item.direction == .toClient }.map(\.item.transaction) == [0, 1, 2, 3])
        #expect(items.allSatisfy { $0[.applicationEvent] == nil })
    }

    /// What answers a challenge is no command.
    @Test func challengesAreAnswered() {
        let parts = [
            (true, "AUTH LOGIN\r\n"), (false, "+ VXNlcm5hbWU6\r\n"), (true, "YW5uYQ==\r\n"),
            (false, "+ UGFzc3dvcmQ6\r\n"), (true, "c2VjcmV0\r\n"), (false, "+OK\r\n"),
            (true, "STAT\r\n"), (false, "+OK 1 2\r\n"),
        ]
        #expect(events(parts) == [])
    }

    @Test func tooManyCommandsWait() {
        let many = String(repeating: "NOOP\r\n", count: 257)
        #expect(events([(true, many)]) == ["pop3.too_many_transactions", "pop3.too_many_transactions"])
        #expect(events([(true, String(repeating: "NOOP\r\n", count: 256))]) == [])
    }

    /// Behind STLS the connection is TLS's (RFC 2595 section 4).
    @Test func goesOverToTLS() {
        let talk = ProtocolTests.talk(
            110,
            [
                (false, Array("+OK ready\r\n".utf8)), (true, Array("STLS\r\n".utf8)),
                (false, Array("+OK begin\r\n".utf8)), (true, TLSTests.client), (false, TLSTests.server),
            ])
        let names = ProtocolTests.values(Run(talk.frames), .tlsServerName)
        #expect(names == ["www.example.vn"])
    }
}
