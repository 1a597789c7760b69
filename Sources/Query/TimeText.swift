package import Primitives

/// Times as people read them, in the zone of a clock.
package struct TimeText: Sendable {
    private let clock: FilterClock
    private let today: CivilTime

    package init(_ clock: FilterClock) {
        self.clock = clock
        today = clock.civil(clock.now)
    }

    /// For tables: `02:58` today, else `03-11 23:05` (or, `narrow`, `23:05` within a day and `03-11` before), and
    /// `2025-03-11` in another year; `now` where `ongoing` and less than two minutes ago.
    package func short(_ time: Timestamp, narrow: Bool = false, ongoing: Bool = false) -> String {
        if time.isNone { return "-" }
        let age = clock.now.seconds - time.seconds
        if ongoing, age >= 0, age < 120 { return "now" }
        let local = clock.civil(time)
        let hour = "\(pad(local.hour)):\(pad(local.minute))"
        let day = "\(pad(local.month))-\(pad(local.day))"
        if local.year != today.year { return "\(local.year)-\(day)" }
        if local.month == today.month && local.day == today.day { return hour }
        if narrow, age >= 0, age < 86_400 { return hour }
        return narrow ? day : day + " " + hour
    }

    /// `2026-03-12 02:58:01`.
    package func full(_ time: Timestamp) -> String {
        if time.isNone { return "-" }
        let local = clock.civil(time)
        return "\(local.year)-\(pad(local.month))-\(pad(local.day)) "
            + "\(pad(local.hour)):\(pad(local.minute)):\(pad(local.second))"
    }

    /// `2026-03-12 02:58:01 to 03:10:44`, with the day again where it is another.
    package func range(_ start: Timestamp, _ end: Timestamp) -> String {
        let (first, last) = (full(start), full(end))
        if first == last { return first }
        return "\(first) to \(first.prefix(11) == last.prefix(11) ? String(last.dropFirst(11)) : last)"
    }

    /// `14 min`, `3 h 20 min`, `2 d 4 h`.
    package static func span(from start: Timestamp, to end: Timestamp) -> String {
        if start.isNone || end < start { return "-" }
        let seconds = end.seconds - start.seconds
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3600) h" + (seconds / 60 % 60 > 0 ? " \(seconds / 60 % 60) min" : "")
        default: return "\(seconds / 86_400) d" + (seconds / 3600 % 24 > 0 ? " \(seconds / 3600 % 24) h" : "")
        }
    }

    private func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// `18,204,113`.
package func grouped(_ number: Int64) -> String {
    let digits = String(number.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
        text.append(digit)
    }
    return number < 0 ? "-" + text : text
}

/// `1 input`, `2 inputs`.
func counted(_ number: Int64, _ noun: String, _ plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
}
