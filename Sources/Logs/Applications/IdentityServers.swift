internal import Events

/// Servers whose business is logging in, in their own words: Apereo CAS (inspektr's audit trail), Keycloak
/// (`org.keycloak.events`), FreeSWITCH (`sofia_reg.c`), Exchange's IMAP and POP logs, strongSwan's charon, Nextcloud.
let identityServerMessages = MessageFamily(
    [], .application,
    [
        .refused("%{text}\\|AUTHENTICATION_FAILED\\|%{user:short}\\|%{ip}\\|%{short}"),
        .accepted("%{text}\\|AUTHENTICATION_SUCCESS\\|%{user:short}\\|%{ip}\\|%{short}"),
        // What a client sent may stand before its address (`clientId`) and behind it (`username`): of two, none counts.
        .refused("%{text} type=LOGIN_ERROR, *, ipAddress=*, ipAddress=*"),
        .refused("%{text} type=\"LOGIN_ERROR\", *, ipAddress=*, ipAddress=*"),
        .refused(
            "%{text} type=LOGIN_ERROR, %{text}, ipAddress=%{ip}, error=%{reason:token}, (%{text}, |)"
                + "username=%{user:token}(,*|)"),
        .refused("%{text} type=LOGIN_ERROR, %{text}, ipAddress=%{ip}, error=%{reason:token}(, *|)"),
        .refused(
            "%{text} type=\"LOGIN_ERROR\", %{text}, ipAddress=\"%{ip}\", error=\"%{reason:token}\"*, "
                + "username=\"%{user:token}\"*"),
        .refused("%{text} type=\"LOGIN_ERROR\", %{text}, ipAddress=\"%{ip}\", error=\"%{reason:token}\"*"),
        .accepted("%{text} type=LOGIN, *, ipAddress=*, ipAddress=*"),
        .accepted("%{text} type=\"LOGIN\", *, ipAddress=*, ipAddress=*"),
        .accepted("%{text} type=LOGIN, %{text}, ipAddress=%{ip}, (%{text}, |)username=%{user:token}(,*|)"),
        .accepted("%{text} type=\"LOGIN\", %{text}, ipAddress=\"%{ip}\"*, username=\"%{user:token}\"*"),
        .refused("%{text} sofia_reg.c:%{number} Can't find user \\[%{user:short}\\] from %{ip}"),
        .refused(
            "%{text} sofia_reg.c:%{number} SIP auth failure \\(%{short}\\) on sofia profile %{short} for "
                + "\\[%{user:short}\\] from ip %{ip}"),
        .refused(
            "%{token},%{number},%{dst}:%{dstport},%{ip}:%{port},%{user:short},%{number},%{number},%{number},auth%{text}"
                + "AuthFailed:*"),
        .refused("Bruteforce attempt from \"%{ip}\" detected for action %{text}"),
    ])

/// FreeRADIUS (src/main/auth.c): the name is followed by a slash and the password, or why none was seen. Who asked is
/// the network's own device; the caller is a number, an address or a MAC.
let radiusMessages = MessageFamily(
    ["radiusd", "freeradius"], .application,
    [
        .refused(radiusHead + radiusRefusal + radiusTail + radiusCaller),
        .accepted(radiusHead + "Login OK" + radiusTail + radiusCaller),
        .refused(radiusHead + radiusRefusal + radiusTail + "*"),
        .accepted(radiusHead + "Login OK" + radiusTail + "*"),
    ])

private let radiusRefusal = "(Login incorrect|Invalid user|Rejected in post-auth)"
private let radiusHead = "(\\(%{number}\\) |)(Auth: |)(\\(%{number}\\) |)"
private let radiusTail = "( \\(%{reason:short}\\)|): \\[%{user:short}(/%{short}|)\\] \\(from client "
private let radiusCaller = "%{token} port %{number} cli %{ip}(\\)| via TLS tunnel\\))*"

/// Brokers of messages: Mosquitto (src/handle_connect.c, context.c), RabbitMQ.
let brokerMessages = MessageFamily(
    [], .application,
    [
        .refused("Client %{short} \\[%{ip}:%{port}\\] disconnected(,|:) not authori(s|z)ed."),
        .refused("Client %{short} disconnected(,|:) not authori(s|z)ed."),
        .accepted(
            "(%{number}: |)New client connected from %{ip}:%{port} as %{short} \\(p%{number}, c%{number}, k%{number}, "
                + "u'%{user}'\\)."),
        MessageForm(
            "(%{number}: |)New client connected from %{ip}:%{port} as %{short} \\(p%{number}, c%{number}, "
                + "k%{number}\\).", "network", "connection", action: "connection"),
        // RabbitMQ (rabbit_reader.erl): the connection's process, then its ends.
        .accepted(
            "%{short}connection <%{token}> \\(%{ip}:%{port} -> %{dstip}:%{dstport}(| - %{short})\\): user '%{user}' "
                + "authenticated and granted access to vhost '%{text}'"),
        .refused(
            "%{short}Error on AMQP connection <%{token}> \\(%{ip}:%{port} -> %{dstip}:%{dstport}(| - %{short}), "
                + "(vhost: '%{short}', user: '%{user:short}', |)state: starting\\):"),
    ])

/// strongSwan's charon (src/libcharon): the thread and its group stand in front, then the connection and the number of
/// its IKE_SA (`<NAME|7>`, before it is known `<7>`). Who the peer of an IKE_SA is, `ProcessSessions` keeps.
let strongSwanMessages = MessageFamily(
    ["charon", "charon-systemd", "ipsec", "strongswan"], .vpn,
    [
        .refused(
            "%{number}\\[(IKE|CFG)\\] (<%{token}> |)(received AUTHENTICATION_FAILED notify error*|authentication of "
                + "'%{user:short}' with %{text} failed|no trusted %{text} public key found for '%{user:short}'|EAP "
                + "method %{text} failed for peer %{user:word}|tried %{number} shared key for '%{short}' - "
                + "'%{user:short}', but MAC mismatched|EAP-MS-CHAPv2 verification failed*|XAuth authentication of "
                + "'%{user:short}' failed|RADIUS authentication of '%{user:short}' failed)", action: "vpn_login"),
        .accepted(
            "%{number}\\[IKE\\] (<%{token}> |)(authentication of '%{user:short}' with %{text} successful|XAuth "
                + "authentication of '%{user:short}' successful|RADIUS authentication of '%{user:short}' successful)",
            action: "vpn_login"),
        .accepted(
            "%{number}\\[IKE\\] (<%{token}> |)IKE_SA %{word} established between %{anyip}\\[%{short}\\]..."
                + "%{ip}\\[%{user}\\]", action: "vpn_login"),
        .refused(
            "%{number}\\[(IKE|CFG)\\] (<%{token}> |)no (IKE|matching peer) config found for "
                + "%{short}...%{ip}(\\[%{text}\\]|)(|, sending*)", action: "vpn_login"),
        MessageForm(
            "%{number}\\[CFG\\] (<%{token}> |)looking for peer configs matching "
                + "%{dstip}\\[%{short}\\]...%{ip}\\[%{text}\\]", "network", "connection", action: "vpn_connection"),
        MessageForm(
            "%{number}\\[IKE\\] (<%{token}> |)%{ip} is initiating %{text}", "network", "connection",
            action: "vpn_connection"),
        MessageForm(
            "%{number}\\[NET\\] (<%{token}> |)received packet: from %{ip}\\[%{port}\\] to %{dstip}\\[%{dstport}\\]*",
            "network", "connection", action: "vpn_packet"),
        MessageForm(
            "%{number}\\[NET\\] (<%{token}> |)sending packet: from %{anyip}\\[%{number}\\] to "
                + "%{dstip}\\[%{dstport}\\]*", "network", "connection", action: "vpn_packet"),
        MessageForm(
            "%{number}\\[JOB\\] (<%{token}> |)deleting half open IKE_SA with %{ip} after timeout", "network", "end",
            action: "vpn_timeout"),
        .plain("%{number}\\[%{word} *", "network"),
    ])

/// ppp's pppd, behind PPTP and L2TP (pppd/chap-new.c, upap.c).
let pppMessages = MessageFamily(
    ["pppd"], .vpn,
    [
        .refused("Peer %{user:short} failed (CHAP|PAP|EAP) authentication", action: "vpn_login"),
        .refused("(CHAP|PAP) (peer |)authentication failed( for %{user:word}|)", action: "vpn_login"),
        .accepted("(CHAP|PAP) (peer |)authentication succeeded( for %{user:word}|)", action: "vpn_login"),
    ])

/// WireGuard and other tunnels that the kernel keeps (drivers/net/wireguard/receive.c).
let kernelTunnelMessages = MessageFamily(
    ["kernel"], .vpn,
    [
        .refused(
            "(\\[%{short}\\] |)wireguard: %{token}: Invalid handshake initiation from %{ip}:%{port}",
            action: "vpn_login"),
        .refused(
            "(\\[%{short}\\] |)wireguard: %{token}: Invalid MAC of handshake, dropping packet from %{ip}:%{port}",
            action: "vpn_login"),
        MessageForm(
            "(\\[%{short}\\] |)wireguard: %{token}: (Receiving|Sending) %{short} peer %{number} \\(%{ip}:%{port}\\)",
            "network", "connection", action: "vpn_connection"),
    ])

/// Firewalls that write lines of their own: MikroTik's RouterOS (`firewall,info`), Palo Alto's THREAT records.
let applianceMessages = MessageFamily(
    [], .firewall,
    [
        .denied(
            "%{short}firewall,info (drop|reject|deny|block|input drop|forward drop|DROP|REJECT|DENY|BLOCK)"
                + "%{short}: in:%{short}, proto %{proto:token} \\(%{short}\\), "
                + "%{ip}:%{port}->%{dst}:%{dstport}, len %{number}"),
        .denied(
            "%{short}firewall,info (drop|reject|deny|block|input drop|forward drop|DROP|REJECT|DENY|BLOCK)"
                + "%{short}: in:%{short}, proto %{proto:token}, %{ip}:%{port}->%{dst}:%{dstport}, len %{number}"),
        // Junos: "System Log Messages", RT_FLOW.
        .denied(
            "(RT_FLOW_SESSION_DENY: |)session denied %{ip}/%{port}->%{dstip}/%{dstport} *", source: .firewall),
        MessageForm(
            "(RT_FLOW_SESSION_CREATE: |RT_FLOW_SESSION_CLOSE: |)session (created|closed %{short}:) "
                + "%{ip}/%{port}->%{dstip}/%{dstport} *", "network", "connection", action: "connection"),
        // Junos: "System Log Messages", UI.
        .accepted("*UI_AUTH_EVENT: Authenticated user '%{user:short}' at permission level *"),
        .accepted(
            "*UI_LOGIN_EVENT: User '%{user:short}' login, class '%{short}' \\[%{number}\\], ssh-connection "
                + "'%{ip} %{port} %{anyip} %{number}'*"),
        // Comware (H3C): "System Log Messages Reference", SHELL.
        .refused(
            "*SHELL_LOGINFAIL: (-%{short}; |)(TELNET|SSH|HTTP|HTTPS|FTP) user %{user:short} failed to log in "
                + "from %{ip} on *"),
        .refused("*SHELL_LOGINFAIL: (-%{short}; |)%{user:word} failed to log in from %{ip}."),
        .accepted("*SHELL_LOGIN: (-%{short}; |)%{user:word} logged in from %{ip}."),
        // VMware's ESXi and vCenter.
        .refused("*Cannot login %{user:token}@%{ip}(|:*|\\]*)"),
        .refused("*Rejected password for user %{user} from %{ip}"),
        .accepted("*User %{user:token}@%{ip} logged in as *"),
        MessageForm(
            "%{short},THREAT,%{token},%{number},%{short},%{ip},%{dst},*", "intrusion_detection network", "info",
            action: "threat", .failure),
    ])
