internal import Events
internal import Primitives

/// A layer for the ATT&CK Navigator, format 4.5: how many incidents carry each technique.
enum NavigatorExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var counts: [String: Int] = [:]
        var titles: [String: [String]] = [:]
        for item in cases {
            for technique in Set(item.incident.techniques) where isTechnique(technique) {
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
        let parents = Set(counts.keys.filter { $0.contains(".") }.map { String($0.prefix { $0 != "." }) })
        for technique in parents.union(counts.keys).sorted() {
            writer.element { entry in
                entry.member("techniqueID", technique)
                if let count = counts[technique] {
                    entry.key("score")
                    entry.integer(count)
                    entry.member("comment", titles[technique, default: []].joined(separator: "; "))
                }
                entry.key("enabled")
                entry.boolean(true)
                // Only a technique can show its sub-techniques: without that, their scores stay folded away.
                if parents.contains(technique) {
                    entry.key("showSubtechniques")
                    entry.boolean(true)
                }
            }
        }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    /// `T1110` or `T1110.001`: the Navigator refuses a layer with anything else.
    private static func isTechnique(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.first == UInt8(ascii: "T"), parts.count <= 2, parts[0].count == 5 else { return false }
        return parts[0].dropFirst().allSatisfy { ASCII.isDigit($0) }
            && parts.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy { ASCII.isDigit($0) } }
    }
}
