internal import Events
internal import Primitives
internal import Rules

/// Bytes of state that all correlations of a run hold, roughly.
final class CorrelationBudget {
    @exclusivity(unchecked) var bytes = 0
}

/// All groups of one correlation, with the order in which they were last hit.
final class CorrelationState {
    let plan: CorrelationPlan
    @exclusivity(unchecked) private(set) var groups: [[String]: WindowGroup] = [:]
    private let budget: CorrelationBudget
    /// Groups in the order of their latest hits; a group hit again leaves an outdated entry behind.
    @exclusivity(unchecked) private var touches: [(stamp: UInt64, group: WindowGroup)] = []
    @exclusivity(unchecked) private var stamp: UInt64 = 0
    @exclusivity(unchecked) private var head = 0

    init(_ plan: CorrelationPlan, _ budget: CorrelationBudget) {
        self.plan = plan
        self.budget = budget
    }

    private var timespan: Int64 { plan.rule.timespanNanoseconds }

    /// Hits before this time are out of a window that ends at `time`. A window holds hits that are exactly its timespan
    /// apart.
    func cutoff(_ time: Timestamp) -> Timestamp { time.adding(nanoseconds: -timespan) }

    /// The last moment at which a hit still joins the group.
    func deadline(_ group: WindowGroup) -> Timestamp { group.last.adding(nanoseconds: timespan) }

    /// A group that is not there yet.
    func makeGroup(_ key: [String]) -> WindowGroup {
        let made = WindowGroup(
            key: key, measure: WindowMeasures.make(plan), hasSteps: plan.rule.kind.isTemporal,
            keepsLinks: plan.rule.kind.isTemporal || plan.rule.isChain)
        groups[key] = made
        budget.bytes += made.cost
        return made
    }

    /// Keeps the books once `group`, which weighed `costBefore`, was hit.
    func note(_ group: WindowGroup, costBefore: Int) {
        budget.bytes += group.cost - costBefore
        stamp += 1
        group.stamp = stamp
        touches.append((stamp, group))
        if touches.count - head > 2 * groups.count + 64 { compact() }
    }

    private func compact() {
        touches = touches[head...].filter { isCurrent($0) }
        head = 0
    }

    private func isCurrent(_ touch: (stamp: UInt64, group: WindowGroup)) -> Bool {
        touch.group.stamp == touch.stamp && !touch.group.isGone
    }

    /// The group that was hit longest ago.
    func oldest() -> WindowGroup? {
        while head < touches.count {
            if isCurrent(touches[head]) { return touches[head].group }
            head += 1
        }
        touches.removeAll()
        head = 0
        return nil
    }

    func remove(_ group: WindowGroup) {
        if group.isGone { return }
        group.forget()
        groups[group.key] = nil
        budget.bytes -= group.cost
    }
}
