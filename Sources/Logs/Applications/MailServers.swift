internal import Events

/// Courier, Cyrus, UW IMAP, solid-pop3d, qmail's rblsmtpd, perdition, MailScanner, Sendmail.
let mailServerMessages = MessageFamily(
    [
        "imapd", "pop3d", "imapd-ssl", "pop3d-ssl", "imaps", "courieresmtpd", "courierpop3login", "courierimaplogin",
        "cyrus", "imap", "pop3",
        "ipop3d", "solid-pop3d", "rblsmtpd", "qmail", "perdition.imaps", "perdition.pop3s", "perdition", "mailscanner",
        "lmtpd", "timsieved",
    ], .mail,
    [
        .refused("LOGIN FAILED, (user=%{user}, |method=%{method:token}, |)ip=\\[%{ip}\\](, *|)"),
        .accepted("LOGIN, user=%{user}, ip=\\[%{ip}\\](, *|)"),
        rejected("error,relay=%{ip},(ident=%{token},|)from=<%{from:short}>,to=<%{to:short}>: %{reason}"),
        .refused("error,relay=%{ip}(,port=%{port}|),msg=\"535 %{reason:short}\"*"),
        .refused("badlogin: %{text}\\[%{ip}\\] %{method:word} %{reason}"),
        .accepted("login: %{text}\\[%{ip}\\] %{user:word} *"),
        .refused(
            "(Login|LOGIN) (failed|excessive login failures|disabled)%{short}user=%{user:short} auth=%{text} "
                + "host=%{text}\\[%{ip}\\]"
        ),
        .refused(
            "(Login failed|Login excessive login failures|Login disabled|Failed uwmaster override of) "
                + "(user=|)%{user:short}( auth=%{text}|) host=%{text}\\[%{ip}\\]"
        ),
        .refused("Failed %{text} override of user=%{user:short} host=%{text}\\[%{ip}\\]"),
        .accepted("Login user=%{user:short} host=%{text}\\[%{ip}\\]*"),
        .refused("authentication failed: (no such user|bad password|%{short}): %{user:short} - %{addr}"),
        .refused("root login not allowed - %{addr}"),
        .refused("mapped to a non-existent user %{user:short} - %{addr}"),
        .refused(
            "Fatal Error reading authentication information from client %{ip}:%{port}->%{dstip}:%{dstport}: %{reason}"),
        rejected("(%{token} |)rblsmtpd: %{ip} pid %{number} *"),
        rejected("%{ip} pid %{number} %{token} *"),
        rejected("%{word} blocked %{ip} *"),
        rejected("(%{token} |)qmail-smtpd: %{number} badiprbl: ip %{ip} rbl: %{text}"),
        rejected("Message %{word} from %{ip} \\(%{from:short}\\) to %{to:short} is spam%{text}"),
    ] + pamForms)

/// sendmail, `sm-mta` on Debian: srvrsmtp.c. `arg1`, `from` and the name before the bracket are not sendmail's own.
let sendmailMessages = MessageFamily(
    ["sendmail", "sm-mta", "sm-acceptingconnections", "sm-msp"], .mail,
    [
        rejected(
            "%{word} (ruleset=%{short}, arg1=%{text}, |)relay=(%{text} |)\\[%{ip}\\](, reject=%{reason}| "
                + "\\(may be forged\\), reject=%{reason})"
        ),
        rejected(
            "%{word} (%{text} |)\\[%{ip}\\](: | \\(may be forged\\): )(possible SMTP attack: *|User "
                + "unknown*|VRFY *|EXPN *|expn *|vrfy *|probe*)"
        ),
        .refused(
            "%{word} (%{text} |)\\[%{ip}\\](: | \\(may be forged\\): )possible SMTP attack: command=AUTH*",
            action: "smtp_auth"),
        rejected("%{word} rejecting commands from %{text}\\[%{ip}\\] *"),
        rejected("%{word} (%{text} |)\\[%{ip}\\] did not issue MAIL/EXPN/VRFY/ETRN*"),
        .refused("%{word} AUTH failure *, relay=(%{text} |)\\[%{ip}\\](*|)", action: "smtp_auth"),
    ])

private func rejected(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "email", "denied", action: "smtp_reject", .failure)
}
