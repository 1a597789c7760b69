internal import Events
internal import Primitives

/// The object that an alert carries for its transaction: `http` or `dns`, made of the transaction's ECS fields.
enum EVETransaction {
    /// EVE's name, ECS's name, and whether the value is a number.
    private typealias Member = (name: StaticString, field: String, isNumber: Bool)

    private static let http: [Member] = [
        ("hostname", "url.domain", false), ("http_port", "url.port", true), ("url", "url.original", false),
        ("http_user_agent", "user_agent.original", false), ("xff", "http.request.headers.x_forwarded_for", false),
        ("http_content_type", "http.response.mime_type", false), ("http_refer", "http.request.referrer", false),
        ("http_method", "http.request.method", false), ("protocol", "http.version", false),
        ("status", "http.response.status_code", true), ("redirect", "http.response.headers.location", false),
        ("length", "http.response.body.bytes", true),
    ]

    static let httpFields = Set(http.map(\.field))

    static func encode(_ context: AlertContext, into writer: inout JSONWriter) {
        guard !context.transactionFields.isEmpty else { return }
        encode(
            context.application, DetectionJSON.grouped(context.transactionFields), context.transaction, into: &writer)
    }

    /// Nothing where there are no fields.
    static func encode(
        _ application: ApplicationProtocol, _ fields: [(name: String, values: [String])], _ transaction: UInt32?,
        into writer: inout JSONWriter
    ) {
        guard !fields.isEmpty else { return }
        switch application {
        case .http: encodeHTTP(fields, into: &writer)
        case .dns: encodeDNS(fields, transaction, into: &writer)
        default: EVEObjects.encode(application, fields, into: &writer)
        }
    }

    private static func first(_ name: String, _ fields: [(name: String, values: [String])]) -> String? {
        fields.first { $0.name == name }?.values.first
    }

    private static func encodeHTTP(_ fields: [(name: String, values: [String])], into writer: inout JSONWriter) {
        writer.key("http")
        writer.beginObject()
        for member in http {
            guard let value = first(member.field, fields) else { continue }
            writer.key(member.name)
            if member.isNumber {
                value.withBytes { writer.number($0) }
            } else if member.field == "http.version" && !value.hasPrefix("HTTP/") {
                writer.string("HTTP/" + value)
            } else {
                writer.string(value)
            }
        }
        writer.endObject()
    }

    /// Version 3 of the record, as Suricata 8 writes it.
    private static func encodeDNS(
        _ fields: [(name: String, values: [String])], _ transaction: UInt32?, into writer: inout JSONWriter
    ) {
        writer.key("dns")
        writer.beginObject()
        writer.key("version")
        writer.integer(3)
        writer.key("type")
        writer.string(
            first("dns.type", fields) == "answer" || first("dns.type", fields) == "response"
                ? "response" : "request")
        if let transaction {
            writer.key("tx_id")
            writer.integer(transaction)
        }
        for (name, field) in [("id", "dns.id"), ("opcode", "dns.op_code"), ("rcode", "dns.response_code")] {
            guard let value = first(field, fields) else { continue }
            writer.key(named: name)
            if name == "rcode" { writer.string(value) } else { value.withBytes { writer.number($0) } }
        }
        encodeQueries(fields, into: &writer)
        encodeAnswers(fields, into: &writer)
        writer.endObject()
    }

    private static func encodeQueries(_ fields: [(name: String, values: [String])], into writer: inout JSONWriter) {
        guard let name = first("dns.question.name", fields) else { return }
        writer.key("queries")
        writer.beginArray()
        writer.beginObject()
        writer.key("rrname")
        writer.string(name)
        if let type = first("dns.question.type", fields) {
            writer.key("rrtype")
            writer.string(type)
        }
        writer.endObject()
        writer.endArray()
    }

    private static func encodeAnswers(_ fields: [(name: String, values: [String])], into writer: inout JSONWriter) {
        guard let data = fields.first(where: { $0.name == "dns.answers.data" })?.values else { return }
        writer.key("answers")
        writer.beginArray()
        for value in data {
            writer.beginObject()
            writer.key("rdata")
            writer.string(value)
            writer.endObject()
        }
        writer.endArray()
    }
}
