internal import Events

/// FTP servers: vsftpd (logging.c), ProFTPD (mod_auth.c), Pure-FTPd (log_puredb and ftpd.c), wu-ftpd.
let vsftpdMessages = MessageFamily(
    ["vsftpd"], .vsftpd,
    [
        .refused(
            "(\\[pid %{pid}\\] |)\\[%{user}\\] FAIL LOGIN: Client \"%{ip}\"(|, anon password \"%{text}\")",
            action: "ftp_login"),
        .accepted("(\\[pid %{pid}\\] |)\\[%{user}\\] OK LOGIN: Client \"%{ip}\"(|, *)", action: "ftp_login"),
        .plain("(\\[pid %{pid}\\] |)CONNECT: Client \"%{ip}\"(|, *)", "network", action: "ftp_connection"),
    ]
        + ["OK", "FAIL"].flatMap { ending in
            [
                // The client chooses the path; nothing behind it is taken.
                MessageForm(
                    "(\\[pid %{pid}\\] |)\\[%{user:token}\\] \(ending) %{word}: Client \"%{ip}\", \"%{path:short}\"(|, *)",
                    "file", "change", action: "ftp_transfer", ending == "OK" ? .success : .failure),
                MessageForm(
                    "(\\[pid %{pid}\\] |)\\[%{user:token}\\] \(ending) %{word}: Client \"%{ip}\", *", "file", "info",
                    action: "ftp_transfer", ending == "OK" ? .success : .failure),
            ]
        } + pamForms)

/// wu-ftpd's transfer log (xferlog(5)), the time taken off: seconds, client, bytes, path, then what was done, by whom.
let transferLog = MessageFamily(
    [], .vsftpd,
    [
        MessageForm(
            "%{number} %{ip} %{file.size:number} %{path:text} (a|b) %{word} (i|o|d) (r|a|g) %{user:word} ftp %{number} "
                + "%{word} (c|i)", "file", "change", action: "ftp_transfer"),
        // FileZilla Server's own log.
        .refused("*\\(not logged in\\) \\(%{ip}\\)> 530 %{reason}", action: "ftp_login"),
    ])

private let proftpdHead = "(%{anyhost} |)\\(%{anyhost}\\[%{ip}\\]\\)(:| -) "

let proftpdMessages = MessageFamily(
    ["proftpd"], .application,
    [
        .refused("\(proftpdHead)USER %{user} \\(Login failed\\): %{reason}", action: "ftp_login"),
        .refused(
            "\(proftpdHead)USER %{user}: no such user found from %{text} \\[%{anyip}\\] to %{dst}:%{dstport}",
            action: "ftp_login"),
        .refused("\(proftpdHead)USER %{user}: no such user*", action: "ftp_login"),
        .refused("\(proftpdHead)USER %{user} \\(Login failed\\)*", action: "ftp_login"),
        .refused("\(proftpdHead)SECURITY VIOLATION: %{user:short} login attempted*", action: "ftp_login"),
        .refused("\(proftpdHead)SECURITY VIOLATION: *", action: "ftp_login"),
        .refused("\(proftpdHead)Maximum login attempts \\(%{number}\\) exceeded*", action: "ftp_login"),
        .accepted("\(proftpdHead)(USER|ANON) %{user}: Login successful(.|)", action: "ftp_login"),
        .plain(
            "\(proftpdHead)FTP (session opened|session closed|login timed out, disconnected|no transfer "
                + "timeout, disconnected).*",
            "session", action: "ftp_session"),
        .plain("\(proftpdHead)*", "session"),
    ] + pamForms)

let pureFTPdMessages = MessageFamily(
    ["pure-ftpd"], .application,
    [
        .refused(
            "\\(%{short}@%{addr}\\) \\[(WARNING|INFO|ERROR)\\] Authentication failed for user \\[%{user}\\]",
            action: "ftp_login"),
        .refused("\\(%{short}@%{addr}\\) \\[WARNING\\] %{text}authenti%{text} \\[%{user}\\]", action: "ftp_login"),
        .accepted("\\(%{short}@%{addr}\\) \\[INFO\\] %{user} is now logged in", action: "ftp_login"),
        .plain("\\(%{short}@%{addr}\\) \\[%{token}\\] *", "session", action: "ftp_session"),
    ] + pamForms)

/// Samba's vfs_full_audit with the prefix `%u|%I|%m|%S` of its manual: who, whence, what, how it ended, on which file.
let sambaAuditMessages = MessageFamily(
    ["smbd_audit"], .application,
    [
        MessageForm(
            "%{user:short}|%{ip}|%{short}|%{short}|%{event.action:token}|ok|%{path}", "file", "access", .success),
        MessageForm(
            "%{user:short}|%{ip}|%{short}|%{short}|%{event.action:token}|fail%{short}|%{path}", "file", "access",
            .failure),
    ])

let wuFTPdMessages = MessageFamily(
    ["wu-ftpd", "ftpd", "in.ftpd"], .application,
    [
        // The netkit's and Kerberos's ftpd (ftpd.c).
        .refused(
            "FTP LOGIN (FAILED|REFUSED)( \\(%{short}\\)|) FROM (%{anyhost} \\[%{ip}\\]|%{addr}), %{user}",
            action: "ftp_login"),
        .refused("failed login from %{text}\\[%{ip}\\](, *|)", action: "ftp_login"),
        .refused("repeated login failures from %{text}\\[%{ip}\\]", action: "ftp_login"),
    ] + pamForms)
