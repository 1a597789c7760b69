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
    private let takers: UnsafeMutablePointer<Unmanaged<KeyedTable>>
    @exclusivity(unchecked) private var inputs: [(id: ContentID, seams: Seams)] = []

    var dropped: Int64 { tables.reduce(0) { $0 + $1.dropped } }
    var spilledCount: Int { tables.reduce(0) { $0 + $1.spilledCount } }

    private init(_ rules: [(AnomalyRule, WatchSpec)], _ plan: FieldPlan, _ registry: FieldRegistry) {
        let tables = rules.map { KeyedTable($0.0, $0.1, plan) }
        self.tables = tables
        event = FieldGather(plan, registry: registry, names: KeyedWatcher.names(plan))
        open = .allocate(capacity: 256)
        takers = .allocate(capacity: max(1, 256 * tables.count))
        var end = 0
        for source in 0..<256 {
            let known = LogSource(rawValue: UInt8(source))
            let own = known.map { source in tables.filter { $0.gate.isOpen(source) } } ?? []
            (open + source).initialize(to: (end, own.count))
            for table in own {
                (takers + end).initialize(to: Unmanaged.passUnretained(table))
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
        return {
            let plan = FieldPlan(registry)
            for name in names { _ = plan.place(of: name) }
            return KeyedWatcher(rules, plan, registry)
        }
    }

    private static func registerNames(_ rules: [(AnomalyRule, WatchSpec)], _ registry: FieldRegistry) -> [String] {
        let plan = FieldPlan(registry)
        _ = names(plan)
        for (rule, spec) in rules { _ = KeyedTable(rule, spec, plan) }
        return plan.places.sorted { $0.value < $1.value }.map(\.key)
    }

    func watch(_ batch: EventBatch, _ place: BatchPlace) {
        place.label.withBytes { label in
            event.begin(batch, label: label)
            var input = self.input(place.input)
            for index in 0..<batch.count {
                let source = Int(batch.events[index].logSource.rawValue)
                let own = open[source]
                let time = batch.events[index].time
                if own.count == 0 || time.isNone { continue }
                event.read(index)
                for taker in own.first..<own.first + own.count {
                    takers[taker]._withUnsafeGuaranteedRef { table in
                        if table.add(event, index, place, input: input) { return }
                        spill()
                        input = self.input(place.input)
                        _ = table.add(event, index, place, input: input)
                    }
                }
                inputs[input].seams.note(time)
            }
        }
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
