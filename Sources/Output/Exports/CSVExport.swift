internal import Events
internal import Primitives

/// Comma-separated values (RFC 4180): every value in quotes. A value that a spreadsheet would run as a formula begins
/// with an apostrophe (OWASP, CSV Injection); what steers terminals or turns writing is written out.
package enum CSVExport {
    package static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var text = line([
            "id", "severity", "status", "resolution", "first", "last", "entity_type", "entity", "title", "rule",
            "count",
            "stages", "techniques", "rules", "assignee", "tags",
        ])
        for item in cases {
            let incident = item.incident
            text += line([
                incident.id.description, incident.severity.name, incident.status.rawValue, incident.resolution ?? "",
                incident.first.iso8601, incident.last.iso8601, incident.entity.kind, incident.entity.value,
                incident.title, incident.rule, String(incident.count), incident.stages.joined(separator: " "),
                incident.techniques.joined(separator: " "), incident.rules.joined(separator: " "),
                incident.assignee ?? "", incident.tags.joined(separator: " "),
            ])
        }
        return Array(text.utf8)
    }

    package static func line(_ values: [String]) -> String { values.map(cell).joined(separator: ",") + "\r\n" }

    package static func cell(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            if TextSafety.isUnsafe(scalar.value) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else if scalar == "\"" {
                text += "\"\""
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        // A spreadsheet skips spaces before it looks for a formula.
        let first = value.unicodeScalars.first { !$0.properties.isWhitespace && !TextSafety.isUnsafe($0.value) }
        let isFormula = first.map { "=+-@＝＋－＠|%".unicodeScalars.contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + text + "\""
    }
}
