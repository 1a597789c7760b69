internal import Events

/// Load balancers, gateways and routers that write sentences: F5 BIG-IP (apmd, httpd's PAM audit), Citrix NetScaler,
/// Junos (mgd), and pf's and ipfw's words in BSD's kernel log.
let networkApplianceMessages = MessageFamily(
    [], .firewall,
    [
        // BIG-IP: "New session" and "Username" are two lines of one session, told by its id.
        MessageForm(
            "*/%{word}: New session from client IP %{ip} (\\(%{short}\\) |)at VIP %{dst} *", "session", "start",
            action: "vpn_session"),
        MessageForm("%{number}:%{number}: /%{word}: Username '%{user}'", "session", "info", action: "vpn_session"),
        MessageForm(
            "%{number}:%{number}: AUDIT - user %{user:word} - RAW: httpd\\(%{short}\\): user=%{short} partition=%{short} "
                + "host=%{ip} attempts=%{number} *", "session", "info", action: "admin_session"),
        // NetScaler: "Syslog message reference", AAA and SSLVPN.
        .accepted(
            netScaler + "(SSLVPN|AAA) LOGIN %{number} %{number} : %{text} - User %{user:short} - Client_ip %{ip} - *",
            action: "vpn_login"),
        .refused(
            netScaler + "(SSLVPN|AAA) LOGIN_FAILED %{number} %{number} : %{_}User %{user:short} - Client_ip %{ip} - *",
            action: "vpn_login"),
        MessageForm(
            netScaler + "SSLVPN (LOGOUT|ICASTART|ICAEND_CONNSTAT|TCPCONNSTAT) %{number} %{number} : %{text} - User "
                + "%{user:short} - Client_ip %{ip} - *", "session", "info", action: "vpn_session"),
        // Junos: "System Log Explorer", UI_*.
        MessageForm(
            "UI_COMMIT: User '%{user:short}' requested 'commit' operation *", "configuration", "change",
            action: "configured"),
        MessageForm(
            "UI_CMDLINE_READ_LINE: User '%{user:short}', command '%{command}'", "configuration", "info",
            action: "command"),
        .accepted("UI_LOGIN_EVENT: User '%{user:short}' login, %{short} ssh-connection '%{ip} %{port} *"),
        MessageForm("UI_LOGOUT_EVENT: User '%{user:short}' logout", "session", "end", action: "logout"),
        .denied("ipfw: %{number} Deny %{proto:word} %{ip}:%{port} %{dstip}:%{dstport} (in|out) via %{word}"),
        .denied("ipfw: %{number} Deny %{proto:word} %{ip} %{dstip} (in|out) via %{word}"),
        .denied("ipfw: %{number} Deny ICMP:%{word} %{ip} %{dstip} (in|out) via %{word}"),
        // Barracuda's web application firewall: "Web Firewall Logs".
        .denied(
            "%{word} WF %{word} %{rule.name:token} %{ip} %{port} %{dstip} %{dstport} %{word} %{word} %{word} "
                + "(DENY|BLOCK) *", action: "waf_alert"),
        // WatchGuard's Fireware: "Log Catalog", packet filter.
        .denied(
            fireware + "Deny %{word} %{word} %{number} %{proto:word} %{number} %{number} %{ip} %{dstip} %{port} "
                + "%{dstport} *"),
        MessageForm(
            fireware + "Allow %{word} %{word} %{number} %{proto:word} %{number} %{number} %{ip} %{dstip} %{port} "
                + "%{dstport} *", "network", "allowed"),
        // Net-SNMP's snmpd, by hosts.allow and hosts.deny.
        .denied(
            "Connection from (UDP|TCP|UDP/IPv6|TCP/IPv6): \\[%{ip}\\]:%{port}(->\\[%{dstip}\\]:%{dstport}|) REFUSED",
            action: "connection_refused"),
        // Pulse and Ivanti Connect Secure: "Log messages", AUT.
        .refused(
            connectSecure + "(Login|Primary authentication|Secondary authentication) failed *", action: "vpn_login"),
        .accepted(
            connectSecure + "(Login succeeded|Primary authentication successful) *", action: "vpn_login"),
    ] + screenOS)

private let fireware = "(msg_id=\"%{token}\" |)"
private let connectSecure = "%{short} - \\[%{ip}\\] %{user:short}\\(%{short}\\)\\[%{short}\\] - "

/// Juniper's ScreenOS: "Message Log Reference", Admin.
private let screenOS: [MessageForm] = [
    .refused(
        "NetScreen %{short}: Admin user \"%{user}\" login attempt for %{short} from %{ip}(:%{port}|) failed%{text}"),
    .accepted("NetScreen %{short}: Admin user %{user} has logged on via %{word} from %{ip}(:%{port}|)%{text}"),
    .refused(
        "NetScreen %{short}: ADM: %{short} authentication failed for login name %{user}: invalid %{reason}"),
]

private let netScaler = "*-PPE-%{number} : (default |)"
