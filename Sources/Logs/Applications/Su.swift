internal import Events

/// su of shadow-utils, util-linux and the BSDs.
let suMessages = MessageFamily(
    ["su", "su-l", "runuser"], .su,
    [
        .refused("FAILED su for %{effective} by %{user}", action: "su"),
        .accepted("Successful su for %{effective} by %{user}", action: "su"),
        .accepted("\\(to %{effective}\\) %{user} on %{tty}", action: "su"),
        .refused("FAILED SU \\(to %{effective}\\) %{user} on %{tty}", action: "su"),
        .refused("'su %{effective}' failed for %{user} on %{tty}", action: "su"),
        .accepted("'su %{effective}' succeeded for %{user} on %{tty}", action: "su"),
        .refused("BAD SU %{user} to %{effective} on %{tty}", action: "su"),
        .accepted("%{user:word} to %{effective:word} on %{tty}", action: "su"),
        .refused("- %{tty:word} %{user:word}:%{effective:word}", action: "su"),
        .refused("- %{tty:word} %{user:word}-%{effective:word}", action: "su"),
        .accepted("\\+ %{tty:word} %{user:word}:%{effective:word}", action: "su"),
        .accepted("\\+ %{tty:word} %{user:word}-%{effective:word}", action: "su"),
        .refused("pam_authenticate: Authentication failure", action: "su"),
        // Who asked stands in `ruser`: a local user, whom PAM names.
        .refused(
            "pam_%{token}\\((su|su-l|runuser):auth\\): authentication failure; logname=%{short} uid=%{number} "
                + "euid=%{number} tty=%{tty:short} ruser=%{user:word} rhost=( user=|  user=)%{effective:word}",
            action: "su"),
    ] + pamForms)
