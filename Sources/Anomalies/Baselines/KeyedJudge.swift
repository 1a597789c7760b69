internal import Events
internal import Primitives
internal import Rules

/// What the judges of a run have in common.
struct JudgeContext {
    var memory: JudgeMemory
    /// Empty: nobody gave a database.
    var places = Places()
}

/// Memory that the judges of a run share, in bytes. Who holds most gives up some: a judge with few keys does not lose
/// what it has learned because another one has many.
final class JudgeMemory {
    let limit: Int
    private(set) var used = 0
    private var held: [Int] = []
    private var evictors: [(Int) -> Void] = []

    init(limit: Int) { self.limit = limit }

    /// A new holder's number. `evict` drops keys until the holder has no more than so many bytes, or none to drop.
    func join(_ evict: @escaping (Int) -> Void) -> Int {
        held.append(0)
        evictors.append(evict)
        return held.count - 1
    }

    func held(_ holder: Int) -> Int { held[holder] }

    func change(_ holder: Int, by bytes: Int) {
        held[holder] += bytes
        used += bytes
    }

    /// Brings what is used to seven eighths of the limit, where it is above it.
    func relieve() {
        guard used > limit else { return }
        let goal = limit - limit / 8
        while used > goal {
            var most = 0
            for holder in held.indices where held[holder] > held[most] { most = holder }
            let before = held[most]
            evictors[most](max(before / 2, before - (used - goal)))
            if held[most] >= before { return }
        }
    }
}

/// Ordered side of all detectors that watch by `WatchSpec`: cells of (key, slot), judged when their slot is over.
///
/// An anomaly begins with the first slot that has a finding, and goes on until more than `gapSlots` pass without one.
/// The finding shown is the one with the highest score.
final class KeyedJudge<Model: SlotModel>: AnomalyJudging {
    private(set) var evictions: Int64 = 0
    private(set) var lateObservations: Int64 = 0
    private let rule: RuleInfo
    private let version: UInt64
    private var model: Model
    private let spec: WatchSpec
    private let memory: JudgeMemory
    private var keys: [String: Entry] = [:]
    private var touched: [String] = []
    private var current = Int64.min
    private var judgedThrough = Int64.min
    private var newest = Timestamp.none
    /// Keys of anomalies that have grown since they were taken.
    private var dirty: Set<String> = []
    /// Whether the slot under way lies so far behind the one before that it may be a wrong clock's.
    private var isLeaping = false
    /// Number among those who share the memory.
    private var holder = 0
    private var ended: [Detection] = []
    /// Not yet come to pass, earliest first.
    private var resets: [BaselineReset] = []
    /// Records before this are in the baselines that were restored.
    private var restoredThrough = Timestamp.none

    /// An object, and what few of them have at a time in others: a table of very many keys has room for twice as many,
    /// and is moved as it grows.
    private final class Entry {
        var state: Model.State
        var cell: Cell?
        var lastSlot = Int64.min
        var burst: Burst?
        /// As last weighed.
        var bytes = 0

        init(_ state: Model.State) { self.state = state }

        /// Its own, and its place in the table, but for what `cell` and `state` point to.
        static var ownBytes: Int { 160 + MemoryLayout<Model.State>.size }
    }

    /// What the slot under way has of a key.
    private final class Cell {
        var value: SlotCell

        init(_ value: SlotCell) { self.value = value }
    }

    private final class Burst {
        var tally = AnomalyTally()
        var peak: AnomalyFinding
        var lastSlot = Int64.min
        var isDirty = true

        init(_ peak: AnomalyFinding) { self.peak = peak }
    }

    init(_ rule: AnomalyRule, _ context: JudgeContext) throws {
        self.rule = rule.info
        memory = context.memory
        version = KeyedJudge.version(rule)
        model = try Model(rule)
        model.places = context.places
        spec = model.spec
        holder = memory.join { [unowned self] in evict(to: $0) }
    }

    /// Of detector, settings and log source; of the numbers' meaning too, which the first word stands for.
    private static func version(_ rule: AnomalyRule) -> UInt64 {
        let source = [rule.category, rule.product, rule.service].map { $0 ?? "" }
        let words = ["1", rule.detector] + source + rule.settings.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        return words.joined(separator: "\n").withBytes { hash64($0) } >> 1
    }

    func feed(_ observation: Observation) {
        if let needed = Model.neededValue, observation.value(needed) == nil { return }
        guard observation.time >= restoredThrough, let key = key(of: observation) else { return }
        let slot = TimeSlots.slot(of: observation.time, spec.slotNanoseconds)
        guard slot > judgedThrough else {
            lateObservations += 1
            return
        }
        if slot > current {
            judge()
            isLeaping = current != .min && isLeap(from: current, to: slot)
            current = slot
        }
        let cell = SlotCell(observation, slotStart: slot &* spec.slotNanoseconds)
        if !isLeaping { newest = max(newest, cell.record.last) }
        add(cell, to: key)
        memory.relieve()
    }

    /// More than a day. Another slot behind it confirms the new time.
    private func isLeap(from old: Int64, to new: Int64) -> Bool {
        let (slots, overflows) = new.subtractingReportingOverflow(old)
        return overflows || slots > BaselineDay.nanoseconds / spec.slotNanoseconds
    }

    private func key(of observation: Observation) -> String? {
        var parts: [String] = []
        for part in spec.key {
            guard let value = observation.value(part.name) else { return nil }
            parts.append(value)
        }
        return parts.joined(separator: "\u{1F}")
    }

    private func add(_ cell: SlotCell, to key: String) {
        let entry = keys[key] ?? enter(key, model.emptyState())
        if let known = entry.cell {
            known.value.merge(cell, spec)
        } else {
            entry.cell = Cell(cell)
            touched.append(key)
        }
        entry.lastSlot = current
        weigh(entry)
    }

    private func enter(_ key: String, _ state: Model.State) -> Entry {
        let entry = Entry(state)
        keys[key] = entry
        return entry
    }

    private func weigh(_ entry: Entry) {
        let bytes =
            Entry.ownBytes + (entry.cell?.value.bytes ?? 0) + model.bytes(entry.state) + (entry.burst == nil ? 0 : 2000)
        memory.change(holder, by: bytes - entry.bytes)
        entry.bytes = bytes
    }

    func advance(to time: Timestamp) {
        newest = max(newest, time)
        guard !time.isNone, current != .min, TimeSlots.end(of: current, spec.slotNanoseconds) <= time else { return }
        judge()
    }

    /// Judges the slot under way, which is over.
    private func judge() {
        guard current > judgedThrough else { return }
        applyResets()
        let order = touched.sorted()
        if Model.prepares {
            let shared = model.sharedBytes
            model.prepare(order.compactMap { key in keys[key]?.cell.map { (key, $0.value) } }, slot: current)
            memory.change(holder, by: model.sharedBytes - shared)
        }
        for key in order { judge(key) }
        touched.removeAll(keepingCapacity: true)
        judgedThrough = current
    }

    private func judge(_ key: String) {
        guard let entry = keys[key], let cell = entry.cell?.value else { return }
        entry.cell = nil
        close(entry, key)
        if !cell.isOrdinary(spec), let finding = model.judge(&entry.state, cell, key: key, slot: current) {
            extend(entry, finding, cell.record, key)
        }
        weigh(entry)
    }

    /// Ends an anomaly that has been quiet for too long.
    private func close(_ entry: Entry, _ key: String) {
        guard let burst = entry.burst, current - burst.lastSlot > model.gapSlots else { return }
        if burst.isDirty { ended.append(detection(burst, key)) }
        entry.burst = nil
    }

    private func extend(_ entry: Entry, _ finding: AnomalyFinding, _ record: SlotRecord, _ key: String) {
        let burst = entry.burst ?? Burst(finding)
        let records = finding.records.isEmpty ? [record] : finding.records
        for record in records where burst.tally.last < record.first || burst.lastSlot == .min {
            burst.tally.add(record)
        }
        burst.lastSlot = current
        burst.isDirty = true
        if finding.score >= burst.peak.score { burst.peak = finding }
        entry.burst = burst
        dirty.insert(key)
    }

    func finish() {
        judge()
        guard Model.finishes else { return }
        for key in keys.keys.sorted() {
            guard let entry = keys[key], let finding = model.finish(&entry.state, key: key, at: newest),
                let record = finding.records.first
            else { continue }
            close(entry, key)
            extend(entry, finding, record, key)
        }
    }

    /// Drops the keys that were seen longest ago, but for those of the slot under way.
    private func evict(to goal: Int) {
        let order = keys.lazy.filter { $0.value.cell == nil }.map { (key: $0.key, slot: $0.value.lastSlot) }
            .sorted { ($0.slot, $0.key) < ($1.slot, $1.key) }
        for (key, _) in order {
            if memory.held(holder) <= goal { return }
            remove(key)
        }
        // The slot under way alone is too much: whoever has least goes.
        let rest = touched.sorted { (records($0), $0) < (records($1), $1) }
        for key in rest where memory.held(holder) > goal { remove(key) }
        touched.removeAll { keys[$0] == nil }
    }

    /// Of the slot under way.
    private func records(_ key: String) -> Int { keys[key]?.cell?.value.count ?? 0 }

    private func remove(_ key: String) {
        guard let entry = keys.removeValue(forKey: key) else { return }
        if let burst = entry.burst, burst.isDirty { ended.append(detection(burst, key)) }
        memory.change(holder, by: -entry.bytes)
        evictions += 1
    }

    func takeDetections() -> [Detection] {
        var taken = ended
        ended = []
        for key in dirty {
            guard let burst = keys[key]?.burst, burst.isDirty else { continue }
            taken.append(detection(burst, key))
            burst.isDirty = false
        }
        dirty.removeAll()
        return taken
    }

    private func detection(_ burst: Burst, _ key: String) -> Detection {
        let parts = key.split(separator: "\u{1F}", omittingEmptySubsequences: false)
        let own = zip(spec.key, parts).map { FieldValue(name: $0.name, value: String($1)) }
        let fields = own + burst.peak.fields
        let named = rule.entityFields.compactMap { name in fields.first { $0.name == name } }.first ?? own.first
        let entity = named.map { Entity(field: $0.name == "input" ? "host.name" : $0.name, value: $0.value) } ?? .none
        return burst.tally.detection(of: rule, entity: entity, fields: fields)
    }
}

// MARK: - Baselines

extension KeyedJudge {
    var takers: [ObservationSieve.Taker] {
        let slack = spec.slotNanoseconds
        return [
            ObservationSieve.Taker(
                fields: spec.key.map(\.name), bound: model.leastEvents,
                nanoseconds: model.sieveNanoseconds.addingReportingOverflow(slack).partialValue,
                seed: rule.id.withBytes { hash64($0) })
        ]
    }

    func restore(_ baselines: [Baseline], through: Timestamp) {
        restoredThrough = through
        for baseline in baselines where baseline.rule == rule.id && baseline.version == version {
            var history = KeyHistory()
            history.since = baseline.since
            history.last = baseline.last
            history.days = baseline.days
            guard let state = model.state(history) else { continue }
            weigh(enter(baseline.key.joined(separator: "\u{1F}"), state))
        }
    }

    func reset(_ resets: [BaselineReset]) {
        self.resets = resets.filter { $0.rule == rule.id }.sorted { $0.from < $1.from }
    }

    /// From the first slot behind the moment of a reset, the key is new.
    private func applyResets() {
        let start = current &* spec.slotNanoseconds
        while let reset = resets.first, reset.from.nanoseconds <= start {
            resets.removeFirst()
            let chosen = reset.key.map { [$0.joined(separator: "\u{1F}")] } ?? Array(keys.keys)
            for key in chosen { keys[key]?.state = model.emptyState() }
        }
    }

    func baselines() -> [Baseline] {
        guard model.baselineDays > 0 else { return [] }
        return keys.compactMap { key, entry in
            guard let history = model.history(entry.state), !history.since.isNone else { return nil }
            return Baseline(
                rule: rule.id,
                key: key.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init),
                version: version, since: history.since, last: max(history.last, history.since),
                learnsUntil: history.since.adding(nanoseconds: model.learningNanoseconds), count: history.count,
                days: history.days)
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }
}
