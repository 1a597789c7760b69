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
        var seen: Set<String> = [""]
        let entity = incident.entity.kind == kind ? [incident.entity.value] : []
        let named = parties.filter { Entity.kind(ofField: $0.name) == kind }.map(\.value)
        return (entity + named).filter { seen.insert($0).inserted }
    }

    /// What stands in fields of type ip: nothing else may.
    var addresses: [String] { values("ip").filter { IPAddress($0) != nil } }

    /// Appends the member `related` as the Elastic Common Schema has it ("Related Fields"): what an incident may be
    /// searched by. A kind that nothing is named of is left out.
    func related(into writer: inout JSONWriter) {
        writer.object("related") { related in
            for (name, values) in [
                ("ip", addresses), ("user", values("user")), ("hosts", values("host") + values("domain")),
                ("hash", values("hash")),
            ] where !values.isEmpty {
                related.key(named: name)
                related.strings(values)
            }
        }
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

package enum JSONLinesExport {
    package static func encode(_ cases: [ExportCase]) -> [UInt8] {
        var writer = JSONWriter()
        for item in cases { encode(item, into: &writer) }
        return writer.bytes.array
    }

    private static func encode(_ item: ExportCase, into writer: inout JSONWriter) {
        IncidentJSON.object(item.incident, with: item, into: &writer)
        writer.newline()
    }
}
