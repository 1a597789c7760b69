import Events
import Foundation
import Primitives
import Query
import Storage
import Testing

/// A store that was filled without masks: what is handed on of it with masks has no secret, wherever one stands.
@Suite struct MaskedHandoverTests {
    private static let secret = "hunter2xyz"
    private static var told: String { "password=\(secret)" }

    private func desk(_ folder: String) throws -> AnalystDesk {
        let path = folder + "/night.db"
        let store = try Store(path: path)
        let rule = RuleInfo(
            id: "r", title: "Log-in", level: .high, kind: .sigma, origin: RuleOrigin(file: "r.yml", line: 1))
        let time = Timestamp(nanoseconds: 1_773_280_000_000_000_000)
        let line = Array("request /login?\(Self.told) from 203.0.113.7".utf8)
        let event = EventReference(
            id: ContentID(high: 1, low: 1), input: ContentID(high: 2, low: 2), number: 1, offset: 0, length: line.count)
        var detection = Detection(
            id: ContentID(high: 3, low: 3), rule: rule, first: time, last: time, events: [event],
            fields: [
                FieldValue(name: "url.original", value: "/login?\(Self.told)"),
                FieldValue(name: "user.name", value: Self.told),
            ], entity: Entity(kind: "user", value: Self.told))
        detection.evidence = [line.withBytes { Evidence(event: event, bytes: $0) }]
        var incident = Incident(
            id: ContentID(high: 4, low: 4), rule: "r", title: "Log-in with \(Self.told)", severity: .high,
            entity: detection.entity, first: time, last: time, count: 1, stages: ["initial-access"],
            techniques: ["T1078"], rules: ["r"], inputs: [event.input], detections: [detection.id])
        var act = IncidentAct(kind: "login", first: time, last: time, count: 1)
        (act.sources, act.targets, act.targetCount) = ([Self.told], [Self.told, "web-01"], 2)
        (act.users, act.userCount, act.object) = ([Self.told], 1, Self.told)
        incident.acts = [act]
        try store.commit(detections: [detection])
        try store.replaceIncidents([incident])
        return try AnalystDesk(
            path: path, clock: FilterClock(now: time, zone: .utc), width: 100, coloured: false)
    }

    private func texts(_ desk: AnalystDesk) throws -> [(name: String, text: String)] {
        var texts: [(String, [UInt8])] = []
        for format in ["json", "csv", "ecs", "ocsf", "stix", "navigator", "cef", "misp"] {
            texts.append((format, try desk.export([], format: format, since: nil).bytes))
        }
        for (format, language) in [("html", "en"), ("html", "vi"), ("markdown", "en"), ("json", "en")] {
            let report = try desk.report([], from: nil, to: nil, format: format, language: language)
            texts.append(("report \(format)", report))
        }
        let id = try #require(try desk.incidents([], limit: 1).first).id.description
        let bundle = FileManager.default.temporaryDirectory.path + "/nightjar-bundle-\(UUID().uuidString).tar"
        defer { try? FileManager.default.removeItem(atPath: bundle) }
        _ = try desk.exportEvidence(try desk.incident(id), to: bundle, keyPath: nil)
        texts.append(("bundle", Array(try Data(contentsOf: URL(fileURLWithPath: bundle)))))
        return texts.map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }

    @Test func noSecretIsHandedOn() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-handover-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let desk = try desk(folder)
        for (name, text) in try texts(desk) where name != "navigator" {
            #expect(text.contains(Self.secret), "\(name): without masks it is told")
        }
        try desk.mask(with: MaskRule.table)
        for (name, text) in try texts(desk) { #expect(!text.contains(Self.secret), "\(name)") }
    }
}
