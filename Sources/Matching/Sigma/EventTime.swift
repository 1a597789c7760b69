internal import Primitives
internal import Rules

/// Dates and times in fields, for the time modifiers: taken as written, no zone is applied.
enum EventTime {
    /// `2026-03-12T02:58:01...` (`T` or a space, the time may be missing), or seconds or milliseconds since 1970.
    static func read(_ text: Bytes) -> CivilTime? {
        if let number = text.decimal {
            guard text.count >= 9, text.count <= 13 else { return nil }
            return CivilTime(secondsAsUTC: Int64(text.count > 11 ? number / 1000 : number))
        }
        guard let year = text.digits(at: 0, 4), let month = text.digits(at: 5, 2), let day = text.digits(at: 8, 2),
            text.start[4] == ASCII.minus || text.start[4] == ASCII.slash, text.start[7] == text.start[4]
        else { return nil }
        var time = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
        if text.count > 10 {
            guard text.start[10] == 0x54 || text.start[10] == ASCII.space, let hour = text.digits(at: 11, 2),
                let minute = text.digits(at: 14, 2), text.start[13] == ASCII.colon
            else { return nil }
            (time.hour, time.minute) = (hour, minute)
        }
        return time.isValid ? time : nil
    }

    static func part(_ part: TimePart, of time: CivilTime) -> Int {
        switch part {
        case .minute: time.minute
        case .hour: time.hour
        case .day: time.day
        case .week: week(of: time)
        case .month: time.month
        case .year: time.year
        }
    }

    /// ISO 8601: the week of the year's first Thursday is week 1.
    private static func week(of time: CivilTime) -> Int {
        let days = CivilTime.daysSinceEpoch(year: time.year, month: time.month, day: time.day)
        let weekday = ((days + 3) % 7 + 7) % 7  // Monday is 0; 1970-01-01 was a Thursday
        let thursday = days - weekday + 3
        let year = CivilTime(secondsAsUTC: Int64(thursday) * 86_400).year
        return (thursday - CivilTime.daysSinceEpoch(year: year, month: 1, day: 1)) / 7 + 1
    }
}
