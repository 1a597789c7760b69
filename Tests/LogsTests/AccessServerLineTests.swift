import Testing

/// Lines of servers that let people in (VPN, Kerberos, TACACS+, consoles of devices), of what bans clients, and log-ins
/// told in Vietnamese. Addresses and names are examples of ours.
let accessServerLines: [MeantLine] = [
    MeantLine(
        "*Mar  4 11:22:33.123: %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: canbo] [Sourc"
            + "e: 198.51.100.8] [localport: 22] at 11:22:33 UTC Wed Mar 4 2026",
        [
            "source.ip": "198.51.100.8", "user.name": "canbo",
            "event.outcome": "success", "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "Mar 4 2026 11:22:33 SW-CORE %%01SHELL/5/LOGIN(s)[13]:VTY login from 198.51.100.8. (U"
            + "serName=canbo)",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "%Mar 4 11:22:33:123 2026 SW1 SHELL/5/SHELL_LOGIN: -DevIP=10.0.0.9; canbo logged in f"
            + "rom 198.51.100.8.",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 idrac-1 Severity: Informational, Category: Audit, MessageID: USR0030"
            + ", Message: Successfully logged in using canbo, from 198.51.100.8 and GUI.",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 nas qlogd[4521]: conn log: Users: canbo, Source IP: 198.51.100.8, Co"
            + "mputer name: ---, Connection type: HTTP, Accessed resources: Administration, Action:"
            + " Login Fail",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "{\"t\":{\"$date\":\"2026-03-04T11:22:33.123+00:00\"},\"s\":\"I\",\"c\":\"ACCESS\",\"id\":5286307,\"ct"
            + "x\":\"conn12\",\"msg\":\"Failed to authenticate\",\"attr\":{\"client\":\"198.51.100.8:44556\",\"me"
            + "chanism\":\"SCRAM-SHA-256\",\"user\":\"canbo\",\"db\":\"admin\",\"error\":\"AuthenticationFailed\","
            + "\"result\":18}}",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 mx imaps[4521]: badlogin: h.example [198.51.100.8] PLAIN [SASL(-13):"
            + " authentication failure: Password verification failed] canbo",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 mx cyrus/imap[4521]: badlogin: h.example[198.51.100.8] plaintext can"
            + "bo SASL(-13): authentication failure: checkpass failed",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04T11:22:33.123Z INFO Authentication failed (auth.failed) listenerId = \"imap"
            + "tls\", remoteIp = 198.51.100.8, remotePort = 44556, accountName = \"canbo\"",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 mx postfix/postscreen[4521]: NOQUEUE: reject: RCPT from [198.51.100."
            + "8]:44556: 550 5.7.1 Service unavailable; client [198.51.100.8] blocked using dnsbl.e"
            + "xample; from=<a@b.example>, to=<d@e.example>, proto=ESMTP, helo=<x>",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 mx dovecot: imap-login: Logged in: user=<canbo@x.example>, method=PL"
            + "AIN, rip=198.51.100.8, lip=10.0.0.1, mpid=4522, TLS, session=<x>",
        ["source.ip": "198.51.100.8", "user.name": "canbo@x.example", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 vpn ocserv[4521]: main[canbo]:198.51.100.8:44556 new user session",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 vpn ocserv[4521]: worker[canbo]: 198.51.100.8 failed authentication "
            + "attempt for user 'canbo'",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04T11:22:33+00:00\tINFO 198.51.100.8\tjoomlafailure\tUsername and password do n"
            + "ot match or you do not have an account yet.",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "2026.03.04 11:22:33 DEBUG web[x][auth.event] login failure [cause|wrong password][me"
            + "thod|FORM][provider|LOCAL|local][IP|198.51.100.8|][login|canbo]",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04T11:22:33.123Z [jfac ] [WARN ] [x] [o.a.LoginAuditor:42] [http-nio-8046-ex"
            + "ec-1] [DENIED LOGIN] for client : canbo / 198.51.100.8.",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04 11:22:33,123 [ACCEPTED LOGIN]  for client : canbo/198.51.100.8 [basic]",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 kdc krb5kdc[4521](info): AS_REQ (8 etypes {18 17 20 19 16 23 25 26})"
            + " 198.51.100.8: PREAUTH_FAILED: canbo@X.EXAMPLE for krbtgt/X.EXAMPLE@X.EXAMPLE, Preau"
            + "thentication failed",
        [
            "source.ip": "198.51.100.8", "user.name": "canbo@X.EXAMPLE",
            "event.outcome": "failure", "process.name": "krb5kdc",
            "process.pid": "4521",
        ]),
    MeantLine(
        "Mar  4 11:22:33 kdc krb5kdc[4521](info): AS_REQ (8 etypes {18 17 20 19}) 198.51.100."
            + "8: ISSUE: authtime 1772623353, etypes {rep=18 tkt=18 ses=18}, canbo@X.EXAMPLE for kr"
            + "btgt/X.EXAMPLE@X.EXAMPLE",
        ["source.ip": "198.51.100.8", "user.name": "canbo@X.EXAMPLE", "event.outcome": "success"]),
    MeantLine(
        "Mar  4 11:22:33 kdc krb5kdc[4521](info): AS_REQ (8 etypes {18 17 20 19}) 198.51.100."
            + "8: NEEDED_PREAUTH: canbo@X.EXAMPLE for krbtgt/X.EXAMPLE@X.EXAMPLE, Additional pre-au"
            + "thentication required",
        ["source.ip": "198.51.100.8", "user.name": "canbo@X.EXAMPLE"]),
    MeantLine(
        "Mar  4 11:22:33 tac tac_plus[4521]: login query for 'canbo' port tty1 from 198.51.10"
            + "0.8 rejected",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 h psad: scan detected: 198.51.100.8 -> 10.0.0.1 tcp: [1-1024] flags:"
            + " SYN tcp pkts: 120 DL: 3",
        ["source.ip": "198.51.100.8", "event.category": "intrusion_detection"]),
    MeantLine(
        "time=\"2026-03-04T11:22:33Z\" level=info msg=\"Ip 198.51.100.8 performed 'crowdsecurity"
            + "/ssh-bf' (6 events over 3.2s) at 2026-03-04 11:22:33.1 +0000 UTC\"",
        ["source.ip": "198.51.100.8", "event.category": "intrusion_detection"]),
    MeantLine(
        "03/04/2026-11:22:33.123456  [**] [1:2001219:20] Potential SSH Scan [**] [Classificat"
            + "ion: Attempted Information Leak] [Priority: 2] {TCP} 198.51.100.8:44556 -> 10.0.0.1:"
            + "22",
        ["source.ip": "198.51.100.8", "time": "2026-03-04T11:22:33"]),
    MeantLine(
        "Mar  4 11:22:33 router firewall,info DROP input: in:ether1 out:(unknown 0), connecti"
            + "on-state:new src-mac 00:00:5e:00:53:01, proto TCP (SYN), 198.51.100.8:44556->10.0.0."
            + "1:8291, len 40",
        ["source.ip": "198.51.100.8", "destination.port": "8291", "event.outcome": "failure"]),
    MeantLine(
        "[INFO] 198.51.100.8:44556 - 4521 \"A IN cong.example. udp 45 false 512\" NOERROR qr,rd"
            + ",ra 90 0.0123s",
        ["source.ip": "198.51.100.8", "dns.question.name": "cong.example."]),
    MeantLine(
        "2026-03-04T11:22:33.123+07:00 [auth] ERROR c.x.LoginController - Đăng nhập thất bại:"
            + " tài khoản canbo, IP 198.51.100.8",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04T11:22:33.123+07:00 [auth] INFO c.x.LoginController - Đăng nhập thành công"
            + ": tài khoản canbo, IP 198.51.100.8",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "success"]),
    MeantLine(
        "[2026-03-04T11:22:33.123456+00:00] security.WARNING: Authenticator failed. {\"excepti"
            + "on\":\"[object] (BadCredentialsException)\",\"authenticator\":\"FormLogin\",\"username\":\"can"
            + "bo\",\"ip\":\"198.51.100.8\"} []",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "WARNING 2026-03-04 11:22:33,123 axes.watch_login 812 AXES: Login failed for user can"
            + "bo from 198.51.100.8",
        ["source.ip": "198.51.100.8", "user.name": "canbo", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 kdc krb5kdc[4521](info): AS_REQ (1 etypes {18}) 198.51.100.8: CLIENT"
            + "_NOT_FOUND: 203.0.113.9: PREAUTH_FAILED: x@X.EXAMPLE for krbtgt/X.EXAMPLE@X.EXAMPLE,"
            + " Client not found in Kerberos database",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 vpn ocserv[4521]: worker[a]: 198.51.100.8 failed authentication atte"
            + "mpt for user 'a: 203.0.113.9 failed authentication attempt for user 'b'",
        ["source.ip": "198.51.100.8", "event.outcome": "failure"]),
    MeantLine(
        "2026-03-04 11:22:33,123 [DENIED LOGIN]  for client : a/203.0.113.9 [basic]/198.51.10"
            + "0.8 [basic]",
        ["event.outcome": "failure"]),
]

@Test(arguments: accessServerLines)
func accessServersAreRead(_ expected: MeantLine) throws { try expected.check() }
