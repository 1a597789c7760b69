package import Events
package import Primitives
package import Rules

/// Runs Sigma correlations (specification 2.1, "Sigma Correlation Rules") over observations in event time.
///
/// **Windows** slide: at each hit, the window holds the hits of the same group key of at most `timespan` before, both
/// ends included. A hit without one of the group-by fields (or without the counted field) takes no part.
///
/// **Firing.** Conditions of lower bounds (`gt`, `gte`) fire at the hit with which a window first reaches them. The
/// window's hits make the detection; every further hit of the group extends it until a gap longer than the timespan.
/// Conditions that a further hit could undo (`lt`, `lte`, `eq`, `neq`, ranges) are judged once per *episode* (hits
/// without a gap longer than the timespan), when it has ended, by the largest count that any window in it reached; the
/// detection is then the whole episode. So `gt: 100, lte: 200` finds the groups whose busiest window had 101 to 200
/// hits, as a search over that time would. Groups without any hit do not exist. Conditions with `not` are judged then
/// too: a rule under `not` must not have hit in the whole episode, what is asked for must lie in one window of it.
///
/// **Chains.** A detection is itself a hit for the correlations that refer to its rule: when it fires, and again
/// whenever it grows (under the same id, so that it counts once), before the next observation is looked at. Its fields
/// are its group-by names and values, and else those of the observation that made it fire or grow.
///
/// A detection that grows is handed out again, with the same id and a larger count. Detections of rules that only feed
/// others (`info.generates` false) are not handed out.
package final class Correlator {
    /// Groups and hits that had to go for want of memory, oldest first.
    package private(set) var evictions: Int64 = 0
    /// Observations that came too late (older than one before, or than `advance`) or had no time; they take no part.
    package private(set) var lateObservations: Int64 = 0

    let plans: CorrelationPlans
    let states: [CorrelationState]
    private let deferred: [Int]
    private let budget = CorrelationBudget()
    private let maximumBytes: Int
    private let bindings: BindingTable
    @exclusivity(unchecked) package private(set) var clock = Timestamp.none
    /// Told of every rule that fires or grows; nil: nobody asks.
    package var findings: FindingLog?
    /// What fired or grew and those above are to be told of.
    @exclusivity(unchecked) private var pending: [Origin] = []
    /// Groups whose growth some window above has yet to ask for, and how often any has grown; see `GrowthLink`.
    @exclusivity(unchecked) var owing: [WindowGroup] = []
    @exclusivity(unchecked) var ticks: UInt64 = 0
    /// Changes whenever a link comes or goes, or a correlation above begins or ceases to take part.
    @exclusivity(unchecked) var linkage: UInt64 = 1
    /// Links on the way up that is looked at just now.
    @exclusivity(unchecked) var path: [GrowthLink] = []
    /// Observations so far; whatever else is done with the groups is a moment of its own.
    @exclusivity(unchecked) private(set) var moment: UInt64 = 1
    @exclusivity(unchecked) private var dirty: [(plan: Int, group: WindowGroup)] = []
    private var ended: [Detection] = []

    /// - Parameter bindings: what addresses were called, for group-by fields that ask for it
    package init(
        rules: [CorrelationRule], catalogue: [String: RuleInfo], maximumBytes: Int,
        bindings: BindingTable = BindingTable()
    ) {
        self.bindings = bindings
        plans = CorrelationPlans(rules, catalogue: catalogue)
        states = plans.plans.map { [budget] in CorrelationState($0, budget) }
        deferred = plans.plans.indices.filter { [plans] in !plans.plans[$0].judgedAtOnce }
        self.maximumBytes = max(maximumBytes, 64 << 10)
    }

    /// Rule id to the fields that an observation of it must carry.
    package static func neededFields(_ rules: [CorrelationRule]) -> [String: [String]] { NeededFields.of(rules) }

    /// Whether some correlation groups by a name that an address had.
    package static func asksForBindings(_ rules: [CorrelationRule]) -> Bool {
        rules.contains { rule in
            (rule.groupBy + rule.aliases.flatMap { $0.fields.values }).contains { !BoundField($0).kinds.isEmpty }
        }
    }

    /// The observation that a detection of another kind of rule (a signature, an anomaly) is for the correlations that
    /// refer to its rule: at the time it began, with the fields that it shows.
    package static func observation(of detection: Detection) -> Observation? {
        guard let event = detection.events.first else { return nil }
        let record = detection.evidence.first { $0.event == event }
        return Observation(
            time: detection.first, subject: detection.rule.id, event: event, values: detection.fields,
            excerpt: Array((record?.bytes ?? []).prefix(Observation.maximumExcerptBytes)), linkType: record?.linkType)
    }

    /// What tells, once it has counted all observations to come, which of them cannot matter. Those it lets through
    /// give the same detections as all of them.
    ///
    /// - Parameter elsewhere: rules whose hits are fed without being counted; windows that take them need everything
    package func makeSieve(elsewhere: Set<String> = []) -> ObservationSieve {
        var takers: [String: [ObservationSieve.Taker]] = [:]
        for (subject, list) in plans.takers where !elsewhere.contains(subject) {
            takers[subject] = list.map { taker in
                let plan = plans.plans[taker.plan]
                let isCounted = elsewhere.isDisjoint(with: plan.parts)
                return ObservationSieve.Taker(
                    fields: taker.key.map(\.source),
                    bound: isCounted ? max(0, plan.leastCount) : 0, nanoseconds: plan.rule.timespanNanoseconds,
                    seed: mix64(UInt64(taker.plan) &+ 1))
            }
        }
        return ObservationSieve(takers: takers)
    }

    /// Bytes of state held, roughly.
    package var bytes: Int { budget.bytes }

    /// Takes the next observation, in `Observation` order.
    package func feed(_ observation: Observation) {
        guard !observation.time.isNone, observation.time >= clock else {
            lateObservations += 1
            return
        }
        if observation.time > clock {
            clock = observation.time
            judgeEnded(before: clock)
        }
        guard let takers = plans.takers[observation.subject] else { return }
        let record = TalliedRecord(
            time: observation.time, event: observation.event, excerpt: observation.excerpt,
            linkType: observation.linkType, weight: max(1, observation.weight))
        let signal = Signal(
            time: observation.time, subject: observation.subject, id: observation.event.id,
            values: observation.values, content: .record(record))
        moment += 1
        for taker in takers { hit(signal, taker, from: nil) }
        deliverPending()
    }

    /// No observation before `time` will come any more: judges the episodes that are over, drops what can no longer
    /// take part in a window.
    package func advance(to time: Timestamp) {
        guard time > clock else { return }
        moment += 1
        clock = time
        judgeEnded(before: time)
        for place in states.indices { sweep(place) }
    }

    /// No observation will come any more.
    package func finish() {
        moment += 1
        judgeEnded(before: Timestamp(nanoseconds: .max))
        for place in states.indices {
            while let group = states[place].oldest() { close(group, of: place) }
        }
    }

    /// The detections that are new or have grown since the last call, oldest first.
    package func takeDetections() -> [Detection] {
        moment += 1
        settleAll()
        var taken = ended
        ended = []
        for (place, group) in dirty {
            group.isListed = false
            guard group.isDirty else { continue }
            group.isDirty = false
            if let detection = plans.plans[place].detection(of: group) { taken.append(detection) }
        }
        dirty = []
        return taken.sorted { ($0.first, $0.rule.id, $0.id) < ($1.first, $1.rule.id, $1.id) }
    }

    // MARK: - One signal

    /// What fired or grew goes to the correlations above, and what fires or grows there further up.
    private func deliverPending() {
        var next = 0
        while next < pending.count {
            let told = pending[next]
            next += 1
            if told.number == told.group.growthNumber { told.group.publishGrowth() }
            let takers = plans.plans[told.place].takers
            if told.message == nil, isAskedForGrowth(told.group, at: told.place) { continue }
            guard let signal = signal(of: told) else { continue }
            for taker in takers where !told.group.above.contains(where: { $0.taker === taker }) {
                hit(signal, taker, from: told)
            }
        }
        if next > 0 { pending.removeAll(keepingCapacity: true) }
        if budget.bytes > maximumBytes { keepWithinMemory() }
    }

    private func hit(_ signal: Signal, _ taker: CorrelationTaker, from origin: Origin?) {
        guard let value = countedValue(of: signal, taker) else { return }
        if !taker.hasPlainKey {
            for key in keys(of: signal, taker) {
                hit(signal, taker, key, states[taker.plan].groups[key], value, origin)
            }
        } else if let latest = taker.latest, !latest.isGone, isKey(latest.key, of: signal, taker) {
            hit(signal, taker, latest.key, latest, value, origin)
        } else if let key = plainKey(of: signal, taker) {
            hit(signal, taker, key, states[taker.plan].groups[key], value, origin)
        }
    }

    private func hit(
        _ signal: Signal, _ taker: CorrelationTaker, _ key: [String], _ known: WindowGroup?, _ value: String,
        _ origin: Origin?
    ) {
        let state = states[taker.plan]
        if let known { settle(known, at: taker.plan) }
        let isOver = known.map { state.deadline($0) < signal.time } ?? true
        if isOver, let known { close(known, of: taker.plan) }
        if !isOver, let known { unlinkThoseMoved(above: known, by: signal) }
        let group = (isOver ? nil : known) ?? state.makeGroup(key)
        taker.latest = group
        let before = group.cost
        let standing = group.above.isEmpty ? nil : group.standing
        let grown = advance(group, of: state.plan, with: signal, part: taker.part, value: value)
        state.note(group, costBefore: before)
        if grown {
            report(group, of: taker.plan, because: signal)
            count(above: group, signal.newest, before: standing)
        }
        if group.tally == nil, !group.below.isEmpty, !isMovable(group, taker) { unlinkBelow(group, at: taker.plan) }
        if let origin { link(origin, to: group, taker, value) }
    }

    /// Answers whether the group's detection has just fired or grown.
    func advance(
        _ group: WindowGroup, of plan: CorrelationPlan, with signal: Signal, part: Int, value: String
    ) -> Bool {
        let cutoff = signal.time.adding(nanoseconds: -plan.rule.timespanNanoseconds)
        if !plan.judgedAtOnce {
            _ = group.slide(signal, part: part, value: value, cutoff: cutoff)
            group.extend(signal, part: part, value: value)
            return false
        }
        if group.tally != nil {
            group.extend(signal, part: part, value: value)
            return true
        }
        guard plan.holds(group.slide(signal, part: part, value: value, cutoff: cutoff)) else { return false }
        group.open(fromPart: plan.rule.kind == .temporalOrdered ? 0 : nil, values: signal.values)
        return true
    }

    /// `tick`: of a growth that was owed, when it happened.
    func report(_ group: WindowGroup, of place: Int, because signal: Signal, tick: UInt64? = nil) {
        let plan = plans.plans[place]
        guard let tally = group.tally else { return }
        let known = group.detectionID
        let id = known ?? plan.name(of: group, tally, because: signal.newest.event.id)
        if known == nil { findings?.add(plan.rule.info.id, tally.records.map(\.event.id)) }
        findings?.add(plan.rule.info.id, [signal.newest.event.id])
        group.detectionID = id
        if plan.rule.info.generates, !group.isListed {
            group.isListed = true
            dirty.append((place, group))
        }
        if plan.parents.isEmpty { return }
        noteGrowth(of: group, at: place, because: signal, tick: tick)
        noteIdle(above: group, at: place, signal, isChecked: tick == nil)
        let number = group.growthNumber
        if isAskedForGrowth(group, at: place) {
            if tick == nil { pending.append(Origin(message: nil, group: group, place: place, number: number)) }
            return
        }
        if !group.below.isEmpty { unlinkBelow(group, at: place) }
        let above = Signal(
            time: signal.time, subject: plan.rule.info.id, id: id, values: plan.values(of: group, over: signal.values),
            content: .detection(tally, newest: signal.newest))
        pending.append(Origin(message: above, group: group, place: place, number: number))
    }

    /// The groups that a hit belongs to: one, or none where it lacks a field; several where a field is looked up and
    /// its value had several names.
    private func keys(of signal: Signal, _ taker: CorrelationTaker) -> [[String]] {
        var keys: [[String]] = [[]]
        for field in taker.key {
            guard let value = signal.value(field.source), !value.isEmpty else { return [] }
            if field.isMailbox {
                let names = BoundField.mailboxes(signal.values.filter { $0.name == field.source }.map(\.value))
                keys = keys.flatMap { key in names.map { key + [$0] } }
            } else if field.kinds.isEmpty {
                for index in keys.indices { keys[index].append(value) }
            } else {
                let names = bindings.names(of: value, kinds: field.kinds, at: signal.time)
                keys = keys.flatMap { key in names.map { key + [$0] } }
            }
        }
        return keys
    }

    /// The one group where no field is looked up.
    private func plainKey(of signal: Signal, _ taker: CorrelationTaker) -> [String]? {
        var key: [String] = []
        key.reserveCapacity(taker.key.count)
        for field in taker.key {
            guard let value = signal.value(field.source), !value.isEmpty else { return nil }
            key.append(value)
        }
        return key
    }

    private func isKey(_ key: [String], of signal: Signal, _ taker: CorrelationTaker) -> Bool {
        for (place, field) in taker.key.enumerated() where signal.value(field.source) != key[place] { return false }
        return true
    }

    private func countedValue(of signal: Signal, _ taker: CorrelationTaker) -> String? {
        let kind = plans.plans[taker.plan].rule.kind
        guard kind.hasField else { return "" }
        var joined = ""
        for (place, name) in taker.counted.enumerated() {
            guard let value = signal.value(name), !value.isEmpty else { return nil }
            if kind.isNumeric, Thousandths.of(value) == nil { return nil }
            joined = place == 0 ? value : joined + String(CorrelationRule.valueSeparator) + value
        }
        return joined
    }

    // MARK: - Ends

    /// Judges, in the order in which they ended, the episodes that no hit at or after `time` can join.
    private func judgeEnded(before time: Timestamp) {
        while let (place, group) = nextEnded(before: time) {
            let plan = plans.plans[place]
            if plan.holds(group.finalCount), let last = group.tally?.records.last {
                let signal = Signal(
                    time: states[place].deadline(group), subject: "", id: last.event.id, values: group.firingValues,
                    content: .record(last))
                report(group, of: place, because: signal)
                close(group, of: place)
                let fired = pending
                pending = []
                for told in fired {
                    pending.append(told)
                    deliverPending()
                }
            } else {
                group.isDirty = false
                close(group, of: place)
            }
        }
    }

    private func nextEnded(before time: Timestamp) -> (Int, WindowGroup)? {
        var found: (place: Int, group: WindowGroup, deadline: Timestamp)?
        for place in deferred {
            guard let group = states[place].oldest() else { continue }
            let deadline = states[place].deadline(group)
            if deadline < time, found.map({ deadline < $0.deadline }) ?? true { found = (place, group, deadline) }
        }
        return found.map { ($0.place, $0.group) }
    }

    /// Forgets a group; what it found and was not handed out yet waits in `ended`.
    private func close(_ group: WindowGroup, of place: Int) {
        unlinkBelow(group, at: place)
        unlinkAbove(group)
        if group.isDirty, let detection = plans.plans[place].detection(of: group) {
            ended.append(detection)
            group.isDirty = false
        }
        states[place].remove(group)
    }

    private func sweep(_ place: Int) {
        guard plans.plans[place].judgedAtOnce else { return }
        while let group = oldest(place), states[place].deadline(group) < clock { close(group, of: place) }
    }

    /// The group that was hit longest ago, with what is owed to all of them that could be.
    private func oldest(_ place: Int) -> WindowGroup? {
        while let group = states[place].oldest() {
            let stamp = group.stamp
            settle(group, at: place)
            if group.stamp == stamp { return group }
        }
        return nil
    }

    private func keepWithinMemory() {
        for place in states.indices { sweep(place) }
        while budget.bytes > maximumBytes {
            let candidates = states.indices.compactMap { place in oldest(place).map { (place, $0) } }
            guard let (place, group) = candidates.min(by: { $0.1.last < $1.1.last }) else { return }
            let groups = states.reduce(0) { $0 + $1.groups.count }
            if groups == 1, group.entryCount > 1 {
                let before = group.cost
                evictions += Int64(group.halve())
                states[place].note(group, costBefore: before)
            } else {
                if !plans.plans[place].judgedAtOnce { group.isDirty = false }
                close(group, of: place)
                evictions += 1
            }
        }
    }
}
