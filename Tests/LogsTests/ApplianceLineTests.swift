import Testing

/// Lines of firewalls, gateways and routers, with what each means. Addresses and names are examples of ours.
let applianceLines: [MeantLine] = [
    MeantLine(
        "<189>date=2026-03-04 time=11:22:33 devname=\"FGT-HN-01\" devid=\"FGT60FTK20012345\" eventtime=17"
            + "72598153123456789 tz=\"+0700\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level="
            + "\"notice\" vd=\"root\" srcip=10.1.2.3 srcport=51234 srcintf=\"lan\" dstip=203.0.113.80 dstport=4"
            + "43 dstintf=\"wan1\" proto=6 action=\"close\" policyid=12 service=\"HTTPS\" user=\"nguyen.van.a\""
            + " sentbyte=1200 rcvdbyte=34567",
        [
            "time": "2026-03-04T04:22:33", "host.hostname": "FGT-HN-01", "source.ip": "10.1.2.3",
            "source.port": "51234", "destination.ip": "203.0.113.80", "destination.port": "443",
            "user.name": "nguyen.van.a", "event.category": "network",
        ]),
    MeantLine(
        "date=2026-03-04 time=11:22:33 devname=\"FGT-HN-01\" devid=\"FGT60F\" eventtime=1772598153 tz=\"+"
            + "0700\" logid=\"0000000013\" type=\"traffic\" subtype=\"local\" level=\"notice\" vd=\"root\" srci"
            + "p=198.51.100.4 srcport=40000 dstip=203.0.113.1 dstport=22 proto=6 action=\"deny\" policyid=0",
        [
            "source.ip": "198.51.100.4", "destination.ip": "203.0.113.1", "destination.port": "22",
            "event.outcome": "failure", "time": "2026-03-04T04:22:33",
        ]),
    MeantLine(
        "Mar  4 11:22:33 PA-220 1,2026/03/04 11:22:33,012345678901,SYSTEM,auth,2560,2026/03/04 11:22:33,,"
            + "auth-fail,,0,0,general,medium,\"failed authentication for user 'tran.b'. Reason: Invalid usernam"
            + "e/password. auth profile 'LDAP', vsys 'vsys1', server profile 'ad', server address '10.0.0.5', F"
            + "rom: 198.51.100.77.\",12345,0x0,0,0,0,0,,PA-220",
        [
            "user.name": "tran.b", "source.ip": "198.51.100.77", "event.outcome": "failure",
            "event.category": "authentication",
        ]),
    MeantLine(
        "Mar  4 2026 11:22:33 asa1 : %ASA-6-302013: Built inbound TCP connection 123456 for outside:198.5"
            + "1.100.8/44556 (198.51.100.8/44556) to dmz:10.0.0.20/443 (203.0.113.20/443)",
        ["source.ip": "198.51.100.8", "destination.ip": "10.0.0.20", "destination.port": "443"]),
    MeantLine(
        "Mar  4 2026 11:22:33 asa1 : %ASA-6-302014: Teardown TCP connection 123456 for outside:198.51.100"
            + ".8/44556 to dmz:10.0.0.20/443 duration 0:00:12 bytes 4521 TCP FINs",
        ["source.ip": "198.51.100.8", "destination.ip": "10.0.0.20"]),
    MeantLine(
        "Mar  4 2026 11:22:33 asa1 : %ASA-4-722051: Group <VPN_GP> User <tran.b> IP <198.51.100.8> IPv4 A"
            + "ddress <10.9.9.4> IPv6 address <::> assigned to session",
        ["user.name": "tran.b", "source.ip": "198.51.100.8"]),
    MeantLine(
        "Mar  4 2026 11:22:33 asa1 : %ASA-4-113019: Group = VPN_GP, Username = tran.b, IP = 198.51.100.8,"
            + " Session disconnected. Session Type: AnyConnect-Parent, Duration: 1h:02m:03s, Bytes xmt: 123, By"
            + "tes rcv: 456, Reason: User Requested",
        ["user.name": "tran.b", "source.ip": "198.51.100.8"]),
    MeantLine(
        "Mar  4 2026 11:22:33 asa1 : %ASA-5-111010: User 'netadmin', running 'CLI' from IP 10.0.0.8, exec"
            + "uted 'no logging enable'",
        ["user.name": "netadmin", "source.ip": "10.0.0.8"]),
    MeantLine(
        "<113>2026-03-04T04:22:33Z ftd1  %FTD-1-430003: EventPriority: Low, DeviceUUID: 1234, InstanceID:"
            + " 1, FirstPacketSecond: 2026-03-04T04:22:30Z, ConnectionID: 7, AccessControlRuleAction: Block, Sr"
            + "cIP: 198.51.100.8, DstIP: 10.0.0.20, SrcPort: 44556, DstPort: 445, Protocol: tcp, IngressZone: o"
            + "utside, ACPolicy: Main, AccessControlRuleName: Default Block, User: Unknown",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "10.0.0.20",
            "destination.port": "445", "event.outcome": "failure", "host.hostname": "ftd1",
        ]),
    MeantLine(
        "<189>45: *Mar  4 11:22:33.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: admin] [Source: 19"
            + "8.51.100.8] [localport: 22] [Reason: Login Authentication Failed] at 11:22:33 UTC Wed Mar 4 2026",
        [
            "user.name": "admin", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "event.category": "authentication", "time": "2026-03-04T11:22:33.123",
        ]),
    MeantLine(
        "Mar  4 11:22:35 rtr1 99: Mar  4 11:22:34.500: %SEC-6-IPACCESSLOGP: list 101 denied tcp 198.51.10"
            + "0.8(44556) -> 203.0.113.5(23), 1 packet",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "203.0.113.5",
            "destination.port": "23", "event.outcome": "failure",
        ]),
    MeantLine(
        "Mar  4 11:22:35 rtr1 100: Mar  4 11:22:34.500: %SYS-5-CONFIG_I: Configured from console by netop"
            + "s on vty0 (10.0.0.8)",
        ["user.name": "netops", "source.ip": "10.0.0.8"]),
    MeantLine(
        "Mar  4 11:22:35 rtr1 101: .Mar  4 11:22:34.500: %SSH-5-SSH2_USERAUTH: User 'root' authentication"
            + " for SSH2 Session from 198.51.100.8 (tty = 0) using crypto cipher 'aes256-ctr', hmac 'hmac-sha1'"
            + " Failed",
        [
            "user.name": "root", "source.ip": "198.51.100.8", "event.outcome": "failure",
            "event.category": "authentication",
        ]),
    MeantLine(
        "<134>1 2026-03-04T04:22:33Z gw1 CheckPoint 12345 - [action:\"Drop\"; flags:\"400644\"; ifdir:\"i"
            + "nbound\"; ifname:\"eth0\"; logid:\"0\"; loguid:\"{0x1,0x2}\"; origin:\"10.0.0.1\"; time:\"177259"
            + "8153\"; version:\"5\"; dst:\"10.0.0.20\"; product:\"VPN-1 & FireWall-1\"; proto:\"6\"; s_port:\""
            + "44556\"; service:\"445\"; src:\"198.51.100.8\"]",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "10.0.0.20",
            "destination.port": "445", "event.outcome": "failure", "host.hostname": "gw1",
        ]),
    MeantLine(
        "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Accept deviceDirection=0 "
            + "rt=1772598153000 spt=51234 dpt=443 cs2Label=Rule Name cs2=Web out src=10.1.2.3 dst=203.0.113.9 p"
            + "roto=6",
        [
            "source.ip": "10.1.2.3", "source.port": "51234", "destination.ip": "203.0.113.9",
            "destination.port": "443", "time": "2026-03-04T04:22:33",
        ]),
    MeantLine(
        "<30>device=\"SFW\" date=2026-03-04 time=11:22:33 timezone=\"+07\" device_name=\"XG230\" device_i"
            + "d=C1234 log_id=010102600002 log_type=\"Firewall\" log_component=\"Firewall Rule\" log_subtype=\""
            + "Denied\" status=\"Deny\" priority=Information fw_rule_id=0 src_ip=198.51.100.8 dst_ip=203.0.113."
            + "1 protocol=\"TCP\" src_port=44556 dst_port=3389",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "203.0.113.1",
            "destination.port": "3389", "event.outcome": "failure", "time": "2026-03-04T04:22:33",
        ]),
    MeantLine(
        "2026:03:04-11:22:33 utm ulogd[12345]: id=\"2001\" severity=\"info\" sys=\"SecureNet\" sub=\"pack"
            + "etfilter\" name=\"Packet dropped\" action=\"drop\" fwrule=\"60001\" initf=\"eth1\" srcmac=\"00:1"
            + "1:22:33:44:55\" srcip=\"198.51.100.8\" dstip=\"203.0.113.1\" proto=\"6\" length=\"40\" srcport="
            + "\"44556\" dstport=\"23\" tcpflags=\"SYN\"",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "203.0.113.1",
            "destination.port": "23", "event.outcome": "failure", "time": "2026-03-04T11:22:33",
            "host.hostname": "utm", "process.name": "ulogd",
        ]),
    MeantLine(
        "Mar  4 11:22:33 srx1 mgd[4567]: UI_COMMIT: User 'netops' requested 'commit' operation (comment: "
            + "none)",
        ["user.name": "netops", "host.hostname": "srx1", "process.name": "mgd"]),
    MeantLine(
        "Mar  4 11:22:33 bigip1 notice httpd[9999]: 01070417:5: AUDIT - user admin - RAW: httpd(mod_auth_"
            + "pam): user=admin(admin) partition=[All] level=Administrator tty=(unknown) host=198.51.100.8 atte"
            + "mpts=1 start=\"Wed Mar  4 11:22:33 2026\".",
        [
            "user.name": "admin", "source.ip": "198.51.100.8", "host.hostname": "bigip1",
            "process.name": "httpd",
        ]),
    MeantLine(
        "Mar  4 11:22:33 bigip1 notice apmd[8888]: 01490010:5: /Common/vpn:Common:1a2b3c4d: Username 'tra"
            + "n.b'",
        ["user.name": "tran.b", "process.name": "apmd"]),
    MeantLine(
        "Mar  4 11:22:33 bigip1 notice tmm1[8888]: 01490500:5: /Common/vpn:Common:1a2b3c4d: New session f"
            + "rom client IP 198.51.100.9 (ST=Ha Noi/CC=VN/C=AS) at VIP 203.0.113.9 Listener /Common/vpn (Reput"
            + "ation=Unknown)",
        ["source.ip": "198.51.100.9"]),
    MeantLine(
        "Mar  4 11:22:33 bigip1 ASM:unit_hostname=\"bigip1\",management_ip_address=\"10.0.0.2\",http_clas"
            + "s_name=\"/Common/portal\",policy_name=\"/Common/portal\",violations=\"Attack signature detected"
            + "\",request_status=\"blocked\",response_code=\"0\",ip_client=\"198.51.100.8\",method=\"GET\",uri="
            + "\"/index.php\",query_string=\"id=1%27\",severity=\"Critical\",src_port=\"44556\",dest_port=\"443"
            + "\",dest_ip=\"10.0.0.20\"",
        ["source.ip": "198.51.100.8", "destination.port": "443", "event.outcome": "failure"]),
    MeantLine(
        "Mar  4 11:22:33 ns1 03/04/2026:11:22:33 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 998877 0 : Contex"
            + "t tran.b@198.51.100.9 - SessionId: 4321 - User tran.b - Client_ip 198.51.100.9 - Nat_ip \"Mapped"
            + " Ip\" - Vserver 203.0.113.9:443 - Browser_type \"Mozilla/5.0\" - SSLVPN_client_type Agent - Grou"
            + "p(s) \"N/A\"",
        ["user.name": "tran.b", "source.ip": "198.51.100.9", "event.outcome": "success"]),
    MeantLine(
        "<134>id=firewall sn=0017C5000001 time=\"2026-03-04 11:22:33 UTC\" fw=203.0.113.1 pri=6 c=1024 m="
            + "1197 msg=\"NAT Mapping\" n=123 src=10.0.0.5:51234:X0 dst=203.0.113.9:443:X1 proto=tcp/https",
        [
            "source.ip": "10.0.0.5", "source.port": "51234", "destination.ip": "203.0.113.9",
            "destination.port": "443", "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "Mar  4 11:22:33 dlp1 CEF:0|Acme\\|Corp|DLP|1.0|100|Blocked \\\\ file|8|rt=Mar 04 2026 11:22:33 s"
            + "rc=198.51.100.8 spt=44556 dst=10.0.0.20 dpt=443 suser=tran.b fname=a\\=b.doc request=https://por"
            + "tal.example/a?x\\=1 act=blocked msg=line one\\nline two\\= end",
        [
            "source.ip": "198.51.100.8", "source.port": "44556", "destination.ip": "10.0.0.20",
            "destination.port": "443", "user.name": "tran.b", "event.outcome": "failure",
            "time": "2026-03-04T11:22:33", "url.original": "https://portal.example/a?x=1",
        ]),
    MeantLine(
        "CEF:0|Trend Micro|Deep Security Agent|20.0|4000000|Eicar|6|cn1=1 cn1Label=Host ID dvchost=srv1 r"
            + "t=1772598153123 filePath=/tmp/eicar.com act=Delete msg=Realtime result=Deleted",
        ["time": "2026-03-04T04:22:33.123", "host.hostname": "srv1", "file.path": "/tmp/eicar.com"]),
    MeantLine(
        "LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=198.51.100.8^dst=10.0.0.5^sev=5^srcPort=81^dstPort=21"
            + "^usrName=joe.black^devTime=Mar 04 2026 11:22:33^devTimeFormat=MMM dd yyyy HH:mm:ss",
        [
            "source.ip": "198.51.100.8", "source.port": "81", "destination.ip": "10.0.0.5",
            "user.name": "joe.black", "time": "2026-03-04T11:22:33",
        ]),
    MeantLine(
        "%Mar  4 11:22:33:123 2026 H3C SHELL/5/SHELL_LOGINFAIL: SSH user admin failed to log in from 198."
            + "51.100.8 on VTY0.",
        [
            "source.ip": "198.51.100.8", "user.name": "admin", "event.outcome": "failure",
            "host.hostname": "H3C", "time": "2026-03-04T11:22:33.123",
        ]),
    MeantLine(
        "Mar  4 11:22:33 ICT web-01 sshd[1]: Failed password for root from 198.51.100.8 port 1 ssh2",
        ["time": "2026-03-04T04:22:33", "host.hostname": "web-01"]),
    MeantLine(
        "<38>Mar  4 11:22:33 relay1 <86>Mar  4 11:22:32 web-01 sshd[4321]: Failed password for root from "
            + "198.51.100.8 port 1 ssh2",
        [
            "source.ip": "198.51.100.8", "user.name": "root", "event.outcome": "failure",
            "host.hostname": "web-01",
        ]),
    MeantLine(
        "Mar  4 11:22:33 bsd kernel: ipfw: 65534 Deny TCP 198.51.100.8:44556 203.0.113.1:22 in via em0",
        [
            "source.ip": "198.51.100.8", "destination.ip": "203.0.113.1", "destination.port": "22",
            "event.outcome": "failure",
        ]),
    MeantLine(
        "Mar  4 11:22:33 waf1 2026-03-04 11:22:33.123 +0700  waf1 WF ALER SQL_INJECTION_IN_PARAM 198.51.1"
            + "00.8 44556 203.0.113.9 443 portal global GLOBAL DENY NONE [type=\"sql-injection\"] POST portal.e"
            + "xample/login TLSv1.2 \"-\" \"Mozilla\" 203.0.113.9 443 \"-\" x",
        ["source.ip": "198.51.100.8"]),
]

@Test(arguments: applianceLines)
func appliancesAreRead(_ expected: MeantLine) throws { try expected.check() }
