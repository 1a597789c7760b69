internal import Primitives
internal import Rules

/// A temporal kind with a condition over its rules, such as `scan and (exploit or login)`: 1 where the rules that hit
/// within the window satisfy it, else 0. Of `temporal_ordered`, only rules count that hit one after the other in the
/// order given.
///
/// With `not` in it, a window alone cannot say: a later hit may undo what it found. So the sets of rules that windows
/// had are kept (at most 2^10, as such conditions name no more than ten rules), and judged when the episode has ended:
/// a rule under `not` is one that hit anywhere in it.
struct TemporalPattern: WindowMeasure {
    private let pattern: SigmaExpression
    /// For each place in the expression the part that it stands for.
    private let parts: [Int]
    private let isOrdered: Bool
    private let hasNegation: Bool
    private var hits: [[Timestamp]]
    /// One bit a part: the sets that windows of the episode had, and all that hit in it.
    private var sets = Set<UInt32>()
    private var episode: UInt32 = 0

    init(_ pattern: SigmaExpression, _ plan: CorrelationPlan) {
        self.pattern = pattern
        parts = plan.rule.rules.map { rule in plan.parts.firstIndex(of: rule) ?? 0 }
        isOrdered = plan.rule.kind == .temporalOrdered
        hasNegation = pattern.hasNegation
        hits = [[Timestamp]](repeating: [], count: plan.parts.count)
    }

    mutating func add(_ hit: WindowHit) {
        hits[hit.part].append(hit.time)
        if hasNegation { episode |= 1 << UInt32(hit.part) }
    }

    mutating func remove(_ hit: WindowHit) {
        if let place = hits[hit.part].firstIndex(of: hit.time) { hits[hit.part].remove(at: place) }
    }

    mutating func value(since cutoff: Timestamp) -> Int {
        if hasNegation {
            note()
            return 0
        }
        if !isOrdered { return holds(pattern) { part, _ in !hits[part].isEmpty } ? 1 : 0 }
        let nothing = [Bool](repeating: false, count: hits.count)
        return hasSequence(from: 0, after: .none, nothing) { present in holds(pattern) { part, _ in present[part] } }
            ? 1 : 0
    }

    func final(peak: Int) -> Int {
        guard hasNegation else { return peak }
        let isFound = sets.contains { set in
            holds(pattern) { part, isNegated in (isNegated ? episode : set) >> UInt32(part) & 1 == 1 }
        }
        return isFound ? 1 : 0
    }

    private mutating func note() {
        if !isOrdered {
            sets.insert(hits.indices.reduce(0) { hits[$1].isEmpty ? $0 : $0 | 1 << UInt32($1) })
            return
        }
        var found: [UInt32] = []
        _ = hasSequence(from: 0, after: .none, [Bool](repeating: false, count: hits.count)) { present in
            found.append(present.indices.reduce(0) { present[$1] ? $0 | 1 << UInt32($1) : $0 })
            return false
        }
        sets.formUnion(found)
    }

    /// Whether rules from `part` on, each with a hit not before the one chosen of those before, complete `present` to
    /// what `suffices`. Each rule is taken at its earliest or left out, so that there are at most 2^rules ways.
    private func hasSequence(
        from part: Int, after time: Timestamp, _ present: [Bool], _ suffices: ([Bool]) -> Bool
    ) -> Bool {
        guard part < hits.count else { return suffices(present) }
        if let next = hits[part].first(where: { time.isNone || $0 >= time }) {
            var more = present
            more[part] = true
            if hasSequence(from: part + 1, after: next, more, suffices) { return true }
        }
        return hasSequence(from: part + 1, after: time, present, suffices)
    }

    /// `isPresent` is asked for a part, and whether it stands under an odd number of `not`.
    private func holds(
        _ expression: SigmaExpression, isNegated: Bool = false, _ isPresent: (Int, Bool) -> Bool
    ) -> Bool {
        switch expression {
        case .all(let list): list.allSatisfy { holds($0, isNegated: isNegated, isPresent) }
        case .any(let list): list.contains { holds($0, isNegated: isNegated, isPresent) }
        case .atLeast(let number, let list): list.count { holds($0, isNegated: isNegated, isPresent) } >= number
        case .selection(let place): isPresent(parts[place], isNegated)
        case .not(let inner): !holds(inner, isNegated: !isNegated, isPresent)
        case .test: false
        }
    }
}
