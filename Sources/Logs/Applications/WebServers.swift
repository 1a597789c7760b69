internal import Events

/// Requests as servers and proxies write them that have no format of their own here: HAProxy, Squid, Nginx Proxy
/// Manager, Zoraxy, gin, CloudFront, cPanel.
let webServerMessages = MessageFamily(
    ["haproxy"], .webAccess,
    [
        request(
            "%{ip}:%{port} \\[%{text}\\] %{word} %{word} %{word} %{status} %{http.response.bytes:number} "
                + "%{word} %{word} %{word} %{word} %{word} \"%{verb} %{url} HTTP/%{http.version:word}\""
        ),
        request(
            "%{ip}:%{port} \\[%{short}\\] %{word} %{word} %{word} %{status} %{http.response.bytes:number} "
                + "%{word} %{word} %{word} %{word} %{word} {%{text}} \"%{verb} %{url} HTTP/%{http.version:word}\""
        ),
        MessageForm("%{ip}:%{port} \\[%{short}\\] %{word}: *", "network", "error", action: "connection_failed"),
        MessageForm(
            "Connect from %{ip}:%{port} to %{dst}:%{dstport} \\(%{text}\\)", "network", "connection",
            action: "connection"),
    ])

let requestMessages = MessageFamily(
    [], .webAccess,
    [
        request(
            "%{status} - %{verb} (http|https) %{url.domain:word} \"%{url}\" \\[Client %{ip}\\] \\[Length "
                + "%{http.response.body.bytes:number}\\] \\[Gzip %{token}\\] \"%{agent:short}\" "
                    + "\"%{http.request.referrer:text}\""
        ),
        request(
            "%{word} %{number} %{status} - %{verb} (http|https) %{url.domain:word} \"%{url}\" \\[Client "
                + "%{ip}\\] \\[Length %{http.response.body.bytes:number}\\] \\[Gzip %{token}\\] \\[Sent-to "
                    + "%{token}\\] \"%{agent:short}\" \"%{http.request.referrer:text}\""
        ),
        request(
            "\\[%{short}\\] \\[router:%{short}\\] \\[origin:%{url.domain:short}\\] \\[client: %{ip}\\] "
                + "\\[useragent: %{agent:text}\\] %{verb} %{url} %{status}"
        ),
        request("%{status} | %{text} | %{_}%{ip} | %{verb}%{_}\"%{url}\""),
        request("%{ip}:%{number} - \"%{verb} %{url} HTTP/%{http.version:word}\" %{status}( %{text}|)"),
        request("%{url:word} %{status} %{ip} <nil>"),
        request("%{url:word}: %{status} %{ip} <nil>"),
        request("*AccessLogFilter \\[%{short}\\] %{ip} %{verb} %{url} took %{word} and returned %{status} *"),
        request("%{number} %{ip} %{token}/%{status} %{http.response.bytes:number} %{verb} %{url:word} %{user:word} *"),
        MessageForm(
            "info \\[%{service}\\] %{ip} - %{user} \"%{verb} %{url} HTTP/%{word}\" FAILED LOGIN *",
            "web authentication", "start", action: "login", .failure),
    ])

private func request(_ skeleton: String) -> MessageForm { MessageForm(skeleton, "web", "access") }
