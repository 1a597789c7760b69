package import Primitives

/// The moment and the zone that a filter's times are read in.
package struct FilterClock: Sendable {
    package var now: Timestamp
    package var zone: TimeZoneRules

    package init(now: Timestamp, zone: TimeZoneRules) {
        self.now = now
        self.zone = zone
    }

    /// The local date and time of a moment.
    package func civil(_ time: Timestamp) -> CivilTime {
        let offset = zone.offsetSeconds(atUTC: time.seconds)
        return CivilTime(secondsAsUTC: time.seconds + Int64(offset), nanosecond: time.civil.nanosecond)
    }

    func moment(_ local: CivilTime) -> Timestamp? {
        guard local.isValid else { return nil }
        return Timestamp(seconds: zone.utcSeconds(ofLocal: local.secondsAsUTC), nanoseconds: Int64(local.nanosecond))
    }

    /// Midnight of the day that is `days` from today.
    func midnight(days: Int) -> Timestamp? {
        var local = civil(now)
        (local.hour, local.minute, local.second, local.nanosecond) = (0, 0, 0, 0)
        return moment(CivilTime(secondsAsUTC: local.secondsAsUTC + Int64(days) * 86_400))
    }
}

/// A word read as a time: from when, and (for a day or a minute without more) until when.
struct FilterTime: Equatable {
    var start: Timestamp
    /// Exclusive: the end of the day, minute or second that the word names.
    var end: Timestamp

    /// `2026-03-12`, `2026-03-12T02:58[:01[.250]][Z|+07:00]`, `02:58`, `now`, `today`, `yesterday`, a day
    /// of the week (the last one); nil for anything else.
    init?(_ word: String, clock: FilterClock) {
        switch word.lowercased() {
        case "now":
            self.init(start: clock.now, seconds: 0)
        case "today":
            guard let start = clock.midnight(days: 0), let end = clock.midnight(days: 1) else { return nil }
            self.init(start: start, end: end)
        case "yesterday":
            guard let start = clock.midnight(days: -1), let end = clock.midnight(days: 0) else { return nil }
            self.init(start: start, end: end)
        case let name where FilterTime.weekday(name) != nil:
            guard let days = FilterTime.weekday(name).map({ FilterTime.days(since: $0, clock) }),
                let start = clock.midnight(days: -days), let end = clock.midnight(days: 1 - days)
            else { return nil }
            self.init(start: start, end: end)
        default:
            guard let time = FilterTime.date(word, clock: clock) else { return nil }
            self = time
        }
    }

    init(start: Timestamp, seconds: Int64) {
        self.start = start
        end = start.adding(nanoseconds: seconds * 1_000_000_000)
    }

    /// A day and a time of day as two words.
    init?(day: String, time: String, clock: FilterClock) {
        guard let date = FilterTime(day, clock: clock), let parts = FilterTime.clockTime(time) else { return nil }
        var local = clock.civil(date.start)
        (local.hour, local.minute, local.second, local.nanosecond) = (parts.hour, parts.minute, parts.second, 0)
        guard let start = clock.moment(local) else { return nil }
        self.init(start: start, seconds: parts.seconds)
    }

    private static func date(_ word: String, clock: FilterClock) -> FilterTime? {
        if word.contains(":") && !word.contains("-") { return FilterTime(day: "today", time: word, clock: clock) }
        let halves = word.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let parts = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { number(String($0)) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2] else { return nil }
        var local = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
        guard local.isValid else { return nil }
        guard halves.count == 2 else {
            let next = CivilTime(secondsAsUTC: local.secondsAsUTC + 86_400)
            guard let start = clock.moment(local), let end = clock.moment(next) else { return nil }
            return FilterTime(start: start, end: end)
        }
        let (text, zone) = splitZone(halves[1])
        guard let time = clockTime(text), let rules = zone.map({ TimeZoneRules(named: $0) }) ?? clock.zone else {
            return nil
        }
        (local.hour, local.minute, local.second) = (time.hour, time.minute, time.second)
        guard let start = FilterClock(now: clock.now, zone: rules).moment(local) else { return nil }
        return FilterTime(start: start, seconds: time.seconds)
    }

    private init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = end
    }

    private static func splitZone(_ text: String) -> (String, String?) {
        if text.hasSuffix("Z") { return (String(text.dropLast()), "UTC") }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return (text, nil) }
        return (String(text[..<sign]), String(text[sign...]))
    }

    /// Hour, minute, second, and how many seconds the text stands for.
    private static func clockTime(_ text: String) -> (hour: Int, minute: Int, second: Int, seconds: Int64)? {
        let whole = text.split(separator: ".", maxSplits: 1).first.map(String.init) ?? text
        let parts = whole.split(separator: ":", omittingEmptySubsequences: false).map { number(String($0)) }
        guard parts.count == 2 || parts.count == 3, let hour = parts[0], let minute = parts[1], hour < 24, minute < 60
        else { return nil }
        if parts.count == 2 { return (hour, minute, 0, 60) }
        guard let second = parts[2], second < 60 else { return nil }
        return (hour, minute, second, 1)
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.count <= 4 && !text.isEmpty && text.utf8.allSatisfy(ASCII.isDigit) ? Int(text) : nil
    }

    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// 0 for Monday to 6; also by the first three letters.
    private static func weekday(_ word: String) -> Int? {
        weekdays.firstIndex { $0 == word || $0.prefix(3) == word }
    }

    /// Days back to the last such day, today among them. 1970 began on a Thursday.
    private static func days(since weekday: Int, _ clock: FilterClock) -> Int {
        let day = clock.civil(clock.now).secondsAsUTC / 86_400
        return (Int((day + 3) % 7) - weekday + 7) % 7
    }

    /// Seconds of a unit in words: `hour`, `days`.
    static func unit(_ word: String) -> Int64? { units[word.lowercased()] }
    static let units: [String: Int64] = [
        "second": 1, "seconds": 1, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86_400,
        "days": 86_400, "week": 604_800, "weeks": 604_800, "month": 30 * 86_400, "months": 30 * 86_400,
    ]

    /// Seconds of `90m`, `24h`, `7d`, `2w`, `1h30m`; nil for anything else.
    static func duration(_ word: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
        var total: Int64 = 0
        var digits = ""
        guard word.first?.isNumber == true else { return nil }
        for character in word.lowercased() {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units[character], digits.utf8.count <= 6, let count = Int64(digits) else { return nil }
            total += count * unit
            digits = ""
        }
        return digits.isEmpty && total <= 100 * 366 * 86_400 ? total : nil
    }
}
