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
        // HAProxy's TCP log (configuration manual, 8.2.2).
        MessageForm(
            "%{ip}:%{port} \\[%{short}\\] %{word} %{word} %{word} %{source.bytes:number} %{word} %{word} %{word}",
            "network", "connection", action: "connection"),
        MessageForm(
            "%{ip}:%{port} \\[%{short}\\] %{word}: %{reason}", "network", "error", action: "connection_failed",
            .failure),
        MessageForm(
            "Connect from %{ip}:%{port} to %{dst}:%{dstport} \\(%{text}\\)", "network", "connection",
            action: "connection"),
    ])

/// Rails: rails/rack/logger.rb. Before systemd's family, whose units are started too.
let railsMessages = MessageFamily(
    [], .webAccess,
    [request("(I, \\[%{short}\\] %{short}: |)(\\[%{token}\\] |)Started %{verb} \"%{url}\" for %{ip} at *")])

let requestMessages = MessageFamily(
    [], .webAccess,
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map { method in
        // navidrome and other users of Go's chi write the rest of the request as pairs.
        MessageForm("HTTP: \(method) %{url}", "web", "access", further: [(.httpRequestMethod, method)])
    } + proxyManagerForms + [
        request(
            "\\[%{short}\\] \\[router:%{short}\\] \\[origin:%{url.domain:short}\\] \\[client: %{ip}\\] "
                + "\\[useragent: %{agent:text}\\] %{verb} %{url} %{status}"
        ),
        request("%{status} | %{text} | %{_}%{ip} | %{verb}%{_}\"%{url}\""),
        request("(INFO:%{_}|)%{ip}:%{number} - \"%{verb} %{url} HTTP/%{http.version:word}\" %{status}( %{text}|)"),
        // AWS load balancers: "Access log entries" in their guides; the classic ones lack the type in front.
        request(
            "%{word} %{ip}:%{port} (%{dstip}:%{dstport}|-) %{word} %{word} %{word} %{status} (%{number}|-) %{number} "
                + "%{http.response.bytes:number} \"%{verb} %{url:word} HTTP/%{http.version:token}\" \"%{agent:short}\" *"
        ),
        // Envoy's default format: flags and sizes, then X-Forwarded-For, agent, request id, authority, upstream.
        request(
            "(\"|)%{verb} %{url:word} HTTP/%{http.version:token}\" %{status} %{short} %{number} "
                + "%{http.response.body.bytes:number} %{number} (%{number}|-) (\"%{ip}\"|\"%{short}\") \"%{agent:short}\" "
                + "\"%{http.request.id:token}\" \"%{url.domain:token}\" \"%{token}\"*"),
        // Apache's ssl_request_log (conf/extra/httpd-ssl.conf), the time taken off.
        request(
            "%{ip} (TLSv1|TLSv1.1|TLSv1.2|TLSv1.3|SSLv3) %{token} \"%{verb} %{url} HTTP/%{http.version:word}\" "
                + "(%{http.response.body.bytes:number}|-)"),
        // uWSGI: core/logging.c.
        request(
            "\\[pid: %{number}|app: %{short}|req: %{short}\\] %{ip} \\(%{short}\\) {%{short}} \\[%{short}\\] "
                + "%{verb} %{url:word} => generated %{http.response.body.bytes:number} bytes in %{number} msecs "
                + "\\(HTTP/%{http.version:token} %{status}\\)*"),
        // Amazon S3's server access log, from the requester's address on ("Amazon S3 server access log format").
        request(
            "%{ip} %{short} %{token} %{token} %{word} \"%{verb} %{url:word} HTTP/%{http.version:token}\" %{status} %{word} "
                + "(%{http.response.bytes:number}|-) %{word} %{word} %{word} \"%{http.request.referrer:short}\" "
                + "\"%{agent:short}\" *"),
        // Joplin.
        request("*App: %{ip}: %{http.response.body.bytes:number} B: %{verb} %{url} \\(%{status}\\) \\(%{token}\\)"),
        request("%{url:word} %{status} %{ip} <nil>"),
        request("%{url:word}: %{status} %{ip} <nil>"),
        request("*AccessLogFilter \\[%{short}\\] %{ip} %{verb} %{url} took %{word} and returned %{status} *"),
        // Squid's own answers to what it does not forward.
        MessageForm(
            "%{number} %{ip} (NONE|TCP_DENIED|NONE_NONE|TCP_DENIED_REPLY|NONE_ABORTED)/%{status} "
                + "%{http.response.bytes:number} %{verb} error:%{reason:word} %{user:word} *", "web", "access", .failure
        ),
        request("%{number} %{ip} %{token}/%{status} %{http.response.bytes:number} %{verb} %{url:word} %{user:word} *"),
        MessageForm(
            "info \\[%{service}\\] %{ip} - %{user} \"%{verb} %{url} HTTP/%{word}\" FAILED LOGIN *",
            "web authentication", "start", action: "login", .failure),
        MessageForm(
            "info \\[%{service}\\] %{ip} - %{user} \"%{verb} %{url} HTTP/%{word}\" SUCCESS LOGIN *",
            "web authentication", "start", action: "login", .success),
    ])

private func request(_ skeleton: String) -> MessageForm { MessageForm(skeleton, "web", "access") }

/// Nginx Proxy Manager: `[TIME] CACHE UPSTREAM_STATUS STATUS - METHOD SCHEME HOST "URI" ...`, the first two where it
/// caches.
private let proxyManagerForms = [
    "%{status} - ", "(%{number}|-) %{status} - ",
    "(HIT|MISS|BYPASS|EXPIRED|STALE|UPDATING|REVALIDATED) (%{number}|-) %{status} - ",
].map { head in
    request(
        head + "%{verb} (http|https) %{url.domain:word} \"%{url}\" \\[Client %{ip}\\] \\[Length "
            + "%{http.response.body.bytes:number}\\] \\[Gzip %{token}\\] (\\[Sent-to %{token}\\] |)"
            + "\"%{agent:short}\" \"%{http.request.referrer:text}\"")
}
