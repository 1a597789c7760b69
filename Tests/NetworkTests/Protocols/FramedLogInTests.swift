import Events
import Network
import Testing

/// Log-ins of protocols whose messages say how long they are: PostgreSQL, LDAP, SMB.
@Suite struct FramedLogInTests {
    private static func check(_ port: Int, _ turns: [(Bool, [UInt8])], _ wanted: [String]) {
        for size in [1400, 7, 1] {
            let run = Run(ProtocolTests.talk(port, turns, size: size).frames)
            #expect(run.logIns == wanted, "in pieces of \(size)")
            LogInTests.expectNoPassword(run)
        }
    }

    // MARK: PostgreSQL ("Message Formats")

    private static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
        [type.asciiValue ?? 0] + Frames.be32(body.count + 4) + body
    }

    private static func text(_ parts: String...) -> [UInt8] { parts.flatMap { Array($0.utf8) + [0] } }

    private static func opening(_ parameters: [UInt8]) -> [UInt8] {
        Frames.be32(9 + parameters.count) + [0, 3, 0, 0] + parameters + [0]
    }

    private static func error(_ code: String) -> [UInt8] {
        message("E", text("SFATAL", "C" + code, "Mno") + [0])
    }

    private static let anna = opening(text("database", "tax", "user", "anna"))
    private static let askPassword = message("R", Frames.be32(5) + [1, 2, 3, 4])
    private static let password = message("p", text(LogInTests.password))
    private static let good = message("R", Frames.be32(0))
    private static let ready = message("S", text("TimeZone", "UTC")) + message("Z", [0x49])

    static let pgsql: [(turns: [(Bool, [UInt8])], logIns: [String])] = [
        ([(true, anna), (false, askPassword), (true, password), (false, good + ready)], ["anna success"]),
        ([(true, anna), (false, askPassword), (true, password), (false, error("28P01"))], ["anna failure"]),
        ([(true, anna), (false, error("28000"))], ["anna failure"]),
        ([(true, anna), (false, error("53300"))], ["anna unknown"]),
        ([(true, anna), (false, message("E", []))], ["anna unknown"]),
        ([(true, anna), (false, good), (false, ready), (false, error("42P01"))], ["anna success"]),
        // Trusted, but there is no such role; or no such database.
        ([(true, anna), (false, good), (false, error("28000"))], ["anna failure"]),
        ([(true, anna), (false, good), (false, error("3D000"))], ["anna unknown"]),
        ([(true, anna), (false, askPassword), (true, password)], []),
        ([(true, anna), (false, good)], []),
        ([(true, opening(text("database", "tax"))), (false, error("28000"))], ["- failure"]),
        ([(true, opening(Array("user".utf8))), (false, good + ready)], ["- success"]),
    ]

    @Test(arguments: pgsql.indices) func logInsOfPostgreSQL(_ number: Int) {
        Self.check(5432, Self.pgsql[number].turns, Self.pgsql[number].logIns)
    }

    // MARK: LDAP (RFC 4511 section 4.2)

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag, UInt8(content.count)] + content }

    private static func bind(_ number: UInt8, _ name: String, _ proof: [UInt8]) -> [UInt8] {
        element(0x30, [2, 1, number] + element(0x60, [2, 1, 3] + element(4, Array(name.utf8)) + proof))
    }

    private static func bound(_ number: UInt8, _ code: UInt8) -> [UInt8] {
        element(0x30, [2, 1, number] + element(0x61, [10, 1, code, 4, 0, 4, 0]))
    }

    private static let simple = element(0x80, Array(LogInTests.password.utf8))
    private static let sasl = element(0xA3, element(4, Array("GSSAPI".utf8)))
    private static let admin = "cn=admin,dc=donghoa"

    static let ldap: [(turns: [(Bool, [UInt8])], logIns: [String])] = [
        ([(true, bind(1, admin, simple)), (false, bound(1, 0))], ["\(admin) success"]),
        ([(true, bind(1, admin, simple)), (false, bound(1, 49))], ["\(admin) failure"]),
        ([(true, bind(1, admin, simple)), (false, bound(1, 53))], ["\(admin) unknown"]),
        (
            [
                (true, bind(1, admin, simple)), (false, bound(1, 49)), (true, bind(2, "cn=b", simple)),
                (false, bound(2, 49)), (true, bind(3, "cn=c", simple)), (false, bound(3, 0)),
            ], ["\(admin) failure", "cn=b failure", "cn=c success"]
        ),
        // An exchange of several messages is one log-in.
        (
            [(true, bind(1, "", sasl)), (false, bound(1, 14)), (true, bind(2, "", sasl)), (false, bound(2, 0))],
            ["- success"]
        ),
        // Nobody proves anything, or the answer is another's.
        ([(true, bind(1, "", element(0x80, []))), (false, bound(1, 0))], []),
        ([(true, bind(1, admin, element(0x80, []))), (false, bound(1, 0))], []),
        ([(true, bind(1, admin, simple)), (false, bound(2, 49))], []),
        ([(true, bind(1, admin, simple)), (true, bind(2, "", element(0x80, []))), (false, bound(1, 49))], []),
    ]

    @Test(arguments: ldap.indices) func logInsOfLDAP(_ number: Int) {
        Self.check(389, Self.ldap[number].turns, Self.ldap[number].logIns)
    }

    // MARK: SMB (MS-SMB2 section 2.2.5, MS-NLMP section 2.2.1)

    private static func ntlm(_ type: Int, user: String) -> [UInt8] {
        let name = ProtocolBytes.wide(user)
        let parties = [(0, 88), (0, 88), (4, 88), (name.count, 92)].flatMap { length, offset in
            ProtocolBytes.le16(length) + ProtocolBytes.le16(length) + ProtocolBytes.le32(offset)
        }
        return Array("NTLMSSP\u{0}".utf8) + ProtocolBytes.le32(type) + parties
            + [UInt8](repeating: 0, count: 44) + ProtocolBytes.wide("DH") + name
    }

    private static func setUp(_ message: Int, _ blob: [UInt8]) -> [UInt8] {
        let body =
            ProtocolBytes.le16(25) + [UInt8](repeating: 0, count: 10) + ProtocolBytes.le16(88)
            + ProtocolBytes.le16(blob.count) + [UInt8](repeating: 0, count: 8) + blob
        return ProtocolBytes.smb2(1, response: false, message: message, body)
    }

    private static func ended(_ message: Int, _ status: Int, flags: UInt8 = 0) -> [UInt8] {
        let body = ProtocolBytes.le16(9) + [flags, 0] + ProtocolBytes.le16(72) + ProtocolBytes.le16(0)
        return ProtocolBytes.smb2(1, response: true, message: message, status: status, body)
    }

    private static func attempt(_ user: String, _ status: Int, from number: Int = 1, flags: UInt8 = 0)
        -> [(Bool, [UInt8])]
    {
        [
            (true, setUp(number, ntlm(1, user: ""))), (false, ended(number, 0xC000_0016)),
            (true, setUp(number + 1, ntlm(3, user: user))), (false, ended(number + 1, status, flags: flags)),
        ]
    }

    static let smb: [(turns: [(Bool, [UInt8])], logIns: [String])] = [
        (attempt("anna", 0), ["anna success"]), (attempt("anna", 0xC000_006D), ["anna failure"]),
        (attempt("anna", 0xC000_0234), ["anna failure"]), (attempt("anna", 0xC000_005E), ["anna unknown"]),
        (attempt("anna", 0, flags: 1), ["anna unknown"]), (attempt("", 0), []),
        (
            attempt("a", 0xC000_006D) + attempt("b", 0xC000_0064, from: 3) + attempt("c", 0, from: 5),
            ["a failure", "b failure", "c success"]
        ),
    ]

    @Test(arguments: smb.indices) func logInsOfSMB(_ number: Int) {
        Self.check(445, Self.smb[number].turns, Self.smb[number].logIns)
    }

    @Test func whatTheEventSays() throws {
        let run = Run(ProtocolTests.talk(445, Self.smb[1].turns).frames)
        let event = try #require(run.events.first { $0[.eventOutcome] == "failure" })
        #expect(event.all(.eventCategory) == ["authentication", "network"] && event[.eventType] == "start")
        #expect(event[.eventAction] == "smb_login" && event[.networkTransport] == "tcp" && event[.sourceIP] != nil)
    }
}
