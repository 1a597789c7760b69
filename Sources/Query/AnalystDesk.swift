package import Events
package import Output
package import Primitives
package import Storage

/// What an analyst asks of a store from the command line: each question answered as the bytes to print.
package final class AnalystDesk {
    package let store: Store
    /// The moment that words such as `last 24h` are read from; moves on where a desk stays open.
    package var clock: FilterClock
    let width: Int
    let palette: Palette
    /// In which incidents are told.
    package private(set) var language = StoryLanguage.english
    /// Writes secrets over in what is handed on (exports, evidence, reports) and in what analysts write.
    private(set) var masker: Masker?

    /// Opens the store for reading, or for short triage writes beside a running scan.
    package init(
        path: String, forTriage: Bool = false, clock: FilterClock, width: Int, coloured: Bool
    ) throws(StoreError) {
        store = try Store(path: path, mode: forTriage ? .triage : .read)
        self.clock = clock
        self.width = width
        palette = Palette(coloured: coloured)
    }

    /// Takes the text of `--lang`.
    package func speak(_ word: String) throws(DeskError) {
        guard let language = StoryLanguage(rawValue: word.lowercased()) else {
            throw .word("language", word, StoryLanguage.allCases.map(\.rawValue))
        }
        self.language = language
    }

    /// What is handed on from here on, and what analysts write, has secrets of these kinds written over.
    package func mask(with rules: [MaskRule]) throws { masker = try store.masker(for: rules) }

    // MARK: - Lists

    /// What a list shows without a filter: what is still to be dealt with.
    private static let toBeDealtWith = ["not", "(status:closed", "or", "status:suppressed)"]

    func condition(_ words: [String]) throws(FilterError) -> IncidentCondition {
        try Filter.parse(arguments: words.isEmpty ? AnalystDesk.toBeDealtWith : words, clock: clock).condition
    }

    /// Incidents that the filter lets through, without their detections; without a filter those still to be dealt
    /// with.
    package func incidents(_ words: [String], sort: ListOrder = ListOrder(), limit: Int?) throws -> [Incident] {
        try store.incidents(
            where: condition(words), order: sort.order, limit: limit, complete: false, now: clock.now)
    }

    /// The first of the incidents that the filter lets through, and how many there are: what it looks up is looked up
    /// once for both.
    package func listing(
        _ words: [String], sort: ListOrder, limit: Int?
    ) throws -> (found: [Incident], total: Int) {
        let condition = try store.settled(condition(words))
        let found = try store.incidents(
            where: condition, order: sort.order, limit: limit, complete: false, now: clock.now)
        let isWhole = limit.map { found.count < $0 } ?? true
        return (found, isWhole ? found.count : try store.incidentCount(where: condition, now: clock.now))
    }

    /// How many incidents the filter lets through.
    package func count(_ words: [String]) throws -> Int {
        try store.incidentCount(where: condition(words), now: clock.now)
    }

    package func table(_ incidents: [Incident]) throws -> String {
        let lengths = try store.prefixLengths(incidents.map(\.id))
        var table = IncidentTable(
            incidents: incidents, prefixLengths: lengths, clock: clock, width: width, palette: palette)
        table.language = language
        return table.rendered()
    }

    package func jsonLines(_ incidents: [Incident]) throws -> [UInt8] {
        JSONLinesExport.encode(
            try store.completed(incidents).map {
                ExportCase(incident: $0, ruleTitle: nil, parties: try store.parties(of: $0))
            })
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

    package func view(
        _ incident: Incident, options: IncidentView.Options = IncidentView.Options()
    ) throws -> String {
        var options = options
        options.language = language
        return try IncidentView(
            incident, store: store, clock: clock, width: width, palette: palette, options: options
        ).rendered()
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
        try store.lastRun().map { RunView($0, clock: clock, palette: palette, width: width).rendered() }
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

    /// `2026-03-12 02:58:01 Asia/Ho_Chi_Minh`.
    package func told(_ time: Timestamp) -> String { "\(TimeText(clock).full(time)) \(clock.zone.name)" }

    /// "k3f9 SSH brute force ... → closed", for a line after an act.
    package func line(_ incident: Incident) throws -> String {
        let length = try store.prefixLengths([incident.id])[incident.id] ?? 8
        return "\(incident.id.description.prefix(length))  \(TerminalText.escaped(incident.title))  "
            + "\(TerminalText.escaped(incident.entity.value))  \(incident.status.rawValue)"
    }
}
