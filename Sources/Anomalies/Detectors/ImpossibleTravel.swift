internal import Events
internal import Primitives
internal import Rules

/// `impossible_travel`: an account is used in two places, and nobody can have gone from the one to the other meanwhile
/// (Splunk calls it "geographically improbable access", Microsoft "impossible travel").
///
/// Both places come from the address, by the databases that the user gives (`Places`); an address that none of them has
/// coordinates for is passed over, and without a database nothing is watched. Kilometres are those between the places
/// less both radii of accuracy; hours are as many as can have passed, from the beginning of the slot of the earlier use
/// to the end of the later one's, so the speed is never told too high. What is looked back upon is at most `window`
/// long.
///
/// A place at which the account was on `usual` earlier days (within `near` kilometres) is its own: who goes out through
/// a gateway abroad and through the office in turn travels nowhere. It takes one place that is not.
///
/// The value is the speed, the expectation the limit, both in kilometres an hour, the score their ratio.
///
/// A day's words: addresses, with the second at which the slot of their last use began.
struct ImpossibleTravel: BaselineModel {
    static let name = "impossible_travel"

    let spec: WatchSpec
    let baselineDays: Int
    var gapSlots: Int64 { 6 }
    var places = Places()
    private let window: Int64
    private let speed: Double
    private let kilometres: Double
    private let near: Double
    private let usual: Int
    private static let slotSeconds: Int64 = 600
    /// Addresses that a day keeps: more at a time is no traveller.
    private static let most = 64

    init(_ rule: AnomalyRule) throws {
        var settings = AnomalySettings(rule)
        window = Int64(try settings.seconds("window", default: 86_400, in: 3600...7 * 86_400))
        baselineDays = try settings.seconds("history", default: 30 * 86_400, in: 86_400...400 * 86_400) / 86_400
        speed = Double(try settings.number("speed", default: 1000, in: 50...100_000))
        kilometres = Double(try settings.number("kilometres", default: 500, in: 1...20_000))
        near = Double(try settings.number("near", default: 100, in: 0...20_000))
        usual = try settings.number("usual", default: 2, in: 1...30)
        spec = WatchSpec(
            key: try settings.key(default: [.field(["user.name"])]), conditions: try settings.conditions(),
            slotNanoseconds: ImpossibleTravel.slotSeconds * 1_000_000_000,
            words: try settings.watched("value", default: .field(["source.ip"])))
        try settings.finish(known: [
            "window", "history", "speed", "kilometres", "near", "usual", "value", "key", "where",
        ])
    }

    /// A use of the account.
    private struct Stay {
        var address: String
        var place: Place
        /// When the slot began, in seconds.
        var second: Int64
    }

    private struct Trip {
        var from: Stay
        var to: Stay
        var kilometres: Double
        var hours: Double
        var speed: Double { kilometres / hours }
    }

    mutating func judge(_ state: inout KeyHistory, _ cell: SlotCell, key: String, slot: Int64) -> AnomalyFinding? {
        let start = slot * ImpossibleTravel.slotSeconds
        let here = places.isEmpty ? [] : cell.words.words.sorted().compactMap { stay($0, at: start) }
        let before = here.isEmpty ? [] : stays(state, since: start - window)
        let today = BaselineDay.day(of: cell.record.first)
        var fastest: Trip?
        for (index, arrival) in here.enumerated() {
            for departure in before + here[..<index] {
                guard let trip = trip(departure, arrival), trip.speed > fastest?.speed ?? speed,
                    !isOwn(departure, state, today) || !isOwn(arrival, state, today)
                else { continue }
                fastest = trip
            }
        }
        learn(&state, cell, here, day: today)
        return fastest.map(finding)
    }

    private func stay(_ address: String, at second: Int64) -> Stay? {
        guard let known = IPAddress(address), let place = places.place(of: known), place.latitude != nil else {
            return nil
        }
        return Stay(address: address, place: place, second: second)
    }

    private func stays(_ state: KeyHistory, since second: Int64) -> [Stay] {
        var latest: [String: Int64] = [:]
        for sheet in state.days {
            for (address, time) in sheet.words where time >= second {
                latest[address] = max(latest[address] ?? 0, time)
            }
        }
        return latest.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.compactMap { stay($0.key, at: $0.value) }
    }

    private func trip(_ from: Stay, _ to: Stay) -> Trip? {
        guard let distance = from.place.distance(to: to.place) else { return nil }
        let sure = distance - from.place.radius - to.place.radius
        let seconds = to.second - from.second + ImpossibleTravel.slotSeconds
        guard sure >= kilometres, seconds > 0 else { return nil }
        return Trip(from: from, to: to, kilometres: sure, hours: Double(seconds) / 3600)
    }

    /// Whether the account was there on enough days before `today`.
    private func isOwn(_ stay: Stay, _ state: KeyHistory, _ today: Int64) -> Bool {
        let days = state.days.lazy.filter { sheet in
            sheet.day < today && sheet.words.keys.contains { isNear($0, stay) }
        }
        return days.prefix(usual).count == usual
    }

    private func isNear(_ address: String, _ stay: Stay) -> Bool {
        if address == stay.address { return true }
        guard let place = IPAddress(address).flatMap({ places.place(of: $0) }) else { return false }
        return place.distance(to: stay.place).map { $0 <= near } ?? false
    }

    private func learn(_ state: inout KeyHistory, _ cell: SlotCell, _ here: [Stay], day: Int64) {
        state.withDay(day, numbers: 0, keeping: baselineDays) { sheet in
            for stay in here where sheet.words.count < ImpossibleTravel.most || sheet.words[stay.address] != nil {
                sheet.words[stay.address] = max(sheet.words[stay.address] ?? 0, stay.second)
            }
        }
        state.note(cell.record)
    }

    private func finding(_ trip: Trip) -> AnomalyFinding {
        let name = spec.words?.name ?? "source.ip"
        let named = [("from", trip.from), ("to", trip.to)].flatMap { side, stay in
            [("travel.\(side).address", stay.address)]
                + (stay.place.country.map { [("travel.\(side).country", $0)] } ?? [])
        }
        return AnomalyFinding(
            value: trip.speed, expectation: speed, spread: 0, score: trip.speed / speed,
            details: [(name, trip.to.address), (name, trip.from.address)] + named + [
                ("travel.kilometres", Decimals.text(trip.kilometres.rounded())),
                ("travel.minutes", Decimals.text((trip.hours * 60).rounded())),
            ])
    }
}
