internal import Primitives

// One reader for each family of stamps. All are called with `at` on the first byte of the stamp.
extension StampReader {
    /// `Mar 12 02:58:01`, `Mar  2 02:58:01`, `Mar 12 2026 02:58:01`, `Mar 12 02:58:01 2026`, `Mar 12 02:58:01.123`, an
    /// optional zone behind. RFC 3164 section 4.1.2, and what Cisco and BSD daemons make of it.
    package mutating func monthDay() -> Bool {
        guard monthName(), spaces() > 0, let day = number(most: 2), day >= 1, day <= 31 else { return false }
        stamp.day = day
        _ = take(ASCII.comma)
        guard spaces() > 0 else { return false }
        let beforeYear = at
        if let year = number(least: 4, most: 4), year >= 1970, take(ASCII.space) {
            stamp.year = year
            _ = spaces()
        } else {
            at = beforeYear
        }
        guard clock() else { return false }
        if stamp.year == 0 { trailingYear() }
        return true
    }

    /// A year right behind the time of day: ` 2026` and then a blank, a colon or the end (`#011`: a tab, as rsyslog
    /// spells it).
    private mutating func trailingYear() {
        let from = at
        // H3C: `11:22:33:123 2026`.
        if peek == ASCII.colon, let thousandths = bytes.digits(at: at + 1, 3), bytes.starts(with: " ", at: at + 4) {
            stamp.nanosecond = thousandths * 1_000_000
            at += 4
        }
        guard take(ASCII.space) else { return }
        if let year = number(least: 4, most: 4), year >= 1970, year < 2262,
            at == bytes.count || peek == ASCII.space || peek == ASCII.tab || peek == ASCII.colon
                || peek == ASCII.closeBracket || bytes.starts(with: "#011", at: at)
        {
            stamp.year = year
        } else {
            at = from
        }
    }

    /// `Sun Dec 04 04:47:44.123 2005` (ctime and Apache), `Thu, 12 Mar 2026 02:58:01` (RFC 5322), `Sun Dec  4 04:47:44
    /// CET 2005` (date).
    package mutating func weekday() -> Bool {
        guard bytes.count >= at + 8, isWeekday(at) else { return false }
        at += 3
        if take(ASCII.comma) {
            _ = spaces()
            guard let day = number(most: 2), take(ASCII.space) || take(ASCII.minus), monthName(),
                take(ASCII.space) || take(ASCII.minus), let year = number(least: 2, most: 4), take(ASCII.space)
            else { return false }
            stamp.day = day
            stamp.year = year < 100 ? 2000 + year : year
            guard clock() else { return false }
            zone()
            return true
        }
        guard spaces() > 0, monthDay() else { return false }
        if stamp.year == 0 {
            zone()
            trailingYear()
        }
        return true
    }

    /// Whether three letters at `index` are an English weekday.
    func isWeekday(_ index: Int) -> Bool {
        guard index + 3 <= bytes.count else { return false }
        let key =
            UInt32(bytes.start[index] | 0x20) << 16 | UInt32(bytes.start[index + 1] | 0x20) << 8
            | UInt32(bytes.start[index + 2] | 0x20)
        switch key {
        case 0x6D6F6E, 0x747565, 0x776564, 0x746875, 0x667269, 0x736174, 0x73756E: return true
        default: return false
        }
    }

    /// `2026-03-12T02:58:01.123+07:00`, a space for the `T`, slashes or dots for the hyphens, ` ` or nothing before the
    /// zone. ISO 8601, RFC 3339, and the stamps of MySQL, nginx, Tomcat and their like.
    package mutating func isoDate() -> Bool {
        guard let year = number(least: 4, most: 4), year >= 1970, year < 2262 else { return false }
        let separator = peek
        guard separator == ASCII.minus || separator == ASCII.slash || separator == ASCII.dot || separator == ASCII.colon
        else { return false }
        at += 1
        guard let month = number(least: 2, most: 2), take(separator), let day = number(least: 1, most: 2)
        else { return false }
        stamp.year = year
        stamp.month = month
        stamp.day = day
        guard take(0x54) || take(0x74) || isoGap() else { return false }
        guard clock() else { return false }
        zone()
        return true
    }

    /// What stands between date and time where no `T` does: spaces, ` - `, one `-`, `:` or `,`.
    private mutating func isoGap() -> Bool {
        if take(ASCII.minus) || take(ASCII.colon) || take(ASCII.underscore) { return true }
        _ = take(ASCII.comma)
        guard spaces() > 0 else { return false }
        if take(ASCII.minus) { return spaces() > 0 }
        return true
    }

    /// `12/Mar/2026:02:58:01 +0700`, `12-Mar-2026 02:58:01.123`, `12 Mar 2026 02:58:01`, `12/03/2026 02:58:01` (day
    /// first), `12.03.2026 02:58:01`, `12-03-2026 02:58:01`; `monthFirst` reads the numeric ones the other way round.
    package mutating func dayFirst(monthFirst: Bool = false) -> Bool {
        guard let first = number(most: 2) else { return false }
        let separator = peek
        guard separator == ASCII.slash || separator == ASCII.minus || separator == ASCII.space || separator == ASCII.dot
        else { return false }
        at += 1
        var second = 0
        if ASCII.isDigit(peek) {
            guard separator != ASCII.space, let number = number(least: separator == ASCII.slash ? 1 : 2, most: 2)
            else { return false }
            second = number
        } else {
            guard monthName() else { return false }
        }
        guard take(separator), let year = number(least: 2, most: 4), year < 100 || year >= 1970 else { return false }
        stamp.year = year < 100 ? 2000 + year : year
        setDay(first, second, monthFirst: monthFirst)
        // `03/12/2026-02:58:01`: Suricata's and Snort's, month first.
        if separator == ASCII.slash, peek == ASCII.minus { setDay(first, second, monthFirst: true) }
        guard take(ASCII.colon) || dayFirstGap() else { return false }
        guard clock() else { return false }
        // `AM` is what Windows writes for the United States: month first.
        if meridiem(), separator == ASCII.slash { setDay(first, second, monthFirst: true) }
        zone()
        return true
    }

    private mutating func setDay(_ first: Int, _ second: Int, monthFirst: Bool) {
        guard second > 0 else {
            stamp.day = first
            return
        }
        let swapped = (monthFirst && first <= 12) || second > 12
        stamp.day = swapped ? second : first
        stamp.month = swapped ? first : second
    }

    private mutating func dayFirstGap() -> Bool {
        _ = take(ASCII.comma)
        return spaces() > 0 || take(ASCII.minus)
    }

    /// ` AM` or ` PM` behind the time of day. Answers whether it stands in capitals.
    private mutating func meridiem() -> Bool {
        guard peek == ASCII.space, at + 2 < bytes.count, bytes.start[at + 2] | 0x20 == 0x6D else { return false }
        let half = bytes.start[at + 1] | 0x20
        guard half == 0x61 || half == 0x70, stamp.hour <= 12 else { return false }
        stamp.hour = stamp.hour % 12 + (half == 0x70 ? 12 : 0)
        at += 3
        return bytes.start[at - 1] == 0x4D
    }

    /// `260312  2:58:01` (MySQL before 5.7) and `20260312-02:58:01` (xrdp), `20260312 02:58:01`.
    package mutating func compactDate() -> Bool {
        let from = at
        var digits = 0
        while ASCII.isDigit(peek), digits < 9 {
            at += 1
            digits += 1
        }
        guard digits == 6 || digits == 8 else { return false }
        let end = at
        at = from
        guard let year = number(least: digits - 4, most: digits - 4), let month = number(least: 2, most: 2),
            let day = number(least: 2, most: 2), at == end
        else { return false }
        stamp.year = digits == 6 ? 2000 + year : year
        stamp.month = month
        stamp.day = day
        guard take(ASCII.minus) || take(0x54) || spaces() > 0 else { return false }
        return clock()
    }

    /// `Apr-07-13 07:08:36`, `Apr-07-2013 07:08:36` (ASSP).
    package mutating func monthDayYear() -> Bool {
        guard monthName(), take(ASCII.minus), let day = number(least: 2, most: 2), take(ASCII.minus),
            let year = number(least: 2, most: 4), take(ASCII.space)
        else { return false }
        stamp.day = day
        stamp.year = year < 100 ? 2000 + year : year
        return clock()
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size; seconds may have a
    /// fraction. At least ten digits before the dot.
    package mutating func epoch() -> Bool {
        let from = at
        guard let whole = number(least: 10, most: 19), !ASCII.isDigit(peek) else { return false }
        let digits = at - from
        let value = Int64(whole)
        switch digits {
        case 10:
            stamp.epochSeconds = value
            if peek == ASCII.dot { fraction() }
        case 13: setEpoch(value, unitsPerSecond: 1000)
        case 16: setEpoch(value, unitsPerSecond: 1_000_000)
        case 19: setEpoch(value, unitsPerSecond: 1_000_000_000)
        default: return false
        }
        return true
    }

    private mutating func setEpoch(_ value: Int64, unitsPerSecond: Int64) {
        stamp.epochSeconds = value / unitsPerSecond
        stamp.nanosecond = Int(value % unitsPerSecond * (1_000_000_000 / unitsPerSecond))
    }

    /// `@400000004c91b044077a9e94`: TAI64N, https://cr.yp.to/libtai/tai64.html. TAI is taken as UTC plus 10 seconds, as
    /// `multilog` writes it.
    package mutating func tai64n() -> Bool {
        guard take(0x40), at + 24 <= bytes.count else { return false }
        var halves: (UInt64, UInt64) = (0, 0)
        for index in 0..<24 {
            guard let digit = ASCII.hexValue(bytes.start[at + index]) else { return false }
            if index < 16 { halves.0 = halves.0 << 4 | UInt64(digit) } else { halves.1 = halves.1 << 4 | UInt64(digit) }
        }
        guard halves.0 >= 1 << 62, halves.0 < 1 << 62 + 1 << 34, halves.1 < 1_000_000_000 else { return false }
        stamp.epochSeconds = Int64(halves.0 - 1 << 62) - 10
        stamp.nanosecond = Int(halves.1)
        at += 24
        return true
    }
}

extension StampReader {
    /// Whatever stamp begins at `at`, by its first bytes: the readers above in a fixed order.
    package mutating func any() -> Bool {
        let from = at
        let first = peek
        if ASCII.isLetter(first) {
            if isWeekday(at), weekday(), isPlausible { return true }
            restart(from)
            if monthDay(), isPlausible { return true }
            restart(from)
            return monthDayYear() && isPlausible
        }
        if first == 0x40 { return tai64n() }
        guard ASCII.isDigit(first) else { return false }
        if at + 4 < bytes.count, !ASCII.isDigit(bytes.start[at + 4]), isoDate(), isPlausible { return true }
        restart(from)
        if dayFirst(), isPlausible { return true }
        restart(from)
        if compactDate(), isPlausible { return true }
        restart(from)
        return epoch()
    }

    private mutating func restart(_ from: Int) {
        at = from
        stamp = CalendarStamp()
    }
}
