internal import Events
internal import Primitives
internal import Rules

/// Hot side of all detectors that declare what they watch (`WatchSpec`): an event's fields are walked through once,
/// then each rule whose log source it has adds it to its table.
final class KeyedWatcher: AnomalyWatcher {
    private let tables: [KeyedTable]
    private let event: FieldGather
    /// For each log source, the tables that are open to it: where they begin in `takers`, and how many they are.
    private let open: UnsafeMutablePointer<(first: Int, count: Int)>
    private let takers: UnsafeMutablePointer<(needs: FieldNeeds, table: Unmanaged<KeyedTable>)>
    /// For each log source, the tables that take the runs of its events.
    private let runTakers: [[KeyedTable]]
    @exclusivity(unchecked) private var inputs: [(id: ContentID, seams: Seams)] = []

    var dropped: Int64 { tables.reduce(0) { $0 + $1.dropped } }
    var spilledCount: Int { tables.reduce(0) { $0 + $1.spilledCount } }

    private init(
        _ rules: [(AnomalyRule, WatchSpec)], _ plan: FieldPlan, _ registry: FieldRegistry, _ records: RecordNames
    ) {
        let tables = rules.map { KeyedTable($0.0, $0.1, plan, records) }
        self.tables = tables
        event = FieldGather(plan, registry: registry, names: KeyedWatcher.names(plan))
        open = .allocate(capacity: 256)
        takers = .allocate(capacity: max(1, 256 * tables.count))
        var end = 0
        let opened = (0..<256).map { source in
            LogSource(rawValue: UInt8(source)).map { source in tables.filter { $0.gate.isOpen(source) } } ?? []
        }
        runTakers = opened.map { $0.filter(\.countsRuns) }
        for source in 0..<256 {
            let own = opened[source].filter { !$0.countsRuns }
            (open + source).initialize(to: (end, own.count))
            for table in own {
                (takers + end).initialize(to: (table.needs, Unmanaged.passUnretained(table)))
                end += 1
            }
        }
    }

    deinit {
        open.deallocate()
        takers.deallocate()
    }

    private static func names(_ plan: FieldPlan) -> (question: Int, domain: Int) {
        (
            plan.place(of: Field.dnsQuestionName.rawValue) ?? 0,
            plan.place(of: Field.dnsQuestionRegisteredDomain.rawValue) ?? 0
        )
    }

    /// Registers the fields of all rules now; the watchers are made later, one for each worker.
    static func maker(_ rules: [(AnomalyRule, WatchSpec)], _ registry: FieldRegistry) -> WatcherMaker {
        let names = registerNames(rules, registry)
        return { records in
            let plan = FieldPlan(registry)
            for name in names { _ = plan.place(of: name) }
            return KeyedWatcher(rules, plan, registry, records)
        }
    }

    private static func registerNames(_ rules: [(AnomalyRule, WatchSpec)], _ registry: FieldRegistry) -> [String] {
        let plan = FieldPlan(registry)
        _ = names(plan)
        let records = RecordNames()
        for (rule, spec) in rules { _ = KeyedTable(rule, spec, plan, records) }
        return plan.places.sorted { $0.value < $1.value }.map(\.key)
    }

    func watch(_ batch: EventBatch, _ place: BatchPlace) {
        place.label.withBytes { label in
            event.begin(batch, label: label)
            var input = self.input(place.input)
            let events = batch.events
            // Events in a row of one log source, all with a time, that run takers have not been given yet.
            var run = 0
            for index in 0..<batch.count {
                let source = events[index].logSource
                if events[index].time.isNone || run < index && events[run].logSource != source {
                    input = take(run..<index, place, input)
                    run = events[index].time.isNone ? index + 1 : index
                }
                if events[index].time.isNone { continue }
                input = take(index, place, input, &run)
                inputs[input].seams.note(events[index].time)
            }
            _ = take(run..<batch.count, place, input)
        }
    }

    /// Gives one event to the tables that look at each. Answers the number of the input, which a spill begins anew.
    @inline(__always) private func take(
        _ index: Int, _ place: BatchPlace, _ input: Int, _ run: inout Int
    ) -> Int {
        var input = input
        let own = open[Int(event.events[index].logSource.rawValue)]
        if own.count == 0 { return input }
        event.read(index)
        let present = event.present
        for taker in own.first..<own.first + own.count where takers[taker].needs.areMet(present) {
            takers[taker].table._withUnsafeGuaranteedRef { table in
                if table.add(event, index, place, input: input) { return }
                // What was seen before belongs to what is spilled.
                input = take(run..<index, place, input)
                run = index
                spill()
                input = self.input(place.input)
                _ = table.add(event, index, place, input: input)
            }
        }
        return input
    }

    /// Gives a run of events of one log source to the tables that only count them.
    private func take(_ run: Range<Int>, _ place: BatchPlace, _ input: Int) -> Int {
        var input = input
        guard !run.isEmpty else { return input }
        for table in runTakers[Int(event.events[run.lowerBound].logSource.rawValue)] {
            var rest = run
            while !rest.isEmpty {
                let taken = table.add(run: rest, event, place, input: input)
                rest = rest.lowerBound + taken..<rest.upperBound
                if rest.isEmpty { break }
                spill()
                input = self.input(place.input)
                for index in rest { inputs[input].seams.note(event.events[index].time) }
            }
        }
        return input
    }

    private func input(_ id: ContentID) -> Int {
        if let known = inputs.lastIndex(where: { $0.id == id }) { return known }
        inputs.append((id, Seams()))
        return inputs.count - 1
    }

    /// All tables, as they share what is known of the inputs' seams. What is spilled before the end of a drain lies at
    /// a seam as well: the rest of a slot comes behind it.
    private func spill() {
        for table in tables { table.spill(inputs) }
        inputs.removeAll(keepingCapacity: true)
    }

    func drain(into observations: inout [Observation]) {
        spill()
        for table in tables { table.drain(into: &observations) }
    }
}
