package import Events
package import Primitives

/// Incidents that detections come to, in their order: known by id, made one by one.
package struct IncidentPlan: Sendable {
    private struct Group: Sendable {
        var id: ContentID
        var first: Timestamp
        /// Places of its drafts, the one it began with first.
        var steps: [Int]
    }

    package let ids: [ContentID]
    private let groups: [Group]
    private let builder: IncidentBuilder
    private let drafts: [IncidentDraft]
    private let followers: Set<Int>
    private let table: AttackTraitsTable

    init(builder: IncidentBuilder, drafts: [IncidentDraft], links: IncidentLinks, table: AttackTraitsTable) {
        self.builder = builder
        self.drafts = drafts
        self.table = table
        followers = links.followers
        groups = links.groups().map { steps in
            let root = drafts[steps[0]]
            return Group(
                id: incidentID(
                    rule: root.key.family, entity: root.key.entity, firstDetection: root.detections[0].id),
                first: steps.lazy.map { drafts[$0].first }.min() ?? root.first, steps: steps)
        }.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        ids = groups.map(\.id)
    }

    package func incident(_ index: Int) -> Incident {
        let steps = groups[index].steps
        return builder.incident(
            of: steps.map { drafts[$0] }, isPursued: steps.contains { followers.contains($0) }, table)
    }
}
