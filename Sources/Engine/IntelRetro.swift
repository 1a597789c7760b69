package import Events
internal import Matching
internal import Primitives
internal import Rules
package import Storage

/// Holds new entries of threat intelligence against what is stored: the addresses, names and hashes that incidents
/// name, and those that were sighted in answers and connections without any finding.
package struct IntelRetro {
    private let desk: IntelDesk
    private let store: Store

    /// Values that speak of an entry; a run stores no more than so many.
    static let maximumMatches = 10_000

    package init(_ desk: IntelDesk, store: Store) {
        self.desk = desk
        self.store = store
    }

    package struct Match: Sendable {
        package var stored: StoredValue
        package var fields: [FieldValue]
        package var indicator: String

        /// In a line: where it is from, what it is, what is said of it.
        package var text: String {
            let shown = fields.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            let place = stored.incident.map { "incident \($0.description.prefix(8))" } ?? "seen"
            return "\(place)  \(stored.field)=\(stored.value)  \(shown)"
        }
    }

    /// What fits, in the order of the store: each entry once an incident, or once among the sightings.
    package func matches() throws -> [Match] {
        var found: [Match] = []
        var seen: Set<String> = []
        try store.forEachStoredValue { stored in
            guard found.count < IntelRetro.maximumMatches,
                let entry = desk.entry(field: stored.field, value: stored.value, at: stored.last)
            else { return }
            let indicator = desk.value(of: entry)
            let place = stored.incident?.description ?? stored.entity.value
            if seen.insert(indicator + " " + place).inserted {
                found.append(Match(stored: stored, fields: desk.fields(of: entry), indicator: indicator))
            }
        }
        return found
    }

    static let digestSetting = "intelligence digest"

    /// Whether the lists are others than when they were last held against the store.
    var isDue: Bool { get throws { try store.setting(IntelRetro.digestSetting) != desk.digest.description } }

    /// Stores what fits and was not known as detections; answers how many. In an incident they join it.
    func run() throws -> Int {
        let news = try matches().filter { try !store.knowsIndicator($0.indicator, in: $0.stored.incident) }
        try store.commit(detections: news.map { try detection($0) })
        try store.set(IntelRetro.digestSetting, to: desk.digest.description)
        return news.count
    }

    private func detection(_ match: Match) throws -> Detection {
        var hasher = ContentHasher()
        hasher.add(match.indicator)
        hasher.add(match.stored.detection?.description ?? match.stored.entity.value)
        let before = try match.stored.detection.map { try store.detections(ids: [$0]) } ?? []
        let rule = IntelligenceRules.info(.retro)
        var detection = Detection(
            id: detectionID(rule: rule.id, events: [hasher.finish()]), rule: rule, first: match.stored.first,
            last: match.stored.last, events: Array((before.first?.events ?? []).prefix(1)),
            fields: match.fields + [FieldValue(name: match.stored.field, value: match.stored.value)],
            entity: match.stored.entity, evidence: Array((before.first?.evidence ?? []).prefix(1)))
        detection.links = match.stored.detection.map { [$0] } ?? []
        return detection
    }
}
