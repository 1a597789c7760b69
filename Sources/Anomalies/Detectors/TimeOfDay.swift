internal import Events
internal import Primitives
internal import Rules

/// `time_of_day`: a key is active at an hour at which it never was: a clerk who logs in at three in the morning (Wazuh
/// and Splunk UBA call it "unusual time of activity").
///
/// An hour is unusual when on no day of the history, nor in the `tolerance` hours before and after it, there was any
/// activity. A key needs `days` days with activity; one that is active in more than `hours` hours of the day has no
/// habits and is left alone. The expectation is the share of its days that had activity at this hour (with its
/// neighbours), the score how many hours lie between this one and the nearest ordinary one.
///
/// A day's numbers: records of each hour (UTC).
struct TimeOfDay: BaselineModel {
    let spec: WatchSpec
    var gapSlots: Int64 { 4 }
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let days: Int
    private let tolerance: Int
    private let hours: Int

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 7 * 86_400, in: 86_400...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 60 * 86_400, in: 86_400...400 * 86_400) / 86_400
        days = try settings.number("days", default: 5, in: 1...90)
        tolerance = try settings.number("tolerance", default: 2, in: 0...6)
        hours = try settings.number("hours", default: 16, in: 1...24)
        spec = WatchSpec(
            key: try settings.key(default: [.field(["user.name"])]), conditions: try settings.conditions(),
            slotNanoseconds: HourBaseline.hour)
        try settings.finish(known: ["learning", "history", "days", "tolerance", "hours", "key", "where"])
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds)
        let day = HourBaseline.day(slot)
        let hour = Int(slot - day * 24)
        let past = state.days.filter { $0.day < day }
        state.note(cell.record)
        HourBaseline.note(&state, cell.count, slot: slot, keeping: baselineDays)
        guard !isLearning, past.count >= days else { return nil }
        var usual = [Bool](repeating: false, count: 24)
        for sheet in past {
            for (hour, count) in sheet.numbers.prefix(24).enumerated() where count > 0 { usual[hour] = true }
        }
        let active = usual.count { $0 }
        guard active > 0, active <= hours else { return nil }
        let distance = (0..<24).filter { usual[$0] }.map { min(abs($0 - hour), 24 - abs($0 - hour)) }.min() ?? 0
        guard distance > tolerance else { return nil }
        return AnomalyFinding(
            value: Double(hour), expectation: 0, spread: Double(tolerance), score: Double(distance),
            details: [
                ("hour.utc", String(hour)), ("baseline.hours", TimeOfDay.ranges(usual)),
                ("baseline.days", String(past.count)), ("baseline.records", String(state.count)),
            ])
    }

    /// `1-10,13`, in UTC.
    static func ranges(_ usual: [Bool]) -> String {
        var parts: [String] = []
        var start: Int?
        for hour in 0...usual.count {
            let isUsual = hour < usual.count && usual[hour]
            if isUsual, start == nil { start = hour }
            if !isUsual, let first = start {
                parts.append(first == hour - 1 ? "\(first)" : "\(first)-\(hour - 1)")
                start = nil
            }
        }
        return parts.joined(separator: ",")
    }
}
