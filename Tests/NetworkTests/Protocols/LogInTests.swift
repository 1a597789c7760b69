import Events
import Foundation
import Network
import Testing

/// What two sides say, a line each: "C: " for the client's, "S: " for the server's.
enum Dialogue {
    static func turns(_ lines: [String]) -> [(Bool, String)] {
        lines.map { ($0.hasPrefix("C: "), String($0.dropFirst(3)) + "\r\n") }
    }

    static func run(_ port: Int, _ lines: [String], size: Int = 1400) -> Run {
        Run(ProtocolTests.text(port, turns(lines), size: size).frames)
    }

    static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    static func plain(_ user: String, _ password: String = LogInTests.password, as other: String = "") -> String {
        base64("\(other)\u{0}\(user)\u{0}\(password)")
    }
}

extension Run {
    /// Users and outcomes of the log-ins' events; "-" where no user is named.
    var logIns: [String] {
        events.filter { $0.all(.eventCategory).contains("authentication") }
            .map { "\($0[.userName] ?? "-") \($0[.eventOutcome] ?? "-")" }
    }
}

/// Log-ins in clear text, as RFC 959, 1939, 4954, 5034 and 9051 have them: who it was, and how it ended.
@Suite struct LogInTests {
    static let password = "hunter2-S3cret"

    /// No field of any event has the password, in whatever form it was sent.
    static func expectNoPassword(_ run: Run) {
        let secrets = [password, Dialogue.base64(password), String(Dialogue.base64("xx" + password).suffix(8))]
        for value in run.events.flatMap(\.fields).map(\.value) {
            #expect(!secrets.contains { value.contains($0) }, "\(value)")
        }
    }

    private static func check(_ port: Int, _ lines: [String], _ wanted: [String]) {
        for size in [1400, 5, 1] {
            let run = Dialogue.run(port, lines, size: size)
            #expect(run.logIns == wanted, "in pieces of \(size): \(lines)")
            expectNoPassword(run)
        }
    }

    // MARK: FTP

    static let ftp: [(lines: [String], logIns: [String])] = [
        (
            ["S: 220 ready", "C: USER anna", "S: 331 password", "C: PASS \(password)", "S: 230 in"],
            ["anna success"]
        ),
        (["C: USER anna", "S: 331 password", "C: PASS \(password)", "S: 530 Login incorrect."], ["anna failure"]),
        (["C: user anna", "S: 331 password", "C: pass \(password)", "S: 421 Too many tries"], ["anna failure"]),
        (["C: USER anonymous", "S: 230 no password needed"], ["anonymous success"]),
        (["C: USER anna", "S: 331 password", "C: PASS \(password)", "S: 202 superfluous"], ["anna success"]),
        (
            [
                "C: USER anna", "S: 331 password", "C: PASS \(password)", "S: 230-Welcome", "S: 530 is a number",
                "S:  2026 begins", "S: 230 in", "C: SYST", "S: 215 UNIX",
            ], ["anna success"]
        ),
        (
            [
                "C: USER anna", "S: 331 password", "C: PASS \(password)", "S: 332 account", "C: ACCT \(password)",
                "S: 230 in",
            ], ["anna success"]
        ),
        (
            ["C: USER anna", "S: 331 -", "C: PASS \(password)", "S: 332 -", "C: ACCT \(password)", "S: 530 no"],
            ["anna failure"]
        ),
        (
            [
                "C: USER a", "S: 331 -", "C: PASS \(password)", "S: 530 no", "C: USER b c", "S: 331 -",
                "C: PASS \(password)", "S: 530 no", "C: PASS \(password)", "S: 503 Login with USER first.",
                "C: USER d", "S: 331 -", "C: PASS \(password)", "S: 230 in", "C: SYST", "S: 215 UNIX", "C: QUIT",
                "S: 221 bye",
            ], ["a failure", "b c failure", "d success"]
        ),
        // Sent ahead of the answers.
        (
            [
                "C: USER a", "C: PASS \(password)", "C: USER b", "C: PASS \(password)", "C: SYST", "S: 331 -",
                "S: 530 no", "S: 331 -", "S: 230 in", "S: 215 UNIX",
            ], ["a failure", "b success"]
        ),
        // A welcome that comes late answers nobody.
        (["C: USER a", "S: 220 ready", "S: 331 -", "C: PASS \(password)", "S: 530 no"], ["a failure"]),
        // No log-in: only a name, a refusal that asks for TLS, an account nobody wanted, no answer.
        (["C: USER anna", "S: 331 password", "C: QUIT", "S: 221 bye"], []),
        (["C: USER anna", "S: 530 Non-anonymous sessions must use encryption.", "C: QUIT", "S: 221 bye"], []),
        (["C: SYST", "S: 215 UNIX", "C: ACCT x", "S: 530 not logged in", "C: STOR x", "S: 530 not logged in"], []),
        (["C: USER anna", "S: 331 password", "C: PASS \(password)"], []),
    ]

    @Test(arguments: ftp.indices) func logInsOfFTP(_ number: Int) {
        Self.check(21, Self.ftp[number].lines, Self.ftp[number].logIns)
    }

    /// What the event says is what a server's log says of the same attempt.
    @Test func eventsOfFTP() throws {
        let run = Dialogue.run(21, Self.ftp[1].lines)
        let event = try #require(run.events(.networkFTP).first { $0[.ftpCommand] == "PASS" })
        #expect(event.all(.eventCategory) == ["authentication", "network"])
        #expect(event[.eventType] == "start" && event[.eventAction] == "ftp_login")
        #expect(event[.sourceIP] == "192.0.2.10" && event[.destinationPort] == "21")
        #expect(event[.networkProtocol] == "ftp" && event[.ftpReplyCode] == "530")
        #expect(event[.ftpArguments] == nil)
        let user = try #require(run.events(.networkFTP).first { $0[.ftpCommand] == "USER" })
        #expect(user.all(.eventCategory) == ["network"] && user[.eventOutcome] == nil)
    }

    // MARK: POP3

    static let pop3: [(lines: [String], logIns: [String])] = [
        (["C: USER anna", "S: +OK", "C: PASS \(password)", "S: +OK 3 messages"], ["anna success"]),
        (["C: USER anna", "S: +OK", "C: PASS \(password)", "S: -ERR [AUTH] no"], ["anna failure"]),
        (["C: USER anna", "S: +OK", "C: PASS two words", "S: -ERR"], ["anna failure"]),
        (["C: APOP anna c4c9334bac560ecc979e58001b3e22fb", "S: +OK"], ["anna success"]),
        (["C: APOP anna c4c9334bac560ecc979e58001b3e22fb", "S: -ERR no"], ["anna failure"]),
        (["C: AUTH PLAIN \(Dialogue.plain("anna"))", "S: +OK"], ["anna success"]),
        (["C: AUTH PLAIN", "S: + ", "C: \(Dialogue.plain("anna"))", "S: -ERR no"], ["anna failure"]),
        (["C: AUTH PLAIN \(Dialogue.plain("", as: "lan"))", "S: -ERR"], ["lan failure"]),
        (
            [
                "C: auth login", "S: + VXNlcm5hbWU6", "C: \(Dialogue.base64("anna@example.vn"))",
                "S: + UGFzc3dvcmQ6", "C: \(Dialogue.base64(password))", "S: -ERR no",
            ], ["anna@example.vn failure"]
        ),
        (
            [
                "C: AUTH LOGIN \(Dialogue.base64("anna"))", "S: + UGFzc3dvcmQ6", "C: \(Dialogue.base64(password))",
                "S: +OK in",
            ], ["anna success"]
        ),
        (
            [
                "C: AUTH CRAM-MD5", "S: + PDE4OTYuNjk3MTcwOTUyQG1haWw+",
                "C: \(Dialogue.base64("anna b913a602c7eda7a495b4e6e7334d3890"))", "S: -ERR no",
            ], ["anna failure"]
        ),
        (["C: AUTH SCRAM-SHA-1", "S: + ", "C: biwsbj1hbm5h", "S: -ERR no"], ["- failure"]),
        // AUTH alone asks what there is.
        (
            ["C: AUTH", "S: +OK", "S: PLAIN", "S: LOGIN", "S: .", "C: USER a", "S: +OK", "C: PASS x", "S: -ERR"],
            ["a failure"]
        ),
        // Sent ahead.
        (
            [
                "C: USER a", "C: PASS x", "C: USER b", "C: PASS y", "C: STAT", "S: +OK", "S: -ERR", "S: +OK", "S: +OK",
                "S: +OK 0 0",
            ], ["a failure", "b success"]
        ),
        // Refusals that are not about who it is.
        (["C: USER anna", "S: +OK", "C: PASS x", "S: -ERR [IN-USE] locked"], ["anna unknown"]),
        (["C: USER anna", "S: +OK", "C: PASS x", "S: -ERR [SYS/TEMP] later"], ["anna unknown"]),
        // No log-in.
        (["C: USER anna", "S: -ERR never heard of"], []),
        (["C: PASS x", "S: -ERR whose?"], []),
        (["C: AUTH GSSAPI", "S: -ERR what?", "C: AUTH PLAIN", "S: + ", "C: *", "S: -ERR taken back"], []),
        (["C: CAPA", "S: -ERR", "C: STAT", "S: -ERR first log in"], []),
        (
            [
                "C: RETR 1", "S: +OK", "S: Subject: x", "S: ", "S: USER anna", "S: PASS x", "S: -ERR no", "S: .",
                "C: QUIT", "S: +OK",
            ], []
        ),
    ]

    @Test(arguments: pop3.indices) func logInsOfPOP3(_ number: Int) {
        Self.check(110, ["S: +OK ready <1.2@mail>"] + Self.pop3[number].lines, Self.pop3[number].logIns)
    }

    @Test func eventsOfPOP3() throws {
        let event = try #require(Dialogue.run(110, ["S: +OK ready"] + Self.pop3[1].lines).events(.application).first)
        #expect(event[.eventAction] == "mail_login" && event[.eventType] == "start")
        #expect(event[.networkProtocol] == "pop3" && event[.destinationIP] == "198.51.100.80")
    }

    // MARK: SMTP

    static let smtp: [(lines: [String], logIns: [String])] = [
        (["C: AUTH PLAIN \(Dialogue.plain("anna"))", "S: 235 in"], ["anna success"]),
        (["C: AUTH PLAIN \(Dialogue.plain("anna", as: "other"))", "S: 535 5.7.8 no"], ["anna failure"]),
        (["C: auth plain", "S: 334 ", "C: \(Dialogue.plain("anna"))", "S: 454 later"], ["anna failure"]),
        (
            [
                "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: \(Dialogue.base64("anna"))", "S: 334 UGFzc3dvcmQ6",
                "C: \(Dialogue.base64(password))", "S: 535-5.7.8 no", "S: 535 5.7.8 see there",
            ], ["anna failure"]
        ),
        (
            [
                "C: AUTH LOGIN \(Dialogue.base64("anna"))", "S: 334 UGFzc3dvcmQ6", "C: \(Dialogue.base64(password))",
                "S: 235 in",
            ], ["anna success"]
        ),
        (["C: AUTH NTLM TlRMTVNTUAAB", "S: 334 TlRMTVNTUAAC", "C: TlRMTVNTUAAD", "S: 535 no"], ["- failure"]),
        (["C: AUTH PLAIN \(Dialogue.plain("anna"))", "S: 534 too weak"], ["anna failure"]),
        (["C: AUTH PLAIN \(Dialogue.plain("anna"))", "S: 538 encryption needed"], ["anna unknown"]),
        (
            [
                "C: AUTH PLAIN \(Dialogue.plain("a"))", "C: AUTH PLAIN \(Dialogue.plain("b"))", "C: NOOP",
                "S: 535 no", "S: 235 in", "S: 250 OK",
            ], ["a failure", "b success"]
        ),
        // No log-in.
        (["C: AUTH CRAM-MD5", "S: 504 unknown mechanism"], []),
        (["C: AUTH PLAIN", "S: 334 ", "C: *", "S: 501 taken back"], []),
        (["C: AUTH PLAIN ****", "S: 501 cannot decode"], []),
        (["C: MAIL FROM:<a@example.vn> AUTH=<>", "S: 535 authentication required"], []),
        (
            [
                "C: MAIL FROM:<a@example.vn>", "S: 250 OK", "C: RCPT TO:<b@example.vn>", "S: 250 OK", "C: DATA",
                "S: 354 go on", "C: Subject: x", "C: ", "C: AUTH PLAIN \(Dialogue.plain("anna"))", "C: LOGIN",
                "C: .", "S: 535 no, the mail was bad",
            ], []
        ),
    ]

    private static func smtpSession(_ lines: [String]) -> [String] {
        ["S: 220 mail", "C: EHLO pc.example.vn", "S: 250-mail", "S: 250 AUTH PLAIN LOGIN"] + lines
            + ["C: QUIT", "S: 221 bye"]
    }

    @Test(arguments: smtp.indices) func logInsOfSMTP(_ number: Int) {
        Self.check(587, Self.smtpSession(Self.smtp[number].lines), Self.smtp[number].logIns)
    }

    /// A log-in is an event of its own, and a mail behind it another.
    @Test func eventsOfSMTP() throws {
        let mail = [
            "C: MAIL FROM:<a@example.vn>", "S: 250 OK", "C: RCPT TO:<b@example.vn>", "S: 250 OK", "C: DATA",
            "S: 354 go on", "C: Subject: x", "C: ", "C: .", "S: 250 queued",
        ]
        let events = Dialogue.run(587, Self.smtpSession(Self.smtp[0].lines + mail)).events(.networkSMTP)
        #expect(events.count == 2)
        #expect(events.first?[.eventAction] == "smtp_auth" && events.first?[.smtpHelo] == "pc.example.vn")
        #expect(events.last?[.smtpMailFrom] == "<a@example.vn>" && events.last?[.eventOutcome] == nil)
    }
}
