internal import Events
internal import Primitives

/// OCSF 1.3 Detection Finding, class 2004 (https://schema.ocsf.io/1.3.0/classes/detection_finding), one a line.
enum OCSFExport {
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
        let activity = incident.status == .closed ? (id: 3, name: "Close") : (id: 1, name: "Create")
        let (status, statusName) = status(incident.status)
        writer.beginObject()
        for (name, number) in [
            ("class_uid", 2004), ("category_uid", 2), ("activity_id", activity.id), ("type_uid", 200_400 + activity.id),
            ("severity_id", incident.severity.rawValue + 1), ("status_id", status), ("count", incident.count),
        ] {
            writer.key(named: name)
            writer.integer(number)
        }
        for (name, text) in [
            ("class_name", "Detection Finding"), ("category_name", "Findings"), ("activity_name", activity.name),
            ("severity", incident.severity.name.prefix(1).uppercased() + incident.severity.name.dropFirst()),
            ("status", statusName), ("message", incident.title),
        ] { writer.member(name, text) }
        for (name, time) in [("time", incident.last), ("start_time", incident.first), ("end_time", incident.last)] {
            writer.key(named: name)
            writer.integer(milliseconds(time))
        }
        writer.object("metadata") { metadata in
            metadata.member("version", "1.3.0")
            metadata.member("uid", incident.id.description)
            metadata.object("product") { product in
                product.member("name", "nightjar")
                product.member("vendor_name", "nightjar")
            }
        }
        finding(item, into: &writer)
        observables(item, into: &writer)
        if incident.resolution != nil || incident.assignee != nil || !incident.tags.isEmpty {
            writer.object("unmapped") { rest in
                rest.member("resolution", incident.resolution)
                rest.member("assignee", incident.assignee)
                rest.key("tags")
                rest.strings(incident.tags)
            }
        }
        writer.endObject()
    }

    private static func milliseconds(_ time: Timestamp) -> Int64 { time.nanoseconds / 1_000_000 }

    private static func status(_ status: IncidentStatus) -> (Int, String) {
        switch status {
        case .open: (1, "New")
        case .acknowledged: (2, "In Progress")
        case .suppressed: (3, "Suppressed")
        case .closed: (4, "Resolved")
        }
    }

    private static func finding(_ item: ExportCase, into writer: inout JSONWriter) {
        let incident = item.incident
        writer.object("finding_info") { info in
            info.member("uid", incident.id.description)
            info.member("title", incident.title)
            info.key("first_seen_time")
            info.integer(milliseconds(incident.first))
            info.key("last_seen_time")
            info.integer(milliseconds(incident.last))
            info.object("analytic") { analytic in
                analytic.member("uid", incident.rule)
                analytic.member("name", item.ruleTitle ?? incident.title)
                analytic.key("type_id")
                analytic.integer(1)
                analytic.member("type", "Rule")
            }
            guard !incident.techniques.isEmpty else { return }
            info.key("attacks")
            info.beginArray()
            for technique in incident.techniques {
                info.element { attack in
                    attack.object("technique") { named in
                        named.member("uid", technique)
                        named.member("name", AttackNames.name(technique) ?? technique)
                    }
                }
            }
            info.endArray()
        }
    }

    /// Observable types: 1 host name, 2 address, 4 user name, 8 hash.
    private static func observables(_ item: ExportCase, into writer: inout JSONWriter) {
        let kinds: [(kind: String, type: Int, name: String)] = [
            ("ip", 2, "IP Address"), ("user", 4, "User Name"), ("host", 1, "Hostname"), ("domain", 1, "Hostname"),
            ("hash", 8, "Hash"),
        ]
        let found = kinds.flatMap { kind in item.values(kind.kind).prefix(100).map { (kind, $0) } }
        guard !found.isEmpty else { return }
        writer.key("observables")
        writer.beginArray()
        for (kind, value) in found {
            writer.element { observable in
                observable.member("name", kind.kind)
                observable.key("type_id")
                observable.integer(kind.type)
                observable.member("type", kind.name)
                observable.member("value", value)
            }
        }
        writer.endArray()
    }
}
