internal import Events

/// Services that have been there for long: netkit's rshd and rlogind, PoPToP, Samba's hosts allow, arpwatch, Suhosin,
/// the remote console of Valve's servers, SoftEther.
let oldServiceMessages = MessageFamily(
    [], .application,
    [
        .denied("Connection from %{addr} on illegal port", action: "connection_refused"),
        .denied("Denied connection from (%{anyhost} |)\\(%{ip}\\)", action: "connection_refused"),
        .denied("Denied connection from %{ip} \\(%{anyip}\\)", action: "connection_refused"),
        .plain("CTRL: Client %{ip} control connection (started|finished)", "network", action: "vpn_connection"),
        .plain("new station %{ip} %{source.mac:word}(| %{word})", "network", action: "new_station"),
        .plain(
            "(changed ethernet address|flip flop) %{ip} %{source.mac:word} \\(%{word}\\)(| %{word})", "network",
            action: "changed_station"),
        MessageForm(
            "ALERT - %{reason} \\(attacker '%{ip}', file '%{text}'(, line %{number}|)\\)",
            "intrusion_detection web", "denied", action: "php_guard", .failure),
        .refused("*Bad Rcon: \"%{text}\" from \"%{ip}:%{port}\"", action: "remote_console"),
        .refused(
            "*Connection \"%{token}\": User authentication failed. The user name that has been provided was \"%{user}\""
                + "(, from %{ip}|).", action: "vpn_login"),
    ])
