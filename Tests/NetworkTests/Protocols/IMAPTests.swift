import Events
import Network
import Testing

/// IMAP (RFC 9051): log-ins, literals, and what only looks like either.
@Suite struct IMAPTests {
    private static let password = LogInTests.password

    static let dialogues: [(lines: [String], logIns: [String])] = [
        (["C: a1 LOGIN anna \(password)", "S: a1 OK in"], ["anna success"]),
        (
            ["C: a1 login anna@example.vn \(password)", "S: a1 NO [AUTHENTICATIONFAILED] no"],
            ["anna@example.vn failure"]
        ),
        (["C: a1 LOGIN anna \(password)", "S: a1 BAD not now"], ["anna failure"]),
        (["C: A-1 LOGIN \"anna b\" \"\(password)\"", "S: A-1 NO no"], ["anna b failure"]),
        (["C: a1 LOGIN \"an\\\"na\\\\\" \"\(password)\"", "S: a1 NO no"], ["an\"na\\ failure"]),
        (
            ["C: a1 LOGIN {4}", "S: + go on", "C: anna {14}", "S: + go on", "C: \(password)", "S: a1 NO no"],
            ["anna failure"]
        ),
        (["C: a1 LOGIN {4+}", "C: anna {14+}", "C: \(password)", "S: a1 OK in"], ["anna success"]),
        (["C: a1 LOGIN anna {14}", "S: + go on", "C: \(password)", "S: a1 OK in"], ["anna success"]),
        (["C: a1 LOGIN {0}", "S: + go on", "C:  {14+}", "C: \(password)", "S: a1 NO no"], ["- failure"]),
        (["C: a1 AUTHENTICATE PLAIN \(Dialogue.plain("anna"))", "S: a1 OK in"], ["anna success"]),
        (["C: a1 AUTHENTICATE PLAIN", "S: + ", "C: \(Dialogue.plain("anna"))", "S: a1 NO no"], ["anna failure"]),
        (
            [
                "C: a1 authenticate login", "S: + VXNlcm5hbWU6", "C: \(Dialogue.base64("anna"))",
                "S: + UGFzc3dvcmQ6", "C: \(Dialogue.base64(password))", "S: a1 NO no",
            ], ["anna failure"]
        ),
        (["C: a1 AUTHENTICATE GSSAPI", "S: + ", "C: YIIB", "S: a1 NO no"], ["- failure"]),
        (
            [
                "C: a1 CAPABILITY", "S: * CAPABILITY IMAP4rev1", "S: a1 OK", "C: a2 LOGIN a \(password)", "S: a2 NO no",
                "C: a3 LOGIN b \(password)", "S: * OK still here", "S: a3 OK in", "C: a4 SELECT INBOX",
                "S: * 3 EXISTS", "S: a4 OK", "C: a5 LOGOUT", "S: * BYE", "S: a5 OK",
            ], ["a failure", "b success"]
        ),
        // Answers come as they like.
        (
            ["C: a1 LOGIN a x", "C: a2 LOGIN b y", "C: a3 NOOP", "S: a3 OK", "S: a2 OK in", "S: a1 NO no"],
            ["b success", "a failure"]
        ),
        // The same tag again: the first has no answer any more.
        (["C: a1 LOGIN a x", "C: a1 LOGIN b y", "S: a1 NO no", "S: a1 NO no"], ["b failure"]),
        // A literal that the server refuses never comes, whatever its length.
        (
            [
                "C: a1 LOGIN {4294967296}", "S: a1 BAD too long", "C: a2 LOGIN anna {18446744073709551616}",
                "S: a2 BAD what?", "C: a3 LOGIN anna \(password)", "S: a3 OK in",
            ], ["- failure", "anna failure", "anna success"]
        ),
        (["C: a1 LOGIN anna x", "S: a1 NO [UNAVAILABLE] later"], ["anna unknown"]),
        (["C: a1 LOGIN anna x", "S: a1 NO [PRIVACYREQUIRED] use TLS"], ["anna unknown"]),
        // Who it is cannot be told apart from the password.
        (["C: a1 LOGIN \"anna \(password)", "S: a1 BAD quotes"], ["- failure"]),
        (["C: a1 AUTHENTICATE PLAIN !!\(password)", "S: a1 BAD base64"], ["- failure"]),
        (["C: a1 AUTHENTICATE PLAIN \(Dialogue.base64(password))", "S: a1 NO no"], ["- failure"]),
        // No log-in.
        (["C: a1 LOGIN anna x", "S: a2 OK of another"], []),
        (["C: a1 LOGIN anna x", "S: * OK a1 OK", "S: + a1 OK"], []),
        (["C: a1 AUTHENTICATE KERBEROS_V4", "S: a1 NO unknown"], []),
        (["C: a1 AUTHENTICATE PLAIN", "S: + ", "C: *", "S: a1 BAD taken back"], []),
        (["C: a1 SELECT LOGIN", "S: a1 NO no", "C: LOGIN anna x", "S: LOGIN BAD what?"], []),
    ]

    @Test(arguments: dialogues.indices) func logIns(_ number: Int) {
        for size in [1400, 5, 1] {
            let run = Dialogue.run(143, ["S: * OK [CAPABILITY X] ready"] + Self.dialogues[number].lines, size: size)
            #expect(run.logIns == Self.dialogues[number].logIns, "in pieces of \(size)")
            LogInTests.expectNoPassword(run)
        }
    }

    @Test func events() throws {
        let run = Dialogue.run(143, ["S: * PREAUTH ready", "C: a1 LOGIN anna x", "S: a1 NO no"])
        let event = try #require(run.events(.application).first)
        #expect(event.all(.eventCategory) == ["authentication", "network"])
        #expect(event[.eventAction] == "mail_login" && event[.eventType] == "start")
        #expect(event[.networkProtocol] == "imap" && event[.sourceIP] == "192.0.2.10")
    }

    /// Messages that are stored and fetched are literals: what they say is not said by either side.
    @Test func mailIsNoCommand() {
        let body = "a3 LOGIN eve x\r\na4 AUTHENTICATE PLAIN \(Dialogue.plain("eve"))\r\n{9999}\r\n"
        let answer = "a3 OK in\r\na4 NO no\r\na5 NO no\r\n"
        let turns: [(Bool, String)] = [
            (false, "* OK ready\r\n"), (true, "a1 LOGIN anna x\r\n"), (false, "a1 OK in\r\n"),
            (true, "a2 APPEND Drafts (\\Seen) {\(body.utf8.count)}\r\n"), (false, "+ go on\r\n"),
            (true, body + "\r\n"), (false, "a2 OK kept\r\na3 OK in\r\na4 NO no\r\n"),
            (true, "a5 LOGIN bob x\r\na6 FETCH 1 BODY[]\r\n"),
            (false, "* 1 FETCH (BODY[] {\(answer.utf8.count)}\r\n" + answer + " FLAGS (\\Seen))\r\na6 OK\r\n"),
            (false, "a5 NO later\r\n"),
        ]
        for size in [1400, 11, 1] {
            #expect(Run(ProtocolTests.text(143, turns, size: size).frames).logIns == ["anna success", "bob failure"])
        }
    }

    /// Lines that are too long, with a literal at their end and without.
    @Test(arguments: [2015, 2016, 2017, 2040, 2100, 9000]) func longLines(_ count: Int) {
        let long = String(repeating: "x", count: count)
        let run = Dialogue.run(
            143,
            [
                "S: * OK ready", "C: a1 SEARCH \(long) {16}", "S: + go on", "C: a9 LOGIN eve abc", "S: a9 NO no",
                "S: * SEARCH \(long) {10}", "S: a2 NO fals", "S: a1 OK", "C: a2 LOGIN anna x", "S: a2 OK in",
                "C: a3 LOGIN \(String(repeating: "u", count: count)) x", "S: a3 NO no",
            ], size: 700)
        #expect(run.logIns == ["anna success", String(repeating: "u", count: 255) + " failure"])
    }

    @Test(arguments: [
        ("* OK ready", "imap"), ("* ok ready", "imap"), ("* PREAUTH anna", "imap"), ("* OK", "imap"),
        ("* OKAY then", "failed"), ("* PREAUTHORISED", "failed"), ("* BAD", "failed"), ("OK ready", "failed"),
        ("*OK ready", "failed"), ("+OK ready", "pop3"),
    ])
    func greetings(_ greeting: String, _ name: String) {
        let run = Dialogue.run(143, ["S: \(greeting)", "C: hello you"])
        #expect(run.items(.flowEnd).map(\.item.application.rawValue) == [name])
    }

    /// Behind STARTTLS the connection is TLS's (RFC 9051 section 6.2.1); where it is refused it is not.
    @Test func goesOverToTLS() {
        func names(_ answer: String) -> [String] {
            let talk = ProtocolTests.talk(
                143,
                [
                    (false, Array("* OK ready\r\n".utf8)), (true, Array("a1 STARTTLS\r\n".utf8)),
                    (false, Array("a1 \(answer)\r\n".utf8)), (true, TLSTests.client), (false, TLSTests.server),
                ])
            return ProtocolTests.values(Run(talk.frames), .tlsServerName)
        }
        #expect(names("OK begin") == ["www.example.vn"])
        #expect(names("NO") == [])
    }

    /// What is compressed is not read (RFC 4978).
    @Test func compressionEndsReading() {
        let run = Dialogue.run(
            143,
            [
                "S: * OK ready", "C: a1 COMPRESS DEFLATE", "S: a1 OK", "C: a2 LOGIN anna x", "S: a2 NO no",
            ])
        #expect(run.logIns == [])
    }
}
