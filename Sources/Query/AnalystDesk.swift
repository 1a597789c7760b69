package import Events
internal import Output
package import Primitives
package import Storage

/// What an analyst asks of a store from the command line: each question answered as the bytes to print.
package final class AnalystDesk {
    package let store: Store
    private let clock: FilterClock
    private let width: Int
    private let palette: Palette

    /// Opens the store for reading, or for short triage writes beside a running scan.
    package init(
        path: String, forTriage: Bool = false, clock: FilterClock, width: Int, coloured: Bool
    ) throws(StoreError) {
        store = try Store(path: path, mode: forTriage ? .triage : .read)
        self.clock = clock
        self.width = width
        palette = Palette(coloured: coloured)
    }

    // MARK: - Lists

    /// Incidents that the filter lets through, worst first; without a filter those still to be dealt with.
    package func incidents(_ words: [String], limit: Int?) throws -> [Incident] {
        let filter = words.isEmpty ? ["not", "(status:closed", "or", "status:suppressed)"] : words
        let expression = try Filter.parse(arguments: filter, clock: clock)
        return try store.incidents(where: expression.condition, order: .severity, limit: limit, now: clock.now)
    }

    package func table(_ incidents: [Incident]) throws -> String {
        let lengths = try store.prefixLengths(incidents.map(\.id))
        return IncidentTable(
            incidents: incidents, prefixLengths: lengths, clock: clock, width: width, palette: palette
        ).rendered()
    }

    package func jsonLines(_ incidents: [Incident]) -> [UInt8] {
        var writer = JSONWriter()
        for incident in incidents { IncidentJSON.encode(incident, into: &writer) }
        return writer.bytes.array
    }

    // MARK: - One incident, one run

    /// The incident that an id, or the beginning of one, means.
    package func incident(_ id: String) throws(DeskError) -> Incident {
        let match: IncidentMatch
        do { match = try store.incident(prefix: id, now: clock.now) } catch { throw .store(error) }
        switch match {
        case .found(let incident): return incident
        case .ambiguous(let several): throw .ambiguous(id, several)
        case .none: throw .unknown(id)
        }
    }

    package func view(_ incident: Incident) throws -> String {
        try IncidentView(incident, store: store, clock: clock, width: width, palette: palette).rendered()
    }

    package func json(_ incident: Incident) throws -> [UInt8] {
        let detections = try store.detections(of: incident)
        let inputs = Set(incident.inputs + detections.flatMap { $0.events.map(\.input) })
        let paths = try store.paths(of: inputs.sorted())
        var writer = JSONWriter()
        CaseJSON.encode(incident, detections: detections, paths: paths, into: &writer)
        return writer.bytes.array
    }

    /// The last run's account, input by input; nil where there was none.
    package func lastRun() throws -> String? {
        try store.lastRun().map { RunView($0, clock: clock, palette: palette).rendered() }
    }

    package func lastRunJSON() throws -> [UInt8]? { try store.lastRun().map { AnalystDesk.json($0) } }

    /// What a scan ends with.
    package static func summary(_ run: RunLedger, clock: FilterClock, coloured: Bool) -> String {
        RunView(run, clock: clock, palette: Palette(coloured: coloured)).summary
    }

    package static func json(_ run: RunLedger) -> [UInt8] {
        var writer = JSONWriter()
        LedgerJSON.encode(run, into: &writer)
        return writer.bytes.array
    }

    // MARK: - Triage

    package func acknowledge(_ id: String) throws -> Incident { try act(.acknowledge, id) }
    package func reopen(_ id: String) throws -> Incident { try act(.reopen, id) }
    package func assign(_ id: String, to name: String?) throws -> Incident { try act(.assign(name), id) }
    package func comment(_ id: String, _ text: String) throws -> Incident { try act(.comment(text), id) }

    /// - Parameter resolution: one of `resolutions`
    package func close(_ id: String, as resolution: String) throws -> Incident {
        guard let resolution = Resolution(rawValue: resolution) else { throw DeskError.resolution(resolution) }
        return try act(.close(as: resolution), id)
    }

    package static var resolutions: [String] { Resolution.allCases.map(\.rawValue) }

    private func act(_ act: TriageAct, _ id: String) throws -> Incident {
        try store.triage(act, on: try incident(id).id, by: Analyst.current(), at: clock.now)
    }

    /// Suppresses what fits all that is given, until a time; answers how many stored incidents are meant.
    package func suppress(
        rule: String?, entity: String?, network: IPNetwork?, reason: String, until: Timestamp
    ) throws -> Int {
        let suppression = Suppression(rule: rule, entity: entity, network: network, reason: reason, until: until)
        return try store.suppress(suppression, by: Analyst.current(), at: clock.now)
    }

    /// A day or a moment as the filter language reads it (`2026-12-31`, `2026-12-31T18:00`); a day means its end.
    package func moment(_ text: String) -> Timestamp? {
        FilterTime(text, clock: clock)?.end
    }

    /// Numbers of what the store holds.
    package func contents() throws -> String {
        let lines = [
            ("store", store.path), ("incidents", "\(try store.incidentCount())"),
            ("detections", "\(try store.detectionCount())"),
            ("observations kept for windows and baselines", "\(try store.observationCount())"),
            ("suppressions", "\(try store.suppressions().count)"),
        ]
        return lines.map { "\($0.0): \(TerminalText.escaped($0.1))\n" }.joined()
    }

    /// Checks the audit trail's chain: what is wrong, nil where nothing is; and how many acts it holds.
    package func verifyAudit() throws -> (count: Int, problem: String?) {
        switch try store.verifyAudit() {
        case .sound(let entries): return (entries, nil)
        case .broken(let entry, let reason): return (0, "entry \(entry): \(reason)")
        }
    }

    /// "k3f9 SSH brute force ... → closed", for a line after an act.
    package func line(_ incident: Incident) throws -> String {
        let length = try store.prefixLengths([incident.id])[incident.id] ?? 8
        return "\(incident.id.description.prefix(length))  \(TerminalText.escaped(incident.title))  "
            + "\(TerminalText.escaped(incident.entity.value))  \(incident.status.rawValue)"
    }
}

/// Why a question cannot be answered.
package enum DeskError: Error, CustomStringConvertible {
    case unknown(String)
    case ambiguous(String, [Incident])
    case resolution(String)
    case store(StoreError)

    package var description: String {
        switch self {
        case .unknown(let id):
            return "no incident has an id that begins with '\(TerminalText.escaped(id))': nightjar incidents lists them"
        case .ambiguous(let id, let several):
            let some = several.prefix(8).map { "  \($0.id)  \(TerminalText.escaped($0.title))" }
            return "'\(TerminalText.escaped(id))' is the beginning of \(several.count) ids; give more of it:\n"
                + some.joined(separator: "\n")
        case .resolution(let name):
            return "'\(TerminalText.escaped(name))' is no way to close an incident: there are "
                + AnalystDesk.resolutions.joined(separator: ", ")
        case .store(let error): return "\(error)"
        }
    }
}
