internal import Events
internal import Primitives

/// What is odd about a message, by the names of Suricata's `http-events.rules`.
struct HTTPAnomalies {
    /// Layers of content coding that are in order (Suricata: `response-body-decompress-layer-limit`).
    private static let maximumLayers = 2

    private let output: InspectionOutput

    init(output: InspectionOutput) { self.output = output }

    func request(_ head: HTTPHead, _ transaction: HTTPTransaction, serverPort: UInt16) {
        let line = HTTPRequestLine(head.startLine)
        startLine(head.startLine, line)
        if transaction.hasChunkExtension { output.anomaly("http.request_chunk_extension") }
        if transaction.isRequestChunkBroken { output.anomaly("http.invalid_request_chunk_len") }
        if head.beginsFolded { output.anomaly("http.invalid_request_field_folding") }
        if count(head, "content-length") > 1 { output.anomaly("http.duplicate_content_length_field_in_request") }
        if let length = head.first("content-length"), length.decimal == nil {
            output.anomaly("http.invalid_content_length_field_in_request")
        }
        if let coding = head.first("transfer-encoding"), !coding.equalsIgnoringCase("chunked") {
            output.anomaly("http.invalid_transfer_encoding_value_in_request")
        }
        host(head, line, serverPort)
        let size = HTTPHeadSize(transaction.requestHead.bytes)
        if size.lines > HTTPHeadSize.maximumLines { output.anomaly("http.request_too_many_headers") }
        if size.longest > HTTPHeadSize.maximumLine { output.anomaly("http.request_field_too_long") }
        if let credentials = head.first("authorization"), !HTTPAnomalies.isKnown(credentials) {
            output.anomaly("http.request_auth_unrecognized")
        }
        let fields = HTTPFieldFaults(head)
        if fields.missingColon { output.anomaly("http.request_field_missing_colon") }
        if fields.badName { output.anomaly("http.request_header_invalid") }
        if fields.repeated { output.anomaly("http.request_header_repetition") }
        if transaction.hasUnexpectedBody { return output.anomaly("http.request_body_unexpected") }
        if line.method == "PUT" || line.method == "POST" { return }
        if transaction.requestBodyBytes > 0 { output.anomaly("http.request_body_unexpected") }
    }

    private func startLine(_ text: Bytes, _ line: HTTPRequestLine) {
        if line.version.isEmpty { output.anomaly("http.request_line_missing_protocol") }
        if !text.isEmpty, HTTPWords.isSpace(text[0]) { output.anomaly("http.request_line_leading_whitespace") }
        let before = line.target.isEmpty ? text : text.slice(0, line.target.start - text.start)
        if before.contains("\t") { output.anomaly("http.method_delim_non_compliant") }
        guard !line.version.isEmpty else { return }
        let end = line.target.start + line.target.count
        let between = Bytes(start: end, count: line.version.start - end)
        for index in 0..<between.count where between[index] != ASCII.space {
            return output.anomaly("http.uri_delim_non_compliant")
        }
    }

    /// The host that the target names, that of the Host field, and the ports of both.
    private func host(_ head: HTTPHead, _ line: HTTPRequestLine, _ serverPort: UInt16) {
        let isConnect = line.method == "CONNECT"
        let authority = HTTPTarget(line.target, isConnect: isConnect).authority
        let given = head.first("host")
        if line.version == "HTTP/1.1", given == nil { output.anomaly("http.missing_host_header") }
        if !authority.isEmpty, !HTTPHost.isValid(HTTPHost.name(in: authority)) {
            output.anomaly("http.request_uri_host_invalid")
        }
        if let given, !HTTPHost.isValid(HTTPHost.name(in: given)) {
            output.anomaly("http.request_header_host_invalid")
        }
        if let given, !authority.isEmpty, !isConnect,
            !HTTPHost.same(HTTPHost.name(in: authority), HTTPHost.name(in: given))
        {
            output.anomaly("http.host_header_ambiguous")
        }
        guard !authority.isEmpty, let digits = HTTPHost.portText(in: authority) else { return }
        guard let port = digits.decimal, port > 0, port <= 65_535 else {
            return output.anomaly("http.invalid_authority_port")
        }
        if !isConnect && port != Int(serverPort) { output.anomaly("http.request_server_port_tcp_port_mismatch") }
    }

    /// Those that Suricata's rules look for in what the server sends.
    func response(_ head: HTTPHead, _ raw: Bytes, _ transaction: HTTPTransaction) {
        let hasRequest = transaction.hasRequest
        if transaction.hasResponseChunkExtension { output.anomaly("http.response_chunk_extension") }
        if transaction.isResponseChunkBroken { output.anomaly("http.invalid_response_chunk_len") }
        let line = HTTPStatusLine(head.startLine)
        let size = HTTPHeadSize(raw)
        if size.lines > HTTPHeadSize.maximumLines { output.anomaly("http.response_too_many_headers") }
        if size.longest > HTTPHeadSize.maximumLine { output.anomaly("http.response_field_too_long") }
        if HTTPAnomalies.beginsFolded(raw) { output.anomaly("http.invalid_response_field_folding") }
        // What does not even begin like a status line is a body to servers of old, and to browsers.
        if line.version.startsIgnoringCase("http") {
            if !line.version.starts(with: "HTTP/1.") && !line.version.starts(with: "HTTP/0.") {
                output.anomaly("http.response_invalid_protocol")
            }
            if line.code.decimal.map({ $0 < 100 || $0 > 999 }) ?? true {
                output.anomaly("http.response_invalid_status")
            }
        }
        if !hasRequest { output.anomaly("http.unable_to_match_response_to_request") }
        if count(head, "content-length") > 1 { output.anomaly("http.duplicate_content_length_field_in_response") }
        if let length = head.first("content-length"), length.decimal == nil {
            output.anomaly("http.invalid_content_length_field_in_response")
        }
        if let coding = head.first("transfer-encoding") {
            if !HTTPWords.contain(coding, "chunked") {
                output.anomaly("http.invalid_transfer_encoding_value_in_response")
            } else {
                if !coding.equalsIgnoringCase("chunked") { output.anomaly("http.response_abnormal_transfer_encoding") }
                if !(line.version == "HTTP/1.1") { output.anomaly("http.response_chunked_old_proto") }
            }
        }
        if let type = head.first("content-type"), HTTPWords.contain(type, "multipart/byteranges") {
            output.anomaly("http.response_multipart_byteranges")
        }
        let fields = HTTPFieldFaults(head)
        if fields.missingColon { output.anomaly("http.response_field_missing_colon") }
        if fields.badName { output.anomaly("http.response_header_invalid") }
        if fields.repeated { output.anomaly("http.response_header_repetition") }
    }

    /// The line behind the start line goes on a field that is not there (RFC 9112 section 5.2).
    private static func beginsFolded(_ head: Bytes) -> Bool {
        guard let end = head.firstIndex(of: ASCII.newline), end + 1 < head.count else { return false }
        return head[end + 1] == ASCII.space || head[end + 1] == ASCII.tab
    }

    /// What the response's content coding has wrong, which Suricata's rules look for in the other direction.
    func coding(_ head: HTTPHead) -> StaticString? {
        var layers = 0
        var isAbnormal = false
        for index in 0..<head.fieldCount where head.isNamed(index, "content-encoding") {
            var rest = head.value(index)
            while !rest.isEmpty {
                let comma = rest.firstIndex(of: ASCII.comma) ?? rest.count
                let word = rest.slice(0, comma).trimmed
                layers += 1
                if HTTPWords.contain(word, "gzip") || HTTPWords.contain(word, "deflate") {
                    isAbnormal = isAbnormal || !HTTPAnomalies.isCoding(word)
                }
                rest = rest.dropping(min(comma + 1, rest.count))
            }
        }
        if layers > HTTPAnomalies.maximumLayers { return "http.too_many_encoding_layers" }
        return isAbnormal ? "http.abnormal_ce_header" : nil
    }

    private static func isCoding(_ word: Bytes) -> Bool {
        word.equalsIgnoringCase("gzip") || word.equalsIgnoringCase("x-gzip") || word.equalsIgnoringCase("deflate")
            || word.equalsIgnoringCase("x-deflate")
    }

    private func count(_ head: HTTPHead, _ name: StaticString) -> Int {
        var found = 0
        for index in 0..<head.fieldCount where head.isNamed(index, name) { found += 1 }
        return found
    }

    private static func isKnown(_ credentials: Bytes) -> Bool {
        let scheme = credentials.firstWord.word
        return scheme.equalsIgnoringCase("basic") || scheme.equalsIgnoringCase("digest")
            || scheme.equalsIgnoringCase("bearer")
    }
}

/// How many lines a head has, the start line not counted, and how long the longest is.
struct HTTPHeadSize {
    /// Fields of one message, and bytes of one field, that are in order (Suricata: `meta-field-limit`).
    static let maximumLines = 1024
    static let maximumLine = 18_432

    private(set) var lines = -1
    private(set) var longest = 0

    init(_ head: Bytes) {
        var at = 0
        while at < head.count {
            let end = head.firstIndex(of: ASCII.newline, from: at) ?? head.count
            let length = end - at
            if length > 1 || length == 1 && head[at] != ASCII.carriageReturn { lines += 1 }
            longest = max(longest, length)
            at = end + 1
        }
    }
}

/// What is odd about a head's fields.
struct HTTPFieldFaults {
    private(set) var missingColon = false
    private(set) var badName = false
    private(set) var repeated = false

    init(_ head: HTTPHead) {
        for index in 0..<head.fieldCount {
            let name = head.name(index)
            if !head.hasColon(index) {
                missingColon = true
            } else if name.isEmpty || !HTTPFieldFaults.isToken(name) || head.hasSpaceBeforeColon(index) {
                badName = true
            }
            guard !repeated, index < 64 else { continue }
            for earlier in 0..<index where HTTPHost.same(head.name(earlier), name) { repeated = true }
        }
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ name: Bytes) -> Bool {
        for index in 0..<name.count {
            switch name[index] {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C,
                0x7E:
                continue
            default: return false
            }
        }
        return true
    }
}
