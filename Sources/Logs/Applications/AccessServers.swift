internal import Events

/// OpenConnect's server (src/worker-auth.c, main-auth.c, sec-mod-auth.c): each line names the process and whom it
/// serves, the client stands behind.
let openConnectMessages = MessageFamily(
    ["ocserv"], .vpn,
    [
        .refused(
            "(worker|main|sec-mod)(\\[%{short}\\]|)(:|) (%{ip}:%{port}|%{ip}|) failed authentication attempt for user "
                + "'%{user}'", action: "vpn_login"),
        .refused(
            "(worker|main|sec-mod)(\\[%{short}\\]|):%{_}(\\[%{ip}\\]:%{port}|%{ip}:%{port}|%{ip}) failed "
                + "authentication( attempt|) for (user |)'%{user}'", action: "vpn_login"),
        .refused(
            "(worker|main|sec-mod)(\\[%{short}\\]|):(\\[%{ip}\\]:%{port}|%{ip}:%{port}|%{ip}) failed "
                + "authentication( attempt|) for (user |)'%{user}'", action: "vpn_login"),
        .accepted(
            "main\\[%{user:short}\\]:(\\[%{ip}\\]:%{port}|%{ip}:%{port}|%{ip}) (user logged in|new user session)",
            action: "vpn_login"),
        .accepted(
            "main\\[%{user:short}\\]: (\\[%{ip}\\]:%{port}|%{ip}:%{port}|%{ip}) (user logged in|new user session)",
            action: "vpn_login"),
        MessageForm(
            "main\\[%{user:short}\\]:(| )(\\[%{ip}\\]:%{port}|%{ip}:%{port}|%{ip}) user disconnected *", "session",
            "end", action: "vpn_logout"),
    ])

/// TACACS+ (tac_plus: default_fn.c, choose_authen.c): who asks is a network device, the last address is the user's.
let tacacsMessages = MessageFamily(
    ["tac_plus", "tac_plus-ng"], .application,
    [
        .refused("login failure: %{user:word} %{anyhost} \\(%{anyip}\\) %{word} %{ip}"),
        .refused("login failure: %{user:word} %{anyhost} \\(%{ip}\\) *"),
        .refused("%{word} query for '%{user:short}' (port |)%{word} from %{ip} rejected"),
        .accepted("%{word} query for '%{user:short}' (port |)%{word} from %{ip} accepted"),
        .refused("%{anyip} (%{ip}: |)%{text} login for '%{user:short}' from %{ip} on %{word} failed*"),
        .accepted("%{anyip} (%{ip}: |)%{text} login for '%{user:short}' from %{ip} on %{word} succeeded*"),
    ])

/// Consoles of storage, servers and repositories: QNAP (qlogd), Dell's iDRAC, Artifactory's access log, SonarQube's
/// audit events, Huawei's VRP and H3C's Comware.
let consoleMessages = MessageFamily(
    [], .application,
    [
        .refused(qnap + "Login Fail"),
        .accepted(qnap + "Login OK"),
        .accepted("*Successfully logged in using %{user:short}, from %{ip} and %{word}."),
        .refused("*\\[DENIED LOGIN\\]%{_}for client : %{user:short}( / |/)%{ip}(.|)( \\[%{short}\\]|)"),
        .accepted("*\\[ACCEPTED LOGIN\\]%{_}for client : %{user:short}( / |/)%{ip}(.|)( \\[%{short}\\]|)"),
        .refused("*\\[auth.event\\] login failure \\[%{text}\\[IP|%{ip}|%{short}\\]\\[login|%{user}\\]"),
        .accepted("*\\[auth.event\\] login success \\[%{text}\\[IP|%{ip}|%{short}\\]\\[login|%{user}\\]"),
        .refused("*SHELL/4/LOGINFAILED%{short}Failed to login. \\(Ip=%{ip}, UserName=%{user:short}, *"),
        .accepted("(VTY|SSH|Telnet|Console|TTY|AUX)%{short} login from %{ip}(. \\(UserName=%{user:short}\\)|.|)"),
        .accepted("(VTY|SSH|Telnet|Console|TTY|AUX) login from %{ip}(. \\(UserName=%{user:short}\\)|.|)"),
        .accepted("-DevIP=%{anyip}; %{user:word} logged in from %{ip}."),
        .refused("*(INFO|WARNING|ERROR|INFORMATION)%{_}%{ip}%{_}joomlafailure%{_}%{reason}"),
    ])

private let qnap =
    "conn log: Users: %{user:short}, Source IP: %{ip}, Computer name: %{short}, Connection type: %{short}, "
    + "Accessed resources: %{short}, Action: "
