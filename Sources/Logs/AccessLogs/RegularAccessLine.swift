internal import Events
internal import Glibc
internal import Primitives

/// Reads an access line of the shape that nearly all have, in one go from left to right: an IPv4 client, the common
/// time, `METHOD /target HTTP/n.n`, status, size, and nothing or `"REFERRER" "AGENT"` without backslashes. It answers
/// false for every other line, with nothing added; `AccessLineReader` takes those, and would read these the same.
struct RegularAccessLine {
    private let text: UnsafePointer<UInt8>
    private let count: Int
    /// Offset of the line in the input.
    private let base: Int
    private let slots: UnsafeMutablePointer<FieldSlot>
    private var used = 0
    private var at = 0
    private var status = 0
    /// Neither identity nor user stand between the address and the time.
    private var isHeadPlain = true

    /// More fields than a line can have.
    private static let fieldLimit = 16
    /// No line of the shape is shorter.
    private static let leastCount = 56

    static func decode(_ line: Bytes, _ sink: inout EventSink) -> Bool {
        guard line.count >= leastCount, sink.count + fieldLimit <= EventSink.capacity,
            let base = sink.offset(of: line)
        else { return false }
        var reader = RegularAccessLine(line, base: base, slots: sink.slots + sink.count)
        guard reader.client(), let seconds = reader.clock(&sink.clock), reader.request(), reader.size(),
            reader.quotedFields(), let time = Timestamp(seconds: seconds)
        else { return false }
        reader.put(sink.accessWords.category)
        reader.put(sink.accessWords.type)
        if CombinedFormat.isRefusal(reader.status) { reader.put(sink.accessWords.failure) }
        sink.advance(by: reader.used)
        sink.time = time
        sink.source = .webAccess
        if reader.isHeadPlain { sink.flags.insert(.commonHead) }
        return true
    }

    private init(_ line: Bytes, base: Int, slots: UnsafeMutablePointer<FieldSlot>) {
        text = line.start
        count = line.count
        self.base = base
        self.slots = slots
    }

    @inline(__always) private mutating func put(_ field: Field, _ from: Int, _ to: Int, _ type: ValueType = .text) {
        slots[used] = FieldSlot(FieldID(field), .input, type, offset: base + from, length: to - from)
        used += 1
    }

    @inline(__always) private mutating func put(_ slot: FieldSlot) {
        slots[used] = slot
        used += 1
    }

    /// A value that is not empty and not `-`.
    @inline(__always) private mutating func putPresent(_ field: Field, _ from: Int, _ to: Int) {
        if to - from > 1 || to - from == 1 && text[from] != ASCII.minus { put(field, from, to) }
    }

    /// Index of the first quote from `from` on; -1 where there is none.
    @inline(__always) private func quote(_ from: Int) -> Int {
        guard from < count, let hit = memchr(text + from, Int32(ASCII.quote), count - from) else { return -1 }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(text)
    }

    @inline(__always) private func four(_ index: Int) -> UInt32 {
        UInt32(littleEndian: UnsafeRawPointer(text + index).loadUnaligned(as: UInt32.self))
    }

    // MARK: - Client and time

    /// `192.0.2.1 - USER [`. Leaves `at` behind the bracket.
    @inline(__always) private mutating func client() -> Bool {
        let end = addressEnd()
        guard end > 0 else { return false }
        put(.sourceIP, 0, end)
        var bracket = end + 5
        if four(end + 1) != 0x202D_202D {  // `- - `
            isHeadPlain = false
            let user = wordEnd(end + 1) + 1
            let userEnd = wordEnd(user)
            guard userEnd + 1 < count else { return false }
            putPresent(.userName, user, userEnd)
            bracket = userEnd + 1
        }
        at = bracket + 1
        return at + 27 < count && text[bracket] == ASCII.openBracket
    }

    /// End of an IPv4 address (four numbers of 0 to 255 without leading zeros) that a space follows; 0 where there is
    /// none.
    @inline(__always) private func addressEnd() -> Int {
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in 0..<16 {
            let digit = text[index] &- 0x30
            if digit < 10 {
                if digits > 0 && part == 0 { return 0 }
                part = part &* 10 &+ UInt32(digit)
                digits += 1
                if part > 255 { return 0 }
            } else if text[index] == ASCII.dot, digits > 0, dots < 3 {
                dots += 1
                digits = 0
                part = 0
            } else {
                return text[index] == ASCII.space && dots == 3 && digits > 0 ? index : 0
            }
        }
        return 0
    }

    @inline(__always) private func wordEnd(_ from: Int) -> Int {
        var index = from
        while index < count, text[index] != ASCII.space { index += 1 }
        return index
    }

    /// `12/Mar/2026:02:58:01 +0700]`. Leaves `at` behind the bracket.
    @inline(__always) private mutating func clock(_ clock: inout StampClock) -> Int64? {
        guard let seconds = CommonTime.seconds(text + at, &clock) else { return nil }
        at += CommonTime.length
        return seconds
    }

    // MARK: - Request and answer

    /// ` "METHOD /target HTTP/n.n" 200 `. Leaves `at` behind the space.
    @inline(__always) private mutating func request() -> Bool {
        let from = at + 2
        let end = quote(from)
        guard end > from, end + 6 < count, text[at] == ASCII.space, text[at + 1] == ASCII.quote,
            text[end - 1] != ASCII.backslash, text[end + 1] == ASCII.space, text[end + 5] == ASCII.space
        else { return false }
        let hundreds = text[end + 2] &- 0x30
        let tens = text[end + 3] &- 0x30
        let ones = text[end + 4] &- 0x30
        guard hundreds < 10, tens < 10, ones < 10, requestLine(from, end) else { return false }
        status = Int(hundreds) * 100 + Int(tens) * 10 + Int(ones)
        put(.httpResponseStatusCode, end + 2, end + 5, .number)
        at = end + 6
        return true
    }

    @inline(__always) private mutating func requestLine(_ from: Int, _ end: Int) -> Bool {
        let line = Bytes(start: text + from, count: end - from)
        let method = line.count > 4 && four(from) == 0x2054_4547 ? 3 : RequestLine.methodLength(line)  // `GET `
        let version = RequestLine.versionStart(line)
        let target = from + method + 1
        let targetEnd = from + version - 1
        guard method > 0, targetEnd > target, text[target] == ASCII.slash else { return false }
        put(.httpRequestMethod, from, from + method)
        put(.httpVersion, from + version + 5, end)
        put(.urlOriginal, target, targetEnd)
        var pathEnd = targetEnd
        if let hit = memchr(text + target, Int32(ASCII.question), targetEnd - target) {
            pathEnd = UnsafeRawPointer(hit) - UnsafeRawPointer(text)
            if pathEnd + 1 < targetEnd { put(.urlQuery, pathEnd + 1, targetEnd) }
        }
        put(.urlPath, target, pathEnd)
        return true
    }

    /// Digits and a space or the end, or `- `.
    @inline(__always) private mutating func size() -> Bool {
        var end = at
        while end < count, ASCII.isDigit(text[end]) { end += 1 }
        if end == at {
            guard end + 1 < count, text[end] == ASCII.minus, text[end + 1] == ASCII.space else { return false }
            end += 1
        } else {
            guard end == count || text[end] == ASCII.space else { return false }
            put(.httpResponseBodyBytes, at, end, .number)
        }
        at = end + 1
        return true
    }

    // MARK: - Referrer and agent

    /// Nothing, or two fields in quotes and behind them no third.
    @inline(__always) private mutating func quotedFields() -> Bool {
        if at >= count { return true }
        let referrer = closingQuote()
        guard referrer > 0 else { return false }
        putPresent(.httpRequestReferrer, at + 1, referrer)
        at = referrer + 2
        if at >= count { return true }
        let agent = closingQuote()
        guard agent > 0 else { return false }
        putPresent(.userAgentOriginal, at + 1, agent)
        return agent + 2 >= count || quote(agent + 1) < 0
    }

    /// The quote that closes the field whose quote stands at `at`; 0 where none does that for certain.
    @inline(__always) private func closingQuote() -> Int {
        guard text[at] == ASCII.quote else { return 0 }
        let end = quote(at + 1)
        guard end > at, end + 1 == count || text[end + 1] == ASCII.space,
            end == at + 1 || text[end - 1] != ASCII.backslash
        else { return 0 }
        return end
    }
}

/// `12/Mar/2026:02:58:01 +0700]`: the time of access logs, and the bracket behind it.
enum CommonTime {
    static let length = 27

    /// Seconds since 1970; nil where the `length` bytes at `text` are nothing of the kind.
    @inline(__always) static func seconds(_ text: UnsafePointer<UInt8>, _ clock: inout StampClock) -> Int64? {
        guard text[2] == ASCII.slash, text[6] == ASCII.slash, text[11] == ASCII.colon, text[14] == ASCII.colon,
            text[17] == ASCII.colon, text[20] == ASCII.space, text[26] == ASCII.closeBracket,
            text[21] == ASCII.plus || text[21] == ASCII.minus
        else { return nil }
        var bad: UInt8 = 0
        @inline(__always) func two(_ index: Int) -> Int {
            let tens = text[index] &- 0x30
            let ones = text[index + 1] &- 0x30
            bad |= tens > 9 || ones > 9 ? 1 : 0
            return Int(tens) * 10 + Int(ones)
        }
        let hour = two(12)
        let minute = two(15)
        let second = two(18)
        let offset = two(22) * 3600 + two(24) * 60
        guard bad == 0, hour < 24, minute < 60, second <= 60, let midnight = clock.midnight(text) else { return nil }
        let local = midnight + Int64(hour * 3600 + minute * 60 + second)
        return text[21] == ASCII.minus ? local + Int64(offset) : local - Int64(offset)
    }
}

/// What an access line adds whatever it says.
struct AccessWords {
    let category = ConstantText("web").slot(.eventCategory)
    let type = ConstantText("access").slot(.eventType)
    let failure = ConstantText("failure").slot(.eventOutcome)

    static let shared = AccessWords()
}
