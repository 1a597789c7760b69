import Testing

/// A request through a gateway of interfaces, a proxy or a framework, in the form that each of them logs by default.
let gatewayLines: [MeantLine] = [
    // Kong, file-log
    MeantLine(
        #"{"client_ip":"10.0.0.5","started_at":1772598153123,"request":{"method":"GET","uri":"/v1/land?page=3","#
            + #""url":"http://lgsp.example:8000/v1/land?page=3","size":181,"querystring":{"page":"3"},"headers":"#
            + #"{"host":"lgsp.example:8000","user-agent":"okhttp/4.12.0"}},"response":{"status":200,"size":2305,"#
            + #""headers":{"via":"kong/3.4.0"}},"latencies":{"request":4,"kong":1,"proxy":3},"upstream_uri":"/land","#
            + #""consumer":{"username":"health-api","id":"b1"},"service":{"name":"lgsp","port":80}}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33.123", "http.response.status_code": "200",
            "http.response.body.bytes": "2305", "user.name": "health-api", "url.path": "/v1/land",
            "user_agent.original": "okhttp/4.12.0", "url.domain": "lgsp.example:8000",
        ]),
    // Apache APISIX, file-logger
    MeantLine(
        #"{"request":{"url":"http://lgsp.example:9080/v1/land","method":"GET","headers":{"user-agent":"curl/8.5.0","#
            + #""host":"lgsp.example"},"uri":"/v1/land","size":85,"querystring":{}},"response":{"headers":{},"#
            + #""status":401,"size":230},"route_id":"1","server":{"version":"3.9.0","hostname":"gw-1"},"#
            + #""client_ip":"10.0.0.5","service_id":"","latency":7,"start_time":1772598153123}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33.123", "http.response.status_code": "401",
            "event.outcome": "failure", "url.path": "/v1/land",
        ]),
    // Tyk, analytics record
    MeantLine(
        #"{"method":"GET","host":"lgsp.example","path":"/v1/land","raw_path":"/v1/land","content_length":0,"#
            + #""user_agent":"curl/8.5.0","response_code":403,"api_key":"00000000","timestamp":"#
            + #""2026-03-04T11:22:33.123+07:00","api_name":"land","ip_address":"10.0.0.5","request_time":4}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33.123", "http.response.status_code": "403",
            "url.path": "/v1/land",
        ]),
    // gin and what is built with it
    MeantLine(
        #"[GIN] 2026/03/04 - 11:22:33 | 401 |     1.203ms |        10.0.0.5 | POST     "/v1/login""#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T11:22:33", "http.response.status_code": "401",
            "http.request.method": "POST", "url.path": "/v1/login",
        ]),
    // Node.js, pino-http
    MeantLine(
        #"{"level":30,"time":1772598153123,"pid":7,"hostname":"app-1","req":{"id":1,"method":"POST","#
            + #""url":"/login?x=1","query":{},"headers":{"host":"app.example","user-agent":"curl/8.5.0"},"#
            + #""remoteAddress":"::ffff:10.0.0.5","remotePort":55555},"res":{"statusCode":401,"headers":{}},"#
            + #""responseTime":3,"msg":"request completed"}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33.123", "http.response.status_code": "401",
            "http.request.method": "POST", "url.path": "/login", "user_agent.original": "curl/8.5.0",
        ]),
    // AWS API Gateway, as its console proposes
    MeantLine(
        #"{"requestId":"c6af9ac6","ip":"10.0.0.5","caller":"-","user":"-","requestTime":"#
            + #""04/Mar/2026:04:22:33 +0000","httpMethod":"GET","resourcePath":"/v1/land","status":"403","#
            + #""protocol":"HTTP/1.1","responseLength":"23"}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33", "http.response.status_code": "403",
            "http.request.method": "GET", "url.path": "/v1/land",
        ]),
    // Azure API Management, GatewayLogs
    MeantLine(
        #"{"time":"2026-03-04T04:22:33.1234567Z","category":"GatewayLogs","callerIpAddress":"10.0.0.5","#
            + #""operationName":"Microsoft.ApiManagement/GatewayLogs","properties":{"method":"GET","#
            + #""url":"https://gw.example/v1/land?a=1","responseCode":401,"responseSize":10,"cache":"none"}}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33.123", "http.response.status_code": "401",
            "http.request.method": "GET",
        ]),
    // Spring Cloud Gateway, Reactor Netty's access log
    MeantLine(
        #"10.0.0.5 - - [04/Mar/2026:11:22:33 +0700] "GET /v1/land HTTP/1.1" 401 12 3"#,
        ["source.ip": "10.0.0.5", "time": "2026-03-04T04:22:33", "http.response.status_code": "401"]),
    // ModSecurity 3, audit log in JSON
    MeantLine(
        #"{"transaction":{"client_ip":"10.0.0.5","time_stamp":"Wed Mar  4 11:22:33 2026","server_id":"a1","#
            + #""client_port":55555,"host_ip":"10.20.1.10","host_port":80,"unique_id":"1772598153","request":"#
            + #"{"method":"GET","http_version":1.1,"uri":"/?id=1","headers":{"Host":"portal.example","#
            + #""User-Agent":"curl/8.5.0"}},"response":{"http_code":403,"headers":{}},"messages":[]}}"#,
        [
            "source.ip": "10.0.0.5", "time": "2026-03-04T11:22:33", "http.response.status_code": "403",
            "http.request.method": "GET", "user_agent.original": "curl/8.5.0", "url.domain": "portal.example",
        ]),
    // OpenVPN's own file: the peer stands where syslog has the host.
    MeantLine(
        "2026-03-04 11:22:33 10.0.0.5:41695 TLS: Username/Password authentication succeeded for username 'an' [CN SET]",
        ["source.ip": "10.0.0.5", "user.name": "an", "event.outcome": "success", "event.action": "vpn_login"]),
    // unbound, log-replies; a firewall that tells the protocol by its number
    MeantLine(
        "Mar  4 11:22:33 dns-01 unbound: [44:0] reply: 10.0.0.5 evil.example. A IN NXDOMAIN 0.021000 0 54",
        ["source.ip": "10.0.0.5", "dns.question.name": "evil.example.", "dns.response_code": "NXDOMAIN"]),
    MeantLine(
        "date=2026-03-04 time=11:22:33 devname=\"FG-1\" logid=\"0000000013\" type=\"traffic\" srcip=10.0.0.5 "
            + "srcport=55555 dstip=203.0.113.7 dstport=3389 proto=6 action=\"deny\" policyid=0",
        ["source.ip": "10.0.0.5", "network.transport": "tcp", "event.outcome": "failure"]),
]

@Test(arguments: gatewayLines)
func gatewaysAreRead(_ expected: MeantLine) throws { try expected.check() }
