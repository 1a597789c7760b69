internal import Glibc
package import Primitives

/// Writes JSON (RFC 8259) into memory that is reused from record to record: commas, quotes and escapes are its
/// business, the order of keys is the caller's.
///
/// Text comes as bytes from outside. What is not UTF-8 is written as U+FFFD; control characters and what `TextSafety`
/// names are written as `\u` escapes, so that the output is safe on a terminal and reads back as the same text. No
/// memory is allocated in steady state.
package struct JSONWriter: ~Copyable {
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0
    /// The next value or key is preceded by a comma.
    private var needsComma = false
    /// Seconds whose dates were written last, each at the place of its lowest bits, and their texts: records of the
    /// same seconds follow each other, and a flow's tells of when it began and ended.
    private let dateSeconds = UnsafeMutablePointer<Int64>.allocate(capacity: dateCount)
    private let dateTexts = UnsafeMutablePointer<UInt8>.allocate(capacity: dateCount * dateLength)
    private static let dateCount = 64
    private static let dateLength = 19

    package init(capacity: Int = 64 << 10) {
        self.capacity = max(256, capacity)
        base = .allocate(capacity: self.capacity)
        dateSeconds.initialize(repeating: .min, count: JSONWriter.dateCount)
    }

    deinit {
        base.deallocate()
        dateSeconds.deallocate()
        dateTexts.deallocate()
    }

    /// What was written; valid until the next write.
    package var bytes: Bytes { Bytes(start: UnsafePointer(base), count: count) }

    /// The same as text. Cold paths only.
    package var text: String { bytes.text }

    package mutating func removeAll() {
        count = 0
        needsComma = false
    }

    /// Gives what was written away and begins anew. Where it is little beside what there was room for, a copy goes: no
    /// more than four times its size is held by what is given.
    package mutating func take() -> OwnedBytes {
        let isLittle = count < capacity / 4
        let other = UnsafeMutablePointer<UInt8>.allocate(capacity: isLittle ? max(1, count) : capacity)
        let taken = OwnedBytes(taking: isLittle ? other : base, count: count)
        if isLittle { other.update(from: base, count: count) } else { base = other }
        removeAll()
        return taken
    }
}

/// Structure.
extension JSONWriter {
    package mutating func beginObject() { open(0x7B) }
    package mutating func endObject() { close(0x7D) }
    package mutating func beginArray() { open(ASCII.openBracket) }
    package mutating func endArray() { close(ASCII.closeBracket) }

    /// A key of the program's own, which has nothing to escape.
    package mutating func key(_ name: StaticString) {
        reserve(name.utf8CodeUnitCount + 4)
        if needsComma { push(ASCII.comma) }
        push(ASCII.quote)
        append(name.utf8Start, name.utf8CodeUnitCount)
        push(ASCII.quote)
        push(ASCII.colon)
        needsComma = false
    }

    /// A key from outside: escaped like any text.
    package mutating func key(named name: String) {
        string(name)
        reserve(1)
        push(ASCII.colon)
        needsComma = false
    }

    /// Ends a line of JSON Lines.
    package mutating func newline() {
        reserve(1)
        push(ASCII.newline)
        needsComma = false
    }

    private mutating func open(_ byte: UInt8) {
        separate()
        reserve(1)
        push(byte)
        needsComma = false
    }

    private mutating func close(_ byte: UInt8) {
        reserve(1)
        push(byte)
        needsComma = true
    }

    @inline(__always) private mutating func separate() {
        if needsComma {
            reserve(1)
            push(ASCII.comma)
        }
        needsComma = true
    }
}

/// Values.
extension JSONWriter {
    package mutating func string(_ text: Bytes) {
        separate()
        reserve(text.count + 2)
        push(ASCII.quote)
        escape(text)
        reserve(1)
        push(ASCII.quote)
    }

    /// A word of the program's own, which has nothing to escape.
    package mutating func word(_ word: StaticString) {
        plain(Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Text that the program made itself, of characters that nothing has to be done about.
    package mutating func plain(_ text: Bytes) {
        separate()
        reserve(text.count + 2)
        push(ASCII.quote)
        append(text.start, text.count)
        push(ASCII.quote)
    }

    package mutating func string(_ text: String) {
        var copy = text
        copy.withUTF8 { string(Bytes(UnsafeRawBufferPointer($0))) }
    }

    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        reserve(24)
        if value < 0 { push(ASCII.minus) }
        digits(UInt64(value.magnitude), width: 1)
    }

    package mutating func boolean(_ value: Bool) { literal(value ? "true" : "false") }

    package mutating func null() { literal("null") }

    private mutating func literal(_ word: StaticString) {
        raw(Bytes(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    /// Text of a number: as a number where JSON's grammar allows it (RFC 8259 section 6), else as a string ("007").
    package mutating func number(_ text: Bytes) {
        if JSONNumber.isValid(text) { raw(text) } else { string(text) }
    }

    /// A list of texts.
    package mutating func strings(_ list: [String]) {
        beginArray()
        for text in list { string(text) }
        endArray()
    }

    /// JSON that is ready: not looked at.
    package mutating func raw(_ json: Bytes) {
        separate()
        reserve(json.count)
        append(json.start, json.count)
    }

    /// RFC 3339 in UTC, in the form of `Timestamp.iso8601`; an empty string for `.none`.
    package mutating func time(_ time: Timestamp) {
        separate()
        reserve(40)
        push(ASCII.quote)
        if !time.isNone {
            let nanosecond = date(time)
            push(ASCII.dot)
            if nanosecond % 1_000_000 == 0 {
                digits(UInt64(nanosecond / 1_000_000), width: 3)
            } else if nanosecond % 1000 == 0 {
                digits(UInt64(nanosecond / 1000), width: 6)
            } else {
                digits(UInt64(nanosecond), width: 9)
            }
            push(0x5A)
        }
        push(ASCII.quote)
    }

    private static let utc: StaticString = "+0000"

    /// Suricata's form, in UTC: `2026-03-12T02:58:01.000000+0000`.
    package mutating func eveTime(_ time: Timestamp) {
        separate()
        reserve(40)
        push(ASCII.quote)
        if !time.isNone {
            let nanosecond = date(time)
            push(ASCII.dot)
            digits(UInt64(nanosecond / 1000), width: 6)
            append(JSONWriter.utc.utf8Start, JSONWriter.utc.utf8CodeUnitCount)
        }
        push(ASCII.quote)
    }

    /// `2026-03-12T02:58:01`; answers the nanoseconds that are left.
    private mutating func date(_ time: Timestamp) -> Int {
        let (second, nanosecond) = time.wholeSeconds
        let known = Int(truncatingIfNeeded: second) & (JSONWriter.dateCount - 1)
        let text = dateTexts + known * JSONWriter.dateLength
        if second == dateSeconds[known] {
            append(text, JSONWriter.dateLength)
            return nanosecond
        }
        let from = count
        let civil = time.civil
        digits(UInt64(max(0, civil.year)), width: 4)
        push(ASCII.minus)
        digits(UInt64(civil.month), width: 2)
        push(ASCII.minus)
        digits(UInt64(civil.day), width: 2)
        push(0x54)
        digits(UInt64(civil.hour), width: 2)
        push(ASCII.colon)
        digits(UInt64(civil.minute), width: 2)
        push(ASCII.colon)
        digits(UInt64(civil.second), width: 2)
        if count - from == JSONWriter.dateLength {
            text.update(from: base + from, count: JSONWriter.dateLength)
            dateSeconds[known] = second
        }
        return civil.nanosecond
    }
}

/// Bytes.
extension JSONWriter {
    /// Copies runs of harmless bytes, and deals with the rest one by one.
    private mutating func escape(_ text: Bytes) {
        var index = 0
        while index < text.count {
            let from = index
            while text.count - index >= 8, JSONWriter.isPlain(eightAt: text.start + index) { index += 8 }
            while index < text.count, JSONWriter.isPlain(text.start[index]) { index += 1 }
            if index > from {
                reserve(index - from)
                append(text.start + from, index - from)
            }
            if index < text.count { index += escapeOne(text, at: index) }
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != ASCII.quote && byte != ASCII.backslash
    }

    /// Eight bytes at once, by words (Warren, "Hacker's Delight", section 6-1). Says no too often next to a byte that
    /// needs a look, never yes.
    private static func isPlain(eightAt start: UnsafePointer<UInt8>) -> Bool {
        let (ones, tops): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
        let word = UnsafeRawPointer(start).loadUnaligned(as: UInt64.self)
        let quote = word ^ (ones &* UInt64(ASCII.quote))
        let backslash = word ^ (ones &* UInt64(ASCII.backslash))
        let odd = word | (word &- ones &* 0x20) | (word &+ ones) | (quote &- ones) | (backslash &- ones)
        return odd & tops == 0
    }

    /// Writes the character at `index`, which needs a look, and answers its length.
    private mutating func escapeOne(_ text: Bytes, at index: Int) -> Int {
        let (scalar, length) = UTF8Reader.scalar(text, at: index)
        reserve(12)
        guard let scalar else {
            for byte in [0xEF, 0xBF, 0xBD] as [UInt8] { push(byte) }
            return length
        }
        if let short = JSONWriter.shortEscape(scalar) {
            push(ASCII.backslash)
            push(short)
        } else if scalar > 0xFFFF && TextSafety.isUnsafe(scalar) {
            unicodeEscape(0xD800 + (scalar - 0x10000) >> 10)
            unicodeEscape(0xDC00 + (scalar - 0x10000) & 0x3FF)
        } else if TextSafety.isUnsafe(scalar) {
            unicodeEscape(scalar)
        } else {
            append(text.start + index, length)
        }
        return length
    }

    private static func shortEscape(_ scalar: UInt32) -> UInt8? {
        switch scalar {
        case 0x22, 0x5C: UInt8(scalar)
        case 0x08: 0x62
        case 0x09: 0x74
        case 0x0A: 0x6E
        case 0x0C: 0x66
        case 0x0D: 0x72
        default: nil
        }
    }

    private mutating func unicodeEscape(_ unit: UInt32) {
        push(ASCII.backslash)
        push(0x75)
        for shift in [UInt32(12), 8, 4, 0] {
            let digit = UInt8(unit >> shift & 15)
            push(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// `value` in decimal with at least `width` digits. 20 bytes must be reserved.
    private mutating func digits(_ value: UInt64, width: Int) {
        if value < 10 && width <= 1 { return push(UInt8(truncatingIfNeeded: value) + 0x30) }
        if value < 100 && width == 2 {
            push(UInt8(truncatingIfNeeded: value / 10) + 0x30)
            return push(UInt8(truncatingIfNeeded: value % 10) + 0x30)
        }
        let length = max(JSONWriter.digitCount(value), width)
        var rest = value
        var at = count + length
        count = at
        while rest >= 100 {
            let (quotient, two) = rest.quotientAndRemainder(dividingBy: 100)
            rest = quotient
            at -= 2
            base[at] = UInt8(truncatingIfNeeded: two / 10) + 0x30
            base[at + 1] = UInt8(truncatingIfNeeded: two % 10) + 0x30
        }
        at -= 1
        base[at] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
        if rest >= 10 {
            at -= 1
            base[at] = UInt8(truncatingIfNeeded: rest / 10) + 0x30
        }
        while at > count - length {
            at -= 1
            base[at] = 0x30
        }
    }

    /// Decimal digits of a number.
    @inline(__always) private static func digitCount(_ value: UInt64) -> Int {
        var length = 1
        var bound: UInt64 = 10
        while value >= bound {
            length += 1
            if length == 20 { break }
            bound *= 10
        }
        return length
    }

    @inline(__always) private mutating func push(_ byte: UInt8) {
        base[count] = byte
        count += 1
    }

    /// Most texts are short: two words that overlap are what a call costs by itself.
    @inline(__always) private mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(base + count))
        count += length
        switch length {
        case 8...16: JSONWriter.copyEnds(from, to, length, UInt64.self)
        case 4..<8: JSONWriter.copyEnds(from, to, length, UInt32.self)
        case 17...32: JSONWriter.copyEnds(from, to, length, SIMD16<UInt8>.self)
        default: memcpy(to, from, length)
        }
    }

    @inline(__always) private static func copyEnds<Word: BitwiseCopyable>(
        _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ length: Int, _ word: Word.Type
    ) {
        let last = length - MemoryLayout<Word>.size
        let (head, tail) = (from.loadUnaligned(as: word), (from + last).loadUnaligned(as: word))
        to.storeBytes(of: head, as: word)
        (to + last).storeBytes(of: tail, as: word)
    }

    @inline(__always) private mutating func reserve(_ more: Int) {
        if count + more > capacity { grow(more) }
    }

    private mutating func grow(_ more: Int) {
        var wanted = capacity
        while wanted < count + more { wanted *= 2 }
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
        memcpy(grown, base, count)
        base.deallocate()
        base = grown
        capacity = wanted
    }
}
