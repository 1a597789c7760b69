internal import Events

/// OpenVPN's server: ssl.c, ssl_verify.c, sig.c. The peer's address stands in front.
let openVPNMessages = MessageFamily(
    ["openvpn", "ovpn-server", "ovpn"], .vpn,
    [
        .refused("(%{user:token}/|)%{ip}:%{port} TLS Auth Error: %{reason}", action: "vpn_login"),
        .refused(
            "(%{user:token}/|)%{ip}:%{port} (TLS Error|VERIFY ERROR|VERIFY nsCertType ERROR|VERIFY KU "
                + "ERROR|AUTH_FAILED)%{reason}",
            action: "vpn_login"),
        .refused("%{ip}:%{port} SENT CONTROL \\[UNDEF\\]: 'AUTH_FAILED*", action: "vpn_login"),
        .refused("%{ip}:%{port} SENT CONTROL \\[%{user}\\]: 'AUTH_FAILED*", action: "vpn_login"),
        .refused(
            "(%{user:token}/|)%{ip}:%{port} (SENT CONTROL \\[%{text}\\]: 'AUTH_FAILED*|"
                + "SIGUSR1\\[soft,connection-reset\\] received*|SIGUSR1\\[soft,tls-error\\] "
                + "received*|SIGUSR1\\[soft,auth-failure\\] received*)",
            action: "vpn_login"),
        .accepted(
            "(%{user:token}/|)%{ip}:%{port} TLS: Username/Password authentication succeeded for username '%{user}'*",
            action: "vpn_login"),
        .accepted("%{ip}:%{port} \\[%{user}\\] Peer Connection Initiated with *", action: "vpn_login"),
        .refused(
            "TLS Error: incoming packet authentication failed from \\[AF_INET(6|)\\]%{ip}:%{port}*", action: "vpn_login"
        ),
        .refused(
            "TLS Error: cannot locate HMAC in incoming packet from \\[AF_INET(6|)\\]%{ip}:%{port}*", action: "vpn_login"
        ),
        // multi.c: the address that a user's traffic comes from inside the tunnel.
        MessageForm(
            "%{user:token}/%{ip}:%{port} MULTI: Learn: %{dhcp.assigned_ip:token} -> *", "network", "info",
            action: "vpn_address", .success),
        .refused(
            "(%{user:token}/|)%{ip}:%{port} (PLUGIN_CALL: plugin function PLUGIN_AUTH_USER_PASS_VERIFY failed|"
                + "WARNING: Failed running command \\(--auth-user-pass-verify\\))*", action: "vpn_login"),
        .plain("(%{user:token}/|)%{ip}:%{port} *", "network", action: "vpn_message"),
    ] + pamForms)

/// The same in a log file of its own, where no program is named: what says that it is OpenVPN's.
let openVPNFileMessages = MessageFamily(
    [], .vpn,
    [
        .refused("(us=%{number} |)(%{user:token}/|)%{ip}:%{port} TLS Auth Error: %{reason}", action: "vpn_login"),
        .refused(
            "(us=%{number} |)(%{user:token}/|)%{ip}:%{port} (TLS Error: |VERIFY ERROR: |PLUGIN_CALL: plugin function "
                + "PLUGIN_AUTH_USER_PASS_VERIFY failed)%{reason}", action: "vpn_login"),
        .accepted(
            "(us=%{number} |)(%{user:token}/|)%{ip}:%{port} TLS: Username/Password authentication succeeded for "
                + "username '%{user}'*", action: "vpn_login"),
        .accepted(
            "(us=%{number} |)%{ip}:%{port} \\[%{user}\\] Peer Connection Initiated with *", action: "vpn_login"),
    ])
