package import Correlation
internal import Events
package import Primitives
package import Storage

/// Puts incidents together of stored detections, anew around what changed: what lies farther away than
/// `IncidentBuilder.reachNanoseconds` and is in no incident that changes cannot come out otherwise. The effort goes
/// with what happened around what changed, not with what is stored.
package struct IncidentRegrouping {
    private let store: Store
    private let builder: IncidentBuilder
    private let grouping: ContentID
    private let beside: Bool

    /// How far around what changed is looked at first, and twice as far each time that what changes reaches on.
    private static let margin = 2 * IncidentBuilder.reachNanoseconds

    /// - Parameters:
    ///   - grouping: over all but detections that decides on incidents; where it is another one than the last time, all
    ///     are put together anew
    ///   - beside: whether another thread puts them together while they are stored
    package init(store: Store, builder: IncidentBuilder, grouping: ContentID, beside: Bool = false) {
        self.beside = beside
        self.store = store
        self.builder = builder
        self.grouping = grouping
    }

    @discardableResult
    package func run(_ run: Int64? = nil) throws -> IncidentChanges {
        let unsettled = try store.unsettled(grouping: grouping)
        if unsettled.isEmpty { return IncidentChanges() }
        guard unsettled == .everything else { return try regroup(around: unsettled, run) }
        let detections = try store.detections(ofIncidents: [], beginningIn: unsettled)
        if beside { store.indexBeside() }
        let plan = builder.plan(of: detections)
        return try store.replaceIncidents(
            IncidentSource(ids: plan.ids) { plan.incident($0) }, scope: .all, run: run, of: detections,
            grouping: grouping, beside: beside)
    }

    private func regroup(around unsettled: TimeSpans, _ run: Int64?) throws -> IncidentChanges {
        var centre = unsettled
        var margin = IncidentRegrouping.margin
        while true {
            let window = centre.widened(by: margin)
            let known = try store.incidentHeads(in: window)
            let detections = try store.detections(ofIncidents: known.map(\.id), beginningIn: unsettled)
            let built = builder.incidents(of: detections)
            let changed = centre.union(difference(known, built))
            if window.covers(changed.widened(by: IncidentBuilder.reachNanoseconds)) {
                return try store.replaceIncidents(
                    built, scope: .these(Set(known.map(\.id))), run: run, of: detections, grouping: grouping)
            }
            centre = changed
            margin = margin.multipliedReportingOverflow(by: 2).overflow ? .max : margin * 2
        }
    }

    /// Times of the incidents that come, go or are others than they were.
    private func difference(_ known: [IncidentHead], _ built: [Incident]) -> [ClosedRange<Int64>] {
        var before = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        var times: [ClosedRange<Int64>] = []
        for incident in built {
            let old = before.removeValue(forKey: incident.id)
            if old?.digest == store.digest(of: incident) { continue }
            times.append(TimeSpans.span(incident.first, incident.last))
            if let old { times.append(TimeSpans.span(old.first, old.last)) }
        }
        return times + before.values.map { TimeSpans.span($0.first, $0.last) }
    }
}
