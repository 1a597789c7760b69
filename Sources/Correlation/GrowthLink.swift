internal import Events
internal import Primitives
internal import Rules

/// How far a detection has come: its latest hit, as those above it are told.
final class Growth {
    let time: Timestamp
    /// Fields of what made it fire or grow.
    let values: [FieldValue]
    let newest: TalliedRecord
    /// The detection's firings and growths so far.
    let number: UInt64
    /// Place among the growths of all detections.
    let tick: UInt64

    init(time: Timestamp, values: [FieldValue], newest: TalliedRecord, number: UInt64, tick: UInt64) {
        self.time = time
        self.values = values
        self.newest = newest
        self.number = number
        self.tick = tick
    }
}

/// From the group of a detection to the one above that it is a hit in.
///
/// A detection under attack grows with every record, and each growth is a hit for all correlations above it. But what
/// is always the same hit, at a later time, in the same group can wait until something else happens to that group: it
/// is then told once, as it stands. Only the record itself is counted at once in everything above. The detections are
/// those that came out if all were told each time.
final class GrowthLink {
    /// Whoever forgets one of them takes the link off the other.
    unowned let below: WindowGroup
    unowned let above: WindowGroup
    let placeBelow: Int
    let taker: CorrelationTaker
    /// The counted value, which growth does not change.
    let value: String
    /// `Growth.number` that `above` knows of.
    var told: UInt64
    /// A group asks so many below it: it goes through them at each of its hits. The rest tell it each time.
    static let maximumBelow = 64

    /// How much of `below` is in `above`, once that has fired.
    lazy var extent = below.detectionID.flatMap { above.extent(of: $0) }

    init(from origin: Correlator.Origin, to above: WindowGroup, _ taker: CorrelationTaker, value: String) {
        below = origin.group
        placeBelow = origin.place
        told = origin.number
        self.above = above
        self.taker = taker
        self.value = value
    }

    /// What `above` is still to be told by observation `moment`.
    func owed(at moment: UInt64) -> Growth? {
        // Asked of every link at every hit, and mostly in vain: the growth is taken only where it is news.
        below.growthNumber(before: moment) > told ? below.growth(before: moment) : nil
    }
}

extension Correlator {
    /// A detection's firing or growth; `number`: which of them it is. Without a message, those above are linked to it.
    struct Origin {
        var message: Signal?
        var group: WindowGroup
        var place: Int
        var number: UInt64
    }

    func signal(of origin: Origin) -> Signal? {
        if let message = origin.message { return message }
        return origin.group.growth.flatMap { signal($0, of: origin.group, at: origin.place) }
    }

    /// Notes that `group` has fired or grown; `tick`: when, if it is only now told so.
    func noteGrowth(of group: WindowGroup, at place: Int, because signal: Signal, tick: UInt64?) {
        guard plans.plans[place].isAsked else { return }
        if tick == nil { ticks += 1 }
        let growth = Growth(
            time: signal.time, values: signal.values, newest: signal.newest, number: group.growthNumber + 1,
            tick: tick ?? ticks)
        group.note(growth, at: moment, isKnown: tick != nil)
        if !group.above.isEmpty { list(group) }
    }

    private func list(_ group: WindowGroup) {
        if group.isOwing { return }
        group.isOwing = true
        owing.append(group)
    }

    /// Before `group` takes `signal`: those above for which the growth that follows cannot wait are told what is owed
    /// to them, and will be told of it at once.
    func unlinkThoseMoved(above group: WindowGroup, by signal: Signal) {
        guard let growth = group.growth, !group.above.isEmpty else { return }
        let pause = signal.time.nanoseconds &- growth.time.nanoseconds
        if group.isLinked(by: signal.values, linkage) {
            for link in group.above where pause > link.taker.longestPause { unlink(link) }
            return
        }
        let before = linkage
        for link in group.above where pause > link.taker.longestPause || !isSame(link, signal) { unlink(link) }
        // Checked for those above; `noteIdle` says for which values.
        group.linkedValues = []
        if linkage == before { group.checkedLinkage = before }
    }

    /// Whether `signal` would be the hit above that it was before: in the same groups, counted as the same value.
    /// `path` has the links below, from the lowest on, and is left as it was.
    private func isSame(_ link: GrowthLink, _ signal: Signal) -> Bool {
        guard link.taker.isLoose else { return true }
        path.append(link)
        defer { path.removeLast() }
        let above = link.above
        let loose = link.taker.loose
        for index in loose.indices {
            let known = loose[index].placeInKey.map { above.key[$0] } ?? link.value
            guard value(loose[index].name, alongPathOf: signal) == known else { return false }
        }
        for taker in above.idle {
            let isIdle = lacks(taker) { name in
                value(name, of: above, at: link.taker.plan) ?? value(name, alongPathOf: signal)
            }
            if !isIdle { return false }
        }
        return above.above.allSatisfy { isSame($0, signal) }
    }

    /// Whether a hit whose fields `value` tells lacks one that `taker` groups by or counts, and so is no hit there.
    private func lacks(_ taker: CorrelationTaker, _ value: (String) -> String?) -> Bool {
        taker.names.contains { value($0)?.isEmpty ?? true }
    }

    /// What the detection of `group` has under `name`, if it goes by it.
    private func value(_ name: String, of group: WindowGroup, at place: Int) -> String? {
        plans.plans[place].rule.groupBy.firstIndex(of: name).map { group.key[$0] }
    }

    /// Notes who of those above takes no part in what `group` has just grown by: they need not be told. `isChecked`:
    /// the links above were held against `signal` (`unlinkThoseMoved`); what was owed is told without.
    func noteIdle(above group: WindowGroup, at place: Int, _ signal: Signal, isChecked: Bool) {
        if group.isLinked(by: signal.values, linkage) { return }
        let takers = plans.plans[place].takers
        var idle: [CorrelationTaker] = []
        if group.above.count < takers.count {
            for taker in takers where !group.above.contains(where: { $0.taker === taker }) {
                let isIdle = lacks(taker) { self.value($0, of: group, at: place) ?? signal.value($0) }
                if isIdle { idle.append(taker) }
            }
        }
        if idle.elementsEqual(group.idle, by: ===) {
            if isChecked, group.checkedLinkage == linkage { group.linkedValues = signal.values }
        } else {
            group.idle = idle
            linkage += 1
        }
    }

    /// What the hit from the last group of `path` has under `name`: of what groups go by, the uppermost counts.
    private func value(_ name: String, alongPathOf signal: Signal) -> String? {
        for index in path.indices.reversed() {
            if let found = value(name, of: path[index].below, at: path[index].placeBelow) { return found }
        }
        return signal.value(name)
    }

    /// Whether everyone above who takes part in the growth of `group` takes it when it is needed.
    func isAskedForGrowth(_ group: WindowGroup, at place: Int) -> Bool {
        group.above.count + group.idle.count == plans.plans[place].takers.count
    }

    /// What was just told to `above` will from now on be asked for, if that changes nothing: growth must not make it
    /// fire, and if it fires or grows by it, that must be able to wait too.
    func link(_ origin: Origin, to above: WindowGroup, _ taker: CorrelationTaker, _ value: String) {
        guard taker.asksForGrowth, !origin.group.isGone, !above.isGone, findings == nil,
            above.below.count < GrowthLink.maximumBelow
        else { return }
        if above.tally == nil {
            guard isMovable(above, taker) else { return }
        } else if !plans.plans[taker.plan].parents.isEmpty, !isAskedForGrowth(above, at: taker.plan) {
            return
        }
        let link = GrowthLink(from: origin, to: above, taker, value: value)
        linkage += 1
        origin.group.above.append(link)
        above.below.append(link)
        if taker.part > 0 { above.hasLaterStepsBelow = true }
        if origin.group.growthNumber > origin.number { list(origin.group) }
    }

    /// Among ordered rules a hit that moves behind another one may complete a sequence: one can wait that is alone, and
    /// those of the first rule while no other step waits: whatever sequence begins at the later time began at the
    /// earlier one too. (Each hit of a later step lets go of them, so that a first step of the same time is told.)
    func isMovable(_ group: WindowGroup, _ taker: CorrelationTaker) -> Bool {
        let rule = plans.plans[taker.plan].rule
        if rule.kind != .temporalOrdered || group.entryCount == 1 { return true }
        return rule.pattern == nil && taker.part == 0 && !group.hasLaterStepsBelow
    }

    /// Counts what `group` has just grown by in those above that will ask for the rest later; `before`: what it stood
    /// on until then. What is not one record that they can add to what they have, they are told now.
    func count(above group: WindowGroup, _ record: TalliedRecord, before: (count: Int, taken: Int)?) {
        guard let before, let now = group.standing, now.taken > before.taken else { return }
        let isOne = group.hasTaken(only: record, since: before)
        for link in group.above {
            let above = link.above
            guard above.tally != nil else { continue }
            guard isOne, let extent = link.extent, extent.isOf(before) else {
                settle(above, at: link.taker.plan)
                continue
            }
            let standing = above.standing
            if above.count(record, of: extent), !above.above.isEmpty { count(above: above, record, before: standing) }
        }
    }

    /// Takes what is owed to `group`, in the order in which it happened.
    func settle(_ group: WindowGroup, at place: Int) {
        let below = group.below
        if below.isEmpty { return }
        for link in below { settle(link.below, at: link.placeBelow) }
        if below.count == 1 { return settle(below[0], at: place) }
        let owed = below.compactMap { link in link.owed(at: moment).map { (link, $0.tick) } }
        for (link, _) in owed.sorted(by: { $0.1 < $1.1 }) { settle(link, at: place) }
    }

    private func settle(_ link: GrowthLink, at place: Int) {
        guard let growth = link.owed(at: moment),
            let signal = signal(growth, of: link.below, at: link.placeBelow)
        else { return }
        link.told = growth.number
        let group = link.above
        let before = group.cost
        let grown = advance(group, of: plans.plans[place], with: signal, part: link.taker.part, value: link.value)
        states[place].note(group, costBefore: before)
        if grown { report(group, of: place, because: signal, tick: growth.tick) }
    }

    /// The detection of `group` as the hit that it is for those above.
    func signal(_ growth: Growth, of group: WindowGroup, at place: Int) -> Signal? {
        guard let id = group.detectionID, let tally = group.tally else { return nil }
        let plan = plans.plans[place]
        return Signal(
            time: growth.time, subject: plan.rule.info.id, id: id, values: plan.values(of: group, over: growth.values),
            content: .detection(tally, newest: growth.newest))
    }

    /// Tells the group above what is owed to it; from now on it is told each time.
    private func unlink(_ link: GrowthLink) {
        settle(link.above, at: link.taker.plan)
        linkage += 1
        link.above.below.removeAll { $0 === link }
        link.below.above.removeAll { $0 === link }
    }

    func unlinkAbove(_ group: WindowGroup) {
        for link in group.above { unlink(link) }
    }

    /// The same for everyone below `group`, and for those below them: what must be told at once must be known at once.
    func unlinkBelow(_ group: WindowGroup, at place: Int) {
        settle(group, at: place)
        let links = group.below
        group.hasLaterStepsBelow = false
        if links.isEmpty { return }
        linkage += 1
        group.below = []
        for link in links {
            link.below.above.removeAll { $0 === link }
            unlinkBelow(link.below, at: link.placeBelow)
        }
    }

    /// Everything that is owed to anyone.
    func settleAll() {
        var next = 0
        while next < owing.count {
            let group = owing[next]
            next += 1
            group.isOwing = false
            for link in group.above { settle(link.above, at: link.taker.plan) }
        }
        owing = []
    }
}
