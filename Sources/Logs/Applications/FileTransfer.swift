internal import Events

/// FTP servers: vsftpd (logging.c), ProFTPD (mod_auth.c), Pure-FTPd (log_puredb and ftpd.c), wu-ftpd.
let vsftpdMessages = MessageFamily(
    ["vsftpd"], .vsftpd,
    [
        .refused("(\\[pid %{pid}\\] |)\\[%{user}\\] FAIL LOGIN: Client \"%{ip}\"(|, *)", action: "ftp_login"),
        .accepted("(\\[pid %{pid}\\] |)\\[%{user}\\] OK LOGIN: Client \"%{ip}\"(|, *)", action: "ftp_login"),
        .plain("(\\[pid %{pid}\\] |)CONNECT: Client \"%{ip}\"(|, *)", "network", action: "ftp_connection"),
        .plain(
            "(\\[pid %{pid}\\] |)\\[%{user}\\] (OK|FAIL) %{word} Client \"%{ip}\", *", "file", action: "ftp_transfer"),
    ] + pamForms)

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

let wuFTPdMessages = MessageFamily(
    ["wu-ftpd", "ftpd", "in.ftpd"], .application,
    [
        .refused("failed login from %{text}\\[%{ip}\\](, *|)", action: "ftp_login"),
        .refused("repeated login failures from %{text}\\[%{ip}\\]", action: "ftp_login"),
    ] + pamForms)
