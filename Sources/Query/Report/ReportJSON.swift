internal import Events
internal import Output
internal import Primitives
internal import Storage

/// A report as one JSON object.
enum ReportJSON {
    static func rendered(_ data: ReportData) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("from")
        writer.time(data.from)
        writer.key("to")
        writer.time(data.to)
        writer.key("incidents_total")
        writer.integer(data.total)
        let lists: [(StaticString, [IncidentGroup])] = [
            ("severities", data.severities), ("statuses", data.statuses), ("resolutions", data.resolutions),
            ("entities", data.entities), ("titles", data.rules), ("techniques", data.techniques),
            ("assets", data.assets), ("agencies", data.agencies), ("sensors", data.sensors),
        ]
        for (name, groups) in lists {
            writer.key(name)
            writer.beginArray()
            for group in groups { encode(group, isSeverity: groups == data.severities, into: &writer) }
            writer.endArray()
        }
        writer.key("timeline")
        writer.beginArray()
        for slot in data.slots { encode(slot, into: &writer) }
        writer.endArray()
        writer.key("incidents")
        writer.beginArray()
        for incident in data.incidents { IncidentJSON.object(incident, into: &writer) }
        writer.endArray()
        writer.key("runs")
        writer.beginArray()
        for run in data.runs { LedgerJSON.object(run, into: &writer) }
        writer.endArray()
        writer.key("dead_rules")
        writer.beginArray()
        for rule in data.dead {
            writer.beginObject()
            writer.key("rule.id")
            writer.string(rule.rule)
            writer.key("rule.name")
            writer.string(rule.title)
            writer.key("reason")
            writer.string(rule.reason)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    private static func encode(_ group: IncidentGroup, isSeverity: Bool, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("key")
        writer.string(isSeverity ? Int(group.key).flatMap { Severity(rawValue: $0) }?.name ?? group.key : group.key)
        writer.key("incidents")
        writer.integer(group.incidents)
        writer.key("records")
        writer.integer(group.records)
        writer.key("worst")
        writer.string(group.worst.name)
        writer.endObject()
    }

    static func encode(_ slot: ReportData.TimeSlot, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("start")
        writer.time(slot.start)
        for severity in Severity.allCases {
            writer.key(severity.name)
            writer.integer(slot.counts[severity.rawValue])
        }
        writer.endObject()
    }
}
