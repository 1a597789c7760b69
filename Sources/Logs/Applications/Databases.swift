internal import Events

/// MySQL/MariaDB (sql_acl.cc), PostgreSQL (auth.c; `log_line_prefix` in front), MongoDB, Redis.
let databaseMessages = MessageFamily(
    ["mysqld", "mysql", "mariadbd", "mariadb", "postgres", "postgresql"], .database,
    ["", "%{number} ", "\\[%{short}\\] ", "%{number} \\[%{short}\\] "].flatMap { prefix -> [MessageForm] in
        [
            .refused(
                "\(prefix)(\\[%{token}\\] |)(\\[Server\\] |)Access denied for user '%{user}'@'%{addr}' "
                    + "(\\(using password: %{token}\\)|to database '%{text}')",
                action: "database_login")
        ]
    } + disconnected + postgres)

/// A client that went away before it had logged in, or was sent away: MySQL and MariaDB (sql_connect.cc).
private let disconnected: [MessageForm] = [
    MessageForm(
        "(%{number} |)(\\[%{token}\\] |)(\\[%{token}\\] |)(\\[Server\\] |)Aborted connection %{number} to db: "
            + "'%{text}' user: 'unauthenticated' host: '%{addr}' \\(%{reason}\\)", "network", "end",
        action: "connection_closed")
]

/// What `log_line_prefix` puts before a line: "Error Reporting and Logging". The address comes from its own place only;
/// where it is labelled and a name could have brought the label along, two of them leave it open.
private let prefixes = [
    "%{short}(client|host|remote)=%{short}(client|host|remote)=%{text} ",
    "\\[%{pid}\\] %{ip}(\\(%{port}\\)|) %{word} ", "\\[%{pid}\\] %{word} %{ip}(\\(%{port}\\)|) ",
    "%{ip}\\(%{port}\\):%{word}@%{word}:\\[%{pid}\\]:",
    "%{ip}(\\(%{port}\\)|) %{short} \\[%{pid}\\] %{word} ", "%{ip}(\\(%{port}\\)|) \\[%{pid}\\] %{word} ",
    "%{short}(client|host|remote)=%{ip}(\\(%{port}\\)|)(| %{short}|,%{short})", "%{short}",
]

private let postgres: [MessageForm] =
    prefixes.map { refused("\($0)FATAL:  ") } + [
        // csvlog ("Using CSV-Format Log Output"): classes 28 of SQLSTATE are refused authorisations.
        .refused(
            "(\"|)%{user:short}\",\"%{short}\",%{pid},\"%{ip}:%{port}\",%{text},FATAL,28%{token},\"%{reason}",
            action: "database_login", source: .database)
    ] + postgresUnlisted + postgresAuthorized + audited

private let postgresAuthorized: [MessageForm] = prefixes.flatMap { prefix -> [MessageForm] in
    [
        .accepted(
            "\(prefix)LOG:  (replication |)connection authorized: user=%{user:word}( *|)", action: "database_login",
            source: .database),
        .accepted(
            "\(prefix)LOG:  connection authenticated: identity=\"%{user}\" method=%{word}( \\(%{short}\\)|)",
            action: "database_login", source: .database),
    ]
}

/// MariaDB's server_audit plug-in: host, user, client, connection and query behind the time.
private let audited: [MessageForm] = ["%{ip}", "%{anyhost}"].flatMap { client -> [MessageForm] in
    [
        .refused(
            "%{token},%{user:short},\(client),%{number},%{number},FAILED_CONNECT,*", action: "database_login",
            source: .database),
        .accepted(
            "%{token},%{user:short},\(client),%{number},%{number},CONNECT,*", action: "database_login",
            source: .database),
    ]
}

/// Redis (networking.c, server.c): process and role stand in front of the time, which is taken off.
let redisMessages = MessageFamily(
    [], .database,
    [
        MessageForm(
            "*Possible SECURITY ATTACK detected.*Connection from %{ip}:%{port} aborted.",
            "intrusion_detection database", "denied", action: "cross_protocol_scripting", .failure),
        .plain(
            "*CONNECT_DATA=*\\(ADDRESS=\\(PROTOCOL=tcp\\)\\(HOST=%{ip}\\)\\(PORT=%{port}\\)\\) \\* establish \\* *",
            "network", action: "connection"),
        .plain("(- |)Accepted %{ip}:%{port}", "network", action: "connection"),
        // MongoDB before 4.4 (sasl_commands.cpp).
        .refused(
            "*ACCESS %{_}\\[%{token}\\] %{token} authentication failed for %{user:short} on %{token} from client "
                + "%{ip}(:%{port}|) *", action: "database_login"),
        .accepted(
            "*ACCESS %{_}\\[%{token}\\] Successfully authenticated as principal %{user:short} on %{token}"
                + "( from client %{ip}:%{port}|)", action: "database_login"),
    ] + oracle + oracleSystem)

/// Oracle's audit trail in syslog ("Auditing to the operating system"): values in quotes, their lengths before them.
/// Return code 0 is success; the client's address stands in the comment.
private let oracle: [MessageForm] = [
    (" RETURNCODE:\\[1\\] \"0\"", MessageForm.Outcome.success),
    (" RETURNCODE:\\[%{number}\\] \"%{code:token}\"", .failure),
].flatMap { code, outcome -> [MessageForm] in
    ["%{short}\\(HOST=%{ip}\\)\\(PORT=%{port}\\)%{text}", "%{text}"].map { comment in
        MessageForm(
            "(Oracle Audit\\[%{number}\\]: |)LENGTH%{short} USERID:\\[%{number}\\] \"%{user:short}\" %{short} "
                + "ACTION:\\[3\\] \"100\"" + code
                + comment, "authentication database", "start", action: "database_login", outcome,
            source: .database)
    }
}

/// The same trail of those who log in as SYSDBA and the like: what they connect from is the server's own terminal.
private let oracleSystem: [MessageForm] = [
    (" STATUS:\\[1\\] '0'", MessageForm.Outcome.success), (" STATUS:\\[%{number}\\] '%{code:token}'", .failure),
].map { status, outcome in
    MessageForm(
        "(Oracle Audit\\[%{number}\\]: |)LENGTH%{short} ACTION :\\[7\\] 'CONNECT' DATABASE USER:\\[%{number}\\] "
            + "'%{user:short}' PRIVILEGE :%{short} CLIENT USER:%{short}" + status + "%{text}",
        "authentication database", "start", action: "database_login", outcome, source: .database)
}

/// Names and addresses stand in quotes of the server's own, in the order of its texts (hba.c, auth.c, miscinit.c).
private let postgresUnlisted: [MessageForm] = prefixes.flatMap { prefix -> [MessageForm] in
    // The same address once.
    let client = prefix.contains("%{ip}") ? "%{anyip}" : "%{ip}"
    return [
        .refused(
            "\(prefix)FATAL:  (no pg_hba.conf entry|pg_hba.conf rejects connection|no pg_hba.conf entry for "
                + "replication connection|pg_hba.conf rejects replication connection) (for|from) host "
                + "\"\(client)\", user \"%{user:short}\", *",
            action: "database_login", source: .database),
        .refused(
            "\(prefix)FATAL:  role \"%{user}\" (does not exist|is not permitted to log in)", action: "database_login",
            source: .database),
        MessageForm(
            "\(prefix)FATAL:  database \"%{text}\" does not exist", "database", "error", action: "database_login",
            .failure, source: .database),
    ]
}

private func refused(_ prefix: String) -> MessageForm {
    .refused(
        "\(prefix)(password|Peer|Ident|PAM|LDAP|GSSAPI|certificate|MD5) authentication failed for user \"%{user}\"",
        action: "database_login", source: .database)
}
