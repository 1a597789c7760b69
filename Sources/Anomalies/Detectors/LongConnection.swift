internal import Events
internal import Primitives
internal import Rules

/// `long_connection`: a connection that stays open for hours, as remote control and tunnels keep theirs (RITA,
/// "long connections": github.com/activecm/rita; Zeek's `long-connections` package by Corelight).
///
/// The value is the longest duration of a connection between two addresses and a port; the score is its ratio to
/// `duration`.
struct LongConnection: SlotModel {
    let spec: WatchSpec
    var gapSlots: Int64 { 24 }
    private let leastSeconds: Int

    struct State {}

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        leastSeconds = try settings.seconds("duration", default: 4 * 3600, in: 60...30 * 86_400)
        spec = WatchSpec(
            sources: Flows.sources, key: try settings.key(default: Flows.parties),
            conditions: try settings.conditions(default: Flows.outward), slotNanoseconds: 3600 * 1_000_000_000,
            counters: [
                WatchCounter(value: .number(.duration), takesMaximum: true),
                WatchCounter(value: .number(.bytesForth)), WatchCounter(value: .number(.bytesBack)),
            ], least: [Int64(leastSeconds) * 1_000_000_000])
        try settings.finish(known: ["duration", "key", "where"])
    }

    func emptyState() -> State { State() }

    mutating func judge(_ state: inout State, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let seconds = Double(cell[0]) / 1e9
        return AnomalyFinding(
            value: seconds, expectation: Double(leastSeconds), spread: 0, score: seconds / Double(leastSeconds),
            details: [
                ("connection.seconds", Decimals.text(seconds.rounded())), ("source.bytes", String(cell[1])),
                ("destination.bytes", String(cell[2])),
            ])
    }

    func bytes(_ state: State) -> Int { 0 }
}
