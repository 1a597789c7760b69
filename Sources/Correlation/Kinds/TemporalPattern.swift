internal import Primitives
internal import Rules

/// A temporal kind with a condition over its rules, such as `scan and (exploit or login)`: 1 where the rules that hit
/// within the window satisfy it, else 0. Of `temporal_ordered`, only rules count that hit one after the other in the
/// order given.
struct TemporalPattern: WindowMeasure {
    private let pattern: SigmaExpression
    /// For each place in the expression the part that it stands for.
    private let parts: [Int]
    private let isOrdered: Bool
    private var hits: [[Timestamp]]

    init(_ pattern: SigmaExpression, _ plan: CorrelationPlan) {
        self.pattern = pattern
        parts = plan.rule.rules.map { rule in plan.parts.firstIndex(of: rule) ?? 0 }
        isOrdered = plan.rule.kind == .temporalOrdered
        hits = [[Timestamp]](repeating: [], count: plan.parts.count)
    }

    mutating func add(_ hit: WindowHit) { hits[hit.part].append(hit.time) }

    mutating func remove(_ hit: WindowHit) {
        if let place = hits[hit.part].firstIndex(of: hit.time) { hits[hit.part].remove(at: place) }
    }

    func value(since cutoff: Timestamp) -> Int {
        if !isOrdered { return holds(pattern) { !hits[$0].isEmpty } ? 1 : 0 }
        return hasSequence(from: 0, after: .none, [Bool](repeating: false, count: hits.count)) ? 1 : 0
    }

    /// Whether rules from `part` on, each with a hit not before the one chosen of those before, complete `present`.
    /// Each rule is taken at its earliest or left out, so that there are at most 2^rules ways.
    private func hasSequence(from part: Int, after time: Timestamp, _ present: [Bool]) -> Bool {
        guard part < hits.count else { return holds(pattern) { present[$0] } }
        if let next = hits[part].first(where: { time.isNone || $0 >= time }) {
            var more = present
            more[part] = true
            if hasSequence(from: part + 1, after: next, more) { return true }
        }
        return hasSequence(from: part + 1, after: time, present)
    }

    private func holds(_ expression: SigmaExpression, _ isPresent: (Int) -> Bool) -> Bool {
        switch expression {
        case .all(let list): list.allSatisfy { holds($0, isPresent) }
        case .any(let list): list.contains { holds($0, isPresent) }
        case .atLeast(let number, let list): list.count { holds($0, isPresent) } >= number
        case .selection(let place): isPresent(parts[place])
        case .not, .test: false
        }
    }
}
