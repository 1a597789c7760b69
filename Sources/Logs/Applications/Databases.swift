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
    } + postgres)

private let postgres: [MessageForm] = [
    refused("\\[%{pid}\\] %{ip} %{word} FATAL:  "),
    refused("\\[%{pid}\\] %{ip}(\\(%{port}\\)|) %{word} FATAL:  "),
    refused("%{ip}\\(%{port}\\):%{word}@%{word}:\\[%{pid}\\]:FATAL:  "),
    refused("%{ip} %{short} \\[%{pid}\\] %{word} FATAL:  "),
    refused("%{short}FATAL:  "),
]

private func refused(_ prefix: String) -> MessageForm {
    .refused(
        "\(prefix)(password|Peer|Ident|PAM|LDAP|GSSAPI|certificate|MD5) authentication failed for user \"%{user}\"",
        action: "database_login", source: .database)
}
