internal import Events
internal import Primitives

/// MISP core format (draft-dulaunoy-misp-core-format): a response with one event for each incident.
enum MISPExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("response")
        writer.beginArray()
        for item in cases { writer.element { $0.object("Event") { encode(item, into: &$0) } } }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    private static func encode(_ item: ExportCase, into writer: inout JSONWriter) {
        let incident = item.incident
        let name = incident.id.description
        let levels = ["4", "3", "2", "1", "1"]
        for (key, value) in [
            ("uuid", NamedUUID.make("event \(name)", in: NamedUUID.own)), ("info", incident.title),
            ("date", String(incident.first.iso8601.prefix(10))),
            ("timestamp", "\(max(0, incident.last.seconds))"), ("threat_level_id", levels[incident.severity.rawValue]),
            ("analysis", incident.status == .closed ? "2" : incident.status == .open ? "0" : "1"),
            ("distribution", "0"),
        ] { writer.member(key, value) }
        writer.key("published")
        writer.boolean(false)
        writer.key("Tag")
        writer.beginArray()
        for tag in incident.techniques.map({ "mitre-attack:technique=\"\($0)\"" }) + incident.tags {
            writer.element { $0.member("name", tag) }
        }
        writer.endArray()
        writer.key("Attribute")
        writer.beginArray()
        let kinds: [(kind: String, type: String, category: String)] = [
            ("ip", "ip-src", "Network activity"), ("user", "target-user", "Targeting data"),
            ("host", "hostname", "Network activity"), ("domain", "domain", "Network activity"),
            ("hash", "sha256", "Payload delivery"),
        ]
        for kind in kinds {
            for value in item.values(kind.kind).prefix(100) {
                writer.element { attribute in
                    attribute.member("uuid", NamedUUID.make("\(name) \(kind.type) \(value)", in: NamedUUID.own))
                    attribute.member("type", kind.type)
                    attribute.member("category", kind.category)
                    attribute.member("value", value)
                    attribute.member("timestamp", "\(max(0, incident.last.seconds))")
                    attribute.member("distribution", "0")
                    attribute.key("to_ids")
                    attribute.boolean(value == incident.entity.value && kind.kind != "user")
                }
            }
        }
        writer.endArray()
    }
}
