package import Events
internal import Primitives

/// Records of what a capture shows, as Suricata writes them beside alerts (documentation: "Eve JSON Format"): one
/// object a line.
package enum EVERecord {
    /// Appends a record (not of a flow) and a newline. `fields` gives those of its event, where the record needs them;
    /// `masker` writes secrets over in them and in texts of the record's own.
    package static func encode(
        _ record: CaptureRecord, _ batch: InspectionBatch, fields: () -> [FieldValue], masker: Masker? = nil,
        into writer: inout JSONWriter
    ) {
        writer.beginObject()
        head(record.kind, record.item, into: &writer)
        content(record, batch, fields: fields, masker: masker, into: &writer)
        writer.endObject()
        writer.newline()
    }

    /// The same of a flow that is over; `alerted` tells whether it had an alert.
    package static func encode(
        flow facts: FlowFacts, _ item: InspectionItem, alerted: Bool, into writer: inout JSONWriter
    ) {
        writer.beginObject()
        EVEHead(item, packet: nil).encode("flow", into: &writer)
        EVEFlow.encode(facts, item, alerted: alerted, into: &writer)
        writer.endObject()
        writer.newline()
    }

    /// The fields of a transaction's event that its records show; nil: any.
    package static func neededFields(_ application: ApplicationProtocol) -> Set<String>? {
        application == .http ? EVETransaction.httpFields : nil
    }

    /// The members of a record behind its head, for one that is written later.
    package static func members(
        _ record: CaptureRecord, _ batch: InspectionBatch, fields: () -> [FieldValue], masker: Masker?
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: 1024)
        content(record, batch, fields: fields, masker: masker, into: &writer)
        return writer.bytes.array
    }

    /// Appends a record whose members are ready, and a newline.
    package static func encode(
        _ kind: RecordKind, _ item: InspectionItem, members: [UInt8], into writer: inout JSONWriter
    ) {
        writer.beginObject()
        head(kind, item, into: &writer)
        members.withUnsafeBytes { writer.raw(Bytes($0)) }
        writer.endObject()
        writer.newline()
    }

    private static func head(_ kind: RecordKind, _ item: InspectionItem, into writer: inout JSONWriter) {
        let isAfter = item.packetIndex < 0 || item.header.origin == .flowEnd
        EVEHead(item, packet: isAfter ? nil : item.packetNumber).encode(name(kind), into: &writer)
        writer.key("pkt_src")
        writer.word(isAfter ? PacketOrigin.flowEnd.word : item.header.origin.word)
    }

    private static func content(
        _ record: CaptureRecord, _ batch: InspectionBatch, fields: () -> [FieldValue], masker: Masker?,
        into writer: inout JSONWriter
    ) {
        let item = record.item
        let values = Values(record, batch, masker)
        func shown() -> [(name: String, values: [String])] {
            DetectionJSON.grouped(fields().map { masker?.masked($0) ?? $0 })
        }
        switch record.kind {
        case .http, .tls, .ssh, .smtp, .ftp: transaction(record, shown(), into: &writer)
        case .dns: EVEDNS.encode(values, item, into: &writer)
        case .fileinfo: file(values, item, shown(), into: &writer)
        // `encode(flow:)` writes these.
        case .flow: break
        case .anomaly, .streamAnomaly, .decodeAnomaly: anomaly(values, item, into: &writer)
        }
    }

    private static func name(_ kind: RecordKind) -> StaticString {
        switch kind {
        case .http: "http"
        case .dns: "dns"
        case .tls: "tls"
        case .ssh: "ssh"
        case .smtp: "smtp"
        case .ftp: "ftp"
        case .fileinfo: "fileinfo"
        case .flow: "flow"
        case .anomaly, .streamAnomaly, .decodeAnomaly: "anomaly"
        }
    }

    private static func transaction(
        _ record: CaptureRecord, _ fields: [(name: String, values: [String])], into writer: inout JSONWriter
    ) {
        if record.kind == .http || record.kind == .smtp {
            writer.key("tx_id")
            writer.integer(record.item.transaction)
        }
        EVETransaction.encode(record.item.application, fields, record.item.transaction, into: &writer)
    }

    private static func file(
        _ values: Values, _ item: InspectionItem, _ fields: [(name: String, values: [String])],
        into writer: inout JSONWriter
    ) {
        EVETransaction.encode(item.application, fields, item.transaction, into: &writer)
        writer.key("app_proto")
        writer.string(item.application.rawValue)
        writer.key("fileinfo")
        writer.beginObject()
        writer.key("filename")
        values.write(values.first(.fileName) ?? .empty, into: &writer)
        writer.key("gaps")
        writer.boolean(false)
        writer.key("state")
        writer.string(values.first(.fileState) ?? .empty)
        for (name, field) in [
            ("md5", RecordField.fileMD5), ("sha1", .fileSHA1), ("sha256", .fileSHA256),
        ] {
            guard let digest = values.first(field) else { continue }
            writer.key(named: name)
            writer.string(digest)
        }
        writer.key("stored")
        writer.boolean(false)
        writer.key("size")
        writer.integer(values.number(.fileSize) ?? 0)
        writer.key("tx_id")
        writer.integer(item.transaction)
        writer.endObject()
    }

    private static func anomaly(_ values: Values, _ item: InspectionItem, into writer: inout JSONWriter) {
        let type = (values.first(.anomalyType) ?? .empty).text
        let name = (values.first(.anomalyEvent) ?? .empty).text
        let isApplication = type == "applayer"
        if isApplication {
            writer.key("tx_id")
            writer.integer(item.transaction)
        }
        writer.key("anomaly")
        writer.beginObject()
        if isApplication {
            writer.key("app_proto")
            writer.string(item.application.rawValue)
        }
        writer.key("type")
        writer.string(type)
        writer.key("event")
        switch type {
        case "stream": writer.string("stream." + name)
        case "decode": writer.string("decoder." + name)
        default: writer.string(shouts(item.application, name) ? name.uppercased() : name)
        }
        if isApplication {
            writer.key("layer")
            writer.word("proto_parser")
        }
        writer.endObject()
    }

    /// Suricata writes the names of some protocols' events in capitals.
    private static func shouts(_ application: ApplicationProtocol, _ name: String) -> Bool {
        switch application {
        case .http, .smtp, .tls, .dnp3: true
        default: name.hasPrefix("applayer_")
        }
    }

    /// A record's values.
    struct Values {
        let list: ArraySlice<RecordValue>
        let batch: InspectionBatch
        private let masker: Masker?

        init(_ record: CaptureRecord, _ batch: InspectionBatch, _ masker: Masker?) {
            list = batch.values(of: record)
            self.batch = batch
            self.masker = masker
        }

        /// A text that the other side chose, without its secrets.
        func write(_ text: Bytes, into writer: inout JSONWriter) {
            if let masked = masker?.masked(text.array) {
                masked.withBytes { writer.string($0) }
            } else {
                writer.string(text)
            }
        }

        func first(_ field: RecordField) -> Bytes? {
            list.first { $0.field == field }.map { batch.bytes(of: $0) }
        }

        func number(_ field: RecordField) -> Int? { first(field)?.decimal }
    }
}
