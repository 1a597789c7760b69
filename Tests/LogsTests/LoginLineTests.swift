import Testing

/// Lines of appliances, proxies, portals and databases that tell of a log-in or of traffic turned away, with who,
/// whence and how it ended. Written from their makers' documentation; addresses and names are examples of ours.
struct LoginLineTests {
    struct Told: CustomTestStringConvertible, Sendable {
        var text: String
        var client: String?
        var user: String?
        var outcome: String?
        var testDescription: String { text }

        init(_ outcome: String?, _ client: String?, _ user: String?, _ text: String) {
            self.text = text
            self.client = client
            self.user = user
            self.outcome = outcome
        }
    }

    @Test(arguments: told) func aLineTellsWhoAndWhence(_ told: Told) throws {
        let event = try #require(decode(told.text + "\n", zone: "UTC", now: "2026-11-29T12:00:00Z").last)
        #expect(event.unread == nil)
        #expect(event["event.outcome"] == told.outcome)
        #expect(event["source.ip"] == told.client)
        #expect(event["user.name"] == told.user)
    }

    static let told: [Told] = [
        Told(
            "failure", "203.0.113.7", "lan",
            "Nov 29 08:11:02 mx1 perdition[1234]: Auth: 203.0.113.7:41022->192.0.2.10:143 client-secu"
                + "re=plaintext authorisation_id=NONE authentication_id=\"lan\" server=\"imap1:143\" protocol=I"
                + "MAP4 server-secure=plaintext status=\"failed: Re-Authentication Failure\""),
        Told(
            "success", "203.0.113.7", "lan",
            "Nov 29 08:11:02 mx1 perdition[1234]: Auth: 203.0.113.7:41022->192.0.2.10:143 client-secu"
                + "re=plaintext authorisation_id=NONE authentication_id=\"lan\" server=\"imap1:143\" protocol=I"
                + "MAP4 server-secure=plaintext status=\"ok\""),
        Told(
            "failure", "203.0.113.8", "lan",
            "Nov 29 08:11:02 mx1 horde[2331]: [imp] FAILED LOGIN for lan [203.0.113.8] (forwarded for"
                + " [198.51.100.4]) to {imap.example:143 [imap]} [pid 2331 on line 157 of \"/usr/share/horde"
                + "/imp/lib/Auth.php\"]"),
        Told(
            "failure", "203.0.113.8", "lan",
            "Nov 29 08:11:02 mx1 HORDE[2331]: [horde] FAILED LOGIN for lan (203.0.113.8) [pid 2331 on"
                + " line 198 of \"/var/www/horde/login.php\"]"),
        Told(
            "success", "203.0.113.8", "lan",
            "Nov 29 08:11:02 mx1 HORDE: [horde] Login success for lan [203.0.113.8] to Horde. [pid 9 "
                + "on line 157 of \"/a.php\"]"),
        Told(
            "failure", nil, "netscreen",
            "Nov 29 08:11:02 mx1 ns5: NetScreen device_id=ns5  [Root]system-warning-00518: ADM: Local"
                + " admin authentication failed for login name netscreen: invalid login name (2026-11-29 08"
                + ":11:02)"),
        Told(
            "success", "203.0.113.9", "netscreen",
            "Nov 29 08:11:02 mx1 ns5: NetScreen device_id=ns5  [Root]system-warning-00515: Admin user"
                + " netscreen has logged on via Telnet from 203.0.113.9:41022 (2026-11-29 08:11:02)"),
        Told(
            "failure", "203.0.113.9", "admin",
            "Nov 29 08:11:02 mx1 ns5: NetScreen device_id=ns5  [Root]system-warning-00518: Admin user"
                + " \"admin\" login attempt for Web(http) management (port 80) from 203.0.113.9:41022 failed."
                + " (2026-11-29 08:11:02)"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 mx1 firewall: msg_id=\"3000-0148\" Deny 0-External Firebox 52 tcp 20 63 20"
                + "3.0.113.9 192.0.2.5 50123 3389 offset 8 S 123456 win 32 (Unhandled External Packet-00)"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 mx1 snmpd[831]: Connection from UDP: [203.0.113.9]:41022->[192.0.2.5]:16"
                + "1 REFUSED"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 mx1 snmpd[831]: Authentication failed from UDP: [203.0.113.9]:41022"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 mx1 %ASA-6-605004: Login denied from 203.0.113.9/41022 to outside:192.0."
                + "2.5/ssh for user \"*****\""),
        Told(
            "failure", nil, nil,
            "Nov 29 08:11:02 mx1 %ASA-6-113015: AAA user authentication Rejected : reason = Invalid p"
                + "assword : local database : user = *****"),
        Told(
            "failure", "203.0.113.9", nil,
            "2026:11:29-08:11:02 utm ulogd[4711]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" sub=\"pack"
                + "etfilter\" name=\"Packet dropped\" action=\"drop\" fwrule=\"60001\" initf=\"eth1\" srcmac=\"00:11:"
                + "22:33:44:55\" dstmac=\"00:11:22:33:44:66\" srcip=\"203.0.113.9\" dstip=\"192.0.2.5\" proto=\"6\" "
                + "length=\"40\" tos=\"0x00\" prec=\"0x00\" ttl=\"52\" srcport=\"41022\" dstport=\"23\" tcpflags=\"SYN\""
        ),
        Told(
            "failure", "203.0.113.9", "lan",
            "2026:11:29-08:11:02 utm aua[4711]: id=\"3005\" severity=\"warn\" sys=\"System\" sub=\"auth\" nam"
                + "e=\"Authentication failed\" srcip=\"203.0.113.9\" host=\"\" user=\"lan\" caller=\"portal\" reason="
                + "\"DENIED\""),
        Told(
            "success", "203.0.113.9", "lan",
            "2026:11:29-08:11:02 utm aua[4711]: id=\"3004\" severity=\"info\" sys=\"System\" sub=\"auth\" nam"
                + "e=\"Authentication successful\" srcip=\"203.0.113.9\" host=\"\" user=\"lan\" caller=\"webadmin\" e"
                + "ngine=\"local\""),
        Told(
            "failure", "203.0.113.9", nil,
            "{\"name\":\"api\",\"hostname\":\"app1\",\"pid\":12,\"level\":40,\"msg\":\"login failed\",\"remoteAddress\""
                + ":\"203.0.113.9\",\"time\":\"2026-11-29T08:11:02.000Z\",\"v\":0}"),
        Told(
            "failure", "203.0.113.9", "lan",
            "{\"name\":\"portal\",\"hostname\":\"app1\",\"pid\":12,\"level\":40,\"msg\":\"Invalid user credentials\","
                + "\"ip\":\"203.0.113.9\",\"username\":\"lan\",\"time\":\"2026-11-29T08:11:02.000Z\",\"v\":0}"),
        Told(
            "failure", "203.0.113.9", nil,
            "2026-11-29 08:11:02,123 WARN  [portal] Invalid user credentials from 203.0.113.9"),
        Told(
            "failure", "203.0.113.9", "lan",
            "<165>1 2026-11-29T08:11:02.003Z app1 portal 8710 LOGIN [auth@32473 user=\"lan\" ip=\"203.0."
                + "113.9\"] Login failed"),
        Told(
            "failure", "203.0.113.9", "lan",
            "<165>1 2026-11-29T08:11:02.003Z app1 portal 8710 LOGIN [origin ip=\"192.0.2.1\"][auth@3247"
                + "3 user=\"lan\" ip=\"203.0.113.9\"] Login failed"),
        Told(
            "failure", "203.0.113.9", "lan",
            "11/29/2026 08:11:02 [LOGIN_ERROR] lan (mail.example) from 203.0.113.9: Unknown user or p"
                + "assword incorrect."),
        Told(
            "failure", "203.0.113.9", "lan",
            "<W>2026-11-29 08:11:02.123 1 => <5:lan(-1)> Rejected connection from 203.0.113.9:41022: "
                + "Invalid server password"),
        Told(
            "success", "203.0.113.9", "lan",
            "2026-11-29 08:11:02,123 http-nio-8080-exec-4 lan 491x123x1 1abc 203.0.113.9 /login.jsp T"
                + "he user 'lan' has PASSED authentication."),
        Told(
            "failure", "203.0.113.9", nil,
            "2026-11-29T08:11:02.123Z [ERROR] agent.http: Request error: method=GET url=/v1/kv/ from="
                + "203.0.113.9:41022 error=\"ACL not found\""),
        Told(
            "failure", "203.0.113.9", "lan",
            "4fbed 3c1 -- none -- - 2026-11-29T08:11:02+00:00 WARN (4): Tinebase_Controller::login::1"
                + "03 Login with username lan from 203.0.113.9 failed (-1)!"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 2026 08:11:02 USG6300 %%01POLICY/6/POLICYDENY(l)[12]:vsys=public, protocol=6, sou"
                + "rce-ip=203.0.113.9, source-port=41022, destination-ip=192.0.2.5, destination-port=22, ti"
                + "me=2026/11/29 08:11:02, source-zone=untrust, destination-zone=trust, rule-name=default."),
        Told(
            "failure", nil, "lan",
            "<188>Nov 29 2026 08:11:02 SW1 %%01CM/5/USER_ACCESSRESULT(s)[123]:[USER_INFO_AUTHENTICATI"
                + "ON]DEVICEMAC:00-11-22-33-44-55;DEVICENAME:SW1;USER:lan;MAC:00-11;ACCESS TYPE:SSH;IP-ADDR"
                + "ESS:203.0.113.9;RESULT:fail;"),
        Told(
            "success", "203.0.113.9", "lan",
            "Nov 29 2026 08:11:02 FW %%01WEB/4/WEBLOGIN_SUCCEED(l)[3]:Succeeded in logging in to web "
                + "server. (UserName=lan, UserIP=203.0.113.9, VPNInstanceName=public)"),
        Told(
            "failure", nil, "SYS",
            "Nov 29 08:11:02 host1 Oracle Audit[9]: LENGTH : '160' ACTION :[7] 'CONNECT' DATABASE USE"
                + "R:[3] 'SYS' PRIVILEGE :[4] 'NONE' CLIENT USER:[3] 'lan' CLIENT TERMINAL:[5] 'pts/0' STAT"
                + "US:[4] '1017' DBID:[10] '1234567890'"),
        Told(
            "failure", "203.0.113.9", "lan",
            "WARN  [Native-Transport-Requests-1] 2026-11-29 08:11:02,123 Message.java:500 - Failed lo"
                + "gin for user lan from 203.0.113.9"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 Xvnc[9]: Connections: blacklisted: 203.0.113.9"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 x11vnc[9]: authentication failed for 203.0.113.9"),
        Told(
            "failure", "203.0.113.9", "lan",
            "2026-11-29 08:11:02,123 INFO [org.apereo.inspektr.audit.support.Slf4jLoggingAuditTrailMa"
                + "nager] - {\"who\":\"lan\",\"what\":\"Supplied credentials: [lan]\",\"action\":\"AUTHENTICATION_FAIL"
                + "ED\",\"application\":\"CAS\",\"when\":\"Sun Nov 29 08:11:02 UTC 2026\",\"clientIpAddress\":\"203.0.1"
                + "13.9\",\"serverIpAddress\":\"192.0.2.5\"}"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 kernel: [WAN_LOCAL-default-D]IN=eth0 OUT= MAC=00:11:22:33:44:55:66"
                + ":77:88:99:aa:bb:08:00 SRC=203.0.113.9 DST=192.0.2.5 LEN=40 TOS=0x00 PREC=0x00 TTL=52 ID="
                + "1 PROTO=TCP SPT=41022 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0"),
        Told(
            "failure", "203.0.113.9", "lan",
            "Nov 29 08:11:02 host1 PulseSecure: - - - 2026-11-29 08:11:02 - ive - [203.0.113.9] lan(U"
                + "sers)[] - Login failed using auth server AD (Active Directory).  Reason: Failed"),
        Told(
            "failure", "203.0.113.9", "lan",
            "Nov 29 08:11:02 host1 ftpd[9]: FTP LOGIN FAILED FROM 203.0.113.9, lan"),
        Told(
            "failure", "203.0.113.9", "lan",
            "Sun Nov 29 08:11:02 2026 - [9] (203.0.113.9) lan - login error - auth_unix.pl, ret -4, P"
                + "assword incorrect"),
        Told(
            "failure", "203.0.113.9", "lan",
            "<co ts=\"2026-11-29T08:11:02.12\" pi=\"1.2.3\" sc=\"tcp_submit\" dr=\"+\" ac=\"U\" tr=\"TCP|192.0.2"
                + ".5|25|203.0.113.9|41022\" ap=\"SMTP\" mi=\"Bad password\" us=\"lan\" di=\"535 5.7.8 Bad username"
                + " or password (Authentication failed).\"/>"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 suhosin[9]: ALERT - tried to register forbidden variable 'GLOBALS'"
                + " through GET variables (attacker '203.0.113.9', file '/srv/index.php')"),
        Told(
            "failure", "203.0.113.9", "lan",
            "2026-11-29 08:11:02.386 Connection \"CID-560\": User authentication failed. The user name "
                + "that has been provided was \"lan\", from 203.0.113.9."),
        Told(
            "failure", "203.0.113.9", nil,
            "L 11/29/2026 - 08:11:02: Bad Rcon: \"rcon 123 \"test\" status\" from \"203.0.113.9:41022\""),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 in.rshd[9]: Connection from 203.0.113.9 on illegal port"),
        Told(
            nil, "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 arpwatch: new station 203.0.113.9 0:1a:2b:3c:4d:5e eth0"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 pf: 00:00:01.123456 rule 4/0(match): block in on em0: 203.0.113.9."
                + "41022 > 192.0.2.5.22: Flags [S], seq 1, win 1024"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 ipmon[9]: 08:11:02.123456 em0 @0:10 b 203.0.113.9,41022 -> 192.0.2"
                + ".5,22 PR tcp len 20 60 -S IN"),
        Told(
            "failure", "203.0.113.9", "lan",
            "Nov 29 08:11:02 host1 ftpd[9]: FTP LOGIN REFUSED (username in denied-users) FROM x.examp"
                + "le [203.0.113.9], lan"),
        Told(
            "failure", "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 smbd[9]:   Denied connection from 203.0.113.9 (203.0.113.9)"),
        Told(
            "failure", nil, "lan",
            "Nov 29 08:11:02 host1 sshd[9]: pam_tally2(sshd:auth): user lan (1000) tally 6, deny 5"),
        Told(
            "failure", "203.0.113.9", "lan",
            "Nov 29 08:11:02 host1 sshd[9]: pam_krb5(sshd:auth): authentication failure; logname=lan "
                + "uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9"),
        Told(
            nil, "203.0.113.9", nil,
            "Nov 29 08:11:02 host1 pptpd[9]: CTRL: Client 203.0.113.9 control connection started"),
        Told(
            "failure", nil, "lan",
            "Nov 29 08:11:02 host1 saslauthd[9]: do_auth         : auth failure: [user=lan] [service="
                + "imap] [realm=x.vn] [mech=pam] [reason=PAM auth error]"),
        Told(
            "failure", "203.0.113.9", "lan",
            "{\"Timestamp\":\"2026-11-29T08:11:02.123+07:00\",\"Level\":\"Warning\",\"MessageTemplate\":\"Login "
                + "failed for {User} from {Ip}\",\"Properties\":{\"User\":\"lan\",\"Ip\":\"203.0.113.9\"}}"),
        Told(
            "failure", "203.0.113.9", "0912345678",
            "2026-11-29 08:11:02 WARN vneid - Xác thực OTP thất bại cho tài khoản 0912345678 từ địa c"
                + "hỉ IP 203.0.113.9"),
        Told(
            "failure", "203.0.113.9", "lan",
            "[2026-11-29T08:11:02,123][WARN ][o.o.s.a.BackendRegistry  ] [node1] Authentication final"
                + "ly failed for lan from 203.0.113.9:41022"),
        Told(
            "failure", "203.0.113.9", "lan",
            "2026-11-29 08:11:02.123 [info] <0.1.0> connection <0.1.0> (203.0.113.9:41022 -> 192.0.2."
                + "5:5672): user 'lan' login refused"),
    ]
}
