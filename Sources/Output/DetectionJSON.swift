package import Events
internal import Primitives

/// Detections as `scan --detections` writes them: one JSON object a line, flat names.
///
/// `rule.id` is `GID:SID` for a signature; `rule.level` one of Sigma's five words, the rule's own; `line` or `packet`
/// (from 1) of the first record it stands on; `fields` what matched and what names the parties. A field with several
/// values is an array.
package enum DetectionJSON {
    /// Appends `detection` and a newline. `source` is the path its first record was read from, `kind` what that is.
    package static func encode(
        _ detection: Detection, source: String, kind: InputLedger.Kind, into writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("rule.id")
        writer.string(detection.rule.id)
        writer.key("rule.name")
        writer.string(detection.rule.title)
        writer.key("rule.level")
        writer.string(detection.rule.level.name)
        writer.key("form")
        writer.string(detection.form)
        writer.key("@timestamp")
        writer.time(detection.first)
        writer.key("event.end")
        writer.time(detection.last)
        writer.key("source")
        writer.string(source)
        if let event = detection.events.first {
            writer.key(kind == .capture ? "packet" : "line")
            writer.integer(event.number)
        }
        writer.key("count")
        writer.integer(detection.count)
        writer.key("entity")
        encode(detection.entity, into: &writer)
        writer.key("fields")
        encode(detection.fields, into: &writer)
        writer.endObject()
        writer.newline()
    }

    static func encode(_ entity: Entity, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string(entity.kind)
        writer.key("value")
        writer.string(entity.value)
        writer.endObject()
    }

    /// An object by name, in the order of first occurrence; equal pairs once, several values as an array.
    static func encode(_ fields: [FieldValue], into writer: inout JSONWriter) {
        let distinct = grouped(fields)
        writer.beginObject()
        for field in distinct {
            writer.key(field.name)
            if field.values.count == 1 { writer.string(field.values[0]) } else { writer.strings(field.values) }
        }
        writer.endObject()
    }

    static func grouped(_ fields: [FieldValue]) -> [(name: String, values: [String])] {
        if fields.count <= few { return groupedFew(fields) }
        var groups: [(name: String, values: [String])] = []
        var places: [String: Int] = [:]
        var seen: Set<FieldValue> = []
        for field in fields where seen.insert(field).inserted {
            if let place = places[field.name] {
                groups[place].values.append(field.value)
            } else {
                places[field.name] = groups.count
                groups.append((field.name, [field.value]))
            }
        }
        return groups
    }

    /// So many that looking through them is faster than hashing.
    private static let few = 24

    private static func groupedFew(_ fields: [FieldValue]) -> [(name: String, values: [String])] {
        var groups: [(name: String, values: [String])] = []
        for field in fields {
            guard let place = groups.firstIndex(where: { $0.name == field.name }) else {
                groups.append((field.name, [field.value]))
                continue
            }
            if !groups[place].values.contains(field.value) { groups[place].values.append(field.value) }
        }
        return groups
    }
}
