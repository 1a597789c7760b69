import Events
import Testing

/// Lines as the programs' documentation and sources give them, with who tried to log in from where, and how it ended.
private let loginLines: [(line: String, user: String?, address: String?, outcome: String?)] = [
    (
        "2026/03/12 02:58:01 [E] [auth.go:123:SignInPost()] Failed authentication attempt for alice from "
            + "192.0.2.13:51234: user does not exist [uid: 0, name: alice]", "alice", "192.0.2.13", "failure"
    ),
    (
        "[2026-03-12 02:58:01.123 +00:00] [INF] [35] Jellyfin.Server.Implementations.Users.UserManager: Authentication "
            + "request for \"joe\" has been denied (IP: \"192.0.2.14\").", "joe", "192.0.2.14", "failure"
    ),
    (
        "2026-03-12T02:58:01.000Z [warn][Auth]: Failed sign-in attempt using invalid Overseerr password "
            + #"{"ip":"192.0.2.15","email":"a@b.example","userId":12}"#, "a@b.example", "192.0.2.15", "failure"
    ),
    (
        "2026-03-12T02:58:01+00:00 dsm synoscgi: [admin] from [192.0.2.18] failed to log in via [DSM] due to "
            + "authorization failure.", "admin", "192.0.2.18", "failure"
    ),
    (
        "Mar 12 02:58:01 nas Connection: User [admin] from [192.0.2.18] signed in to [DSM] successfully via "
            + "[password].", "admin", "192.0.2.18", "success"
    ),
    (
        "[2026-03-12 02:58:01,123] [INFO] [paperless.auth] Login failed for user `admin` from private IP `192.0.2.22`.",
        "admin", "192.0.2.22", "failure"
    ),
    (
        "12/Mar/2026 02:58:01 [HTTPserver.cpp:1234] WARNING: [HTTP] Failed login. [user: joe][ip: 192.0.2.26]", "joe",
        "192.0.2.26", "failure"
    ),
    (
        "2026-03-12 02:58:01.123 UTC [123] joe@db FATAL:  no pg_hba.conf entry for host \"192.0.2.40\", user \"joe\", "
            + "database \"db\", no encryption", "joe", "192.0.2.40", "failure"
    ),
    (
        "2026-03-12T02:58:01Z INFO [AUTH] emitting audit event fields:map[addr.remote:192.0.2.51:51234 code:T1000W "
            + "error:invalid username event:user.login success:false user:joe]", "joe", "192.0.2.51", "failure"
    ),
    (
        #"{"addr.remote":"192.0.2.51:51234","code":"T1000W","error":"access denied","event":"user.login","#
            + #""success":false,"time":"2026-03-12T02:58:01Z","user":"joe"}"#, "joe", "192.0.2.51", "failure"
    ),
    (
        #"{"actor":{"alternateId":"joe@example.com","displayName":"Joe"},"client":{"ipAddress":"192.0.2.70"},"#
            + #""eventType":"user.session.start","outcome":{"result":"SUCCESS"},"published":"2026-03-12T02:58:01Z"}"#,
        "joe@example.com", "192.0.2.70", "success"
    ),
    (
        "2026-03-12 02:58:01 us=123 192.0.2.43:51234 TLS Error: TLS handshake failed", nil, "192.0.2.43", "failure"
    ),
    (
        "Mar 12 02:58:01 host radiusd[12]: (123) Login incorrect (mschap: MS-CHAP2-Response is incorrect): "
            + "[joe/<via Auth-Type = mschap>] (from client wlc port 0 cli aa-bb-cc-dd-ee-ff)", "joe", nil, "failure"
    ),
    (
        "Mar 12 02:58:01 host radiusd[12]: (124) Login OK: [joe] (from client wlc port 0 cli aa-bb-cc-dd-ee-ff)", "joe",
        nil, "success"
    ),
    (
        "Mar 12 02:58:01 asa %ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local "
            + "database : user = joe : user IP = 192.0.2.62", "joe", "192.0.2.62", "failure"
    ),
    (
        "Mar 12 02:58:01 fw 1,2026/03/12 02:58:01,001234567890,SYSTEM,auth,0,2026/03/12 02:58:01,,auth-fail,joe,0,0,"
            + "general,medium,\"failed authentication for user 'joe'. Reason: Invalid username/password. From: "
            + "192.0.2.64.\",123,0x0", "joe", "192.0.2.64", "failure"
    ),
    (
        "<14>1 2026-03-12T02:58:01.123Z srx RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.40 "
            + "source-address=\"192.0.2.76\" source-port=\"51234\" destination-address=\"198.51.100.1\"]", nil,
        "192.0.2.76", "failure"
    ),
    ("Mar 12 02:58:01 host doas: failed auth for joe", "joe", nil, "failure"),
    (
        "2026-03-12T02:58:01.123Z - warn: Authentication failed for admin (192.0.2.109)", "admin", "192.0.2.109",
        "failure"
    ),
    (
        "Mar 12 02:58:01 roundcube: <abc> Login failed for joe against imap.example from 192.0.2.55. AUTHENTICATE "
            + "PLAIN: Authentication failed.", "joe", "192.0.2.55", "failure"
    ),
    // Words of log-ins that tell of none.
    ("2026-03-12 02:58:01 INFO Login page was loaded", nil, nil, nil),
    ("2026-03-12 02:58:01 INFO User joe logged out from 192.0.2.121", nil, nil, nil),
    ("2026-03-12 02:58:01 ERROR Failed to load users from cache: file not found", nil, nil, nil),
    ("Mar 12 02:58:01 host app[1]: user joe was not found in the address book", nil, nil, nil),
]

@Test(arguments: loginLines.indices) func loginsAreReadByTheirWording(index: Int) throws {
    let (line, user, address, outcome) = loginLines[index]
    let event = try event(line)
    #expect(event["user.name"] == user, "\(line)")
    #expect(event["source.ip"] == address, "\(line)")
    #expect(event["event.outcome"] == outcome, "\(line)")
}

/// What a client chose among quoted words is no address of its.
@Test func addressesInsideNamesAreNotTaken() throws {
    let line = "2026-03-12 02:58:01 WARN login failed for user \"x from 198.51.100.1\" from 192.0.2.9"
    #expect(try event(line)["source.ip"] == "192.0.2.9")
}

/// Every answer from 400 on is a failure, as ECS has it for requests.
@Test(arguments: [(399, nil), (400, "failure"), (404, "failure"), (503, "failure"), (200, nil)] as [(Int, String?)])
func answersOfErrorsAreFailures(status: Int, outcome: String?) throws {
    let line = #"203.0.113.7 - - [12/Mar/2026:02:58:01 +0700] "GET / HTTP/1.1" \#(status) 12 "-" "curl/8""#
    #expect(try event(line)["event.outcome"] == outcome)
}
