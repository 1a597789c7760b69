/// Nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. Ranges over the years 1678 to 2262.
public struct Timestamp: Hashable, Sendable, Comparable, Codable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Seconds and a fraction; nil where the sum leaves the range.
    public init?(seconds: Int64, nanoseconds: Int64 = 0) {
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(nanoseconds)
        if overflowed || carried { return nil }
        self.init(nanoseconds: sum)
    }

    /// "No time known". Sorts before every real time.
    public static var none: Timestamp { Timestamp(nanoseconds: .min) }
    public var isNone: Bool { nanoseconds == .min }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Whole seconds, rounded towards the past.
    public var seconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : -((-(nanoseconds + 1)) / 1_000_000_000) - 1
    }

    /// Saturates instead of overflowing.
    public func adding(nanoseconds delta: Int64) -> Timestamp {
        let (sum, overflowed) = nanoseconds.addingReportingOverflow(delta)
        return Timestamp(nanoseconds: overflowed ? (delta > 0 ? .max : .min + 1) : sum)
    }
}

/// A date and a time of day on the proleptic Gregorian calendar, without a zone.
public struct CivilTime: Hashable, Sendable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var nanosecond: Int

    public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.nanosecond = nanosecond
    }

    /// Whether the fields name a real moment (a leap second, 60, is let through and counts as the next minute's 0).
    public var isValid: Bool {
        year >= 1678 && year <= 2261 && month >= 1 && month <= 12 && day >= 1
            && day <= CivilTime.days(inMonth: month, of: year) && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
            && second >= 0 && second <= 60 && nanosecond >= 0 && nanosecond < 1_000_000_000
    }

    public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    public static func days(inMonth month: Int, of year: Int) -> Int {
        month == 2 ? (isLeap(year) ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31)
    }

    /// Days since 1970-01-01. Algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
    /// days_from_civil.
    public static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// Seconds since the epoch as if the fields were UTC.
    public var secondsAsUTC: Int64 {
        Int64(CivilTime.daysSinceEpoch(year: year, month: month, day: day)) * 86_400
            + Int64(hour * 3600 + minute * 60 + second)
    }

    /// The fields of `seconds` since the epoch, in UTC (civil_from_days of the same paper).
    public init(secondsAsUTC seconds: Int64, nanosecond: Int = 0) {
        var days = Int(seconds / 86_400)
        var rest = Int(seconds % 86_400)
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.init(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, hour: rest / 3600, minute: rest / 60 % 60,
            second: rest % 60, nanosecond: nanosecond)
    }
}

extension Timestamp {
    /// The fields in UTC.
    public var civil: CivilTime {
        let (whole, rest) = wholeSeconds
        return CivilTime(secondsAsUTC: whole, nanosecond: rest)
    }

    /// Whole seconds since the epoch, rounded down, and the nanoseconds that are left.
    public var wholeSeconds: (seconds: Int64, nanosecond: Int) {
        let whole = seconds
        return (whole, Int(nanoseconds - whole * 1_000_000_000))
    }

    /// RFC 3339 in UTC with as many fraction digits as are needed, in threes: `2026-03-12T02:58:01.250Z`.
    public var iso8601: String {
        if isNone { return "" }
        let civil = civil
        func pad(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        var text = "\(pad(civil.year, 4))-\(pad(civil.month, 2))-\(pad(civil.day, 2))"
        text += "T\(pad(civil.hour, 2)):\(pad(civil.minute, 2)):\(pad(civil.second, 2))"
        let fraction = civil.nanosecond
        if fraction == 0 {
            text += ".000"
        } else if fraction % 1_000_000 == 0 {
            text += "." + pad(fraction / 1_000_000, 3)
        } else if fraction % 1000 == 0 {
            text += "." + pad(fraction / 1000, 6)
        } else {
            text += "." + pad(fraction, 9)
        }
        return text + "Z"
    }
}
