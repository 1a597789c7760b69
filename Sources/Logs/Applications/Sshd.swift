internal import Events

/// OpenSSH's server: auth.c, auth2.c, packet.c, session.c, sshconnect.c of openssh-portable, and what PAM adds.
let sshdMessages = MessageFamily(
    ["sshd", "sshd-session", "sshd-auth", "in.sshd", "sshd2", "ssh"], .sshd,
    sshdRefusals + sshdSuccesses + sshdProtocolFaults + sshdSessionForms + pamForms)

/// ` [preauth]` at the end, and the protocol.
private let tail = "( ssh2| ssh1|)(| \\[preauth\\])"

private let sshdRefusals: [MessageForm] =
    [
        .refused(
            "Failed %{method} for (invalid|illegal) user %{user} from %{addr} port %{port}\(tail)",
            action: "ssh_login"),
        .refused("Failed %{method} for %{user} from %{addr} port %{port}\(tail)", action: "ssh_login"),
        .refused(
            "Failed %{method} for (invalid user |illegal user |)%{user} from %{addr}( ssh2|)", action: "ssh_login"),
    ]
    + [": %{word} %{ssh.key.fingerprint:word}", ": %{word} %{ssh.key.fingerprint:word}, client user %{word}"].map {
        key in
        // auth.c's auth_log says which key it was, and of hostbased log-ins who the client says he is.
        .refused(
            "Failed %{method} for (invalid user |)%{user} from %{addr} port %{port} ssh2\(key)", action: "ssh_login")
    } + [
        .refused("(Invalid|Illegal) user %{user} from %{addr} port %{port}( \\[preauth\\]|)", action: "ssh_login"),
        .refused("(Invalid|Illegal) user %{user} from %{addr}( \\[preauth\\]|)", action: "ssh_login"),
        .refused(
            "(error: |)maximum authentication attempts exceeded for (invalid user |)%{user} from %{addr} port "
                + "%{port}\(tail)",
            action: "ssh_login"),
        .refused("(error: |)Received disconnect from %{addr}( port %{port}:|:) 3: *Auth fail*", action: "ssh_login"),
        .refused(
            "(error: |fatal: |)PAM: (Authentication failure|User not known to the underlying authentication module) "
                + "for (illegal user |invalid user |)%{user} from %{addr}( via %{anyip}|)", action: "ssh_login"),
        .refused(
            "(error: |)PAM: (Authentication failure|Permission denied|User account has expired) for "
                + "*", action: "ssh_login"),
        .refused(
            "(fatal: |)Access denied for user %{user} by PAM account configuration( \\[preauth\\]|)",
            action: "ssh_login"),
        .refused("User %{user} from %{addr} not allowed because %{reason}", action: "ssh_login"),
        .refused("User %{user} not allowed because %{reason}", action: "ssh_login"),
        .refused("ROOT LOGIN REFUSED FROM %{addr}( port %{port}|)( \\[preauth\\]|)", action: "ssh_login"),
        .refused("refused connect from %{text}@%{addr}", action: "ssh_login"),
        // libwrap's eval_client(): the name is what the client's name server says, the address behind it the client's.
        .refused("refused connect from %{anyhost} \\(%{ip}\\)", action: "ssh_login"),
        .refused("refused connect from %{addr}", action: "ssh_login"),
        .refused(
            "(error: |)Authentication tried for %{user} with correct key but not from a permitted host *",
            action: "ssh_login"),
        .refused("User %{user} not allowed because account is locked", action: "ssh_login"),
        .refused(
            "Disconnecting (invalid user|authenticating user) %{user} %{addr} port %{port}: Too many authentication "
                + "failures( \\[preauth\\]|)",
            action: "ssh_login"),
        .refused(
            "Disconnecting: Too many authentication failures( for %{user} \\[preauth\\]| for %{user}| \\[preauth\\]|)",
            action: "ssh_login"),
        .refused("(error: |)Could not get shadow information for %{user}", action: "ssh_login"),
        .refused("Login restricted for %{user}: *", action: "ssh_login"),
    ]

private let sshdSuccesses: [MessageForm] = [
    // The shortest end first: a longer one could lie inside a user name.
    .accepted("Accepted %{method} for %{user} from %{addr} port %{port}( ssh2| ssh1|)", action: "ssh_login"),
    .accepted(
        "Accepted %{method} for %{user} from %{addr} port %{port} ssh2: %{word} %{ssh.key.fingerprint:word}",
        action: "ssh_login"),
    // A Kerberos principal, or whatever else the method tells of whom it let in.
    .accepted("Accepted %{method} for %{user} from %{addr} port %{port} ssh2: %{word}", action: "ssh_login"),
    .accepted(
        "Accepted %{method} for %{user} from %{addr} port %{port} ssh2: %{word} %{ssh.key.fingerprint:word}, client "
            + "user \"%{short}\", client host \"%{short}\"", action: "ssh_login"),
    .accepted(
        "Accepted %{method} for %{user} from %{addr} port %{port} ssh2: %{word} %{ssh.key.fingerprint:word} ID %{text} "
            + "\\(serial %{number}\\) CA %{word} %{word}", action: "ssh_login"),
    .accepted("Accepted %{method} for %{user} from %{addr}", action: "ssh_login"),
]

private let sshdProtocolFaults: [MessageForm] = [
    fault("Did not receive identification string from %{addr}( port %{port}|)"),
    fault("(error: |)kex_exchange_identification: %{reason}"),
    fault(
        "(error: |fatal: |)Unable to negotiate (a key exchange method|with %{addr} port %{port}|with %{addr}): "
            + "%{reason}"
    ),
    fault("Bad protocol version identification '%{text}' from %{addr}( port %{port}|)"),
    fault("banner exchange: Connection from %{addr} port %{port}: %{reason}"),
    fault(
        "(fatal: |)ssh_dispatch_run_fatal: Connection from (authenticating user |invalid user |)%{user:short} "
            + "%{addr} port %{port}: %{reason}"
    ),
    fault("(fatal: |)ssh_dispatch_run_fatal: Connection from %{addr} port %{port}: %{reason}"),
    fault("(error: |fatal: |)Protocol major versions differ for %{addr}( port %{port}|): *"),
    fault("reverse mapping checking getaddrinfo for %{text} \\[%{ip}\\] failed*"),
    fault("reverse mapping checking getaddrinfo for %{text} failed - POSSIBLE BREAK-IN ATTEMPT!"),
    fault("Address %{ip} maps to %{text}, but this does not map back to the address*"),
    fault("Timeout before authentication for (connection from |)%{addr}( to *| port %{port}|)"),
    fault("fatal: Timeout before authentication for %{addr}( port %{port}|)"),
    fault("drop connection #%{number} from \\[%{ip}\\]:%{port} on \\[%{dstip}\\]:%{dstport} %{reason}"),
    fault("(error: |)beginning MaxStartups throttling"),
]

private let sshdSessionForms: [MessageForm] = [
    end("Connection (closed|reset) by (authenticating|invalid) user %{user} %{addr} port %{port}( \\[preauth\\]|)"),
    end("Disconnected from (authenticating |invalid |)user %{user} %{addr} port %{port}( \\[preauth\\]|)"),
    end("Disconnecting (authenticating |invalid |)user %{user} %{addr} port %{port}: %{reason}"),
    end("Connection (closed|reset) by %{addr} port %{port}( \\[preauth\\]|)"),
    end("Connection (closed|reset) by %{addr}( \\[preauth\\]|)"),
    end("Disconnected from %{addr} port %{port}( \\[preauth\\]|)"),
    end("(error: |)Received disconnect from %{addr} port %{port}:%{number}: %{reason}"),
    end("(error: |)Received disconnect from %{addr}: %{number}: %{reason}"),
    end("Close session: user %{user} from %{addr} port %{port} id %{number}"),
    MessageForm(
        "Starting session: %{text} for %{user} from %{addr} port %{port} id %{number}", "session", "start",
        action: "session_started"),
    MessageForm("User child is on pid %{number}", "session", "info"),
    MessageForm(
        "Connection from %{addr} port %{port}( on %{dst} port %{dstport}*|)", "network", "connection",
        action: "connection"),
    .refused(
        "Postponed %{method} for (invalid|illegal) user %{user} from %{addr} port %{port}\(tail)",
        action: "ssh_invalid_user"),
    MessageForm(
        "Postponed %{method} for %{user} from %{addr} port %{port}\(tail)", "authentication", "info"),
    MessageForm("input_userauth_request: (invalid|illegal) user %{user}", "authentication", "info"),
    MessageForm("Server listening on %{dst} port %{dstport}.", "process", "start"),
    MessageForm("Received signal %{number}; terminating.", "process", "end"),
    MessageForm("subsystem request for %{token}( by user %{user}|)", "session", "info"),
]

private func fault(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "network", "protocol", action: "ssh_protocol_fault")
}

private func end(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "session", "end", action: "ssh_disconnect")
}
