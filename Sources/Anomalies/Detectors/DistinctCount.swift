internal import Events
internal import Primitives
internal import Rules

/// `distinct_count`: a key with far more different values than is usual: scans, sprays, sweeps. Values are counted by
/// HyperLogLog (see there) in a window that slides in sixths.
///
/// The score is the ratio to `values`.
struct DistinctCount: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { DistinctCount.slots }
    var leastEvents: Int { values }
    var sieveNanoseconds: Int64 { DistinctCount.slots * spec.slotNanoseconds }
    private let values: Int
    private static let slots: Int64 = 6

    typealias State = DNSTunnel.State

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        values = try settings.number("values", default: 100, in: 2...10_000_000)
        let window = try settings.seconds("window", default: 600, in: 60...604_800)
        let value = try settings.watched("value", default: nil)
        spec = WatchSpec(
            key: try settings.key(default: [.field(["source.ip"])]), conditions: try settings.conditions(),
            slotNanoseconds: Int64(window) * 1_000_000_000 / DistinctCount.slots, words: value, sketch: value)
        try settings.finish(known: ["values", "window", "value", "key", "where"])
    }

    func emptyState() -> State { State() }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        state.slots.append((slot, cell))
        state.slots.removeAll { $0.slot <= slot - DistinctCount.slots }
        var sketch = HyperLogLog()
        for slot in state.slots { sketch.formUnion(slot.cell.sketch) }
        let different = sketch.estimate
        guard different >= values else { return nil }
        let name = spec.words?.name ?? ""
        var finding = AnomalyFinding(
            value: Double(different), expectation: Double(values), spread: 0,
            score: Double(different) / Double(values),
            details: cell.words.words.sorted().prefix(10).map { (name, $0) })
        finding.records = state.slots.map(\.cell.record)
        return finding
    }

    func bytes(_ state: State) -> Int { state.slots.reduce(100) { $0 + $1.cell.bytes } }
}
