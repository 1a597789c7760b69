internal import Events
internal import Primitives
internal import Rules

/// `log_silence`: a log that is written around the clock goes quiet: a service died, or somebody stopped the logging
/// (ATT&CK T1562.006; Graylog and Splunk call it a "host that stopped sending").
///
/// Silence is a gap of at least `silence`, and of `factor` times the longest gap that the log has had. Only a log that
/// has been there for `learning`, with records in `hours` different hours of its days on average, can be missed. The
/// end of what is scanned is silence too, as far as other logs of the rule go on. Longer than `history` is no silence
/// but a clock that is wrong, or another log of that name (twice `silence`, where that is more). The value is the gap
/// in seconds, the expectation the longest gap before, the score their ratio.
///
/// A day's numbers: records of each hour (UTC), then the longest gap in seconds.
struct LogSilence: BaselineModel {
    let spec: WatchSpec
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let silence: Int
    private let factor: Double
    private let hours: Double

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 2 * 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 14 * 86_400, in: 86_400...400 * 86_400) / 86_400
        silence = try settings.seconds("silence", default: 2 * 3600, in: 60...30 * 86_400)
        factor = try settings.fraction("factor", default: 5, in: 1...1000)
        hours = try settings.fraction("hours", default: 20, in: 1...24)
        spec = WatchSpec(
            key: try settings.key(default: [.input]), conditions: try settings.conditions(),
            slotNanoseconds: 600 * 1_000_000_000)
        try settings.finish(known: ["learning", "history", "silence", "factor", "hours", "key", "where"])
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        var finding: AnomalyFinding?
        if !state.last.isNone { finding = gap(state, until: cell.record.first) }
        let seconds = state.last.isNone ? 0 : max(0, cell.record.first.seconds - state.last.seconds)
        state.note(cell.record)
        let hour = TimeSlots.slot(of: cell.record.first, HourBaseline.hour)
        HourBaseline.note(&state, cell.count, slot: hour, keeping: baselineDays)
        state.withDay(HourBaseline.day(hour), numbers: 25, keeping: baselineDays) { sheet in
            // What was an anomaly is no example.
            if finding == nil { sheet.numbers[24] = max(sheet.numbers[24], seconds) }
        }
        state.lastRecord = cell.record
        return finding
    }

    static var finishes: Bool { true }

    mutating func finish(_ state: inout KeyHistory, key: String, at time: Timestamp) -> AnomalyFinding? {
        gap(state, until: time)
    }

    private func gap(_ state: KeyHistory, until time: Timestamp) -> AnomalyFinding? {
        let seconds = time.seconds - state.last.seconds
        guard seconds >= Int64(silence), seconds <= Int64(max(baselineDays * 86_400, 2 * silence)),
            !state.isLearning(at: state.last, learningNanoseconds), let record = state.lastRecord
        else { return nil }
        let longest = state.days.reduce(0) { max($0, $1.numbers.count > 24 ? $1.numbers[24] : 0) }
        guard Double(seconds) >= factor * Double(max(1, longest)) else { return nil }
        // The first and the last day may be halves.
        let whole = state.days.dropFirst().dropLast()
        let active = whole.map { Double($0.numbers.prefix(24).count { $0 > 0 }) }.sorted()
        guard !active.isEmpty, Dispersion.median(active[...]) >= hours else { return nil }
        var finding = AnomalyFinding(
            value: Double(seconds), expectation: Double(longest), spread: 0,
            score: Double(seconds) / Double(max(1, longest)),
            details: [
                ("silence.from", state.last.iso8601), ("silence.until", time.iso8601),
                ("baseline.days", String(state.days.count)), ("baseline.records", String(state.count)),
            ])
        finding.records = [record]
        return finding
    }
}
