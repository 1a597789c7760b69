import Primitives
import Testing

/// Log-ins whose address, user or time stands where only this program's texts have it.
private let placedLines: [(line: String, user: String?, address: String?, outcome: String?)] = [
    // PostgreSQL: what `log_line_prefix` has in front.
    (
        "2026-03-12 02:58:01 UTC [7]: [3-1] user=an,db=kho,client=203.0.113.5 FATAL:  password authentication failed "
            + "for user \"an\"", "an", "203.0.113.5", "failure"
    ),
    (
        "2026-03-12 02:58:01 UTC [7] an@kho 203.0.113.5(4022) FATAL:  password authentication failed for user \"an\"",
        "an", "203.0.113.5", "failure"
    ),
    (
        "2026-03-12 02:58:01 UTC [7] user=an,db=kho,app=psql,client=203.0.113.5 LOG:  connection authorized: user=an "
            + "database=kho", "an", "203.0.113.5", "success"
    ),
    (
        "2026-03-12 02:58:01 UTC [7] LOG:  connection authenticated: identity=\"an\" method=scram-sha-256 "
            + "(/etc/postgresql/16/main/pg_hba.conf:97)", "an", nil, "success"
    ),
    (
        "2026-03-12 02:58:01 UTC [7]: user=an,db=kho,client=203.0.113.5 FATAL:  no pg_hba.conf entry for host "
            + "\"203.0.113.5\", user \"an\", database \"kho\", no encryption", "an", "203.0.113.5", "failure"
    ),
    // Two labels: the name may have brought one along.
    (
        "2026-03-12 02:58:01 UTC [7]: user=x client=198.51.100.66 ,db=kho,client=203.0.113.5 FATAL:  password "
            + "authentication failed for user \"x\"", "x", nil, "failure"
    ),
    ("Mar 12 02:58:01 h phpMyAdmin[7]: user authenticated: an from 203.0.113.5", "an", "203.0.113.5", "success"),
    ("Mar 12 02:58:01 h webmin[7]: Successful login as an from 203.0.113.5", "an", "203.0.113.5", "success"),
    (
        "Mar 12 02:58:01 h ovpn-server[7]: 203.0.113.5:1194 SENT CONTROL [an]: 'AUTH_FAILED' (status=1)", "an",
        "203.0.113.5", "failure"
    ),
    (
        "Mar 12 02:58:01 h ovpn-server[7]: 203.0.113.5:1194 SENT CONTROL [UNDEF]: 'AUTH_FAILED' (status=1)", nil,
        "203.0.113.5", "failure"
    ),
    (
        "Mar 12 02:58:01 h charon: 09[IKE] no IKE config found for 10.0.0.1...203.0.113.5, sending NO_PROPOSAL_CHOSEN",
        nil, "203.0.113.5", "failure"
    ),
    (
        "[2026-03-12 02:58:01] NOTICE[7]: res_pjsip/pjsip_distributor.c:676 log_failed_request: Request 'REGISTER' "
            + "from '\"x\" <sip:100@10.0.0.1>' failed for '203.0.113.5:5060' (callid: a) - No matching endpoint found",
        "100", "203.0.113.5", "failure"
    ),
    (
        "1773284281: New client connected from 203.0.113.5:4022 as x' (p2, c1, k60, u'root'). (p2, c1, k60, u'an').",
        nil, "203.0.113.5", "success"
    ),
    (
        "2026-03-12 02:58:01.345678+00:00 [info] <0.8.0> connection <0.8.0> (203.0.113.5:4022 -> 10.0.0.1:5672): user "
            + "'an' authenticated and granted access to vhost '/'", "an", "203.0.113.5", "success"
    ),
    (
        "2026-03-12 02:58:01.345678+00:00 [error] <0.8.0> Error on AMQP connection <0.8.0> (203.0.113.5:4022 -> "
            + "10.0.0.1:5672, state: starting):", nil, "203.0.113.5", "failure"
    ),
    (
        "2026-03-12T02:58:01.345+00:00 vc vpxd 7 - - Event [9] [1-1] [2026-03-12T02:58:01.3Z] "
            + "[vim.event.BadUsernameSessionEvent] [error] [] [] [9] [Cannot login an@203.0.113.5]", "an",
        "203.0.113.5", "failure"
    ),
    (
        "2026-03-12 02:58:01,345 INFO  [ImapSSLServer-9] [ip=10.0.0.1;oip=203.0.113.5;via=10.0.0.1(nginx/1.19);ua=x;] "
            + "imap - authentication failed for [an@example.org] (invalid password)", "an@example.org", "203.0.113.5",
        "failure"
    ),
    (
        "<14>Mar 12 02:58:01 PA 1,2026/03/12 02:58:01,0123,SYSTEM,auth,0,2026/03/12 02:58:01,,auth-fail,LDAP,0,0,"
            + "general,medium,\"failed authentication for user 'an'. Reason: Invalid username/password. auth profile "
            + "'LDAP', vsys 'vsys1', server profile 'x', server address '10.0.0.9', From: 203.0.113.5.\",77,0x0,0,0,"
            + "0,0,,PA", "an", "203.0.113.5", "failure"
    ),
    (
        "<189>77: r1: Mar 12 02:58:01.345: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: lan] [Source: 203.0.113.5] "
            + "[localport: 22] [Reason: Login Authentication Failed] at 02:58:01 UTC Thu Mar 12 2026", "lan",
        "203.0.113.5", "failure"
    ),
    (
        "<13>Mar 12 02:58:01 g LEEF:2.0|Vendor|Gate|1.0|LOGIN_FAILED|^|src=203.0.113.5^usrName=an^sev=5", "an",
        "203.0.113.5", "failure"
    ),
    // Serilog's compact records, classic JSON of a Go service.
    (
        #"{"@t":"2026-03-12T02:58:01.345Z","@mt":"Login failed for user {User} from {RemoteIp}","@l":"Warning","#
            + #""User":"an","RemoteIp":"203.0.113.5"}"#, "an", "203.0.113.5", "failure"
    ),
    (
        #"{"ts":"2026-03-12T02:58:01Z","level":"warn","msg":"authentication failed","remote":"203.0.113.5:4022","#
            + #""user":"an"}"#, "an", "203.0.113.5", "failure"
    ),
    // Vietnamese whose marks stand behind their letters, as macOS writes it.
    (
        "2026-03-12 02:58:01 WARN Đa\u{306}ng nha\u{323}\u{302}p tha\u{302}\u{301}t ba\u{323}i: "
            + "ta\u{300}i khoa\u{309}n lan tu\u{31B}\u{300} 203.0.113.5", "lan",
        "203.0.113.5", "failure"
    ),
    (
        "2026-03-12 02:58:01 INFO Ngu\u{31B}o\u{31B}\u{300}i du\u{300}ng lan đa\u{306}ng "
            + "nha\u{323}\u{302}p tha\u{300}nh co\u{302}ng tu\u{31B}\u{300} 203.0.113.5", "lan",
        "203.0.113.5", "success"
    ),
]

@Test(arguments: placedLines.indices)
func addressesAreFoundInTheirPlace(_ number: Int) throws {
    let expected = placedLines[number]
    let found = try event(expected.line)
    #expect(found["event.outcome"] == expected.outcome, "\(expected.line)")
    #expect(found["source.ip"] == expected.address, "\(expected.line)")
    if let user = expected.user { #expect(found["user.name"] == user, "\(expected.line)") }
    #expect(found.time.seconds == moment("2026-03-12T02:58:01Z").seconds, "\(expected.line)")
}
