/// The rule at the foot of a zone file (`CET-1CEST,M3.5.0,M10.5.0/3`): POSIX.1-2017 section 8.3, `TZ`, as extended by
/// RFC 8536 section 3.3.1. It says how daylight saving goes on after the last transition that is listed.
struct PosixZone {
    private let standardOffset: Int
    private var daylight: (offset: Int, from: Rule, to: Rule)?

    /// A day of the year (`Mm.w.d`, the only form in use) and a time of day in seconds.
    private struct Rule {
        var month: Int
        var week: Int
        var weekday: Int
        var timeSeconds: Int

        /// Seconds since the epoch, on the wall clock, in `year`.
        func localSeconds(in year: Int) -> Int64 {
            let first = CivilTime.daysSinceEpoch(year: year, month: month, day: 1)
            let weekdayOfFirst = ((first + 4) % 7 + 7) % 7
            var day = 1 + (weekday - weekdayOfFirst + 7) % 7 + (week - 1) * 7
            if day > CivilTime.days(inMonth: month, of: year) { day -= 7 }
            return Int64(first + day - 1) * 86_400 + Int64(timeSeconds)
        }
    }

    init?(_ text: Bytes) {
        var at = 0
        guard PosixZone.skipName(text, &at), let standard = PosixZone.time(text, &at) else { return nil }
        standardOffset = -standard
        guard at < text.count, PosixZone.skipName(text, &at) else { return }
        var offset = standardOffset + 3600
        if at < text.count, text[at] != ASCII.comma {
            guard let given = PosixZone.time(text, &at) else { return nil }
            offset = -given
        }
        guard let from = PosixZone.rule(text, &at), let to = PosixZone.rule(text, &at) else { return nil }
        daylight = (offset, from, to)
    }

    /// The moments (UTC seconds) at which the offset changes, in order.
    func transitions(years: ClosedRange<Int>) -> [(Int64, Int)] {
        guard let daylight else { return [] }
        return years.flatMap { year in
            [
                (daylight.from.localSeconds(in: year) - Int64(standardOffset), daylight.offset),
                (daylight.to.localSeconds(in: year) - Int64(daylight.offset), standardOffset),
            ]
        }.sorted { $0.0 < $1.0 }
    }

    private static func skipName(_ text: Bytes, _ at: inout Int) -> Bool {
        let start = at
        if at < text.count, text[at] == ASCII.less {
            guard let end = text.firstIndex(of: ASCII.greater, from: at) else { return false }
            at = end + 1
            return true
        }
        while at < text.count, ASCII.isLetter(text[at]) { at += 1 }
        return at > start
    }

    private static func number(_ text: Bytes, _ at: inout Int) -> Int? {
        let start = at
        while at < text.count, ASCII.isDigit(text[at]) { at += 1 }
        return text.slice(start, at).decimal
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func time(_ text: Bytes, _ at: inout Int) -> Int? {
        var sign = 1
        if at < text.count, text[at] == ASCII.minus || text[at] == ASCII.plus {
            sign = text[at] == ASCII.minus ? -1 : 1
            at += 1
        }
        guard var seconds = number(text, &at).map({ $0 * 3600 }) else { return nil }
        for unit in [60, 1] where at < text.count && text[at] == ASCII.colon {
            at += 1
            guard let part = number(text, &at) else { return nil }
            seconds += part * unit
        }
        return sign * seconds
    }

    private static func rule(_ text: Bytes, _ at: inout Int) -> Rule? {
        guard text.starts(with: ",M", at: at) else { return nil }
        at += 2
        guard let month = number(text, &at), text.starts(with: ".", at: at) else { return nil }
        at += 1
        guard let week = number(text, &at), text.starts(with: ".", at: at) else { return nil }
        at += 1
        guard let weekday = number(text, &at), (1...12).contains(month), (1...5).contains(week), weekday < 7
        else { return nil }
        var seconds = 7200
        if text.starts(with: "/", at: at) {
            at += 1
            guard let given = time(text, &at) else { return nil }
            seconds = given
        }
        return Rule(month: month, week: week, weekday: weekday, timeSeconds: seconds)
    }
}
