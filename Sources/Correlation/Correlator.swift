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

    private let plans: CorrelationPlans
    private let states: [CorrelationState]
    private let deferred: [Int]
    private let budget = CorrelationBudget()
    private let maximumBytes: Int
    private let bindings: BindingTable
    package private(set) var clock = Timestamp.none
    /// Told of every rule that fires or grows; nil: nobody asks.
    package var findings: FindingLog?
    private var pending: [Signal] = []
    private var dirty: [(plan: Int, group: WindowGroup)] = []
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
        let line = detection.evidence.first { $0.event == event && $0.linkType == nil }
        return Observation(
            time: detection.first, subject: detection.rule.id, event: event, values: detection.fields,
            excerpt: Array((line?.bytes ?? []).prefix(Observation.maximumExcerptBytes)))
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
            weight: max(1, observation.weight))
        let signal = Signal(
            time: observation.time, subject: observation.subject, id: observation.event.id,
            values: observation.values, content: .record(record))
        for taker in takers { hit(signal, taker) }
        deliverPending()
    }

    /// No observation before `time` will come any more: judges the episodes that are over, drops what can no longer
    /// take part in a window.
    package func advance(to time: Timestamp) {
        guard time > clock else { return }
        clock = time
        judgeEnded(before: time)
        for place in states.indices { sweep(place) }
    }

    /// No observation will come any more.
    package func finish() {
        judgeEnded(before: Timestamp(nanoseconds: .max))
        for place in states.indices {
            while let group = states[place].oldest() { close(group, of: place) }
        }
    }

    /// The detections that are new or have grown since the last call, oldest first.
    package func takeDetections() -> [Detection] {
        var taken = ended
        ended = []
        for (place, group) in dirty {
            group.isListed = false
            guard group.isDirty else { continue }
            group.isDirty = false
            if let detection = detection(group, of: place) { taken.append(detection) }
        }
        dirty = []
        return taken.sorted { ($0.first, $0.rule.id, $0.id) < ($1.first, $1.rule.id, $1.id) }
    }

    // MARK: - One signal

    /// What fired or grew goes to the correlations above, and what fires or grows there further up.
    private func deliverPending() {
        var next = 0
        while next < pending.count {
            let current = pending[next]
            next += 1
            for taker in plans.takers[current.subject] ?? [] { hit(current, taker) }
        }
        if next > 0 { pending.removeAll(keepingCapacity: true) }
        if budget.bytes > maximumBytes { keepWithinMemory() }
    }

    private func hit(_ signal: Signal, _ taker: CorrelationTaker) {
        guard let value = countedValue(of: signal, taker) else { return }
        if taker.hasPlainKey {
            if let key = plainKey(of: signal, taker) { hit(signal, taker, key, value) }
        } else {
            for key in keys(of: signal, taker) { hit(signal, taker, key, value) }
        }
    }

    private func hit(_ signal: Signal, _ taker: CorrelationTaker, _ key: [String], _ value: String) {
        let state = states[taker.plan]
        var known = state.groups[key]
        if let old = known, state.deadline(old) < signal.time {
            close(old, of: taker.plan)
            known = nil
        }
        let group = known ?? state.makeGroup(key)
        let before = group.cost
        let grown = advance(group, of: state.plan, with: signal, part: taker.part, value: value)
        state.note(group, costBefore: before)
        if grown { report(group, of: taker.plan, because: signal) }
    }

    /// Answers whether the group's detection has just fired or grown.
    private func advance(
        _ group: WindowGroup, of plan: CorrelationPlan, with signal: Signal, part: Int, value: String
    ) -> Bool {
        let cutoff = signal.time.adding(nanoseconds: -plan.rule.timespanNanoseconds)
        if !plan.judgedAtOnce {
            _ = group.slide(signal, part: part, value: value, cutoff: cutoff)
            group.extend(signal, part: part, value: value)
            return false
        }
        if group.records != nil {
            group.extend(signal, part: part, value: value)
            return true
        }
        guard plan.holds(group.slide(signal, part: part, value: value, cutoff: cutoff)) else { return false }
        group.open(fromPart: plan.rule.kind == .temporalOrdered ? 0 : nil, values: signal.values)
        return true
    }

    private func report(_ group: WindowGroup, of place: Int, because signal: Signal) {
        let plan = plans.plans[place]
        guard let records = group.records else { return }
        let id = group.detectionID ?? name(records.tally, group, plan, because: signal.newest.event.id)
        if group.detectionID == nil { findings?.add(plan.rule.info.id, records.tally.records.map(\.event.id)) }
        findings?.add(plan.rule.info.id, [signal.newest.event.id])
        group.detectionID = id
        if plan.rule.info.generates, !group.isListed {
            group.isListed = true
            dirty.append((place, group))
        }
        if plan.parents.isEmpty { return }
        var values = groupValues(group, plan)
        let own = values.count
        for value in signal.values where !values[..<own].contains(where: { $0.name == value.name }) {
            values.append(value)
        }
        pending.append(
            Signal(
                time: signal.time, subject: plan.rule.info.id, id: id, values: values,
                content: .detection(records, newest: signal.newest)))
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
                for signal in fired {
                    pending.append(signal)
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
        if group.isDirty, let detection = detection(group, of: place) {
            ended.append(detection)
            group.isDirty = false
        }
        states[place].remove(group)
    }

    private func sweep(_ place: Int) {
        guard plans.plans[place].judgedAtOnce else { return }
        while let group = states[place].oldest(), states[place].deadline(group) < clock { close(group, of: place) }
    }

    private func keepWithinMemory() {
        for place in states.indices { sweep(place) }
        while budget.bytes > maximumBytes {
            let oldest = states.indices.compactMap { place in states[place].oldest().map { (place, $0) } }
            guard let (place, group) = oldest.min(by: { $0.1.last < $1.1.last }) else { return }
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

    // MARK: - Detections

    private func groupValues(_ group: WindowGroup, _ plan: CorrelationPlan) -> [FieldValue] {
        zip(plan.rule.groupBy, group.key).map { FieldValue(name: $0, value: $1) }
    }

    /// Id of a detection: of the rule and the first event. A chained detection may open several of the rule above, one
    /// after the other: there what made it fire, and when, is part of it. With aliases one event may be the first of
    /// two groups: then the group key is part of it.
    private func name(
        _ tally: RecordTally, _ group: WindowGroup, _ plan: CorrelationPlan, because event: ContentID
    ) -> ContentID {
        var parts = tally.firstEvents
        if plan.isAboveOthers {
            let moment = ContentID(high: 0, low: UInt64(bitPattern: group.last.nanoseconds))
            parts += [event, group.lastHit, moment]
        }
        if !plan.rule.aliases.isEmpty {
            var hasher = ContentHasher()
            for value in group.key { hasher.add(value) }
            parts.append(hasher.finish())
        }
        return detectionID(rule: plan.rule.info.id, events: parts)
    }

    private func detection(_ group: WindowGroup, of place: Int) -> Detection? {
        let plan = plans.plans[place]
        guard plan.rule.info.generates, let tally = group.tally, let id = group.detectionID else { return nil }
        var fields = groupValues(group, plan)
        for (place, field) in plan.rule.countedFields.enumerated() {
            var shown = Set<String>()
            for value in tally.values {
                let parts = value.split(separator: CorrelationRule.valueSeparator, omittingEmptySubsequences: false)
                guard place < parts.count, shown.insert(String(parts[place])).inserted else { continue }
                fields.append(FieldValue(name: field, value: String(parts[place])))
            }
        }
        fields += tally.parties.values.filter { !fields.contains($0) }
        var found = Detection(
            id: id, rule: plan.rule.info, first: tally.first, last: tally.last, count: tally.count,
            events: tally.records.map(\.event), fields: fields, entity: entity(group, plan), evidence: tally.evidence)
        found.links = tally.links.filter { $0 != id }
        return found
    }

    /// The rule's own choice, else the first group-by field, else the general order over the firing observation.
    private func entity(_ group: WindowGroup, _ plan: CorrelationPlan) -> Entity {
        let values = groupValues(group, plan) + group.firingValues
        func named(_ field: String) -> Entity? {
            values.first { $0.name == field && !$0.value.isEmpty }.map { Entity(field: field, value: $0.value) }
        }
        for field in plan.rule.info.entityFields {
            if let entity = named(field) { return entity }
        }
        if let name = plan.rule.groupBy.first, let value = group.key.first {
            return Entity(field: plan.parts.first.map { plan.rule.field(name, in: $0) } ?? name, value: value)
        }
        for field in Entity.fieldOrder {
            if let entity = named(field) { return entity }
        }
        return .none
    }
}
