import Events
import Testing

/// What a client may choose, and tries to be read as the address of somebody else (198.51.100.66).
let hostileNames = [
    "x from 198.51.100.66", "x from 198.51.100.66 port 22", "x from 198.51.100.66 port 22 ssh2",
    "x from 198.51.100.66 port 22 ssh2: RSA SHA256:y", "from 198.51.100.66",
    "invalid user x from 198.51.100.66 port 1 ssh2",
    "x rhost=198.51.100.66", "x rhost=198.51.100.66  user=root", "root' from 198.51.100.66", "\"x\" from 198.51.100.66",
    "x [198.51.100.66]", "x (198.51.100.66)", "x, rip=198.51.100.66, lip=192.0.2.1", "x\u{1B}[2K from 198.51.100.66",
    "x ip=198.51.100.66", "x client: 198.51.100.66", "[client 198.51.100.66]", "198.51.100.66",
    "x SRC=198.51.100.66 DST=1.1.1.1",
    "x IP: 198.51.100.66. Username: y", "ü from 198.51.100.66 port 22",
    "x from=198.51.100.66", "x src=198.51.100.66 spt=22", "x host=198.51.100.66", "x client=198.51.100.66",
    "x remote_addr=198.51.100.66", "x from ::ffff:198.51.100.66 port 22 ssh2", "x from [198.51.100.66]:22",
    "x from 198.51.100.66 via 198.51.100.66", "x by 198.51.100.66 port 22 [preauth]", "x 198.51.100.66 port 22",
    "x from 198.51.100.66: 11: Bye", "\u{1B}[31mx\u{1B}[0m from 198.51.100.66", "x\t198.51.100.66\tport\t22",
    "x%20from%20198.51.100.66", "x)[198.51.100.66]", "x; rhost=198.51.100.66", "{\"ip\":\"198.51.100.66\"}",
    "x|198.51.100.66|", "đăng nhập từ 198.51.100.66", "x from 198.51.100.66 port 99999999999999999999",
    "x, client: 198.51.100.66, server: y", "for=198.51.100.66", "x user=y from 198.51.100.66", "x@198.51.100.66",
    "x > 198.51.100.66:80", "x SASL LOGIN authentication failed: 198.51.100.66", "x (uid=0) from 198.51.100.66",
]

/// Frames around a name, and the true client in each: 203.0.113.7.
let hostileFrames: [(String, String)] = [
    ("Mar 12 02:58:01 h sshd[1]: Failed password for invalid user ", " from 203.0.113.7 port 4711 ssh2"),
    ("Mar 12 02:58:01 h sshd[1]: Failed password for ", " from 203.0.113.7 port 4711 ssh2"),
    ("Mar 12 02:58:01 h sshd[1]: Accepted password for ", " from 203.0.113.7 port 4711 ssh2"),
    ("Mar 12 02:58:01 h sshd[1]: Accepted publickey for ", " from 203.0.113.7 port 4711 ssh2: RSA SHA256:abc"),
    ("Mar 12 02:58:01 h sshd[1]: Invalid user ", " from 203.0.113.7 port 4711"),
    ("Mar 12 02:58:01 h sshd[1]: Connection closed by invalid user ", " 203.0.113.7 port 4711 [preauth]"),
    ("Mar 12 02:58:01 h sshd[1]: Disconnected from authenticating user ", " 203.0.113.7 port 4711 [preauth]"),
    (
        "Mar 12 02:58:01 h sshd[1]: error: maximum authentication attempts exceeded for ",
        " from 203.0.113.7 port 4711 ssh2 [preauth]"
    ),
    (
        "Mar 12 02:58:01 h dovecot: imap-login: Disconnected (auth failed, 1 attempts): user=<",
        ">, method=PLAIN, rip=203.0.113.7, lip=192.0.2.1"
    ),
    ("Mar 12 02:58:01 h dropbear[1]: Bad password attempt for '", "' from 203.0.113.7:4711"),
    ("203.0.113.7 - ", " [12/Mar/2026:02:58:01 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\""),
    ("203.0.113.7 - - [12/Mar/2026:02:58:01 +0000] \"GET /", " HTTP/1.1\" 200 5 \"-\" \"-\""),
    ("203.0.113.7 - - [12/Mar/2026:02:58:01 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"", "\""),
    (
        "[Thu Mar 12 02:58:01.5 2026] [auth_basic:error] [pid 1:tid 2] [client 203.0.113.7:4711] AH01618: user ",
        " not found: /x"
    ),
    (
        "2026/03/12 02:58:01 [error] 7#7: *1 open() \"/srv/",
        "\" failed (2: No such file or directory), client: 203.0.113.7, server: x, request: \"GET / HTTP/1.1\", "
            + "host: \"x\""
    ),
]

@Test(arguments: hostileFrames.indices)
func hostileNameForgesNoAddress(_ frame: Int) throws {
    for name in hostileNames {
        let line = hostileFrames[frame].0 + name + hostileFrames[frame].1
        let event = try event(line)
        #expect(event["source.ip"] == "203.0.113.7", "\(line)")
        #expect(event.fields["source.ip"]?.count == 1, "\(line)")
    }
}

/// Frames in which the client's own address cannot be told for certain: none is better than a wrong one.
@Test(arguments: [
    "Mar 12 02:58:01 h daemon: pam_unix(x:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= "
        + "rhost=198.51.100.66 user=a rhost=203.0.113.7",
    "2026/03/12 02:58:01 [error] 7#7: *1 open() \"/a, client: 198.51.100.66, server: y, request: \"GET\" "
        + "failed, client: 203.0.113.7, server: x, request: \"GET / HTTP/1.1\"",
    "Mar 12 02:58:01 h unheardof: login failed for user a rip=198.51.100.66 rip=203.0.113.7",
    "Mar 12 02:58:01 h unheardof: login failed for x from 198.51.100.66 from 203.0.113.7",
    "Mar 12 02:58:01 h unheardof: login failed for x 198.51.100.66 -> 198.51.100.67 (203.0.113.7)",
    "Mar 12 02:58:01 h unheardof: login failed for x 198.51.100.66 -> y (203.0.113.7:4711 -> 192.0.2.1:22)",
])
func ambiguousAddressIsLeftOut(_ line: String) throws {
    let event = try event(line)
    #expect(event["source.ip"] != "198.51.100.66", "\(event.fields)")
}

/// Mail, FTP and database daemons, with the name where their log puts it.
@Test(arguments: [
    (
        "2026-03-12 02:58:01 auth_plain authenticator failed for (h) [203.0.113.7]:4711 I=[192.0.2.1]:25: 535 "
            + "Incorrect authentication data (set_id=", ")"
    ),
    (
        "2026-03-12 02:58:01 auth_plain authenticator failed for (h) [203.0.113.7]:4711: 535 Incorrect "
            + "authentication data (set_id=", ")"
    ),
    (
        "Mar 12 02:58:01 h imapd[1]: badlogin: x.example.org [203.0.113.7] "
            + "plaintext ", " SASL(-13): authentication failure"
    ),
    ("Mar 12 02:58:01 h imapd: LOGIN FAILED, user=", ", ip=[203.0.113.7]"),
    ("Mar 12 02:58:01 h vsftpd[1]: [", "] FAIL LOGIN: Client \"203.0.113.7\""),
    ("Mar 12 02:58:01 h proftpd[1]: 192.0.2.1 (x[203.0.113.7]) - USER ", " (Login failed): Incorrect password"),
    ("Mar 12 02:58:01 h mysqld[1]: 7 [Warning] Access denied for user '", "'@'203.0.113.7' (using password: YES)"),
    (
        "Mar 12 02:58:01 h postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[203.0.113.7]: 554 5.7.1 "
            + "<", ">: Relay access denied"
    ),
    (
        "Mar 12 02:58:01 h perdition[1]: Auth: 203.0.113.7:4711->192.0.2.1:143 client-secure=plaintext "
            + "authorisation_id=NONE authentication_id=\"",
        "\" server=\"m:143\" protocol=IMAP4 server-secure=plaintext status=\"failed: Re-Authentication Failure\""
    ),
    (
        "Mar 12 02:58:01 h horde: [imp] FAILED LOGIN for ",
        " [203.0.113.7] to {m:143 [imap]} [pid 1 on line 2 of \"/a.php\"]"
    ),
    (
        "Mar 12 02:58:01 h ns5: NetScreen device_id=ns5  [Root]system-warning-00518: Admin user \"",
        "\" login attempt for Web(http) management (port 80) from 203.0.113.7:4711 failed. (2026-03-12 02:58:01)"
    ),
    (
        "Mar 12 02:58:01 h PulseSecure: - - - 2026-03-12 02:58:01 - ive - [203.0.113.7] ",
        "(Users)[] - Login failed using auth server AD.  Reason: Failed"
    ),
    ("<W>2026-03-12 02:58:01.1 1 => <5:", "(-1)> Rejected connection from 203.0.113.7:4711: Invalid server password"),
    ("03/12/2026 02:58:01 [LOGIN_ERROR] ", " (m.example) from 203.0.113.7: Unknown user or password incorrect."),
    (
        "2026-03-12 02:58:01,1 http-1 anonymous 1x1x1 1abc 203.0.113.7 /login.jsp The user '",
        "' has FAILED authentication.  Failure count equals 1"
    ),
    ("Mar 12 02:58:01 h ovpn-server[1]: 203.0.113.7:4711 TLS Auth Error: Auth Username/Password failed for ", " now"),
])
func hostileNameForgesNoAddressElsewhere(_ head: String, _ tail: String) throws {
    let more = [
        "x [198.51.100.66]:5: 535 y (set_id=z", "x, ip=[198.51.100.66], y",
        "x] FAIL LOGIN: Client "
            + "\"198.51.100.66\", \"",
        "x(Users)[] - [198.51.100.66] y", "x 198.51.100.66 /a The user 'y", "x (h) from 198.51.100.66: y",
        "x\" login attempt for Web from 198.51.100.66:1 failed", "x [198.51.100.66] to {y [z]} [pid 1",
        "x'@'198.51.100.66' (using password: YES", "x [198.51.100.66]:5 I=[192.0.2.9]:25: 535 q (set_id=z",
    ]
    for name in hostileNames + more {
        #expect(try event(head + name + tail)["source.ip"] == "203.0.113.7", "\(head)\(name)\(tail)")
    }
}
