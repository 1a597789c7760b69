internal import Events
internal import Primitives

/// What the detections of correlations stand on: the drafts that hold the detections which they list, and, since a
/// chain may stand on records of rules that do not report, those that hold its records.
///
/// A chain that meets at a place (it groups by the host that was attacked) takes in whoever attacked that host in its
/// time, and one of them alone did what followed. It is tied to the likeliest: whose requests were not all turned down,
/// then the most severe, the one with the most stages, the latest. The others keep incidents of their own.
///
/// The act that a chain begins with may have been found twice: by the rule that the chain stands on, in a transaction,
/// and by a signature, in a packet of it. They have no record in common; they agree in who did it, how and when.
struct ChainTies {
    private let drafts: [IncidentDraft]
    private let meetings: [String: [String]]
    /// Drafts about an address, by it.
    private let sources: [String: [Int]]
    /// A place by its own names and its system's.
    private let places: (Set<String>) -> Set<String>

    /// Two rules that found one act tell of it at most so far apart: a signature reports when it is sure, a transaction
    /// lasts from its first byte to its last.
    static let momentNanoseconds: Int64 = 600 * 1_000_000_000

    /// - Parameter meetings: chains, and the fields that they group by
    init(
        _ drafts: [IncidentDraft], meetings: [String: [String]], places: @escaping (Set<String>) -> Set<String>
    ) {
        self.drafts = drafts
        self.meetings = meetings
        self.places = places
        sources = Dictionary(grouping: drafts.indices.filter { drafts[$0].key.entity.kind == "ip" }) {
            drafts[$0].key.entity.value
        }
    }

    /// Pairs of drafts that belong together.
    func pairs() -> [(Int, Int)] {
        var owner: [ContentID: Int] = [:]
        for (index, draft) in drafts.enumerated() { for detection in draft.detections { owner[detection.id] = index } }
        let holders = recordHolders()
        var pairs: [(Int, Int)] = []
        for (index, draft) in drafts.enumerated() {
            for detection in draft.detections {
                var others = Set(detection.links.compactMap { owner[$0] })
                if let names = meetings[detection.rule.id] {
                    for event in detection.events { others.formUnion(holders[event.id] ?? []) }
                    others.formUnion(openers(of: detection, names, draft))
                    others.subtract(rivals(of: detection, names, among: others))
                }
                pairs += others.filter { $0 != index }.map { (index, $0) }
            }
        }
        return pairs
    }

    /// What else tells of the act that a chain began with: of an address that it names as a source, but does not meet
    /// at, by a technique of the chain's, at that moment.
    private func openers(of chain: Detection, _ names: [String], _ draft: IncidentDraft) -> [Int] {
        let places = Set(chain.fields.filter { names.contains($0.name) }.map(\.value)).union([chain.entity.value])
        let actors = Set(chain.fields.filter { $0.name == "source.ip" }.map(\.value)).subtracting(places)
        return actors.flatMap { sources[$0] ?? [] }.filter { index in
            let other = drafts[index]
            return !other.techniques.isDisjoint(with: draft.techniques)
                && other.first <= chain.first.adding(nanoseconds: ChainTies.momentNanoseconds)
                && chain.first <= other.last.adding(nanoseconds: ChainTies.momentNanoseconds)
        }
    }

    /// Records of chains, with the drafts that have them too.
    private func recordHolders() -> [ContentID: [Int]] {
        var holders: [ContentID: [Int]] = [:]
        for detection in drafts.lazy.flatMap(\.detections) where meetings[detection.rule.id] != nil {
            for event in detection.events { holders[event.id] = [] }
        }
        if holders.isEmpty { return holders }
        for (index, draft) in drafts.enumerated() {
            for event in draft.detections.lazy.flatMap(\.events) { holders[event.id]?.append(index) }
        }
        return holders
    }

    /// Attackers of the place at which a chain meets, but for the likeliest.
    private func rivals(of chain: Detection, _ names: [String], among others: Set<Int>) -> Set<Int> {
        let meeting = places(Set(chain.fields.filter { names.contains($0.name) }.map { $0.value.lowercased() }))
        let attackers = others.filter { index in
            let entity = drafts[index].key.entity
            return entity.kind == "ip" && !meeting.contains(entity.value)
                && !places(drafts[index].values(IncidentDraft.targetFields)).isDisjoint(with: meeting)
        }
        let sources = Dictionary(grouping: attackers) { drafts[$0].key.entity }
        guard sources.count > 1, let likeliest = sources.max(by: { rank($0) < rank($1) })?.key else { return [] }
        return attackers.filter { drafts[$0].key.entity != likeliest }
    }

    private func rank(_ source: (key: Entity, value: [Int])) -> (Int, Int, Int, Timestamp, Entity) {
        let own = source.value.map { drafts[$0] }
        let isAnswered = own.contains { $0.detections.contains { !ProbeOutcome.isTurnedDown($0) } }
        let level = own.map(\.level.rawValue).max() ?? 0
        let stages = own.reduce(into: Set<String>()) { $0.formUnion($1.tactics) }
        return (isAnswered ? 1 : 0, level, stages.count, own.map(\.last).max() ?? .none, source.key)
    }
}
