package import Events
package import Primitives
package import Rules

/// What makes detections candidates for one incident: rules of one family about one entity.
package struct IncidentKey: Hashable, Comparable, Sendable {
    /// The family's highest correlation, or the rule itself.
    package var family: String
    package var entity: Entity

    package init(family: String, entity: Entity) {
        self.family = family
        self.entity = entity
    }

    package static func < (left: IncidentKey, right: IncidentKey) -> Bool {
        (left.family, left.entity) < (right.family, right.entity)
    }
}

/// Turns detections of any kind into incidents: a pure function, whatever the order of the detections.
///
/// - Detections of one `IncidentKey` are one incident until a gap longer than `gapNanoseconds` between the end of all
///   before and the start of the next.
/// - Incidents that are steps of one attack become one (`IncidentLinks`): its entity is that of the step it began with.
/// - Severity is the highest level of its rules, less for a probe (`ProbeOutcome`), one more where an attack went on
///   from where it came in, and weighed by what the systems it concerns are worth (`Criticality.weigh`).
/// - An incident is named after its most severe detection; among equals a correlation comes before a single rule (save
///   one that joins several rules and met only one), then the higher in the chain, the more specific kind, the
///   earlier, the rule with the plainer (shorter) title, the smaller id of a rule: the same attack has the same name
///   every time.
/// - `id` is a hash of (family, entity, first detection). Where an earlier detection joins, or two incidents become
///   one, it changes, and the ids of the previous incidents with which it shares a detection become its aliases.
/// - `count` is the number of records behind its detections, each record once: the records known by id (a detection
///   names at most `Detection.maximumEvents`), and never less than the largest sum over one rule's detections, whose
///   records are disjoint. Where more records are unnamed it is a lower bound. What a chain counted are the records of
///   the rules that it ties, some of them once for each such rule: it is asked only where none of those reports.
package struct IncidentBuilder: Sendable {
    /// Default gap: four hours. Long enough for a slow brute force that pauses, short enough that two days are two
    /// incidents.
    package static let standardGapNanoseconds: Int64 = 4 * 3600 * 1_000_000_000

    /// How far apart in time two detections may lie of which one decides to which incident the other belongs, without
    /// both being in it.
    package static let reachNanoseconds: Int64 = 12 * 3600 * 1_000_000_000

    /// To be raised whenever the same detections come to other incidents than before.
    private static let version: UInt64 = 5

    /// Over what decides, besides detections, inventory and labels, which incidents come out.
    package let grouping: ContentID
    private let families: RuleFamilies
    private let gapNanoseconds: Int64
    private let assets: IncidentAssets

    /// - Parameters:
    ///   - estate: what is defended
    ///   - labels: what `--asset` called the inputs
    package init(
        correlations: [CorrelationRule], gapNanoseconds: Int64 = IncidentBuilder.standardGapNanoseconds,
        estate: Estate = .standard, labels: [ContentID: String] = [:]
    ) {
        families = RuleFamilies(correlations)
        assets = IncidentAssets(estate: estate, labels: labels)
        self.gapNanoseconds = max(0, gapNanoseconds)
        var hasher = ContentHasher()
        hasher.add(IncidentBuilder.version)
        hasher.add(UInt64(self.gapNanoseconds))
        for rule in correlations.sorted(by: { $0.info.id < $1.info.id }) {
            for text in [rule.info.id, rule.info.name ?? "", rule.kind.rawValue] { hasher.add(text) }
            for text in rule.rules.flatMap({ [$0] + rule.members(of: $0) }) + rule.groupBy { hasher.add(text) }
            hasher.add(rule.generate ? 1 : 0)
            hasher.add(rule.isChain ? 1 : 0)
        }
        grouping = hasher.finish()
    }

    package func key(of detection: Detection) -> IncidentKey {
        IncidentKey(family: families.family(of: detection.rule.id), entity: detection.entity)
    }

    /// The incidents of `detections`, oldest first. `previous`: the incidents stored before (of these keys), from which
    /// the aliases come.
    package func incidents(of detections: [Detection], previous: [Incident] = []) -> [Incident] {
        let plan = plan(of: detections)
        var built = plan.ids.indices.map { plan.incident($0) }
        IncidentBuilder.addAliases(to: &built, previous: previous)
        return built
    }

    /// Which incidents `detections` come to, oldest first, each to be made when it is asked for.
    package func plan(of detections: [Detection]) -> IncidentPlan {
        var byKey: [IncidentKey: [Detection]] = [:]
        for detection in IncidentBuilder.newest(of: detections) {
            byKey[key(of: detection), default: []].append(detection)
        }
        let table = AttackTraitsTable()
        var drafts: [IncidentDraft] = []
        for (key, group) in byKey { drafts += runs(of: group).map { IncidentDraft(key, $0, table) } }
        let links = IncidentLinks(
            drafts, estate: assets.estate, gapNanoseconds: gapNanoseconds, chains: families.chains)
        return IncidentPlan(builder: self, drafts: drafts, links: links, table: table)
    }

    /// One of each id: the largest.
    private static func newest(of detections: [Detection]) -> [Detection] {
        var byID: [ContentID: Detection] = [:]
        for detection in detections {
            if let known = byID[detection.id], (known.count, known.last) >= (detection.count, detection.last) {
                continue
            }
            byID[detection.id] = detection
        }
        return Array(byID.values)
    }

    /// Cuts the detections of one key where the gap is too long.
    private func runs(of group: [Detection]) -> [[Detection]] {
        let ordered = group.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        var runs: [[Detection]] = []
        var end = Timestamp.none
        for detection in ordered {
            if runs.isEmpty || detection.first > end.adding(nanoseconds: gapNanoseconds) {
                runs.append([detection])
                end = detection.last
            } else {
                runs[runs.count - 1].append(detection)
                end = max(end, detection.last)
            }
        }
        return runs
    }

    /// `steps`: the one it began with first.
    func incident(of steps: [IncidentDraft], isPursued: Bool, _ table: AttackTraitsTable) -> Incident {
        let root = steps[0]
        let run =
            steps.count == 1
            ? root.detections : steps.flatMap(\.detections).sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        let present = Set(run.map(\.rule.id))
        let named = run.min { names($0, before: $1, among: present) } ?? run[0]
        let tactics = steps.reduce(into: Set<String>()) { $0.formUnion($1.tactics) }
        let techniques = steps.reduce(into: Set<String>()) { $0.formUnion($1.techniques) }
        let concerned = assets.find(run)
        let count = IncidentBuilder.records(behind: run, chains: families.chains.keys)
        var incident = Incident(
            id: incidentID(rule: root.key.family, entity: root.key.entity, firstDetection: root.detections[0].id),
            rule: named.rule.id, title: named.rule.title,
            severity: severity(of: run, records: count, isPursued: isPursued, concerned.criticality),
            entity: root.key.entity, first: run[0].first, last: run.map(\.last).max() ?? run[0].last, count: count,
            stages: AttackTags.tactics.filter { tactics.contains($0) }, techniques: techniques.sorted(),
            rules: present.sorted(),
            inputs: Set(run.flatMap { $0.events.map(\.input) }).sorted(), detections: run.map(\.id))
        incident.assets = concerned.systems.map(\.id)
        incident.owners = concerned.systems.compactMap(\.owner).reduce(into: []) { list, owner in
            if !list.contains(owner) { list.append(owner) }
        }
        incident.agencies = concerned.agencies
        incident.acts = ActTeller(chains: Set(families.chains.keys), table: table).acts(of: steps)
        return incident
    }

    private func severity(
        of run: [Detection], records: Int, isPursued: Bool, _ criticality: Criticality?
    ) -> Severity {
        var severity = ProbeOutcome.severity(of: run, records: records)
        if isPursued, severity >= .medium {
            severity = Severity(rawValue: min(Severity.critical.rawValue, severity.rawValue + 1)) ?? severity
        }
        return criticality?.weigh(severity) ?? severity
    }

    /// Whether `left` gives the incident its name rather than `right`. `present`: the incident's rules.
    private func names(_ left: Detection, before right: Detection, among present: Set<String>) -> Bool {
        func rank(_ detection: Detection) -> (Int, Int, Int, Int) {
            let rule = detection.rule
            return (
                -rule.level.rawValue,
                IncidentBuilder.weight(rule, isHollow: families.isHollow(rule.id, among: present)),
                -families.height(rule.id),
                -families.specificity(rule.id)
            )
        }
        let (a, b) = (rank(left), rank(right))
        if a != b { return a < b }
        if left.first != right.first { return left.first < right.first }
        let (short, long) = (left.rule.title.utf8.count, right.rule.title.utf8.count)
        return (short, left.rule.id, left.id) < (long, right.rule.id, right.id)
    }

    /// What tells more comes first: a correlation, a rule that knows the very thing, one that has a score, a
    /// correlation that says nothing of its own.
    private static func weight(_ rule: RuleInfo, isHollow: Bool) -> Int {
        switch rule.kind {
        case .correlation: isHollow ? 3 : 0
        case .scored: 2
        default: 1
        }
    }

    static func records(behind run: [Detection], chains: some Collection<String>) -> Int {
        var known = Set<ContentID>()
        var sums: [String: Int] = [:]
        let hasOthers = run.contains { !chains.contains($0.rule.id) }
        for detection in run {
            for event in detection.events { known.insert(event.id) }
            if hasOthers, chains.contains(detection.rule.id) { continue }
            let sum = sums[detection.rule.id] ?? 0
            sums[detection.rule.id] =
                sum.addingReportingOverflow(detection.count).overflow ? .max : sum + detection.count
        }
        return max(known.count, sums.values.max() ?? 0)
    }

    private static func addAliases(to built: inout [Incident], previous: [Incident]) {
        guard !previous.isEmpty else { return }
        var owner: [ContentID: Int] = [:]
        for (index, incident) in built.enumerated() {
            for detection in incident.detections { owner[detection] = index }
        }
        let current = Set(built.map(\.id))
        for old in previous.sorted(by: { ($0.first, $0.id) < ($1.first, $1.id) }) {
            guard let index = old.detections.compactMap({ owner[$0] }).min() else { continue }
            let names = ([old.id] + old.aliases).filter { !current.contains($0) && !built[index].aliases.contains($0) }
            built[index].aliases.append(contentsOf: names)
        }
        for index in built.indices { built[index].aliases.sort() }
    }
}
