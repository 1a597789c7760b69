internal import Events

/// login of util-linux (login-utils/login.c) and of shadow-utils (src/login.c), on a console or behind telnet.
let loginMessages = MessageFamily(
    ["login", "in.telnetd", "telnetd"], .pam,
    [
        .refused("FAILED LOGIN \\(%{number}\\) on '%{tty:short}'( from '%{addr}'|) FOR '%{user}', %{reason}"),
        .refused("FAILED LOGIN( %{number}|) (ON|FROM) %{addr} FOR %{user}, %{reason}"),
        .refused(
            "(FAILED LOGIN SESSION|TOO MANY LOGIN TRIES \\(%{number}\\)) on '%{tty:short}'( from '%{addr}'|) "
                + "FOR '%{user}', %{reason}"),
        .refused("FAILED LOGIN SESSION FROM %{addr} FOR %{user}, %{reason}"),
        .refused("TOO MANY LOGIN TRIES \\(%{number}\\) FROM %{addr} FOR %{user}, %{reason}"),
        .refused("(invalid password|FAILED LOGIN) for '%{user}' on '%{tty:short}'( from '%{addr}'|)"),
        root("ROOT LOGIN ( |)(on|ON) ('%{tty:short}'|%{tty:word}) (from|FROM) ('%{addr}'|%{addr})"),
        root("ROOT LOGIN ( |)(on|ON) ('%{tty:short}'|%{tty:word})"),
        // libwrap's eval_client(): what the name server says, and the client's address behind it.
        .refused("refused connect from %{anyhost} \\(%{ip}\\)"),
        .refused("refused connect from %{ip}"),
        .accepted("LOGIN ON %{tty:word} BY %{user:word}( FROM %{addr}|)"),
        .accepted("DIALUP AT %{tty:word} BY %{user:word}"),
    ] + pamForms)

private func root(_ skeleton: String) -> MessageForm {
    MessageForm(
        skeleton, "authentication", "start", action: "login", .success, further: [(.userName, "root")])
}
