internal import Events

/// The old way: `content:"x"; http_uri;` moves the content before it.
enum BufferModifiers {
    static let names: [(String, BufferKind)] = [
        ("http_uri", .httpURI), ("http_raw_uri", .httpURIRaw), ("http_method", .httpMethod),
        ("http_header", .httpHeader), ("http_raw_header", .httpHeaderRaw), ("http_cookie", .httpCookie),
        ("http_client_body", .httpRequestBody), ("http_server_body", .fileData), ("http_stat_code", .httpStatusCode),
        ("http_stat_msg", .httpStatusMessage), ("http_user_agent", .httpUserAgent), ("http_host", .httpHost),
        ("http_raw_host", .httpHostRaw),
    ]

    static let table: [String: Keyword] = {
        var table: [String: Keyword] = [:]
        for (name, kind) in names {
            table[name] = { option, builder in
                try option.noValue()
                try builder.moveLastContent(option, to: BufferView(kind))
            }
        }
        return table
    }()
}
