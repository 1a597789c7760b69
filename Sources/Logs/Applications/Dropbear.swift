internal import Events

/// Dropbear: svr-auth.c, svr-authpasswd.c, svr-session.c. `(Login|login)`: the case changed between versions.
let dropbearMessages = MessageFamily(
    ["dropbear"], .sshd,
    ["", "\\[%{number}\\] %{text} "].flatMap { prefix -> [MessageForm] in
        [
            .refused(
                "\(prefix)(Bad|bad) (PAM |)password attempt for '%{user}' from %{ip}:%{port}", action: "ssh_login"),
            .refused("\(prefix)(Login|login) attempt for nonexistent user from %{ip}:%{port}", action: "ssh_login"),
            .refused(
                "\(prefix)(Login|login) attempt for nonexistent user '%{user}' from "
                    + "%{ip}:%{port}", action: "ssh_login"),
            .refused("\(prefix)(Login|login) attempt with wrong user %{user} from %{ip}:%{port}", action: "ssh_login"),
            .refused(
                "\(prefix)(Exit|exit) before auth from <%{ip}:%{port}>: (\\(user '%{user}', %{number} fails\\): "
                    + "|)Max auth tries reached*",
                action: "ssh_login"),
            .accepted(
                "\(prefix)(Password|Pubkey|password|pubkey|PAM password) auth succeeded for '%{user}'( with *|) "
                    + "from %{ip}:%{port}",
                action: "ssh_login"),
            .refused("\(prefix)(Exit|exit) before auth from <%{ip}:%{port}>: *", action: "ssh_login"),
            .plain("\(prefix)(Exit|exit) before auth(: *| \\(*)", "session", action: "ssh_disconnect"),
            .plain("\(prefix)Child connection from %{ip}:%{port}", "network", action: "connection"),
            .plain("\(prefix)Exit \\(%{user}\\)( from <%{ip}:%{port}>|): *", "session", action: "ssh_disconnect"),
        ]
    } + pamForms)
