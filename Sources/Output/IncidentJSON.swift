package import Events
internal import Primitives

/// Incidents as `incidents --json` writes them: one JSON object a line, always the same keys in the same order, and no
/// paths (inputs are named by identity), so that equal findings are equal bytes wherever the files lie.
package enum IncidentJSON {
    /// Appends `incident` and a newline.
    package static func encode(_ incident: Incident, into writer: inout JSONWriter) {
        object(incident, into: &writer)
        writer.newline()
    }

    /// The object alone, for documents that hold several. `parties`: where the parties that it names are known, they
    /// are its last member, `related`.
    package static func object(_ incident: Incident, with parties: ExportCase? = nil, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(incident.id.description)
        writer.key("rule")
        writer.string(incident.rule)
        writer.key("title")
        writer.string(incident.title)
        writer.key("severity")
        writer.string(incident.severity.name)
        writer.key("status")
        writer.string(incident.status.rawValue)
        writer.key("entity")
        DetectionJSON.encode(incident.entity, into: &writer)
        writer.key("first")
        writer.time(incident.first)
        writer.key("last")
        writer.time(incident.last)
        writer.key("count")
        writer.integer(incident.count)
        writer.key("stages")
        writer.strings(incident.stages)
        writer.key("techniques")
        writer.strings(incident.techniques)
        writer.key("rules")
        writer.strings(incident.rules)
        writer.key("inputs")
        writer.strings(incident.inputs.map(\.description))
        writer.key("assignee")
        if let assignee = incident.assignee { writer.string(assignee) } else { writer.null() }
        writer.key("resolution")
        if let resolution = incident.resolution { writer.string(resolution) } else { writer.null() }
        writer.key("tags")
        writer.strings(incident.tags)
        writer.key("assets")
        writer.strings(incident.assets)
        writer.key("owners")
        writer.strings(incident.owners)
        writer.key("agencies")
        writer.strings(incident.agencies)
        writer.key("summary")
        writer.string(IncidentStoryText(incident, .english).summary)
        parties?.related(into: &writer)
        writer.endObject()
    }
}
