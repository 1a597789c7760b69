internal import Events
internal import GRDB
internal import Primitives

/// Incidents put together, or taken apart, by hand. The incidents that detections make stay as they are underneath,
/// hidden behind what was made of them (`parent`); a made one is computed anew from them whenever they change, so that
/// what joins one of them later joins it too.
struct Regrouping {
    /// How often one may be made of another that was made.
    static let maximumDepth = 32
    private let database: Database
    private let run: Int64?

    init(_ database: Database, run: Int64? = nil) {
        self.database = database
        self.run = run
    }

    /// How an incident made by hand is put together.
    struct Recipe: Equatable {
        /// The first gives rule, title and entity.
        var bases: [ContentID]
        /// Of a split: the detections taken out, and whether this is the part that has them.
        var detections: [ContentID] = []
        var takes = false

        var json: JSONValue {
            .object([
                .init("bases", .texts(bases.map(\.description))),
                .init("detections", .texts(detections.map(\.description))), .init("takes", .boolean(takes)),
            ])
        }

        init(bases: [ContentID], detections: [ContentID] = [], takes: Bool = false) {
            self.bases = bases
            self.detections = detections
            self.takes = takes
        }

        init?(_ text: String) {
            guard let value = JSONReader.read(text) else { return nil }
            bases = (value["bases"]?.strings ?? []).compactMap { ContentID($0) }
            detections = (value["detections"]?.strings ?? []).compactMap { ContentID($0) }
            takes = value["takes"]?.flag ?? false
        }

        var id: ContentID {
            var hasher = ContentHasher()
            hasher.add(detections.isEmpty ? "merge" : takes ? "split" : "split rest")
            for list in [bases, detections.sorted()] {
                hasher.add(UInt64(list.count))
                for id in list { hasher.add(id) }
            }
            return hasher.finish()
        }
    }

    /// Every recipe, oldest first.
    func recipes() throws -> [(id: ContentID, recipe: Recipe)] {
        try RawStatement(database, "SELECT id, recipe FROM incidents WHERE recipe IS NOT NULL ORDER BY seq").all {
            row in
            (row.id(0), Recipe(row.text(1)) ?? Recipe(bases: []))
        }
    }

    /// Computes what was made by hand from what it is made of, where something of that has moved.
    func refresh(after moved: Set<ContentID>) throws {
        if moved.isEmpty { return }
        var moved = moved
        for (id, recipe) in try recipes() {
            let ids = try present(recipe.bases)
            if moved.isDisjoint(with: recipe.bases), moved.isDisjoint(with: ids) { continue }
            try refresh(id, recipe, ids)
            moved.insert(id)
        }
    }

    /// - Parameter ids: what it is made of is called now
    private func refresh(_ id: ContentID, _ recipe: Recipe, _ ids: [ContentID]) throws {
        let bases = try IncidentTable.incidents(ids, now: Timestamp(nanoseconds: .max), database)
        guard let made = try content(recipe, bases) else {
            try remove(id)
            return
        }
        var incident = made
        incident.id = id
        for base in ids where !recipe.takes { try hide(base, behind: id) }
        let statement = try RawStatement(database, "SELECT digest FROM incidents WHERE id = ?")
        statement.bind(1, id)
        let known = try statement.first { $0.id(0) }
        let hasChanged = try ChangedDetections(database).touch(incident.detections)
        if !hasChanged, known == IncidentTable.digest(incident) { return }
        let state = try IncidentTable.state(id, database) ?? TriageState()
        let until = try SuppressionTable.end(for: incident, try SuppressionTable.all(database), database)
        try write(incident, state, until, run: run)
    }

    /// Makes an incident of a recipe, with this state, and hides what it is made of.
    func make(_ recipe: Recipe, state: TriageState) throws -> ContentID {
        let bases = try IncidentTable.incidents(recipe.bases, now: Timestamp(nanoseconds: .max), database)
        guard var incident = try content(recipe, bases) else {
            throw StoreError.refused(reason: "nothing would be left in it")
        }
        incident.id = recipe.id
        let until = try SuppressionTable.end(for: incident, try SuppressionTable.all(database), database)
        try write(incident, state, until, run: nil)
        let mark = try RawStatement(database, "UPDATE incidents SET recipe = ? WHERE id = ?")
        mark.bind(1, recipe.json.text)
        mark.bind(2, incident.id)
        try mark.run()
        for base in recipe.bases where !recipe.takes { try hide(base, behind: incident.id) }
        return incident.id
    }

    private func write(_ incident: Incident, _ state: TriageState, _ until: Int64?, run: Int64?) throws {
        var writer = try IncidentWriter(database, KnownFields())
        try writer.upsert(
            IncidentSheet(incident, KnownFields(), isNew: false), state: state, suppressedUntil: until, run: run)
    }

    /// Takes a made incident away; what it was made of shows again.
    func remove(_ id: ContentID) throws {
        let row = try RawStatement(database, "SELECT seq FROM incidents WHERE id = ?")
        row.bind(1, id)
        if let seq = try row.first({ $0.integer(0) }) { try Mentions.forget(seq: seq, database) }
        for sql in [
            "UPDATE incidents SET parent = NULL WHERE parent = ?",
            "DELETE FROM incident_detections WHERE incident = (SELECT seq FROM incidents WHERE id = ?)",
            "DELETE FROM incidents WHERE id = ?",
        ] {
            let statement = try RawStatement(database, sql)
            statement.bind(1, id)
            try statement.run()
        }
    }

    private func hide(_ base: ContentID, behind id: ContentID) throws {
        let statement = try RawStatement(
            database, "UPDATE incidents SET parent = ?2 WHERE id = ?1 AND parent IS NOT ?2 AND id <> ?2")
        statement.bind(1, base)
        statement.bind(2, id)
        try statement.run()
    }

    /// The present ids of incidents that may have got others since, each once.
    private func present(_ ids: [ContentID]) throws -> [ContentID] {
        let alias = try RawStatement(database, "SELECT incident FROM incident_aliases WHERE alias = ?")
        var result: [ContentID] = []
        for id in ids {
            alias.bind(1, id)
            let now = try alias.first { $0.id(0) } ?? id
            if !result.contains(now) { result.append(now) }
        }
        return result
    }

    /// What is found in an incident that is made of `bases`; nil where that is nothing.
    private func content(_ recipe: Recipe, _ bases: [Incident]) throws -> Incident? {
        guard let first = bases.first else { return nil }
        var ids: [ContentID] = []
        var seen: Set<ContentID> = []
        for base in bases { for id in base.detections where seen.insert(id).inserted { ids.append(id) } }
        if !recipe.detections.isEmpty {
            let taken = Set(recipe.detections)
            ids = ids.filter { taken.contains($0) == recipe.takes }
        }
        let detections = try DetectionReader(database).detections(ids, evidence: false)
            .sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        guard let earliest = detections.first else { return nil }
        var made = first
        made.aliases = []
        made.detections = detections.map(\.id)
        made.first = earliest.first
        made.last = detections.map(\.last).max() ?? earliest.last
        made.count = recipe.detections.isEmpty ? try records(behind: bases) : records(behind: detections)
        made.inputs = Array(Set(detections.flatMap { $0.events.map(\.input) })).sorted()
        made.rules = Array(Set(detections.map(\.rule.id))).sorted()
        made.severity = bases.map(\.severity).max() ?? first.severity
        narrow(&made, bases, detections, isSplit: !recipe.detections.isEmpty, takes: recipe.takes)
        return made
    }

    /// Records behind detections, each once, as far as they are known by id; never less than the largest sum over one
    /// rule's detections, whose records are disjoint.
    private func records(behind detections: [Detection]) -> Int {
        let known = Set(detections.flatMap { $0.events.map(\.id) })
        let sums = Dictionary(grouping: detections, by: \.rule.id).mapValues { $0.reduce(0) { $0 + $1.count } }
        return max(known.count, sums.values.max() ?? 0)
    }

    /// The sum over the incidents, less what is known to be in several of them.
    private func records(behind bases: [Incident]) throws -> Int {
        let reader = try DetectionReader(database)
        var all: Set<ContentID> = []
        var several = 0
        for base in bases {
            let known = Set(try reader.detections(base.detections, evidence: false).flatMap { $0.events.map(\.id) })
            several += known.intersection(all).count
            all.formUnion(known)
        }
        return max(1, bases.reduce(0) { $0 + $1.count } - several)
    }

    /// Severity, ATT&CK and entity: of a merge those of all, of a split no more than its own detections carry.
    private func narrow(
        _ made: inout Incident, _ bases: [Incident], _ detections: [Detection], isSplit: Bool, takes: Bool
    ) {
        var stages: [String] = []
        for stage in bases.flatMap(\.stages) where !stages.contains(stage) { stages.append(stage) }
        let techniques = Array(Set(bases.flatMap(\.techniques))).sorted()
        (made.stages, made.techniques) = (stages, techniques)
        guard isSplit else { return }
        let tags = Set(detections.flatMap(\.rule.tags).map { $0.lowercased().replacing("_", with: "-") })
        made.stages = stages.filter { tags.contains("attack." + $0) }
        made.techniques = techniques.filter { tags.contains("attack." + $0.lowercased()) }
        made.severity = min(made.severity, detections.map(\.rule.level).max() ?? made.severity)
        guard takes, let own = detections.first else { return }
        if detections.allSatisfy({ $0.entity == own.entity }) { made.entity = own.entity }
        if detections.allSatisfy({ $0.rule.id == own.rule.id }) {
            (made.rule, made.title) = (own.rule.id, own.rule.title)
        }
    }
}
