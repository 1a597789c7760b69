/// Web servers and proxies: the W3C extended log format's names, IIS's, and Zeek's for http.
///
/// Rules put paths in `cs-uri-query` and queries in `c-uri`, so each of the names for the request target means the
/// whole of it; only `cs-uri-stem` is the path alone.
enum WebFields {
    private static let target = ["url.original", "url.full"]
    private static let agent = ["user_agent.original"]
    private static let referrer = ["http.request.referrer"]
    private static let client = ["source.ip", "source.address", "client.ip", "client.address"]
    private static let server = ["destination.ip", "server.ip"]
    private static let host = ["url.domain", "destination.domain"]
    private static let cookie = ["http.request.headers.cookie"]
    private static let status = ["http.response.status_code"]
    private static let requestType = ["http.request.mime_type"]
    private static let responseType = ["http.response.mime_type"]
    private static let sent = ["http.response.bytes", "http.response.body.bytes"]
    private static let received = ["http.request.bytes", "http.request.body.bytes"]

    static let table: [String: [String]] = [
        "cs-method": ["http.request.method"], "method": ["http.request.method"],
        "c-uri": target, "cs-uri": target, "cs-uri-query": target, "c-uri-query": target, "uri": target, "url": target,
        "request": target, "RequestUrl": target,
        "cs-uri-stem": ["url.path"], "c-uri-stem": ["url.path"], "uri_path": ["url.path"],
        "uri_query": ["url.query"],
        "c-uri-extension": ["url.extension"], "cs-uri-extension": ["url.extension"],
        "c-useragent": agent, "c-user-agent": agent, "cs-user-agent": agent, "cs-useragent": agent,
        "cs(User-Agent)": agent, "cs(user-agent)": agent, "user_agent": agent, "UserAgent": agent, "useragent": agent,
        "cs-referer": referrer, "cs-referrer": referrer, "c-referer": referrer, "cs(Referer)": referrer,
        "cs(referer)": referrer, "referer": referrer, "referrer": referrer,
        "sc-status": status, "status": status, "status_code": status, "http_status": status,
        "cs-host": host, "cs(Host)": host, "cs(host)": host, "r-dns": host, "host": host, "c-uri-host": host,
        "cs-cookie": cookie, "cs(Cookie)": cookie, "cs(cookie)": cookie, "cookie": cookie,
        "cs-username": ["user.name"], "cs-user": ["user.name"], "username": ["user.name"], "c-username": ["user.name"],
        "cs-bytes": received, "request_body_len": ["http.request.body.bytes"], "c-bytes": received,
        "sc-bytes": sent, "response_body_len": ["http.response.body.bytes"],
        "cs-version": ["http.version"], "version": ["http.version"],
        "cs-content-type": requestType, "cs(Content-Type)": requestType,
        "sc-content-type": responseType, "rs(Content-Type)": responseType, "resp_mime_types": responseType,
        "sc-status-phrase": ["http.response.status_phrase"], "status_msg": ["http.response.status_phrase"],
        "c-ip": client, "clientip": client, "client_ip": client, "src_ip": client, "remote_addr": client,
        "c-port": ["source.port"], "s-ip": server, "dst_ip": server, "s-port": ["destination.port", "url.port"],
        "dst_port": ["destination.port", "url.port"], "s-computername": ["host.hostname", "host.name"],
        "cs-scheme": ["url.scheme"], "time-taken": ["event.duration"], "x-forwarded-for": xForwarded,
        "cs(X-Forwarded-For)": xForwarded, "cs-x-forwarded-for": xForwarded,
        "cs-body": ["http.request.body.content"], "post-body": ["http.request.body.content"],
    ]

    private static let xForwarded = ["http.request.headers.x_forwarded_for"]
}
