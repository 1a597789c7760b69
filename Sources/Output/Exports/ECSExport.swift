internal import Events
internal import Primitives

/// Elastic Common Schema 8.11 (https://www.elastic.co/guide/en/ecs/current/), one alert a line.
enum ECSExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var writer = JSONWriter()
        for item in cases {
            encode(item, into: &writer)
            writer.newline()
        }
        return writer.bytes.array
    }

    private static func encode(_ item: ExportCase, into writer: inout JSONWriter) {
        let incident = item.incident
        writer.beginObject()
        writer.key("@timestamp")
        writer.time(incident.last)
        writer.member("message", incident.title)
        writer.object("ecs") { $0.member("version", "8.11.0") }
        writer.object("event") { event in
            event.member("kind", "alert")
            event.key("category")
            event.strings(["intrusion_detection"])
            event.key("type")
            event.strings(["info"])
            event.member("id", incident.id.description)
            event.member("dataset", "nightjar.incident")
            event.member("provider", "nightjar")
            event.key("severity")
            event.integer(score(incident.severity))
            event.key("start")
            event.time(incident.first)
            event.key("end")
            event.time(incident.last)
        }
        writer.object("rule") { rule in
            rule.member("id", incident.rule)
            rule.member("name", item.ruleTitle ?? incident.title)
        }
        threat(item, into: &writer)
        parties(item, into: &writer)
        writer.key("tags")
        writer.strings(incident.tags)
        writer.object("nightjar") { own in
            own.member("severity", incident.severity.name)
            own.member("status", incident.status.rawValue)
            own.member("resolution", incident.resolution)
            own.member("assignee", incident.assignee)
            own.key("count")
            own.integer(incident.count)
        }
        writer.endObject()
    }

    /// Elastic's own scale: 21, 47, 73, 99.
    private static func score(_ severity: Severity) -> Int {
        switch severity {
        case .informational: 1
        case .low: 21
        case .medium: 47
        case .high: 73
        case .critical: 99
        }
    }

    private static func threat(_ item: ExportCase, into writer: inout JSONWriter) {
        guard !item.incident.techniques.isEmpty || !item.tactics.isEmpty else { return }
        writer.object("threat") { threat in
            threat.member("framework", "MITRE ATT&CK")
            threat.object("tactic") { tactic in
                tactic.key("id")
                tactic.strings(item.tactics.map(\.id))
                tactic.key("name")
                tactic.strings(item.tactics.map(\.title))
            }
            threat.object("technique") { technique in
                technique.key("id")
                technique.strings(item.incident.techniques)
                technique.key("name")
                technique.strings(item.incident.techniques.map { AttackNames.name($0) ?? $0 })
            }
        }
    }

    private static func parties(_ item: ExportCase, into writer: inout JSONWriter) {
        let entity = item.incident.entity
        switch entity.kind {
        case "ip": if let address = item.addresses.first { writer.object("source") { $0.member("ip", address) } }
        case "user": writer.object("user") { $0.member("name", entity.value) }
        case "host": writer.object("host") { $0.member("name", entity.value) }
        case "domain": writer.object("url") { $0.member("domain", entity.value) }
        default: break
        }
        item.related(into: &writer)
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        key(named: name)
        string(value)
    }

    mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
        key(named: name)
        beginObject()
        body(&self)
        endObject()
    }

    /// An object that stands in an array.
    mutating func element(_ body: (inout JSONWriter) -> Void) {
        beginObject()
        body(&self)
        endObject()
    }
}
