internal import Events
internal import Primitives

/// What a correlation is fed: an observation, or the firing or growth of a correlation below it.
///
/// An object: every window that it is a hit in holds it, and what it carries is counted once.
final class Signal {
    enum Content {
        case record(TalliedRecord)
        /// All records of the detection so far, and the one that made it fire or grow.
        case detection(RecordTally, newest: TalliedRecord)
    }

    let time: Timestamp
    /// Rule that hit.
    let subject: String
    /// Of the record, or of the detection.
    let id: ContentID
    let values: [FieldValue]
    let content: Content

    init(time: Timestamp, subject: String, id: ContentID, values: [FieldValue], content: Content) {
        self.time = time
        self.subject = subject
        self.id = id
        self.values = values
        self.content = content
    }

    func value(_ name: String) -> String? {
        values.withUnsafeBufferPointer { values in
            for place in values.indices where values[place].name == name { return values[place].value }
            return nil
        }
    }

    var newest: TalliedRecord {
        switch content {
        case .record(let record): record
        case .detection(_, let newest): newest
        }
    }
}

/// State of one correlation for one group key: a window that slides until the condition is reached, then the detection
/// that further hits extend.
final class WindowGroup {
    struct Entry {
        var hit: WindowHit
        var signal: Signal
    }

    let key: [String]
    private let hasSteps: Bool
    private let keepsLinks: Bool
    /// Event time of the latest hit.
    @exclusivity(unchecked) private(set) var last = Timestamp.none
    /// Place of the latest hit among all of the correlation.
    @exclusivity(unchecked) var stamp: UInt64 = 0
    /// Id of the latest hit: a record's or a chained detection's.
    @exclusivity(unchecked) private(set) var lastHit = ContentID(high: 0, low: 0)
    @exclusivity(unchecked) private(set) var cost: Int
    /// The detection while it goes on; of a condition that is judged at the end, its episode.
    @exclusivity(unchecked) private(set) var tally: RecordTally?
    /// Largest count that any window of the episode reached.
    @exclusivity(unchecked) private var peak = 0
    /// What the ended episode counts.
    var finalCount: Int { measure.final(peak: peak) }
    /// What the detection counts, and how many records it has taken in.
    var standing: (count: Int, taken: Int)? { tally.map { ($0.count, $0.taken) } }
    /// Id of the detection, fixed when it is first reported: later a chained detection may bring older records.
    @exclusivity(unchecked) var detectionID: ContentID?
    /// Whether detections below that are not its first step may be told later; see `Correlator.isMovable`.
    @exclusivity(unchecked) var hasLaterStepsBelow = false
    /// Fields of its latest firing or growth as those above were told them, and those of the hit that they are over.
    @exclusivity(unchecked) var latestValues: (below: [FieldValue], whole: [FieldValue]) = ([], [])
    /// Changed since it was last reported.
    @exclusivity(unchecked) var isDirty = false
    /// Waits to be handed out.
    @exclusivity(unchecked) var isListed = false
    /// Forgotten: whoever still holds it holds nothing.
    @exclusivity(unchecked) private(set) var isGone = false
    /// The latest firing or growth of the detection, where windows above ask for it, and the one before that moment.
    @exclusivity(unchecked) private(set) var growth: Growth?
    @exclusivity(unchecked) private var earlierGrowth: Growth?
    /// `growth`'s number; 0: there is none.
    @exclusivity(unchecked) private(set) var growthNumber: UInt64 = 0
    /// The observation with which it came, until those above may know of it; 0: they may.
    @exclusivity(unchecked) private var growthMoment: UInt64 = 0
    /// Windows above that ask for its growth, and those below whose growth it asks for.
    @exclusivity(unchecked) var above: [GrowthLink] = []
    @exclusivity(unchecked) var below: [GrowthLink] = []
    /// Correlations above that take no part in its latest firing or growth, which lacks a field that they go by.
    @exclusivity(unchecked) var idle: [CorrelationTaker] = []
    /// The values of its latest growth that was checked against all links, and `Correlator.linkage` at that time.
    @exclusivity(unchecked) var linkedValues: [FieldValue] = []
    @exclusivity(unchecked) var checkedLinkage: UInt64 = 0
    /// Some window above has not asked yet.
    @exclusivity(unchecked) var isOwing = false
    @exclusivity(unchecked) private var measure: any WindowMeasure
    @exclusivity(unchecked) private var entries: [Entry] = []
    @exclusivity(unchecked) private var head = 0
    @exclusivity(unchecked) private var lastRecord: ContentID?
    /// Chained detections that are in `tally`, as far as they are: what they list only grows at its end.
    @exclusivity(unchecked) private var merged: [ContentID: Extent] = [:]

    /// How much of a chained detection is in.
    final class Extent {
        @exclusivity(unchecked) fileprivate(set) var records = 0
        @exclusivity(unchecked) fileprivate(set) var taken = 0
        @exclusivity(unchecked) fileprivate(set) var parties = 0
        @exclusivity(unchecked) fileprivate(set) var links = 0

        /// Whether all of a detection is in that stands on so much.
        func isOf(_ standing: (count: Int, taken: Int)) -> Bool {
            records == standing.count && taken == standing.taken
        }
    }

    func extent(of detection: ContentID) -> Extent? { merged[detection] }

    /// Whether the detection has grown by `record` alone since it counted that much.
    func hasTaken(only record: TalliedRecord, since before: (count: Int, taken: Int)) -> Bool {
        tally?.hasTaken(only: record, since: before) ?? false
    }

    /// Values of the observation that made the detection fire, for chains and for the entity.
    @exclusivity(unchecked) private(set) var firingValues: [FieldValue] = []

    static let baseCost = 500

    /// - Parameters:
    ///   - hasSteps: its rules are steps of different kinds, each of which is to have its record kept
    ///   - keepsLinks: its detection is to tell which detections it stands on
    init(key: [String], measure: any WindowMeasure, hasSteps: Bool = false, keepsLinks: Bool = false) {
        self.key = key
        self.hasSteps = hasSteps
        self.keepsLinks = keepsLinks
        self.measure = measure
        cost = WindowGroup.baseCost + key.reduce(0) { $0 + $1.utf8.count }
    }

    var entryCount: Int { entries.count - head }

    /// Whether a growth by the same values was checked already, and nothing has come or gone above any group since.
    func isLinked(by values: [FieldValue], _ linkage: UInt64) -> Bool {
        checkedLinkage == linkage && values.isStored(with: linkedValues)
    }

    /// Several growths at one observation, `moment`, are one to those above. `isKnown`: they may know of this one.
    func note(_ fresh: Growth, at moment: UInt64, isKnown: Bool) {
        if growth == nil || growthMoment != moment {
            earlierGrowth = growth
            growthMoment = isKnown ? 0 : moment
        }
        growth = fresh
        growthNumber = fresh.number
    }

    /// Those above may know of the growth that came with this observation.
    func publishGrowth() { growthMoment = 0 }

    /// The latest growth that those above may know of at observation `moment`.
    func growth(before moment: UInt64) -> Growth? {
        growthMoment == moment ? earlierGrowth : growth
    }

    /// Its number; 0: there is none.
    func growthNumber(before moment: UInt64) -> UInt64 {
        growthMoment == moment ? earlierGrowth?.number ?? 0 : growthNumber
    }

    /// The group is no more; what it held goes, whoever still has it in a list.
    func forget() {
        isGone = true
        tally = nil
        entries = []
        head = 0
        growth = nil
        growthNumber = 0
        growthMoment = 0
        earlierGrowth = nil
    }

    /// Puts a hit into the window and drops what is older than `cutoff`; answers what the window now counts.
    func slide(_ signal: Signal, part: Int, value: String, cutoff: Timestamp) -> Int {
        var weight = 1
        if case .record(let record) = signal.content {
            weight = lastRecord == record.event.id ? 0 : record.weight
            lastRecord = record.event.id
        } else {
            removeEarlier(signal.id, part: part, value: value)
        }
        let hit = WindowHit(time: signal.time, part: part, weight: weight, value: value)
        let entry = Entry(hit: hit, signal: signal)
        entries.append(entry)
        cost += WindowGroup.cost(of: entry)
        measure.add(hit)
        last = signal.time
        lastHit = signal.id
        expire(cutoff)
        let count = measure.value(since: cutoff)
        peak = max(peak, count)
        return count
    }

    /// A chained detection that grew comes back at its new time: it counts once (for each value, where values count).
    private func removeEarlier(_ id: ContentID, part: Int, value: String) {
        let same = { (entry: Entry) in entry.signal.id == id && entry.hit.part == part && entry.hit.value == value }
        guard let place = entries[head...].lastIndex(where: same) else { return }
        measure.remove(entries[place].hit)
        cost -= WindowGroup.cost(of: entries[place])
        entries.remove(at: place)
    }

    func expire(_ cutoff: Timestamp) {
        while head < entries.count, entries[head].hit.time < cutoff { dropOldest() }
        if head > 32, head * 2 > entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }

    private func dropOldest() {
        measure.remove(entries[head].hit)
        cost -= WindowGroup.cost(of: entries[head])
        entries[head].signal = WindowGroup.nothing
        head += 1
    }

    /// Drops the older half of the window for want of memory; answers how many hits that were.
    func halve() -> Int {
        let drop = entryCount / 2
        for _ in 0..<drop { dropOldest() }
        return drop
    }

    /// Shared by all threads, and never changed: nobody asks it for what it has `bare`.
    nonisolated(unsafe) private static let nothing: Signal = {
        let nobody = ContentID(high: 0, low: 0)
        let record = TalliedRecord(
            time: .none, event: EventReference(id: nobody, input: nobody, number: 0, offset: 0, length: 0), weight: 0)
        return Signal(time: .none, subject: "", id: nobody, values: [], content: .record(record))
    }()

    /// The condition was reached: the window becomes a detection. `fromPart`: leading hits of other parts are left out
    /// (what came before the first step of an ordered sequence is not part of it).
    func open(fromPart: Int?, values: [FieldValue]) {
        var window = entries[head...]
        if let fromPart, let start = window.firstIndex(where: { $0.hit.part == fromPart }) { window = window[start...] }
        let fresh = RecordTally()
        fresh.note(parties: values)
        for entry in window {
            if case .detection = entry.signal.content { absorb(entry.signal, entry.hit, into: fresh) }
        }
        for entry in window {
            if case .record = entry.signal.content { absorb(entry.signal, entry.hit, into: fresh) }
        }
        begin(fresh, values: values)
        entries = []
        head = 0
    }

    private func begin(_ fresh: RecordTally, values: [FieldValue]) {
        tally = fresh
        firingValues = values
        isDirty = true
        cost = WindowGroup.baseCost + key.reduce(0) { $0 + $1.utf8.count } + fresh.cost
    }

    /// Adds a hit to the detection (or to the episode, which begins with its first hit).
    func extend(_ signal: Signal, part: Int, value: String) {
        if tally == nil { begin(RecordTally(), values: signal.values) }
        last = signal.time
        lastHit = signal.id
        let hit = WindowHit(time: signal.time, part: part, weight: 1, value: value)
        change { absorb(signal, hit, into: $0) }
        isDirty = true
    }

    /// Counts a record that a detection below has just taken in, ahead of what else that has to tell. Answers whether
    /// it is new here.
    func count(_ record: TalliedRecord, of extent: Extent) -> Bool {
        var isNew = false
        change { tally in
            let taken = tally.taken
            tally.add(record)
            isNew = tally.taken != taken
        }
        extent.records += record.weight
        extent.taken += 1
        return isNew
    }

    /// Whoever else holds the records keeps them as they were.
    private func change(_ body: (RecordTally) -> Void) {
        if !isKnownUniquelyReferenced(&tally) { tally = tally?.copy() }
        guard let tally else { return }
        let before = tally.cost
        body(tally)
        cost += tally.cost - before
    }

    private func absorb(_ signal: Signal, _ hit: WindowHit, into target: RecordTally) {
        target.note(value: hit.value)
        target.note(parties: signal.values)
        switch signal.content {
        case .record(let record):
            target.add(record)
            if keepsLinks, target.hasRoomForLinks {
                target.note(link: Events.detectionID(rule: signal.subject, events: [record.event.id]))
            }
            if hasSteps { target.mark(record, part: hit.part) }
        case .detection(let shared, let newest):
            if keepsLinks { target.note(link: signal.id) }
            absorb(shared, newest: newest, known: extent(in: signal.id), into: target)
            if hasSteps { target.mark(newest, part: hit.part) }
        }
    }

    private func absorb(
        _ shared: RecordTally, newest: TalliedRecord, known: Extent, into target: RecordTally
    ) {
        // Mostly it has grown by one record: then nothing else of it is looked at.
        if known.records > 0, shared.hasTaken(only: newest, since: (known.records, known.taken)) {
            target.add(newest)
        } else {
            target.merge(shared, newest: newest, included: known.records, seen: known.taken)
        }
        if shared.parties.values.count > known.parties {
            target.note(parties: shared.parties, after: known.parties)
        }
        if keepsLinks {
            for link in shared.links.dropFirst(known.links) { target.note(link: link) }
        }
        known.records = shared.count
        known.taken = shared.taken
        known.parties = shared.parties.values.count
        known.links = shared.links.count
    }

    /// How much of a chained detection is in; noted as none where it is new.
    private func extent(in detection: ContentID) -> Extent {
        if let known = merged[detection] { return known }
        let fresh = Extent()
        merged[detection] = fresh
        return fresh
    }

    private static func cost(of entry: Entry) -> Int {
        switch entry.signal.content {
        case .record(let record): 330 + record.excerpt.count + entry.hit.value.utf8.count
        case .detection(let shared, _): 230 + shared.cost
        }
    }
}
