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
    ])

private let netScaler = "*-PPE-%{number} : (default |)"
