internal import Events

/// Linux-PAM's pam_unix and relatives, whatever program they speak for: pam_unix_auth.c, pam_unix_sess.c.
let pamMessages = MessageFamily(
    [], .pam, pamForms)

/// Shared by every program that uses PAM; written `pam_unix(sshd:auth): ...`, or, long ago, with the module in the tag.
let pamForms: [MessageForm] =
    morePamFailures
    + ["pam_%{token}\\(%{service:token}\\): ", "", "\\(pam_unix\\) "].flatMap { pamFailures($0) + pamSessions($0) }

private let who = "logname=%{short} uid=%{number} euid=%{number} tty=%{tty:short} ruser="

/// `ruser` and `user` may hold what a client chose. An empty `ruser` makes what follows it PAM's own; behind one that
/// is not empty the last ` rhost=` counts; where both readings are possible, no address is taken.
private func pamFailures(_ prefix: String) -> [MessageForm] {
    [
        .refused("\(prefix)authentication failure; \(who) rhost=%{addr}( user=|  user=)%{user:word}"),
        .refused("\(prefix)authentication failure; \(who) rhost=%{addr}"),
        .refused("\(prefix)authentication failure; \(who) rhost=( user=|  user=)%{user:word}"),
        .refused("\(prefix)authentication failure; \(who) rhost=%{anyhost} user=%{text} rhost=*"),
        .refused("\(prefix)authentication failure; \(who)%{text} rhost=%{addr}( user=|  user=)%{user:word}"),
        .refused("\(prefix)authentication failure; \(who)%{text} rhost=%{addr}"),
        // Proxmox's daemons use the same words.
        .refused(
            "\(prefix)authentication failure; rhost=(\\[%{ip}\\]|%{ip})(:%{port}|) user=%{user:short} msg=%{reason}"),
        .refused("\(prefix)authentication failure; *"),
        .refused("\(prefix)check pass; user unknown"),
        .refused("\(prefix)password check failed for user \\(%{user}\\)"),
        .refused("\(prefix)(auth could not identify password for|conversation failed|authentication error) *"),
        .refused("\(prefix)received for user %{user}: %{number} \\(Authentication failure\\)"),
        .refused("\(prefix)user %{user} \\(%{number}\\) tally %{number}, deny %{number}"),
    ]
}

private let morePamFailures: [MessageForm] = [
    // pam_krb5 has the name there, where it never stands behind.
    .refused(
        "pam_krb5\\(%{service:token}\\): authentication failure; logname=%{user:short} uid=%{number} euid=%{number} "
            + "tty=%{tty:short} ruser= rhost=%{addr}"),
    .refused("PAM %{number} more authentication failure(s|); \(who) rhost=%{addr}( user=|  user=)%{user:word}"),
    .refused("PAM %{number} more authentication failure(s|); \(who) rhost=%{addr}"),
    .refused("PAM %{number} more authentication failure(s|); *"),
]

private func pamSessions(_ prefix: String) -> [MessageForm] {
    [
        opened("\(prefix)session opened for user %{user}\\(uid=%{uid}\\) by %{text}\\(uid=%{number}\\)"),
        opened("\(prefix)session opened for user %{user} by %{text}\\(uid=%{number}\\)"),
        MessageForm("\(prefix)session closed for user %{user}", "session", "end", action: "session_closed"),
        MessageForm(
            "\(prefix)password changed for %{target}", "iam", "user change", action: "password_changed", .success),
        MessageForm("\(prefix)account %{user} has (expired|password changed in future)*", "authentication", "info"),
    ]
}

/// A session stands for a log-in that PAM let through.
private func opened(_ skeleton: String) -> MessageForm {
    MessageForm(skeleton, "session authentication", "start", action: "session_opened", .success)
}
