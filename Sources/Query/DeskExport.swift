internal import Events
internal import Output
internal import Primitives
internal import Storage

extension AnalystDesk {
    package static var exportFormats: [(name: String, help: String)] { ExportFormat.table.map { ($0.name, $0.help) } }

    /// Incidents on their way to a consumer, and what to remember once they have arrived.
    package struct Export {
        package var bytes: [UInt8]
        package var count: Int
        fileprivate var consumer: String?
        fileprivate var digests: [(incident: ContentID, digest: ContentID)] = []
    }

    /// Incidents that fit the filter (all, without one) in a format.
    /// - Parameter consumer: only what is new or has changed since this consumer's last export
    package func export(_ words: [String], format name: String, since consumer: String?) throws -> Export {
        guard let word = completed(name, among: ExportFormat.table.map(\.name)), let format = ExportFormat.named(word)
        else { throw DeskError.word("format of exports", name, ExportFormat.table.map(\.name)) }
        let filter = try Filter.parse(arguments: words, clock: clock)
        var found = try store.incidents(
            where: filter.condition, order: .first, complete: false, now: clock.now)
        var digests: [(incident: ContentID, digest: ContentID)] = []
        if let consumer {
            let known = try store.exported(to: consumer)
            let all = found.map { (incident: $0.id, digest: AnalystDesk.digest($0)) }
            found = zip(found, all).filter { known[$1.incident] != $1.digest }.map(\.0)
            digests = all.filter { known[$0.incident] != $0.digest }
        }
        let cases = try store.completed(found).map { incident in
            let parties = try store.parties(of: incident)
            return ExportCase(
                incident: masker?.masked(incident) ?? incident, ruleTitle: try store.rule(incident.rule)?.title,
                parties: masker.map { masker in parties.map { masker.masked($0) } } ?? parties)
        }
        return Export(bytes: format.encode(cases), count: cases.count, consumer: consumer, digests: digests)
    }

    /// Notes that an export has arrived.
    package func delivered(_ export: Export) throws {
        guard let consumer = export.consumer else { return }
        try store.remember(export.digests, exportedTo: consumer)
    }

    private static func digest(_ incident: Incident) -> ContentID {
        var writer = JSONWriter()
        IncidentJSON.encode(incident, into: &writer)
        var hasher = ContentHasher()
        hasher.add(writer.bytes)
        return hasher.finish()
    }
}
