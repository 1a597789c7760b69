package import Primitives

/// Turns stamps into moments: zone, missing year, and a memo of the zone's offset, which changes only at quarter hours.
///
/// The memo never changes an answer. One clock serves one thread.
package struct StampClock {
    private let zone: TimeZoneRules
    private let reference: CivilTime
    private let referenceSeconds: Int64
    private var memoQuarter = Int64.min
    private var memoDelta: Int64 = 0
    private var memoDate: (UInt64, UInt32) = (0, 0)
    private var memoMidnight: Int64 = 0
    private var memoDay = (year: -1, month: 0, day: 0)
    private var memoDayStart: Int64 = 0

    /// `yearReference` is the moment that a stamp without a year is dated against: such a stamp is at most one day
    /// later, and otherwise as late as can be.
    package init(zone: TimeZoneRules, yearReference: Timestamp) {
        self.zone = zone
        let utc = yearReference.isNone ? 0 : yearReference.seconds
        referenceSeconds = utc + Int64(zone.offsetSeconds(atUTC: utc))
        reference = CivilTime(secondsAsUTC: referenceSeconds)
    }

    /// The moment of `stamp`; nil where its fields name none.
    package mutating func moment(_ stamp: CalendarStamp) -> Timestamp? {
        if let epoch = stamp.epochSeconds { return Timestamp(seconds: epoch, nanoseconds: Int64(stamp.nanosecond)) }
        if stamp.day == memoDay.day, stamp.month == memoDay.month, stamp.year == memoDay.year, stamp.hour < 24,
            stamp.minute < 60, stamp.second < 60
        {
            return moment(local: memoDayStart + Int64(stamp.hour * 3600 + stamp.minute * 60 + stamp.second), stamp)
        }
        var civil = CivilTime(
            year: stamp.year, month: stamp.month, day: stamp.day, hour: stamp.hour, minute: stamp.minute,
            second: stamp.second, nanosecond: stamp.nanosecond)
        if civil.year == 0 {
            guard let year = inferredYear(civil) else { return nil }
            civil.year = year
        }
        guard civil.isValid else { return nil }
        let local = civil.secondsAsUTC
        remember(stamp, local)
        return moment(local: local, stamp)
    }

    private mutating func moment(local: Int64, _ stamp: CalendarStamp) -> Timestamp? {
        let utc = stamp.zoneSeconds.map { local - Int64($0) } ?? utcSeconds(ofLocal: local)
        return Timestamp(seconds: utc, nanoseconds: Int64(stamp.nanosecond))
    }

    /// Keeps the day of `stamp` for the lines that follow, unless its year hangs on the time of day.
    private mutating func remember(_ stamp: CalendarStamp, _ local: Int64) {
        let start = local - local.quotientAndRemainder(dividingBy: 86_400).remainder
        let latest = referenceSeconds + 86_400
        guard local >= 0, stamp.second < 60 else { return }
        if stamp.year == 0, start <= latest, latest < start + 86_400 { return }
        memoDay = (stamp.year, stamp.month, stamp.day)
        memoDayStart = start
    }

    /// The latest year in which the date exists and is not more than a day after the reference. Leap days may lie up to
    /// eight years back (2096 to 2104).
    private func inferredYear(_ civil: CivilTime) -> Int? {
        var candidate = civil
        for back in -1...8 {
            candidate.year = reference.year - back
            if candidate.isValid, candidate.secondsAsUTC <= referenceSeconds + 86_400 { return candidate.year }
        }
        return nil
    }

    private mutating func utcSeconds(ofLocal local: Int64) -> Int64 {
        let quarter = local / 900
        if quarter != memoQuarter || local < 0 {
            memoQuarter = quarter
            memoDelta = zone.utcSeconds(ofLocal: local) - local
        }
        return local + memoDelta
    }

    /// Seconds since the epoch, as if in UTC, at the start of the day `12/Mar/2026` that stands at `text`; nil where it
    /// is no date. Lines come in days: the last one is remembered.
    @inline(__always) mutating func midnight(_ text: UnsafePointer<UInt8>) -> Int64? {
        let raw = UnsafeRawPointer(text)
        let head = raw.loadUnaligned(as: UInt64.self)
        let tail = raw.loadUnaligned(fromByteOffset: 7, as: UInt32.self)
        if head == memoDate.0, tail == memoDate.1 { return memoMidnight }
        guard let seconds = StampClock.dateSeconds(text) else { return nil }
        memoDate = (head, tail)
        memoMidnight = seconds
        return seconds
    }

    private static func dateSeconds(_ text: UnsafePointer<UInt8>) -> Int64? {
        let date = Bytes(start: text, count: 11)
        guard let day = date.digits(at: 0, 2), let month = monthNumber(text[3], text[4], text[5]),
            let year = date.digits(at: 7, 4)
        else { return nil }
        let civil = CivilTime(year: year, month: month, day: day, hour: 0, minute: 0, second: 0)
        return civil.isValid ? civil.secondsAsUTC : nil
    }
}
