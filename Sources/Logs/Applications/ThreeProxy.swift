internal import Events

/// 3proxy's default log: `SERVICE.PORT CODE USER CLIENT:PORT TARGET:PORT OUT IN HOPS REQUEST`. Codes 1 to 9 are
/// refusals by
/// access list or authentication (3proxy's manual, "error codes").
let threeProxyMessages = MessageFamily(
    ["3proxy"], .proxy,
    [
        .refused(
            "%{service:token}.%{number} 0000(1|2|3|4|5|6|7|8|9) %{user:word} %{ip}:%{port} %{anyip}:%{number} "
                + "%{number} %{number} %{number} *", action: "proxy_login"),
        .plain(
            "%{service:token}.%{number} 00%{number} %{user:word} %{ip}:%{port} %{dstip}:%{dstport} %{number} %{number} "
                + "%{number} *", "network", action: "proxy_request"),
    ])

/// The same without a program's name in front.
let threeProxyLines = MessageFamily([], .proxy, threeProxyMessages.forms)
