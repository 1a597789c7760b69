internal import Events
internal import Primitives
internal import Rules

/// `new_value`: a key has a value that it never had, as in Elastic's rules of type `new_terms`
/// (elastic.co/guide, "Create a new terms rule"): a user from a new address, a host with a new program.
///
/// A key that was first seen less than `learning` ago, or with fewer than `least` records, only teaches. A value is
/// known for `history` days after it was last seen; a key that has more than `values` is not one that has habits, and
/// is left alone. The value shown is the number of new values, the expectation how many new ones a day of the history
/// had, the score their ratio (of at least one). Where networks, countries or autonomous systems stand for addresses
/// (`network: 16`, `place: country`, `place: system`), the addresses are shown, and what is new as `baseline.new`.
/// Places come from the databases that the user gives; an address that they do not know says nothing.
///
/// A day's numbers: new values. Its words: values, with their records.
struct NewValue: BaselineModel {
    let spec: WatchSpec
    var gapSlots: Int64 { 24 }
    let baselineDays: Int
    let learningNanoseconds: Int64
    private let least: Int
    private let most: Int
    private let prefix: Int
    private let wordCount: Int
    private let kind: PlaceKind?
    var places = Places()
    private static let shownValues = 10

    /// What of a place is a value.
    private enum PlaceKind: String, CaseIterable {
        case country
        case system
    }

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        learningNanoseconds =
            Int64(try settings.seconds("learning", default: 7 * 86_400, in: 3600...90 * 86_400)) * 1_000_000_000
        baselineDays = try settings.seconds("history", default: 30 * 86_400, in: 86_400...400 * 86_400) / 86_400
        least = try settings.number("least", default: 10, in: 1...1_000_000)
        most = try settings.number("values", default: 50, in: 1...1000)
        prefix = try settings.number("network", default: 32, in: 8...32)
        wordCount = try settings.number("words", default: 0, in: 0...16)
        kind = try settings.choice("place", PlaceKind.self)
        spec = WatchSpec(
            key: try settings.key(default: [.field(["user.name"])]), conditions: try settings.conditions(),
            slotNanoseconds: 3600 * 1_000_000_000, words: try settings.watched("value", default: nil))
        try settings.finish(known: [
            "learning", "history", "least", "values", "network", "words", "place", "value", "key", "where",
        ])
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let isLearning = state.isLearning(at: cell.record.first, learningNanoseconds) || state.count < Int64(least)
        var known = Set<String>()
        for day in state.days { known.formUnion(day.words.keys) }
        let values = Set(cell.words.words.compactMap(masked))
        if kind != nil, values.isEmpty { return nil }
        let new = values.subtracting(known).sorted()
        let before = state.days.reduce(0) { $0 + ($1.numbers.first ?? 0) }
        let usual = Double(before) / Double(max(1, state.days.count))
        let (records, days) = (state.count, state.days.count)
        learn(&state, cell, values, new: new.count)
        guard !isLearning, !new.isEmpty, known.count < most else { return nil }
        return AnomalyFinding(
            value: Double(new.count), expectation: usual, spread: 0, score: Double(new.count) / max(1, usual),
            details: shown(new, of: cell) + [
                ("baseline.values", String(known.count)), ("baseline.records", String(records)),
                ("baseline.days", String(days)),
            ])
    }

    private func shown(_ new: [String], of cell: SlotCell) -> [(String, String)] {
        let name = spec.words?.name ?? "value"
        if prefix == 32, kind == nil { return new.prefix(NewValue.shownValues).map { (name, $0) } }
        let addresses = cell.words.words.filter { masked($0).map(new.contains) ?? false }.sorted()
        return (addresses.prefix(NewValue.shownValues).map { (name, $0) })
            + new.prefix(NewValue.shownValues).map { ("baseline.new", $0) }
    }

    private func learn(_ state: inout KeyHistory, _ cell: SlotCell, _ values: Set<String>, new: Int) {
        let day = BaselineDay.day(of: cell.record.first)
        state.withDay(day, numbers: 1, keeping: baselineDays) { sheet in
            sheet.numbers[0] += Int64(new)
            for value in values.sorted() where sheet.words.count < most * 2 || sheet.words[value] != nil {
                sheet.words[value, default: 0] += 1
            }
        }
        state.note(cell.record)
    }

    /// An address by its network (of IPv6 32 bits longer: /48 for /16, what a site is given) or its place, a command by
    /// its first words, where the rule says so. Nil: not known.
    private func masked(_ value: String) -> String? {
        if let kind { return placed(value, kind) }
        if wordCount > 0 { return value.split(separator: " ").prefix(wordCount).joined(separator: " ") }
        guard prefix < 32, let address = IPAddress(value) else { return value }
        guard let v4 = address.v4 else {
            let network = address.high & ~(UInt64.max >> UInt64(32 + prefix))
            let groups = [48, 32, 16, 0].map { String(network >> UInt64($0) & 0xFFFF, radix: 16) }
            return groups.joined(separator: ":") + "::/\(32 + prefix)"
        }
        let network = v4 & ~(UInt32.max >> UInt32(prefix))
        return "\(network >> 24).\(network >> 16 & 255).\(network >> 8 & 255).\(network & 255)/\(prefix)"
    }

    private func placed(_ value: String, _ kind: PlaceKind) -> String? {
        guard let place = IPAddress(value).flatMap({ places.place(of: $0) }) else { return nil }
        switch kind {
        case .country: return place.country
        case .system: return place.system.map { "AS\($0)" }
        }
    }
}
