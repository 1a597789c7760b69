internal import Events

/// Cisco ASA, PIX and FTD. The number in the tag tells the form; texts: "Cisco ASA Series Syslog Messages".
let ciscoMessages = MessageFamily(
    [], .firewall,
    [
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-605004: Login denied from %{ip}/%{port} to %{token}:%{dst}/%{service} "
                + "for user \"%{user}\"*"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-605004: Login denied *"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-605005: Login permitted from %{ip}/%{port} to %{token}:%{dst}/%{service} "
                + "for user \"%{user}\"*"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-308001: %{text} password incorrect for %{text} \\(from %{ip}\\)"),
        .refused("*%(ASA|PIX|FTD)-%{number}-308001: %{text} password incorrect for %{text}"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-113005: AAA user authentication Rejected( |): reason = %{reason:short}( |): "
                + "server = %{token}( :|) (U|u)ser = %{user:short}( |): user IP = (%{ip}|%{word})"
        ),
        .refused("*%(ASA|PIX|FTD)-%{number}-113005: AAA user authentication Rejected*"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-113015: AAA user authentication Rejected( |): reason = %{reason:short}( |): "
                + "local database( |): user = %{user:short}( |): user IP = (%{ip}|%{word})"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-113012: AAA user authentication Successful( |): local database( |): user = "
                + "%{user}"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-113004: AAA user %{short} Successful( |): server = %{short}( |)(:|,) User = "
                + "%{user}"),
        .accepted(
            "*%(ASA|PIX|FTD)-%{number}-716038: Group <%{short}> User <%{user:short}> IP <%{ip}> Authentication: "
                + "successful*", action: "vpn_login"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-716039: (Group <%{short}> |Authentication: rejected, group = %{short} )"
                + "(User <%{user:short}> IP <%{ip}>|user = %{user:short}) *", action: "vpn_login"),
        .refused(
            "*%(ASA|PIX|FTD)-%{number}-(113006|113007|113015|113021|109006|109008|109010|109017|109018|109022|"
                + "109023|109024|109025|109028): *"
        ),
        .accepted("*%(ASA|PIX|FTD)-%{number}-113004: AAA user authentication Successful*"),
        .accepted("*%(ASA|PIX|FTD)-%{number}-(113012|109005|113008): *"),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106023: Deny %{proto} src %{short}:%{ip}(/%{port}|) dst "
                + "%{short}:%{dstip}(/%{dstport}|) *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106100: access-list %{token} denied %{proto} "
                + "%{short}/%{ip}\\(%{port}\\)%{short} -> %{short}/%{dstip}\\(%{dstport}\\)*"
        ),
        MessageForm(
            "*%(ASA|PIX|FTD)-%{number}-106100: access-list %{token} (permitted|est-allowed) %{proto} "
                + "%{short}/%{ip}\\(%{port}\\)%{short} -> %{short}/%{dstip}\\(%{dstport}\\)*", "network", "allowed"),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-(106001|106015): (Inbound |Deny )%{proto} (connection denied|"
                + "\\(no connection\\)) from %{ip}/%{port} to %{dstip}/%{dstport} *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106006: Deny inbound %{proto} from %{ip}/%{port} to %{dstip}/%{dstport} *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106014: Deny inbound %{proto} src %{short}:%{ip} dst %{short}:%{dstip} *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-710003: %{proto} access denied by ACL from %{ip}/%{port} to "
                + "%{token}:%{dstip}/%{dstport}*"
        ),
        deny("*%(ASA|PIX|FTD)-%{number}-313001: Denied %{proto} type=%{number}, code=%{number} from %{ip} on *"),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-106021: Deny %{proto} reverse path check from %{ip} to %{dstip} *"
        ),
        deny(
            "*%(ASA|PIX|FTD)-%{number}-(106001|106006|106015|106021|106100|710003|106007|106014|106016|106017|"
                + "106022|106010): *"
        ),
        MessageForm(
            "*%(ASA|PIX|FTD)-%{number}-(111008|111010): User '%{user:short}'(, running '%{short}' from IP %{ip},|) "
                + "executed (the |)'%{command:short}'( command.|)", "configuration", "change", action: "command"),
    ] + ciscoConnections + [
        deny("*%(ASA|PIX|FTD)-%{number}-%{code}: Deny %{text}"),
        MessageForm("*%(ASA|PIX|FTD)-%{number}-%{code}: %{text}", "network", "info"),
    ])

/// What begins and ends: connections, and sessions of the VPN.
private let ciscoConnections: [MessageForm] = [
    (
        "(302013|302015): Built %{network.direction:word} %{proto} connection %{number} for "
            + "%{short}:%{ip}/%{port} %{short} to %{short}:%{dstip}/%{dstport} *", "network", "connection start"
    ),
    (
        "(302014|302016): Teardown %{proto} connection %{number} for %{short}:%{ip}/%{port}(\\(%{short}\\)|) to "
            + "%{short}:%{dstip}/%{dstport}(\\(%{short}\\)|) duration *", "network", "connection end"
    ),
    (
        "(302020|302021): (Built %{network.direction:word}|Teardown) %{proto} connection for faddr %{ip}/%{number}"
            + "(\\(%{short}\\)|) gaddr %{anyip}/%{number} laddr %{dstip}/%{number}*", "network", "connection"
    ),
    ("722051: Group <%{group:short}> User <%{user:short}> IP <%{ip}> *", "session", "start"),
    (
        "(722022|722033|722034|716001|716002|722037|722023|722028|722032|722041|722053|725016|734003): "
            + "Group <%{group:short}> User <%{user:short}> IP <%{ip}> *", "session", "info"
    ),
    (
        "113019: Group = %{group:short}, Username = %{user:short}, IP = %{ip}, Session disconnected. *", "session",
        "end"
    ),
].map { text, category, type in
    MessageForm(
        "*%(ASA|PIX|FTD)-%{number}-" + text, category, type,
        action: category == "session" ? "vpn_session" : "connection")
}

/// IOS, IOS XE and NX-OS: access lists, log-ins, configuration. "Cisco IOS System Error Messages".
let ciscoRouterMessages = MessageFamily(
    [], .firewall,
    [
        deny(
            "*%SEC-%{number}-IPACCESSLOGP: list %{rule.name:word} denied %{proto} %{ip}\\(%{port}\\) "
                + "(%{short} |)-> %{dstip}\\(%{dstport}\\)*"),
        deny(
            "*%SEC-%{number}-(IPACCESSLOGDP|IPACCESSLOGRP|IPACCESSLOGNP|IPACCESSLOGRL): list %{rule.name:word} denied "
                + "%{proto} %{ip} (%{short} |)-> %{dstip} *"),
        deny("*%SEC-%{number}-IPACCESSLOGS: list %{rule.name:word} denied %{ip} *"),
        MessageForm(
            "*%SEC-%{number}-IPACCESSLOGP: list %{rule.name:word} permitted %{proto} %{ip}\\(%{port}\\) "
                + "(%{short} |)-> %{dstip}\\(%{dstport}\\)*", "network", "allowed"),
        MessageForm(
            "*%SYS-%{number}-CONFIG_I: Configured from %{word} by %{user:short} on %{tty:short} \\(%{ip}\\)*",
            "configuration", "change", action: "configured"),
        MessageForm(
            "*%SYS-%{number}-CONFIG_I: Configured from %{word} by %{user:short} on %{tty:short}", "configuration",
            "change", action: "configured"),
        .refused(
            "*%SSH-%{number}-SSH2_USERAUTH: User '%{user:short}' authentication for SSH2 Session from %{ip} "
                + "\\(tty = %{number}\\) using %{short} Failed*", action: "ssh_login"),
        .accepted(
            "*%SSH-%{number}-SSH2_USERAUTH: User '%{user:short}' authentication for SSH2 Session from %{ip} "
                + "\\(tty = %{number}\\) using %{short} Succeeded*", action: "ssh_login"),
        .plain(
            "*%SSH-%{number}-SSH2_SESSION: SSH2 Session request from %{ip} \\(tty *", "network", action: "ssh_session"),
    ])

private func deny(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "network", "denied", action: "denied", .failure)
}
