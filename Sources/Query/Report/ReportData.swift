internal import Events
internal import Output
internal import Primitives
internal import Storage

/// What a report tells, gathered once, whatever it is written as.
struct ReportData {
    var from: Timestamp
    var to: Timestamp
    var clock: FilterClock
    /// All that fit, and the worst of them.
    var total = 0
    var incidents: [Incident] = []
    /// Detections of the incidents that are told in full.
    var stories: [ContentID: [Detection]] = [:]
    var paths: [ContentID: String] = [:]
    var severities: [IncidentGroup] = []
    var statuses: [IncidentGroup] = []
    var resolutions: [IncidentGroup] = []
    var entities: [IncidentGroup] = []
    var rules: [IncidentGroup] = []
    var techniques: [IncidentGroup] = []
    var assets: [IncidentGroup] = []
    var agencies: [IncidentGroup] = []
    var sensors: [IncidentGroup] = []
    /// The estate as it was last given.
    var systems: [StoredSystem] = []
    var slots: [TimeSlot] = []
    /// Runs that began within the time or read records of it, with their inputs, newest first.
    var runs: [RunLedger] = []
    var dead: [DeadRule] = []

    /// Incidents by severity whose last record lies in a stretch of time.
    struct TimeSlot {
        var start: Timestamp
        var counts: [Int]
        var total: Int { counts.reduce(0, +) }
    }

    static let maximumIncidents = 500
    static let maximumStories = 100
    static let maximumGroups = 15
    static let maximumRuns = 50
    private static let maximumSlots = 60

    /// - Parameter filter: narrows what is told; the ledger stays whole
    init(
        from: Timestamp, to: Timestamp, filter: FilterExpression, store: Store, clock: FilterClock,
        masker: Masker? = nil
    ) throws {
        self.from = from
        self.to = to
        self.clock = clock
        let condition = FilterExpression.all([.last(.greaterOrEqual, from), .first(.less, to), filter]).condition
        let now = clock.now
        total = try store.incidentCount(where: condition, now: now)
        incidents = try store.incidents(
            where: condition, limit: ReportData.maximumIncidents, complete: false, now: now)
        let offset = clock.zone.offsetSeconds(atUTC: now.seconds)
        func groups(_ by: IncidentGrouping, _ limit: Int? = ReportData.maximumGroups) throws -> [IncidentGroup] {
            try store.groups(by: by, where: condition, offsetSeconds: offset, limit: limit, now: now)
        }
        severities = try groups(.severity)
        statuses = try groups(.status)
        resolutions = try groups(.resolution).filter { !$0.key.isEmpty }
        entities = try groups(.entity)
        rules = try groups(.title)
        techniques = try groups(.technique, 200).filter { !$0.key.isEmpty }
        assets = try groups(.asset).filter { !$0.key.isEmpty }
        agencies = try groups(.agency).filter { !$0.key.isEmpty }
        systems = try store.systems()
        sensors = try groups(.sensor).filter { !$0.key.isEmpty }
        slots = try ReportData.slots(from, to, condition, store, clock)
        try tellStories(store, now, masker)
        if let masker {
            incidents = incidents.map { masker.masked($0) }
            for groups in [\ReportData.entities, \.rules] {
                for index in self[keyPath: groups].indices {
                    self[keyPath: groups][index].key = masker.masked(self[keyPath: groups][index].key)
                }
            }
        }
        runs = try store.runs(from: from, to: max(to, now), limit: ReportData.maximumRuns)
        dead = try store.deadRules()
    }

    private mutating func tellStories(_ store: Store, _ now: Timestamp, _ masker: Masker?) throws {
        let told = try store.completed(Array(incidents.prefix(ReportData.maximumStories)))
        for (index, incident) in told.enumerated() {
            incidents[index] = incident
            let story = try store.detections(ids: Array(incident.detections.prefix(20)))
            stories[incident.id] = masker.map { masker in story.map { masker.masked($0) } } ?? story
        }
        let inputs = Set(stories.values.joined().flatMap { $0.events.map(\.input) })
        paths = try store.paths(of: inputs.sorted())
    }

    /// Whole hours, days or longer stretches of local time, so many that they can be looked at.
    private static func slots(
        _ from: Timestamp, _ to: Timestamp, _ condition: IncidentCondition, _ store: Store, _ clock: FilterClock
    ) throws -> [TimeSlot] {
        let span = max(1, to.nanoseconds - from.nanoseconds)
        let hour: Int64 = 3_600_000_000_000
        let widths = [hour, 2 * hour, 6 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, 365 * 24 * hour]
        let width = widths.first { span / $0 < Int64(maximumSlots) } ?? 3650 * 24 * hour
        let offset = Int64(clock.zone.offsetSeconds(atUTC: from.seconds)) * 1_000_000_000
        let unit = min(width, 24 * hour)
        let into = ((from.nanoseconds &+ offset) % unit + unit) % unit
        let from = from.adding(nanoseconds: -into)
        let counts = try store.tally(where: condition, now: clock.now).histogram(from: from, width: width)
        let last = max(0, to.nanoseconds - from.nanoseconds - 1) / width
        return (0...min(last, Int64(maximumSlots) * 4)).map { index in
            TimeSlot(
                start: from.adding(nanoseconds: index * width),
                counts: counts[index] ?? [Int](repeating: 0, count: Severity.allCases.count))
        }
    }

    /// What a group of systems or agencies is called: the estate's name beside the short one.
    func name(_ key: String, of word: ReportWords.Word, _ language: StoryLanguage) -> String {
        let isVietnamese = language == .vietnamese
        var name: String?
        switch word {
        case .assets:
            let system = systems.first { $0.id == key }
            name = isVietnamese ? system?.nameVietnamese ?? system?.name : system?.name
        case .agencies:
            let system = systems.first { $0.agency == key }
            name = isVietnamese ? system?.agencyNameVietnamese ?? system?.agencyName : system?.agencyName
        default: break
        }
        if key.isEmpty { return "-" }
        return name.map { $0 == key ? key : "\($0) (\(key))" } ?? key
    }

    /// Tactics with the techniques seen under them, in kill-chain order; incidents behind each. A technique stands
    /// under those of the incident's tactics that it serves.
    func matrix() -> [(tactic: String, techniques: [(id: String, count: Int)])] {
        var cells: [String: [String: Int]] = [:]
        for incident in incidents {
            var unnamed = Set(incident.stages)
            for technique in incident.techniques {
                let own = AttackTactics.tactics(of: technique)
                let meant = incident.stages.filter { own.isEmpty || own.contains($0) }
                for stage in meant { cells[stage, default: [:]][technique, default: 0] += 1 }
                unnamed.subtract(meant)
            }
            // A stage that no technique of the incident serves is there all the same.
            for stage in unnamed { cells[stage, default: [:]]["", default: 0] += 1 }
        }
        return AttackStages.order.compactMap { stage in
            guard let found = cells[stage.name] else { return nil }
            let sorted = found.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
            return (stage.title, sorted.map { ($0.key, $0.value) })
        }
    }

    /// Records by reason over all runs told of, most first.
    func reasons(_ of: (InputLedger) -> [String: Int64]) -> [(reason: String, count: Int64)] {
        var sums: [String: Int64] = [:]
        for input in runs.flatMap(\.inputs) { for (reason, count) in of(input) { sums[reason, default: 0] += count } }
        return sums.filter { $0.value > 0 }.map { (reason: $0.key, count: $0.value) }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.reason < $1.reason }
    }

    func sum(_ of: (InputLedger) -> Int64) -> Int64 { runs.flatMap(\.inputs).reduce(0) { $0 + of($1) } }
}
