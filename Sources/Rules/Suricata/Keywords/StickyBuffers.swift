package import Events

/// Buffers named before what looks into them: `http.uri; content:"x";`.
enum StickyBuffers {
    /// Keyword to buffer. Every `BufferKind` has its raw value; older spellings follow.
    static let names: [String: BufferKind] = {
        var names: [String: BufferKind] = [:]
        for kind in BufferKind.allCases where ![.stream, .payload, .base64Data, .frame].contains(kind) {
            if ProtocolBuffers.byKind[kind]?.buffer.isSticky ?? true { names[kind.rawValue] = kind }
        }
        for (name, kind) in older + ProtocolBuffers.older { names[name] = kind }
        return names
    }()

    private static let older: [(String, BufferKind)] = [
        ("file_data", .fileData), ("dns_query", .dnsQuery), ("http_request_line", .httpRequestLine),
        ("http_response_line", .httpResponseLine),
        ("http_protocol", .httpProtocol), ("http_header_names", .httpHeaderNames), ("http_accept", .httpAccept),
        ("http_accept_lang", .httpAcceptLanguage), ("http_accept_enc", .httpAcceptEncoding),
        ("http_connection", .httpConnection), ("http_content_type", .httpContentType),
        ("http_content_len", .httpContentLength), ("http_referer", .httpReferer), ("http_start", .httpStart),
    ]

    static let table: [String: Keyword] = {
        var table: [String: Keyword] = ["pkt_data": payload]
        for (name, kind) in names {
            table[name] = { option, builder in
                try side(option, &builder)
                try builder.select(BufferView(kind), at: option.nameAt)
            }
        }
        return table
    }()

    private static let payload: Keyword = { option, builder in
        try option.noValue()
        try builder.selectPayload()
    }

    /// `file.data: to_client` in transactional signatures.
    private static func side(_ option: RuleOption, _ builder: inout SignatureBuilder) throws(RuleFault) {
        guard option.value != nil else { return }
        let side = try option.words()
        guard builder.signature.arrow == .transaction, side == "to_client" || side == "to_server" else {
            throw option.fault("\"\(option.name)\" takes no value")
        }
    }
}

extension BufferKind {
    /// Whether a transaction may have several of these, each looked at by itself.
    package var hasSeveralInstances: Bool {
        switch self {
        case .dnsQuery, .dnsAnswerName, .httpRequestHeader, .httpResponseHeader, .fileData, .frame: true
        default: ProtocolBuffers.byKind[self]?.buffer.several ?? false
        }
    }

    /// A packet's header or address: seen on packets only.
    package var isOfPacket: Bool {
        switch self {
        case .ipSource, .ipDestination, .ipv4Header, .ipv6Header, .tcpHeader, .udpHeader, .icmpv4Header, .icmpv6Header:
            true
        default: false
        }
    }

    /// Which way the buffer's bytes go; nil for buffers of both ways.
    package var direction: FlowDirection? {
        if let entry = ProtocolBuffers.byKind[self] { return entry.buffer.way }
        return switch self {
        case .httpMethod, .httpURI, .httpURIRaw, .httpRequestLine, .httpUserAgent, .httpHost, .httpHostRaw, .httpAccept,
            .httpAcceptLanguage, .httpAcceptEncoding, .httpReferer, .httpRequestBody, .httpRequestHeader:
            .toServer
        case .httpResponseBody, .httpResponseLine, .httpStatusCode, .httpStatusMessage, .httpServer, .httpLocation,
            .dnsAnswerName, .httpResponseHeader:
            .toClient
        default: nil
        }
    }

    /// The application protocols that have this buffer; empty: any.
    package var applications: [ApplicationProtocol] {
        if let entry = ProtocolBuffers.byKind[self] { return entry.applications }
        return switch self {
        case .payload, .stream, .base64Data, .frame, .ipSource, .ipDestination, .ipv4Header, .ipv6Header, .tcpHeader,
            .udpHeader, .icmpv4Header, .icmpv6Header:
            []
        case .fileData: [.http, .smtp, .ftpData, .smb, .nfs, .http2]
        case .dnsQuery, .dnsAnswerName: [.dns]
        default: [.http, .http2]
        }
    }
}
