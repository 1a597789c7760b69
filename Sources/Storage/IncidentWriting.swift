package import Events
internal import GRDB
package import Primitives

/// What a replacement of incidents changed.
package struct IncidentChanges: Equatable, Sendable {
    /// In the order given.
    package var new: [ContentID] = []
    /// Known before, with more behind them now (or joined with others).
    package var grown: [ContentID] = []
    /// No longer there, and in nothing that is.
    package var removed = 0

    package init() {}
}

/// Which stored incidents a list of incidents stands for.
package enum IncidentScope: Sendable {
    /// All: what is stored and not in the list is gone.
    case all
    /// These; others are left alone.
    case these(Set<ContentID>)
}

/// Incidents in a list, each made when it is asked for.
package struct IncidentSource: Sendable {
    package let ids: [ContentID]
    let make: @Sendable (Int) -> Incident

    package init(_ incidents: [Incident]) {
        ids = incidents.map(\.id)
        make = { incidents[$0] }
    }

    /// - Parameters:
    ///   - ids: of each
    ///   - make: of its place in the list; asked by one thread after the other
    package init(ids: [ContentID], make: @escaping @Sendable (Int) -> Incident) {
        self.ids = ids
        self.make = make
    }

    var all: [Incident] { ids.indices.map(make) }
}

extension Store {
    /// As below, of incidents that are there.
    @discardableResult
    package func replaceIncidents(
        _ incidents: [Incident], scope: IncidentScope = .all, run: Int64? = nil, of detections: [Detection] = [],
        grouping: ContentID? = nil
    ) throws(StoreError) -> IncidentChanges {
        try replaceIncidents(
            IncidentSource(incidents), scope: scope, run: run, of: detections, grouping: grouping, beside: false)
    }

    /// Brings the stored incidents in line with `incidents`, rebuilt from the stored detections. What analysts decided
    /// stays, also what they merged or split; where an incident has a new id (an earlier or a bridging detection
    /// joined), it moves along, and the old id stays as an alias. Unchanged incidents are not touched.
    /// - Parameters:
    ///   - detections: what the caller has read of the incidents' detections, to be spared reading it again
    ///   - grouping: with it the incidents tell all that is stored (`unsettled(grouping:)`)
    ///   - beside: whether another thread makes the incidents while they are written
    package func replaceIncidents(
        _ incidents: IncidentSource, scope: IncidentScope, run: Int64?, of detections: [Detection],
        grouping: ContentID?, beside: Bool
    ) throws(StoreError) -> IncidentChanges {
        try indexed()
        return try write { database in
            var replacement = try IncidentReplacement(
                incidents, scope: scope, run: run, KnownFields(detections), database)
            let changes = try replacement.apply(beside: beside)
            try Regrouping(database, run: run).refresh(after: replacement.moved)
            var given: [Incident]?
            if case .these = scope { given = incidents.all }
            try ChangedDetections(database).settle(given, database)
            if let grouping { try Unsettled.settle(grouping, database) }
            keptDetections?.forget()
            return changes
        }
    }
}

/// One run of `replaceIncidents`, inside its transaction.
private struct IncidentReplacement {
    struct Stored {
        var seq: Int64
        var incident: Incident
        var digest: ContentID
        var state: TriageState
        var detectionCount: Int
    }

    private let database: Database
    private let incidents: IncidentSource
    private let run: Int64?
    private let suppressions: [Suppression]
    private let changed: ChangedDetections
    private let fields: KnownFields
    private var writer: IncidentWriter
    private let unalias: RawStatement
    private var stored: [ContentID: Stored] = [:]
    private var changes = IncidentChanges()
    /// Ids of incidents that were written or went.
    private(set) var moved: Set<ContentID> = []

    init(
        _ incidents: IncidentSource, scope: IncidentScope, run: Int64?, _ fields: KnownFields, _ database: Database
    ) throws {
        self.database = database
        self.incidents = incidents
        self.run = run
        self.fields = fields
        suppressions = try SuppressionTable.all(database)
        changed = try ChangedDetections(database)
        writer = try IncidentWriter(database, fields)
        unalias = try RawStatement(database, "DELETE FROM incident_aliases WHERE alias = ?")
        for row in try IncidentReplacement.stored(scope, database) { stored[row.incident.id] = row }
    }

    private static func stored(_ scope: IncidentScope, _ database: Database) throws -> [Stored] {
        let all = """
            SELECT \(IncidentTable.columns), i.digest, i.status,
                (SELECT count(*) FROM incident_detections d WHERE d.incident = i.seq) FROM incidents i
            WHERE i.recipe IS NULL
            """
        switch scope {
        case .all:
            let statement = try RawStatement(database, all)
            statement.bind(1, Int64.min)
            return try statement.all { stored($0) }
        case .these(let wanted):
            let statement = try RawStatement(database, all + " AND i.id = ?2")
            return try wanted.sorted().compactMap { id in
                statement.bind(1, Int64.min)
                statement.bind(2, id)
                return try statement.first { stored($0) }
            }
        }
    }

    private static func stored(_ row: RawStatement) -> Stored {
        Stored(
            seq: row.integer(0), incident: IncidentTable.incident(row), digest: row.id(IncidentTable.columnCount),
            state: TriageState(
                status: IncidentStatus(rawValue: row.text(IncidentTable.columnCount + 1)) ?? .open,
                resolution: row.optionalText(17).flatMap { Resolution(rawValue: $0) },
                assignee: row.optionalText(15), tags: RuleTable.strings(row, 16)),
            detectionCount: row.int(IncidentTable.columnCount + 2))
    }

    mutating func apply(beside: Bool) throws -> IncidentChanges {
        let present = Set(incidents.ids)
        let gone = stored.values.filter { !present.contains($0.incident.id) }
            .sorted { ($0.incident.first, $0.incident.id) < ($1.incident.first, $1.incident.id) }
        let heirs = try heirs(of: gone)
        for old in gone { try delete(old, heir: heirs[old.incident.id]) }
        let inherited = Dictionary(grouping: gone.filter { heirs[$0.incident.id] != nil }) {
            heirs[$0.incident.id] ?? $0.incident.id
        }
        let (known, fields, make) = (Set(stored.keys), fields, incidents.make)
        try MadeAhead.forEach(incidents.ids.count, beside: beside) { index in
            let incident = make(index)
            return IncidentSheet(incident, fields, isNew: !known.contains(incident.id))
        } use: { _, sheet in
            try write(sheet, absorbed: inherited[sheet.incident.id] ?? [])
        }
        return changes
    }

    /// For each incident that is gone: the new one that it went into. It names it as an alias, holds one of its
    /// detections, or is about the same thing at the same time.
    private func heirs(of gone: [Stored]) throws -> [ContentID: ContentID] {
        guard !gone.isEmpty else { return [:] }
        let incidents = incidents.all
        var byDetection: [ContentID: ContentID] = [:]
        var byAlias: [ContentID: ContentID] = [:]
        for incident in incidents {
            for alias in incident.aliases { byAlias[alias] = incident.id }
            for detection in incident.detections where byDetection[detection] == nil {
                byDetection[detection] = incident.id
            }
        }
        let statement = try RawStatement(
            database, "SELECT detection FROM incident_detections WHERE incident = ? ORDER BY ordinal")
        var heirs: [ContentID: ContentID] = [:]
        for old in gone {
            statement.bind(1, old.seq)
            let shared = try statement.all { $0.id(0) }.lazy.compactMap { byDetection[$0] }.first
            heirs[old.incident.id] = byAlias[old.incident.id] ?? shared ?? sameMatter(old.incident, incidents)
        }
        return heirs
    }

    private func sameMatter(_ old: Incident, _ incidents: [Incident]) -> ContentID? {
        incidents.first {
            $0.rule == old.rule && $0.entity == old.entity && $0.first <= old.last && old.first <= $0.last
        }?.id
    }

    private mutating func delete(_ old: Stored, heir: ContentID?) throws {
        for sql in ["DELETE FROM incident_detections WHERE incident = ?", "DELETE FROM incidents WHERE seq = ?"] {
            let statement = try RawStatement(database, sql)
            statement.bind(1, old.seq)
            try statement.run()
        }
        try Mentions.forget(seq: old.seq, database)
        moved.insert(old.incident.id)
        guard let heir else {
            changes.removed += 1
            return
        }
        let move = try RawStatement(database, "UPDATE incident_aliases SET incident = ?2 WHERE incident = ?1")
        move.bind(1, old.incident.id)
        move.bind(2, heir)
        try move.run()
        try alias(old.incident.id, of: heir)
    }

    private func alias(_ old: ContentID, of id: ContentID) throws {
        guard old != id else { return }
        let insert = try RawStatement(
            database, "INSERT OR REPLACE INTO incident_aliases (alias, incident) VALUES (?, ?)")
        insert.bind(1, old)
        insert.bind(2, id)
        try insert.run()
    }

    private mutating func write(_ sheet: IncidentSheet, absorbed: [Stored]) throws {
        let incident = sheet.incident
        let known = stored[incident.id]
        for old in incident.aliases { try alias(old, of: incident.id) }
        let isKnown = known?.digest == sheet.digest && !changed.touch(incident.detections)
        if absorbed.isEmpty, isKnown { return }
        let states = ((known.map { [$0] } ?? []) + absorbed).map(\.state)
        let state = states.dropFirst().reduce(states.first ?? TriageState()) { $0.merged($1) }
        if known == nil {
            unalias.bind(1, incident.id)
            try unalias.run()
        }
        try writer.upsert(
            sheet, state: state,
            suppressedUntil: try SuppressionTable.end(for: incident, suppressions, database), run: run)
        moved.insert(incident.id)
        if states.isEmpty {
            changes.new.append(incident.id)
        } else if !absorbed.isEmpty || grew(incident, known) {
            changes.grown.append(incident.id)
        }
    }

    private func grew(_ incident: Incident, _ known: Stored?) -> Bool {
        guard let known else { return false }
        return incident.count > known.incident.count || incident.detections.count > known.detectionCount
    }
}
