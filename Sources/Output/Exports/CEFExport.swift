internal import Events
internal import Primitives

/// ArcSight Common Event Format (version 0), one incident a line.
enum CEFExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var text = ""
        for item in cases { text += line(item) + "\n" }
        return Array(text.utf8)
    }

    private static func line(_ item: ExportCase) -> String {
        let incident = item.incident
        let head = [
            "CEF:0", "nightjar", "nightjar", "0.1.0", incident.rule, incident.title, "\(severity(incident.severity))",
        ]
        var members: [(String, String)] = [
            ("externalId", incident.id.description), ("start", "\(incident.first.nanoseconds / 1_000_000)"),
            ("end", "\(incident.last.nanoseconds / 1_000_000)"), ("cnt", "\(incident.count)"),
            ("cs1Label", "status"), ("cs1", incident.status.rawValue),
        ]
        let entity = incident.entity
        switch entity.kind {
        case "ip": members.append((entity.value.contains(":") ? "c6a2" : "src", entity.value))
        case "user": members.append(("suser", entity.value))
        case "host": members.append(("shost", entity.value))
        case "domain": members.append(("dhost", entity.value))
        case "hash": members.append(("fileHash", entity.value))
        default: break
        }
        if entity.kind == "ip" && entity.value.contains(":") { members.append(("c6a2Label", "Source IPv6 Address")) }
        for (number, label, values) in [
            (2, "techniques", incident.techniques), (3, "stages", incident.stages), (4, "tags", incident.tags),
        ] where !values.isEmpty {
            members += [("cs\(number)Label", label), ("cs\(number)", values.joined(separator: " "))]
        }
        if let assignee = incident.assignee { members.append(("duser", assignee)) }
        return head.map(header).joined(separator: "|") + "|"
            + members.map { "\($0.0)=\(value($0.1))" }.joined(separator: " ")
    }

    private static func severity(_ severity: Severity) -> Int { [1, 3, 5, 8, 10][severity.rawValue] }

    private static func header(_ text: String) -> String { escape(text, ["\\", "|"]) }
    private static func value(_ text: String) -> String { escape(text, ["\\", "="]) }

    private static func escape(_ text: String, _ special: [Unicode.Scalar]) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if special.contains(scalar) { result += "\\" }
            if TextSafety.isUnsafe(scalar.value) {
                result += "\\\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
