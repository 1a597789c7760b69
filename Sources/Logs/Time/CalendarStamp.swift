package import Primitives

/// A moment as a record spells it: calendar fields, and what it says of year and zone.
package struct CalendarStamp {
    /// 0 where the record names no year.
    package var year = 0
    package var month = 1
    package var day = 1
    package var hour = 0
    package var minute = 0
    package var second = 0
    package var nanosecond = 0
    /// Seconds east of Greenwich; nil where the record names no zone.
    package var zoneSeconds: Int?
    /// Seconds since 1970, where the record gives those instead of calendar fields.
    package var epochSeconds: Int64?

    package init() {}

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }
}

/// Reads stamps from left to right. Every reader answers false and leaves `at` anywhere where the bytes do not fit.
package struct StampReader {
    let bytes: Bytes
    package var at: Int
    package var stamp = CalendarStamp()

    package init(_ bytes: Bytes, at: Int = 0) {
        self.bytes = bytes
        self.at = at
    }

    @inline(__always) var peek: UInt8 { at < bytes.count ? bytes.start[at] : 0 }

    @inline(__always) mutating func take(_ byte: UInt8) -> Bool {
        guard at < bytes.count, bytes.start[at] == byte else { return false }
        at += 1
        return true
    }

    /// One to `most` digits as a number; `most` is 19 at the most, and what is past `Int.max` is none.
    @inline(__always) mutating func number(least: Int = 1, most: Int) -> Int? {
        var value = 0
        let from = at
        while at < bytes.count, at - from < most {
            let digit = bytes.start[at] &- 0x30
            guard digit < 10 else { break }
            // Nineteen digits may pass the sign bit, but not come round again.
            value = value &* 10 &+ Int(digit)
            at += 1
        }
        return at - from >= least && value >= 0 ? value : nil
    }

    mutating func spaces() -> Int {
        let from = at
        while peek == ASCII.space || peek == ASCII.tab, at < bytes.count { at += 1 }
        return at - from
    }

    /// `hh:mm:ss`, then a fraction after `.` or `,` (any number of digits, nine of them kept).
    @inline(__always) mutating func clock() -> Bool {
        guard let hour = number(most: 2), take(ASCII.colon), let minute = number(least: 2, most: 2),
            take(ASCII.colon), let second = number(least: 2, most: 2), hour < 24, minute < 60, second <= 60
        else { return false }
        stamp.hour = hour
        stamp.minute = minute
        stamp.second = second
        if peek == ASCII.dot || peek == ASCII.comma { fraction() }
        return true
    }

    /// `.123456`; a dot without digits behind it is left where it is.
    mutating func fraction() {
        var digits = 0
        var value = 0
        var index = at + 1
        while index < bytes.count, ASCII.isDigit(bytes.start[index]) {
            if digits < 9 {
                value = value * 10 + Int(bytes.start[index] &- 0x30)
                digits += 1
            }
            index += 1
        }
        guard digits > 0 else { return }
        while digits < 9 {
            value *= 10
            digits += 1
        }
        stamp.nanosecond = value
        at = index
    }

    /// `Z`, `+07:00`, `+0700`, `+07`, each also after one space; or a zone name of `zoneNames` after a space. What is
    /// no zone is left where it is.
    mutating func zone() {
        let from = at
        if peek == ASCII.space { at += 1 }
        let sign = peek
        if sign == ASCII.plus || sign == ASCII.minus {
            at += 1
            let digits = at
            if let hours = number(least: 2, most: 2) {
                _ = take(ASCII.colon)
                let minutes = number(least: 2, most: 2) ?? 0
                if hours <= 23, minutes < 60, !ASCII.isDigit(peek), peek != ASCII.minus, at > digits {
                    if bytes.start[at - 1] == ASCII.colon { at -= 1 }
                    stamp.zoneSeconds = (hours * 3600 + minutes * 60) * (sign == ASCII.minus ? -1 : 1)
                    return
                }
            }
            at = from
            return
        }
        let name = at
        while at - name < 6, ASCII.isLetter(peek) { at += 1 }
        if at > name, !ASCII.isAlphanumeric(peek), peek != ASCII.colon || endsAtColon(bytes.slice(name, at)),
            let seconds = zoneOffset(named: bytes.slice(name, at))
        {
            stamp.zoneSeconds = seconds
        } else {
            at = from
        }
    }

    /// `Z:` and `UTC:` end a stamp; other words before a colon are programs.
    private func endsAtColon(_ name: Bytes) -> Bool { name == "Z" || name == "UTC" || name == "GMT" }

    /// A month by its English, German, French, Spanish or Italian beginning, in any case; a following dot and the rest
    /// of the word are taken too.
    @inline(__always) mutating func monthName() -> Bool {
        guard at + 3 <= bytes.count, let month = monthNumber(bytes.start[at], bytes.start[at + 1], bytes.start[at + 2])
        else { return false }
        stamp.month = month
        at += 3
        if ASCII.isLetter(peek) || peek >= 0x80 {
            let from = at
            while at - from < 8, ASCII.isLetter(peek) || peek >= 0x80 { at += 1 }
        }
        if peek == ASCII.dot { at += 1 }
        return true
    }

    package var isPlausible: Bool {
        stamp.month >= 1 && stamp.month <= 12 && stamp.day >= 1
            && stamp.day <= (stamp.year == 0 ? 31 : CivilTime.days(inMonth: stamp.month, of: stamp.year))
    }
}

/// Number of a month by its first three letters.
func monthNumber(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Int? {
    let key = UInt32(first | 0x20) << 16 | UInt32(second | 0x20) << 8 | UInt32(third | 0x20)
    switch key {
    case 0x6A616E, 0x656E65, 0x67656E: return 1  // jan, ene, gen
    case 0x666562, 0x66E9E9: return 2
    case 0x6D6172, 0x6DE4E4: return 3
    case 0x617072, 0x617672, 0x616272: return 4  // apr, avr, abr
    case 0x6D6179, 0x6D6169, 0x6D6167: return 5  // may, mai, mag
    case 0x6A756E, 0x676975: return 6  // jun, giu
    case 0x6A756C, 0x6C7567: return 7  // jul, lug
    case 0x617567, 0x61676F: return 8  // aug, ago
    case 0x736570, 0x736574: return 9  // sep, set
    case 0x6F6374, 0x6F6B74, 0x6F7474: return 10  // oct, okt, ott
    case 0x6E6F76: return 11
    case 0x646563, 0x64657A, 0x646963: return 12  // dec, dez, dic
    default: return nil
    }
}

/// Seconds east of Greenwich of the zone names that logs really carry (RFC 822 section 5.1 and a few more).
func zoneOffset(named name: Bytes) -> Int? {
    for (spelling, hours) in zoneNames where name == spelling { return hours * 3600 }
    return nil
}

/// The same by a name in small letters, which is a word like any other unless its place says that it is a zone.
func zoneOffset(inSmallLetters name: Bytes) -> Int? {
    for (spelling, hours) in zoneNames where spelling.utf8CodeUnitCount == name.count {
        let capitals = spelling.utf8Start
        if (0..<name.count).allSatisfy({ name.start[$0] == ASCII.lower(capitals[$0]) }) { return hours * 3600 }
    }
    return nil
}

private let zoneNames: [(StaticString, Int)] = [
    ("Z", 0), ("z", 0), ("UTC", 0), ("GMT", 0), ("UT", 0), ("EST", -5), ("EDT", -4), ("CST", -6), ("CDT", -5),
    ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7), ("AKST", -9), ("AKDT", -8), ("HST", -10), ("WET", 0),
    ("WEST", 1), ("BST", 1), ("CET", 1), ("CEST", 2), ("MET", 1), ("MEST", 2), ("EET", 2), ("EEST", 3), ("MSK", 3),
    ("ICT", 7), ("WIB", 7), ("SGT", 8), ("HKT", 8), ("JST", 9), ("KST", 9), ("AEST", 10), ("AEDT", 11), ("NZST", 12),
    ("NZDT", 13),
]
