internal import Events

/// Linux-PAM's pam_unix and relatives, whatever program they speak for: pam_unix_auth.c, pam_unix_sess.c.
let pamMessages = MessageFamily(["pam", "pam_unix", "login", "gdm", "lightdm", "polkitd", "unix_chkpwd"], .pam, pamForms)

/// Shared by every program that uses PAM; written `pam_unix(sshd:auth): ...` or, long ago, with the module in the tag.
let pamForms: [MessageForm] =
    ["\(modules): ", "", "PAM %{number} more authentication failure(s|); ", "\\(pam_unix\\) "].flatMap { prefix in
        prefix.hasPrefix("PAM") ? morePamFailures(prefix) : pamFailures(prefix) + pamSessions(prefix)
    }

private let modules = "pam_%{token}\\(%{service:token}\\)"
private let who = "logname=%{short} uid=%{number} euid=%{number} tty=%{tty:short} ruser="

private func pamFailures(_ prefix: String) -> [MessageForm] {
    [
        .refused("\(prefix)authentication failure; \(who)%{text} rhost=%{addr}  user=%{user:word}"),
        .refused("\(prefix)authentication failure; \(who)%{text} rhost=  user=%{user:word}"),
        .refused("\(prefix)authentication failure; \(who)%{text} rhost=%{addr}"),
        .refused("\(prefix)authentication failure; \(who)%{text} rhost="),
        .refused("\(prefix)authentication failure; \(who)%{word} rhost=%{addr}( user=%{user}| *)"),
        .refused("\(prefix)authentication failure; \(who) rhost=%{addr}( user=%{user}|  user=%{user})"),
        .refused("\(prefix)authentication failure; *"),
        .refused("\(prefix)check pass; user unknown"),
        .refused("\(prefix)password check failed for user \\(%{user}\\)"),
        .refused("\(prefix)(auth could not identify password for|conversation failed|authentication error) *"),
        .refused("\(prefix)received for user %{user}: %{number} \\(Authentication failure\\)"),
    ]
}

private func morePamFailures(_ prefix: String) -> [MessageForm] {
    [
        .refused("\(prefix)\(who)%{text} rhost=%{addr}  user=%{user:word}"),
        .refused("\(prefix)\(who)%{text} rhost=%{addr}"),
        .refused("\(prefix)\(who)*"),
    ]
}

private func pamSessions(_ prefix: String) -> [MessageForm] {
    [
        MessageForm(
            "\(prefix)session opened for user %{user}\\(uid=%{uid}\\) by %{text}\\(uid=%{number}\\)", "session", "start",
            action: "session_opened", .success),
        MessageForm(
            "\(prefix)session opened for user %{user} by %{text}\\(uid=%{number}\\)", "session", "start",
            action: "session_opened", .success),
        MessageForm("\(prefix)session closed for user %{user}", "session", "end", action: "session_closed"),
        MessageForm(
            "\(prefix)password changed for %{target}", "iam", "user change", action: "password_changed", .success),
        MessageForm("\(prefix)account %{user} has (expired|password changed in future)*", "authentication", "info"),
    ]
}
