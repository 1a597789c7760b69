internal import Events

/// Dovecot: login-common/client-common.c, auth/auth-request.c.
let dovecotMessages = MessageFamily(
    [
        "dovecot", "dovecot-auth", "imap-login", "pop3-login", "managesieve-login", "submission-login", "auth",
        "auth-worker",
    ], .mail,
    logins(["imap-login: ", "pop3-login: ", "managesieve-login: ", "submission-login: ", ""]) + authForms + pamForms)

/// The address of the client stands behind a user name that the client chose, between `rip=` and `lip=`.
private let peer = "rip=%{ip}(, lip=%{dstip}|)(|, *)"

private func logins(_ services: [String]) -> [MessageForm] {
    services.flatMap { service -> [MessageForm] in
        [
            .refused(
                "\(service)(Info: |)(Disconnected|Aborted login|Login "
                    + "aborted)%{text}(\\(auth failed|\\(tried to use)%{text}: user=<%{user}>, method=%{token}, \(peer)"
            ),
            .refused(
                "\(service)(Info: |)(Disconnected|Aborted login|Login "
                    + "aborted)%{text}(\\(auth failed|\\(tried to use)%{text}: user=<%{user}>, \(peer)"
            ),
            .refused(
                "\(service)(Info: |)(Disconnected|Aborted login|Login "
                    + "aborted)%{text}(\\(auth failed|\\(tried to use)%{text}: \(peer)"
            ),
            .refused("\(service)(Info: |)Aborted login: user=<%{user}>, method=%{token}, \(peer)"),
            .accepted("\(service)(Info: |)(Login|Logged in): user=<%{user}>, method=%{token}, \(peer)"),
            MessageForm(
                "\(service)(Info: |)(Disconnected|Aborted login|Login aborted)%{text}user=<%{user}>, \(peer)",
                "network", "end"),
            MessageForm(
                "\(service)(Info: |)(Disconnected|Aborted login|Login aborted)%{text}: \(peer)", "network", "end"),
        ]
    }
}

private let authForms: [MessageForm] =
    [
        "auth: Info: ", "auth: ", "auth-worker(%{number}): Info: ", "auth-worker(%{number}): ", "auth(default): ",
        "dovecot: auth(default): ", "Info: ", "", "Error: ",
    ]
    .map { $0.replacing("(default)", with: "\\(default\\)").replacing("(%{number})", with: "\\(%{number}\\)") }
    .flatMap { prefix -> [MessageForm] in
        [
            .refused(
                "\(prefix)(conn unix:auth-worker *: auth-worker<%{number}>: "
                    + "|)%{service:word}\\(%{user},%{ip}(,<%{token}>|,*|)\\): (unknown user|Password "
                    + "mismatch|invalid credentials|pam_authenticate*|Authentication failure|password "
                    + "mismatch|Invalid credentials|user not found|failed)%{text}"
            ),
            .refused(
                "\(prefix)(pam|passdb|sql|ldap|shadow|passwd|static|passwd-file|imap)\\(%{user},%{ip}\\): "
                    + "(unknown user|Password mismatch|invalid credentials|pam_authenticate*|Authentication "
                    + "failure|password mismatch)%{text}"
            ),
            .refused(
                "\(prefix)(pam|passdb|sql|ldap|shadow|passwd|static|passwd-file)\\(%{user},%{ip}(,<%{token}>|,"
                    + "*)\\): (unknown user|Password mismatch|invalid credentials|pam_authenticate*|"
                    + "Authentication failure|password mismatch)%{text}"
            ),
        ]
    }
