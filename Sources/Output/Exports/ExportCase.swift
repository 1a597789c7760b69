package import Events
internal import Primitives

/// One incident as exporters see it: with the parties that its detections name.
package struct ExportCase: Sendable {
    package var incident: Incident
    /// Title of its rule, where that is stored.
    package var ruleTitle: String?
    /// Fields of its detections that name parties, each pair once, in order of first occurrence.
    package var parties: [FieldValue]

    package init(incident: Incident, ruleTitle: String?, parties: [FieldValue]) {
        self.incident = incident
        self.ruleTitle = ruleTitle
        self.parties = parties
    }

    /// Values of the kinds of entity ("ip", "user", "host", "domain", "hash"), the entity first.
    package func values(_ kind: String) -> [String] {
        var found = incident.entity.kind == kind && !incident.entity.value.isEmpty ? [incident.entity.value] : []
        for field in parties where Entity(field: field.name, value: "").kind == kind && !found.contains(field.value) {
            if !field.value.isEmpty { found.append(field.value) }
        }
        return found
    }

    /// Tactics of the incident that are ATT&CK's: name as written, title, id.
    var tactics: [(name: String, title: String, id: String)] {
        AttackNames.tactics.filter { incident.stages.contains($0.name) }
    }
}

/// A way to hand incidents on.
package struct ExportFormat: Sendable {
    package var name: String
    package var help: String
    /// The whole document.
    package var encode: @Sendable ([ExportCase]) -> [UInt8]

    /// Every format, in the order that help shows them.
    package static let table: [ExportFormat] = [
        ExportFormat(name: "json", help: "nightjar's own, a line each", encode: JSONLinesExport.encode),
        ExportFormat(name: "csv", help: "RFC 4180, safe to open in a spreadsheet", encode: CSVExport.encode),
        ExportFormat(name: "ecs", help: "Elastic Common Schema, a line each", encode: ECSExport.encode),
        ExportFormat(name: "ocsf", help: "OCSF 1.3 Detection Finding, a line each", encode: OCSFExport.encode),
        ExportFormat(name: "stix", help: "STIX 2.1 bundle: indicators, sightings", encode: STIXExport.encode),
        ExportFormat(name: "navigator", help: "ATT&CK Navigator layer 4.5", encode: NavigatorExport.encode),
        ExportFormat(name: "cef", help: "ArcSight Common Event Format, a line each", encode: CEFExport.encode),
        ExportFormat(name: "misp", help: "MISP event, one for each incident", encode: MISPExport.encode),
    ]

    package static func named(_ name: String) -> ExportFormat? { table.first { $0.name == name } }
}

enum JSONLinesExport {
    static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var writer = JSONWriter()
        for item in cases { IncidentJSON.encode(item.incident, into: &writer) }
        return writer.bytes.array
    }
}
