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
        .refused("LOGIN FAILED, (user=%{user}, |method=%{method:token}, |)ip=\\[%{ip}\\](|, *)"),
        .accepted("LOGIN, user=%{user}, ip=\\[%{ip}\\](|, *)"),
        rejected("error,relay=%{ip},(ident=%{token},|)from=<%{from:short}>,to=<%{to:short}>: %{reason}"),
        .refused("error,relay=%{ip}(,port=%{port}|),msg=\"535 %{reason:short}\"*"),
        .refused("badlogin: (%{anyhost} |%{anyhost}|)\\[%{ip}\\] %{method:word} \\[SASL\\(%{reason:short}\\] %{user}"),
        .refused(
            "badlogin: (%{anyhost} |%{anyhost}|)\\[%{ip}\\] plaintext %{user:short} (SASL|invalid |not )%{reason}"),
        .refused("badlogin: (%{anyhost} |%{anyhost}|)\\[%{ip}\\] %{method:word} %{reason}"),
        .accepted("login: (%{anyhost} |%{anyhost}|)\\[%{ip}\\] %{user:word} *"),
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
        // perdition, a proxy before IMAP and POP3.
        .refused(perdition + "status=\"failed%{reason}\""), .accepted(perdition + "status=\"ok\""),
    ] + pamForms)

/// Mail systems with lines of their own: Open WebMail (openwebmail.pl), Oracle Communications Messaging Server (its log
/// in XML), whose transport names both ends, the client last.
let webMailMessages = MessageFamily(
    [], .mail,
    [
        .refused("(- |)\\[%{number}\\] \\(%{ip}\\) %{user} - (login|userinfo) error - %{reason}"),
        .accepted("(- |)\\[%{number}\\] \\(%{ip}\\) %{user} - login - %{text}"),
        .refused(
            "<co %{short} tr=\"TCP|%{dstip}|%{dstport}|%{ip}|%{port}\" ap=\"%{short}\" mi=\"(Bad password|User not found"
                + "|%{short}uthentication fail%{short})\" us=\"%{user}\" di=\"%{reason}\"/>", action: "mail_login"),
    ])

/// perdition.c: what goes to the server behind has no part of the name in it.
private let perdition =
    "Auth: %{ip}(:%{port}|)->%{dstip}(:%{dstport}|) %{short}(authentication_id|user)=\"%{user}\" "
    + "server=\"%{short}\" %{short}"

/// vpopmail (vchkpw.c): what was wrong, the name, the address; the password in parentheses is the client's.
let vpopmailMessages = MessageFamily(
    ["vpopmail", "vchkpw"], .mail,
    [
        .refused("%{token}: password fail (\\(pass: '%{text}'\\) |)%{user:short}:%{ip}", action: "mail_login"),
        .refused(
            "%{token}: (vpopmail user not found|null password given|No password given) %{user:short}:%{ip}",
            action: "mail_login"),
        .accepted("%{token}: \\(%{token}\\) login success %{user:short}:%{ip}", action: "mail_login"),
    ])

/// tcpserver of ucspi-tcp, qmail's inetd: tcpserver.c.
let tcpserverMessages = MessageFamily(
    ["tcpserver"], .mail,
    [
        .plain("pid %{number} from %{ip}", "network", action: "connection"),
        MessageForm("deny %{number} *:%{ip}:*:%{port}", "network", "denied", action: "connection_refused", .failure),
        .plain("(ok|end|status|deny)(:|) *", "network", action: "connection"),
    ])

/// Exchange's protocol logs (ReceiveConnector, SendConnector): time, connector, session, number, both ends, event.
let exchangeProtocolMessages = MessageFamily(
    [], .mail,
    [
        // tcpserver's line in multilog's files, where no header names it.
        .plain("tcpserver: pid %{number} from %{ip}", "network", action: "connection"),
        .refused(
            "%{short},%{token},%{number},%{dstip}:%{dstport},%{ip}:%{port},\\*,%{short},Inbound authentication failed "
                + "with error %{reason:word} for User Name %{user}", action: "smtp_auth"),
    ])

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
