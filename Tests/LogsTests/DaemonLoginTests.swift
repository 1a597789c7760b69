import Testing

/// Log-ins as daemons' sources write them, line by line: how they ended, and who came from where.
let daemonLogins: [(outcome: String, user: String?, line: String)] = [
    ("failure", "an", "sshd[7]: Failed publickey for an from 203.0.113.5 port 4022 ssh2: ED25519 SHA256:abc"),
    ("success", "an", "sshd[7]: Accepted gssapi-with-mic for an from 203.0.113.5 port 4022 ssh2: an@EXAMPLE.ORG"),
    (
        "success", "an",
        "sshd[7]: Accepted hostbased for an from 203.0.113.5 port 4022 ssh2: RSA SHA256:abc, client user \"x\", "
            + "client host \"h\""
    ),
    ("failure", nil, "in.telnetd[30]: refused connect from host.example.org (203.0.113.5)"),
    ("failure", nil, "in.telnetd[30]: refused connect from 203.0.113.5"),
    (
        "failure", "an",
        "radiusd[31]: (5) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [an/<via Auth-Type = mschap>] "
            + "(from client vpn port 0 cli 203.0.113.5)"
    ),
    ("success", "an", "radiusd[31]: (5) Login OK: [an] (from client vpn port 5 cli 203.0.113.5)"),
    (
        "success", "an",
        "%ASA-6-716038: Group <vpn> User <an> IP <203.0.113.5> Authentication: successful, Session Type: a"
    ),
    (
        "success", "an", "charon: 07[IKE] IKE_SA road[5] established between 10.0.0.1[gw.example.org]...203.0.113.5[an]"
    ),
    ("success", "an", "smtpd[11]: 9a8b smtp authentication user=an address=203.0.113.5 host=x result=ok"),
    ("failure", "an", "smtpd[11]: 9a8b smtp authentication user=an address=203.0.113.5 host=x result=permfail"),
    ("success", "an", "postgres[5]: [7] 203.0.113.5(4022) an@db LOG:  connection authorized: user=an database=db"),
    ("failure", "an", "H3C %%10SHELL/5/SHELL_LOGINFAIL: SSH user an failed to log in from 203.0.113.5 on VTY0.."),
    ("success", "an", "H3C %%10SHELL/5/SHELL_LOGIN: an logged in from 203.0.113.5."),
    (
        "success", "an",
        "mgd[5]: UI_LOGIN_EVENT: User 'an' login, class 'j-super-user' [77], ssh-connection '203.0.113.5 4022 10.0.0.1 "
            + "22', client-mode 'cli'"
    ),
    (
        "failure", "an",
        "%ASA-6-716039: Group <vpn> User <an> IP <203.0.113.5> Authentication: rejected, Session Type: a"
    ),
    (
        "success", "100",
        "asterisk[5]: SECURITY[25]: res_security_log.c:114 security_event_stasis_cb: SecurityEvent=\"SuccessfulAuth\","
            + "EventTV=\"2026-11-27T10:00:00.000+0700\",Severity=\"Informational\",Service=\"PJSIP\","
            + "EventVersion=\"1\",AccountID=\"100\",SessionID=\"x\",LocalAddress=\"IPV4/UDP/10.0.0.1/5060\","
            + "RemoteAddress=\"IPV4/UDP/203.0.113.5/5060\",UsingPassword=\"1\""
    ),
    (
        "success", "an@example.org",
        "exim[5]: 1rABCD-000000-AA <= an@example.org H=host.example (win) [203.0.113.5]:4022 I=[10.0.0.1]:587 P=esmtpsa "
            + "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=plain:an@example.org S=1000 id=x@y T=\"x A=y:z S=1\""
    ),
]

@Test(arguments: daemonLogins)
func daemonsLogInsAreRead(_ expected: (outcome: String, user: String?, line: String)) throws {
    let found = try event("Mar 12 02:58:01 h " + expected.line)
    #expect(found["event.outcome"] == expected.outcome)
    #expect(found["source.ip"] == "203.0.113.5" && found["user.name"] == expected.user)
}

/// Zimbra's audit.log; what a client calls itself stands behind its address.
@Test(arguments: ["", "name=an;"]) func zimbraTellsWhoCameIn(_ name: String) throws {
    let found = try event(
        "2026-03-12 02:58:01,123 INFO  [ImapSSLServer-5] [\(name)ip=203.0.113.5;ua=x;ip=192.0.2.9;] security - "
            + "cmd=Auth; account=an; protocol=imap;")
    #expect(found["event.outcome"] == "success" && found["source.ip"] == "203.0.113.5" && found["user.name"] == "an")
}

/// Who logged in by a name alone, or in a file of a server's own.
@Test(arguments: [
    ("failure", "Mar 12 02:58:01 h pppd[7]: Peer an failed CHAP authentication"),
    ("success", "Mar 12 02:58:01 h pppd[7]: PAP peer authentication succeeded for an"),
    ("success", "Mar 12 02:58:01 h mgd[5]: UI_AUTH_EVENT: Authenticated user 'an' at permission level 'j-super-user'"),
    (
        "failure",
        "Mar 12 02:58:01 h plesk_saslauthd[5]: failed mail authentication attempt for user 'an' (password len=8)"
    ),
    ("failure", "20260312 02:58:01,db1,an,203.0.113.5,5,0,FAILED_CONNECT,,,1045"),
    ("success", "20260312 02:58:01,db1,an,203.0.113.5,5,0,CONNECT,,,0"),
    (
        "success",
        "[2026-03-12 02:58:01 +0700] info [cpaneld] 203.0.113.5 - an \"POST /login/?login_only=1 HTTP/1.1\" SUCCESS LOGIN "
            + "cpaneld"
    ),
])
func namesLogIn(_ outcome: String, _ line: String) throws {
    let found = try event(line)
    #expect(found["event.outcome"] == outcome && found["user.name"] == "an")
}

/// Nobody logged in with whom the subject says so.
@Test func aSubjectIsNoLogIn() throws {
    let found = try event(
        "Mar 12 02:58:01 h exim[5]: 1rABCD-000000-AA <= an@example.org H=host.example [203.0.113.5]:4022 P=esmtp S=9 "
            + "id=x@y T=\"x A=plain:root S=1\"")
    #expect(found["event.outcome"] == nil && found["user.name"] == nil)
}

/// A file of OpenVPN's own names no program: whom a line is about is not the host it comes from.
@Test func aPeerIsNoHost() throws {
    let found = try event(
        "2026-03-12 02:58:01 an/203.0.113.5:4022 PLUGIN_CALL: plugin function PLUGIN_AUTH_USER_PASS_VERIFY failed "
            + "with status 1: /usr/lib/openvpn/openvpn-plugin-auth-pam.so")
    #expect(found["event.outcome"] == "failure" && found["source.ip"] == "203.0.113.5")
    #expect(found["user.name"] == "an" && found["host.hostname"] == nil)
}

@Test(arguments: [
    "type=\"LOGIN\", realmId=\"x\", clientId=\"portal\", userId=\"u\", ipAddress=\"203.0.113.5\", username=\"an\"",
    "type=LOGIN, realmId=x, clientId=portal, userId=u, ipAddress=203.0.113.5, auth_method=openid-connect, username=an",
])
func keycloakTellsWhoCameIn(_ rest: String) throws {
    let found = try event("2026-03-12 02:58:01,123 DEBUG [org.keycloak.events] (executor-thread-1) " + rest)
    #expect(found["event.outcome"] == "success" && found["source.ip"] == "203.0.113.5" && found["user.name"] == "an")
}

/// Keycloak, before its values stood in quotes and since; the name may be the last of them.
@Test(arguments: [
    "type=LOGIN_ERROR, realmId=x, clientId=c, userId=null, ipAddress=203.0.113.5, error=user_not_found, username=an",
    "type=LOGIN_ERROR, realmId=x, clientId=c, userId=null, ipAddress=203.0.113.5, error=user_not_found, "
        + "auth_method=openid-connect, username=an, authSessionTabId=t",
    "type=\"LOGIN_ERROR\", realmId=\"x\", clientId=\"c\", ipAddress=\"203.0.113.5\", error=\"user_not_found\", "
        + "username=\"an\"",
])
func keycloakTellsWhoWasRefused(_ rest: String) throws {
    let found = try event("2026-03-12 02:58:01,123 WARN  [org.keycloak.events] (default task-1) " + rest)
    #expect(found["event.outcome"] == "failure" && found["source.ip"] == "203.0.113.5" && found["user.name"] == "an")
    #expect(found["event.reason"] == "user_not_found")
}

/// What a client calls itself or its user may look like an address field: neither is believed then.
@Test(arguments: [
    "clientId=x, ipAddress=198.51.100.66, userId=null, ipAddress=203.0.113.5, error=client_not_found, username=an",
    "clientId=c, userId=null, ipAddress=203.0.113.5, error=user_not_found, username=x, ipAddress=198.51.100.66, "
        + "error=e, username=y",
])
func keycloakIsNotDeceived(_ rest: String) throws {
    let found = try event(
        "2026-03-12 02:58:01,123 WARN  [org.keycloak.events] (default task-1) type=LOGIN_ERROR, realmId=x, " + rest)
    #expect(found["source.ip"] != "198.51.100.66" && found["event.outcome"] == "failure", "\(found.fields)")
}
