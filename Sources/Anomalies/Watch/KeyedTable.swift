internal import Events
internal import Primitives
internal import Rules

/// What one rule adds up: its `WatchSpec` made ready, and the table of (input, key, slot). For one thread.
final class KeyedTable {
    @exclusivity(unchecked) private(set) var dropped: Int64 = 0
    private let rule: String
    private let spec: WatchSpec
    let gate: LogSourceGate
    private let key: [TextReader]
    private let conditions: ReaderList<ConditionReader>
    private let counters: ReaderList<CounterReader>
    private let counterCount: Int
    private let words: TextReader?
    private let sketch: TextReader?
    private let samples: [NumberReader]
    private let isKeyedByInput: Bool
    /// Only events are counted, of the input as a whole: they can be added many at a time.
    let countsRuns: Bool
    /// Whether an aggregate has lists of its own, at the place of its number.
    private let keepsLists: Bool
    private let table: AggregateTable
    private let numbers: UnsafeMutablePointer<Int64>
    private let keyMemory: UnsafeMutablePointer<UInt8>
    @exclusivity(unchecked) private var lists: [Lists] = []
    /// The aggregate of the event before: mostly that of the next one too.
    @exclusivity(unchecked) private var latest = -1
    /// Whether its key is the input's name.
    @exclusivity(unchecked) private var isLatestLabel = false
    @exclusivity(unchecked) private var slot = (number: Int64.min, start: Int64.max, end: Int64.min)
    @exclusivity(unchecked) private var held = 0
    @exclusivity(unchecked) private var spilled: [Observation] = []

    private static let limit = 1 << 14
    static let longestKey = 255
    private static let longestWord = 255
    /// Words and samples kept at once, about 40 bytes each.
    private static let heldLimit = 1 << 17
    static let separator: UInt8 = 0x1F

    private struct Lists {
        var words = TargetList()
        var sketch = HyperLogLog()
        var samples = SampleList()
    }

    private final class CounterReader {
        let value: WatchCounter.Value
        let number: NumberReader?
        let text: TextReader?
        let conditions: ReaderList<ConditionReader>
        let takesMaximum: Bool

        init(_ counter: WatchCounter, _ plan: FieldPlan) {
            value = counter.value
            conditions = ReaderList(counter.conditions.map { ConditionReader($0, plan) })
            takesMaximum = counter.takesMaximum
            switch counter.value {
            case .one: (number, text) = (nil, nil)
            case .number(let fields): (number, text) = (NumberReader(fields, plan), nil)
            case .length(let from), .entropy(let from), .strangeness(let from):
                (number, text) = (nil, TextReader(from, plan))
            }
        }

        func read(_ event: FieldGather) -> Int64 {
            if conditions.count > 0, !conditions.allSatisfy({ $0.holds(event) }) { return 0 }
            switch value {
            case .one: return 1
            case .number: return number?.read(event) ?? 0
            case .length: return Int64(text?.read(event).count ?? 0)
            case .entropy: return NameShape.entropy(text?.read(event) ?? .empty)
            case .strangeness: return LetterPairs.standard.strangeness(text?.read(event) ?? .empty)
            }
        }
    }

    init(_ rule: AnomalyRule, _ spec: WatchSpec, _ plan: FieldPlan, _ names: RecordNames) {
        table = AggregateTable(limit: KeyedTable.limit, names: names)
        self.rule = rule.info.id
        self.spec = spec
        gate = LogSourceGate(rule, of: spec.sources)
        key = spec.key.map { TextReader($0, plan) }
        isKeyedByInput = spec.key == [.input]
        conditions = ReaderList(spec.conditions.map { ConditionReader($0, plan) })
        counters = ReaderList(spec.counters.prefix(WatchSpec.maximumCounters).map { CounterReader($0, plan) })
        counterCount = counters.count
        words = spec.words.map { TextReader($0, plan) }
        sketch = spec.sketch.map { TextReader($0, plan) }
        samples = spec.samples.map { NumberReader($0, plan) }
        keepsLists = words != nil || sketch != nil || !samples.isEmpty
        countsRuns = isKeyedByInput && !keepsLists && conditions.count == 0 && counters.count == 0
        numbers = .allocate(capacity: KeyedTable.limit * max(1, counters.count))
        keyMemory = .allocate(capacity: KeyedTable.longestKey + 1)
    }

    deinit {
        numbers.deallocate()
        keyMemory.deallocate()
    }

    /// What an event must have to be added.
    var needs: FieldNeeds { FieldNeeds(key.map(\.mask) + conditions.map(\.mask)) }

    /// Adds the event that `event` has read. False: the table is full, and has to be spilled first.
    func add(_ event: FieldGather, _ index: Int, _ source: BatchPlace, input: Int) -> Bool {
        if conditions.count > 0, !conditions.allSatisfy({ $0.holds(event) }) { return true }
        let record = event.events + index
        let time = record.pointee.time.nanoseconds
        if time < slot.start || time >= slot.end { enterSlot(time) }
        let group = Int32(truncatingIfNeeded: input)
        var place = latest
        // An input is called the same from one event to the next.
        let isLabel = isKeyedByInput || key.count == 1 && key[0].isLabel(event)
        let isSame = isLabel && isLatestLabel && place >= 0 && table.isAt(place, group: group, slot: slot.number)
        if !isSame {
            guard let key = readKey(event) else { return true }
            if place < 0 || !table.isAt(place, group: group, key: key, slot: slot.number) {
                guard held < KeyedTable.heldLimit,
                    let found = table.place(group: group, key: key, slot: slot.number)
                else { return false }
                place = found
                latest = found
            }
            isLatestLabel = isLabel
        }
        let isNew = table.isEmpty(at: place)
        table.add(record, of: event.input, source, at: place)
        if counterCount > 0 { addNumbers(event, place, isNew: isNew) }
        if keepsLists { addLists(event, place, time) }
        return true
    }

    /// Adds the events `run`, all with a time, where only events are counted. Answers how many of them there was room
    /// for: the table is full then, and has to be spilled.
    func add(run: Range<Int>, _ event: FieldGather, _ source: BatchPlace, input: Int) -> Int {
        let group = Int32(truncatingIfNeeded: input)
        var index = run.lowerBound
        while index < run.upperBound {
            let time = event.events[index].time.nanoseconds
            if time < slot.start || time >= slot.end { enterSlot(time) }
            if latest < 0 || !table.isAt(latest, group: group, slot: slot.number) {
                if event.label.isEmpty || event.label.count > KeyedTable.longestKey {
                    if !event.label.isEmpty { dropped += Int64(run.upperBound - index) }
                    return run.count
                }
                guard let found = table.place(group: group, key: event.label, slot: slot.number) else {
                    return index - run.lowerBound
                }
                latest = found
            }
            index = table.add(
                run: index..<run.upperBound, of: event.events, event.input, source, within: slot.start..<slot.end,
                at: latest)
        }
        return run.count
    }

    private func enterSlot(_ time: Int64) {
        let number = TimeSlots.slot(of: Timestamp(nanoseconds: time), spec.slotNanoseconds)
        let (start, overflows) = number.multipliedReportingOverflow(by: spec.slotNanoseconds)
        let end = TimeSlots.end(of: number, spec.slotNanoseconds).nanoseconds
        slot = (number, overflows ? .min : start, end)
    }

    private func readKey(_ event: FieldGather) -> Bytes? {
        if key.count == 1 {
            let value = key[0].read(event)
            if value.count > KeyedTable.longestKey { dropped += 1 }
            return value.isEmpty || value.count > KeyedTable.longestKey ? nil : value
        }
        var length = 0
        for part in key {
            let value = part.read(event)
            if value.isEmpty { return nil }
            guard length + value.count < KeyedTable.longestKey else {
                dropped += 1
                return nil
            }
            (keyMemory + length).update(from: value.start, count: value.count)
            length += value.count
            keyMemory[length] = KeyedTable.separator
            length += 1
        }
        return Bytes(start: keyMemory, count: max(0, length - 1))
    }

    private func addNumbers(_ event: FieldGather, _ place: Int, isNew: Bool) {
        let own = numbers + place * counterCount
        for index in 0..<counterCount {
            let (value, takesMaximum) = counters.with(index) { ($0.read(event), $0.takesMaximum) }
            if isNew {
                own[index] = value
            } else if takesMaximum {
                own[index] = max(own[index], value)
            } else {
                let (sum, overflows) = own[index].addingReportingOverflow(value)
                own[index] = overflows ? .max : sum
            }
        }
    }

    private func addLists(_ event: FieldGather, _ place: Int, _ time: Int64) {
        while lists.count <= place { lists.append(Lists()) }
        if let words {
            let value = words.read(event).prefix(KeyedTable.longestWord)
            if !value.isEmpty, lists[place].words.add(value) { held += 1 }
        }
        if let sketch {
            let value = sketch.read(event)
            if !value.isEmpty { lists[place].sketch.add(value) }
        }
        if let first = samples.first {
            let second = samples.count > 1 ? samples[1].read(event) : 0
            lists[place].samples.add(EventSample(nanoseconds: time, first: first.read(event), second: second))
            held += 1
        }
    }

    /// Makes observations of all that there is, and empties the table.
    func spill(_ inputs: [(id: ContentID, seams: Seams)]) {
        for place in 0..<table.count {
            let aggregate = table[place]
            let input = inputs[Int(aggregate.group)]
            if isOrdinary(place), !input.seams.touch(aggregate.slot, spec.slotNanoseconds) { continue }
            spilled.append(
                table.observation(of: aggregate, subject: rule, input: input.id, values: values(aggregate, place)))
        }
        if keepsLists { emptyLists() }
        table.removeAll()
        latest = -1
        isLatestLabel = false
        held = 0
    }

    private func isOrdinary(_ place: Int) -> Bool {
        zip(spec.least, 0..<counterCount).contains { least, index in
            numbers[place * counterCount + index] < least
        }
    }

    private func emptyLists() {
        for place in 0..<min(lists.count, table.count) {
            lists[place].words.removeAll()
            lists[place].sketch.removeAll()
            lists[place].samples.removeAll()
        }
        if lists.count > 1024 { lists.removeSubrange(1024...) }
    }

    private func values(_ aggregate: Aggregate, _ place: Int) -> [FieldValue] {
        var values: [FieldValue] = []
        values.reserveCapacity(spec.key.count + 3)
        let parts = table.withKey(of: aggregate) { TextList.strings($0) }
        for (part, value) in zip(spec.key, parts) { values.append(FieldValue(name: part.name, value: value)) }
        if counterCount > 0 { values.append(FieldValue(name: SlotCell.counters, value: counterText(place))) }
        guard keepsLists, place < lists.count else { return values }
        if words != nil { values.append(FieldValue(name: SlotCell.words, value: lists[place].words.joined("\u{1F}"))) }
        if sketch != nil { values.append(FieldValue(name: SlotCell.sketch, value: lists[place].sketch.text)) }
        if !samples.isEmpty {
            let start = aggregate.slot &* spec.slotNanoseconds
            values.append(FieldValue(name: SlotCell.samples, value: lists[place].samples.text(slotStart: start)))
        }
        return values
    }

    private func counterText(_ place: Int) -> String {
        var list = TextListWriter(capacity: 16 * counterCount)
        for index in 0..<counterCount {
            list.separate(TextList.blank)
            list.number(numbers[place * counterCount + index])
        }
        return list.text
    }

    var spilledCount: Int { spilled.count }

    func drain(into observations: inout [Observation]) {
        observations.append(contentsOf: spilled)
        spilled = []
    }
}
