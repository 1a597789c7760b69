internal import Events
internal import Primitives
internal import Rules

/// `rare_value`: a value that next to none of the records of its key have (splunk.com, command `rare`; Elastic's
/// anomaly function `rare`): a program that one host in a hundred runs, a user agent that nobody else has.
///
/// A value is rare when at most `share` of the records of the history have it, and at most `most` in all; the key must
/// have `least` records. Counts are exact for the most frequent values of a day, up to 256 (space-saving otherwise:
/// Metwally et al., "Efficient Computation of Frequent and Top-k Elements in Data Streams", 2005: what is not kept is
/// rarer than what is). The score is the surprise in bits: -log2 of the value's share.
///
/// A day's numbers: records. Its words: values, with their records.
struct RareValue: BaselineModel {
    let spec: WatchSpec
    var gapSlots: Int64 { 24 }
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let least: Int
    private let most: Int
    private let share: Double
    private static let wordLimit = 256

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 14 * 86_400, in: 86_400...400 * 86_400) / 86_400
        least = try settings.number("least", default: 1000, in: 10...1_000_000_000)
        most = try settings.number("most", default: 3, in: 1...1_000_000)
        share = try settings.fraction("share", default: 0.001, in: 0...0.5)
        spec = WatchSpec(
            key: try settings.key(default: [.input]), conditions: try settings.conditions(),
            slotNanoseconds: 3600 * 1_000_000_000, words: try settings.watched("value", default: nil))
        try settings.finish(known: ["learning", "history", "least", "most", "share", "value", "key", "where"])
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds)
        state.note(cell.record)
        state.withDay(BaselineDay.day(of: cell.record.first), numbers: 1, keeping: baselineDays) { sheet in
            sheet.numbers[0] += Int64(cell.count)
            for word in cell.words.words { sheet.words[word, default: 0] += 1 }
            RareValue.trim(&sheet)
        }
        let records = state.days.reduce(0) { $0 + $1.numbers[0] }
        guard !isLearning, records >= Int64(least) else { return nil }
        // A value counts once a slot: the share is one of slots that have it.
        let slots = Double(max(1, state.days.reduce(0) { $0 + Int64(($1.words.values.max() ?? 0)) }))
        var rare: [(word: String, count: Int64)] = []
        for word in cell.words.words {
            let count = state.days.reduce(0) { $0 + ($1.words[word] ?? 0) }
            if count <= Int64(most), Double(count) / slots <= max(share, 1 / slots) { rare.append((word, count)) }
        }
        guard let rarest = rare.min(by: { ($0.count, $0.word) < ($1.count, $1.word) }) else { return nil }
        let surprise = Surprise.bits(Double(rarest.count) / Double(records))
        return AnomalyFinding(
            value: Double(rarest.count), expectation: slots, spread: 0, score: surprise,
            details: rare.sorted { $0.word < $1.word }.prefix(10).map { (spec.words?.name ?? "value", $0.word) } + [
                ("baseline.records", String(records)), ("baseline.days", String(state.days.count)),
            ])
    }

    private static func trim(_ sheet: inout BaselineDay) {
        guard sheet.words.count > wordLimit else { return }
        let kept = sheet.words.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(wordLimit * 3 / 4)
        sheet.words = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }
}
