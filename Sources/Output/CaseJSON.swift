package import Events
package import Primitives

/// One incident with all that stands behind it, as `show --json` writes it: the incident's own object, its detections,
/// and their evidence (bytes as text where they are UTF-8, and always in Base64, with their SHA-256).
package enum CaseJSON {
    /// Appends the case and a newline. `paths` tells where each input was last seen.
    package static func encode(
        _ incident: Incident, detections: [Detection], paths: [ContentID: String], into writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("incident")
        let parties = detections.flatMap(\.fields)
        IncidentJSON.object(
            incident, with: ExportCase(incident: incident, ruleTitle: nil, parties: parties), into: &writer)
        writer.key("detections")
        writer.beginArray()
        for detection in detections { encode(detection, paths, into: &writer) }
        writer.endArray()
        writer.endObject()
        writer.newline()
    }

    private static func encode(_ detection: Detection, _ paths: [ContentID: String], into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.string(detection.id.description)
        writer.key("rule.id")
        writer.string(detection.rule.id)
        writer.key("rule.name")
        writer.string(detection.rule.title)
        writer.key("rule.level")
        writer.string(detection.rule.level.name)
        writer.key("form")
        writer.string(detection.form)
        writer.key("first")
        writer.time(detection.first)
        writer.key("last")
        writer.time(detection.last)
        writer.key("count")
        writer.integer(detection.count)
        writer.key("fields")
        DetectionJSON.encode(detection.fields, into: &writer)
        writer.key("evidence")
        writer.beginArray()
        for piece in detection.evidence { encode(piece, paths, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func encode(_ piece: Evidence, _ paths: [ContentID: String], into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("source")
        writer.string(paths[piece.event.input] ?? "")
        writer.key("input")
        writer.string(piece.event.input.description)
        writer.key(piece.linkType == nil ? "line" : "packet")
        writer.integer(piece.event.number)
        writer.key("offset")
        writer.integer(piece.event.offset)
        if piece.linkType == nil {
            writer.key("text")
            piece.bytes.withBytes { writer.string($0) }
        }
        writer.key("base64")
        writer.string(Base64.encode(piece.bytes))
        writer.key("sha256")
        writer.string(piece.digest.hex)
        writer.endObject()
    }
}
