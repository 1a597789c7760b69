internal import Events
internal import Primitives

/// EVE's `dns` record, version 3: one message, its sections as they are on the wire.
enum EVEDNS {
    private static let sections = ["answers", "authorities", "additionals"]
    /// Types whose answers are listed by type as well.
    private static let groupedTypes = ["A", "AAAA", "MX", "NS", "CNAME", "TXT", "PTR", "NULL", "SOA", "SRV", "SSHFP"]
    private static let authority = ["mname", "rname", "serial", "refresh", "retry", "expire", "minimum"]
    private static let service = ["priority", "weight", "port", "name"]

    /// One resource record: where its values lie.
    private struct Resource {
        var section: Int
        var values: [RecordValue] = []
    }

    static func encode(_ values: EVERecord.Values, _ item: InspectionItem, into writer: inout JSONWriter) {
        let flags = values.number(.dnsFlags) ?? 0
        writer.key("dns")
        writer.beginObject()
        writer.key("version")
        writer.integer(3)
        writer.key("type")
        writer.string(item.direction == .toServer ? "request" : "response")
        writer.key("tx_id")
        writer.integer(item.transaction)
        writer.key("id")
        writer.integer(values.number(.dnsID) ?? 0)
        writer.key("flags")
        writer.string(String(flags, radix: 16))
        for (bit, name) in [
            (0x8000, "qr"), (0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"), (0x40, "z"),
        ]
        where flags & bit != 0 {
            writer.key(named: name)
            writer.boolean(true)
        }
        writer.key("opcode")
        writer.integer(values.number(.dnsOpcode) ?? 0)
        writer.key("rcode")
        writer.string(values.first(.dnsResponseCode) ?? .empty)
        queries(values, into: &writer)
        let records = resources(values)
        for section in 0..<3 {
            list(records.filter { $0.section == section }, section, values, into: &writer)
            if section == 0 { grouped(records.filter { $0.section == 0 }, values, into: &writer) }
        }
        writer.endObject()
    }

    private static func queries(_ values: EVERecord.Values, into writer: inout JSONWriter) {
        let names = values.list.filter { $0.field == .dnsQuestionName }
        let types = values.list.filter { $0.field == .dnsQuestionType }
        guard !names.isEmpty else { return }
        writer.key("queries")
        writer.beginArray()
        for (name, type) in zip(names, types) {
            writer.beginObject()
            writer.key("rrname")
            writer.string(values.batch.bytes(of: name))
            writer.key("rrtype")
            writer.string(values.batch.bytes(of: type))
            writer.endObject()
        }
        writer.endArray()
    }

    private static func resources(_ values: EVERecord.Values) -> [Resource] {
        var found: [Resource] = []
        for value in values.list {
            if value.field == .dnsSection {
                found.append(Resource(section: values.batch.bytes(of: value).decimal ?? 0))
            } else if !found.isEmpty {
                found[found.count - 1].values.append(value)
            }
        }
        return found
    }

    /// A record of several character strings is written once for each of them.
    private static func list(
        _ records: [Resource], _ section: Int, _ values: EVERecord.Values, into writer: inout JSONWriter
    ) {
        guard !records.isEmpty else { return }
        writer.key(named: sections[section])
        writer.beginArray()
        for record in records {
            let data = record.values.filter { $0.field == .dnsRecordData }
            for number in 0..<max(data.count, 1) {
                writer.beginObject()
                for (name, field) in [("rrname", RecordField.dnsRecordName), ("rrtype", .dnsRecordType)] {
                    guard let value = record.values.first(where: { $0.field == field }) else { continue }
                    writer.key(named: name)
                    writer.string(values.batch.bytes(of: value))
                }
                if let ttl = record.values.first(where: { $0.field == .dnsRecordTTL }) {
                    writer.key("ttl")
                    writer.number(values.batch.bytes(of: ttl))
                }
                if number < data.count {
                    writer.key("rdata")
                    values.write(values.batch.bytes(of: data[number]), into: &writer)
                }
                structured(record, values, named: true, into: &writer)
                writer.endObject()
            }
        }
        writer.endArray()
    }

    private static func type(_ record: Resource, _ values: EVERecord.Values) -> String {
        record.values.first { $0.field == .dnsRecordType }.map { values.batch.bytes(of: $0).text } ?? ""
    }

    /// The members of a start of authority or a service record.
    private static func structured(
        _ record: Resource, _ values: EVERecord.Values, named: Bool, into writer: inout JSONWriter
    ) {
        let parts = record.values.filter { $0.field == .dnsRecordPart }
        guard !parts.isEmpty else { return }
        if type(record, values) == "OPT" { return options(parts, values, into: &writer) }
        let isAuthority = type(record, values) == "SOA"
        if named { writer.key(isAuthority ? "soa" : "srv") }
        writer.beginObject()
        for (name, part) in zip(isAuthority ? authority : service, parts) {
            writer.key(named: name)
            let bytes = values.batch.bytes(of: part)
            if name == "mname" || name == "rname" || name == "name" {
                writer.string(bytes)
            } else {
                writer.number(bytes)
            }
        }
        writer.endObject()
    }

    /// Options of EDNS: numbers and bytes by turns.
    private static func options(
        _ parts: [RecordValue], _ values: EVERecord.Values, into writer: inout JSONWriter
    ) {
        writer.key("opt")
        writer.beginArray()
        for at in stride(from: 0, to: parts.count - 1, by: 2) {
            writer.beginObject()
            writer.key("code")
            writer.number(values.batch.bytes(of: parts[at]))
            writer.key("data")
            writer.string(values.batch.bytes(of: parts[at + 1]))
            writer.endObject()
        }
        writer.endArray()
    }

    private static func grouped(_ records: [Resource], _ values: EVERecord.Values, into writer: inout JSONWriter) {
        let used = groupedTypes.filter { name in
            records.contains { record in
                type(record, values) == name
                    && record.values.contains { $0.field == .dnsRecordData || $0.field == .dnsRecordPart }
            }
        }
        guard !used.isEmpty else { return }
        writer.key("grouped")
        writer.beginObject()
        for name in used {
            writer.key(named: name)
            writer.beginArray()
            for record in records where type(record, values) == name {
                for value in record.values where value.field == .dnsRecordData {
                    values.write(values.batch.bytes(of: value), into: &writer)
                }
                structured(record, values, named: false, into: &writer)
            }
            writer.endArray()
        }
        writer.endObject()
    }
}
