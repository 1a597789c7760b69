internal import Events
internal import Primitives

/// What is odd about a message, by the names of Suricata's `http-events.rules`.
struct HTTPAnomalies {
    /// Layers of content coding that are in order (Suricata: `response-body-decompress-layer-limit`).
    private static let maximumLayers = 2

    private let output: InspectionOutput

    init(output: InspectionOutput) { self.output = output }

    func request(_ head: HTTPHead, _ transaction: HTTPTransaction) {
        let line = HTTPRequestLine(head.startLine)
        if line.version.isEmpty { output.anomaly("http.request_line_missing_protocol") }
        if transaction.hasChunkExtension { output.anomaly("http.request_chunk_extension") }
        switch count(head, "content-length") {
        case 0...1: break
        default: output.anomaly("http.duplicate_content_length_field_in_request")
        }
        if let length = head.first("content-length"), length.decimal == nil {
            output.anomaly("http.invalid_content_length_field_in_request")
        }
        if let coding = head.first("transfer-encoding"), !coding.equalsIgnoringCase("chunked") {
            output.anomaly("http.invalid_transfer_encoding_value_in_request")
        }
        if line.version == "HTTP/1.1", count(head, "host") == 0 { output.anomaly("http.missing_host_header") }
        if let credentials = head.first("authorization"), !HTTPAnomalies.isKnown(credentials) {
            output.anomaly("http.request_auth_unrecognized")
        }
        if line.method == "PUT" || line.method == "POST" { return }
        if transaction.requestBodyBytes > 0 { output.anomaly("http.request_body_unexpected") }
    }

    func response(_ head: HTTPHead) {
        if count(head, "content-length") > 1 { output.anomaly("http.duplicate_content_length_field_in_response") }
        if let length = head.first("content-length"), length.decimal == nil {
            output.anomaly("http.invalid_content_length_field_in_response")
        }
        var layers = 0
        for index in 0..<head.fieldCount where head.isNamed(index, "content-encoding") {
            layers += 1
            var at = 0
            while let comma = head.value(index).firstIndex(of: ASCII.comma, from: at) {
                layers += 1
                at = comma + 1
            }
        }
        if layers > HTTPAnomalies.maximumLayers { output.anomaly("http.too_many_encoding_layers") }
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
