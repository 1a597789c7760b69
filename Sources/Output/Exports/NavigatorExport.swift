internal import Events
internal import Primitives

/// A layer for the ATT&CK Navigator, format 4.5: how many incidents carry each technique.
enum NavigatorExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var counts: [String: Int] = [:]
        var titles: [String: [String]] = [:]
        for item in cases {
            for technique in Set(item.incident.techniques) {
                counts[technique, default: 0] += 1
                if titles[technique, default: []].count < 5,
                    !titles[technique, default: []].contains(item.incident.title)
                {
                    titles[technique, default: []].append(item.incident.title)
                }
            }
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("name", "nightjar")
        writer.object("versions") { versions in
            versions.member("attack", "17")
            versions.member("navigator", "5.1.0")
            versions.member("layer", "4.5")
        }
        writer.member("domain", "enterprise-attack")
        writer.member("description", "Incidents by technique")
        writer.key("sorting")
        writer.integer(3)
        writer.object("gradient") { gradient in
            gradient.key("colors")
            gradient.strings(["#fff3c4ff", "#b3122bff"])
            gradient.key("minValue")
            gradient.integer(0)
            gradient.key("maxValue")
            gradient.integer(max(1, counts.values.max() ?? 1))
        }
        writer.key("techniques")
        writer.beginArray()
        for (technique, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.element { entry in
                entry.member("techniqueID", technique)
                entry.key("score")
                entry.integer(count)
                entry.member("comment", titles[technique, default: []].joined(separator: "; "))
                entry.key("enabled")
                entry.boolean(true)
                entry.key("showSubtechniques")
                entry.boolean(technique.contains("."))
            }
        }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }
}
