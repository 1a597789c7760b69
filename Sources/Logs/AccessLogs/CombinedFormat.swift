internal import Events
internal import Glibc
internal import Primitives

/// Apache's and nginx's access logs: `[VHOST[:PORT] ]CLIENT IDENT USER [TIME] "REQUEST" STATUS BYTES ["REFERRER"
/// "AGENT" [...]]`. Formats: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html and
/// https://nginx.org/en/docs/http/ngx_http_log_module.html. What stands behind the agent (`%I %O`, times, further
/// quoted fields) is let through; a third quoted field that holds addresses is X-Forwarded-For.
enum CombinedFormat {
    static func decode(_ line: Bytes, _ sink: inout EventSink) -> Bool {
        RegularAccessLine.decode(line, &sink) || decodeAny(line, &sink)
    }

    @inline(never) private static func decodeAny(_ line: Bytes, _ sink: inout EventSink) -> Bool {
        var reader = AccessLineReader(line)
        guard reader.client(&sink), reader.time(&sink), reader.request(&sink), reader.statusAndBytes(&sink)
        else { return false }
        reader.quotedFields(&sink)
        sink.add(slot: category)
        sink.add(slot: type)
        if isRefusal(reader.status) { sink.add(slot: failure) }
        sink.source = .webAccess
        return true
    }

    /// Answers that are failures (RFC 9110, 15.5 and 15.6), as ECS has it for requests.
    @inline(__always) static func isRefusal(_ status: Int) -> Bool {
        status >= 400 && status < 600
    }

    static var category: FieldSlot { AccessWords.shared.category }
    static var type: FieldSlot { AccessWords.shared.type }
    static var failure: FieldSlot { AccessWords.shared.failure }
}

/// Reads an access line from left to right.
private struct AccessLineReader {
    let line: Bytes
    var at = 0
    var status = 0

    init(_ line: Bytes) { self.line = line }

    /// End of the run of bytes that are not a space, from `from` on.
    @inline(__always) private func tokenEnd(_ from: Int) -> Int {
        var index = from
        while index < line.count, line.start[index] != ASCII.space { index += 1 }
        return index
    }

    /// `Bytes.firstIndex`, inlined: the call costs more than the search.
    @inline(__always) private func find(_ byte: UInt8, _ from: Int) -> Int? {
        guard from < line.count, let hit = memchr(line.start + from, Int32(byte), line.count - from) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(line.start)
    }

    /// End of the digits from `from` on.
    @inline(__always) private func digitsEnd(_ from: Int) -> Int {
        var index = from
        while index < line.count, ASCII.isDigit(line.start[index]) { index += 1 }
        return index
    }

    /// Everything before `[TIME]`.
    @inline(__always) mutating func client(_ sink: inout EventSink) -> Bool {
        let first = tokenEnd(0)
        guard first > 0, first < line.count else { return false }
        let second = tokenEnd(first + 1)
        guard second < line.count else { return false }
        let third = tokenEnd(second + 1)
        if third + 1 < line.count, line.start[third + 1] == ASCII.openBracket, isTime(third + 2) {
            guard addClient(line.slice(0, first), &sink) else { return false }
            sink.addPresent(.userName, line.slice(second + 1, third))
            at = third + 2
            return true
        }
        return irregularClient(first, second, third, &sink)
    }

    /// More or fewer words than three: a virtual host in front, a user name with spaces, a missing ident.
    @inline(never) private mutating func irregularClient(
        _ first: Int, _ second: Int, _ third: Int, _ sink: inout EventSink
    ) -> Bool {
        guard let bracket = timeBracket() else { return false }
        at = bracket + 2
        let before = line.slice(0, bracket)
        var client = line.slice(0, first)
        var rest = before.dropping(min(first + 1, before.count))
        // `HOST - CLIENT - USER [`, as nginx's `$host - $remote_addr - $remote_user`.
        if plainAddress(client) == nil, third < bracket, line.slice(first, second) == " -",
            plainAddress(line.slice(second + 1, third)) != nil, isHostName(client)
        {
            addVirtualHost(client, &sink)
            client = line.slice(second + 1, third)
            rest = before.dropping(min(third + 1, before.count))
        } else if second <= bracket, isVirtualHost(client, next: line.slice(first + 1, second), third: third, bracket) {
            addVirtualHost(client, &sink)
            client = line.slice(first + 1, second)
            rest = before.dropping(min(second + 1, before.count))
        }
        guard addClient(client, &sink) else { return false }
        addUser(rest.trimmed, &sink)
        return true
    }

    /// ` [` with a time behind it. The first one: what a client can forge stands behind it.
    private func timeBracket() -> Int? {
        var from = 0
        while let bracket = line.firstIndex(of: ASCII.openBracket, from: from), bracket < 2048 {
            if bracket > 0, line.start[bracket - 1] == ASCII.space, isTime(bracket + 1) { return bracket - 1 }
            from = bracket + 1
        }
        return nil
    }

    /// `dd/Mmm/yyyy:` or `mm/dd/yyyy:` (cPanel) at `index`.
    @inline(__always) private func isTime(_ index: Int) -> Bool {
        guard index + 17 < line.count, ASCII.isDigit(line.start[index]), ASCII.isDigit(line.start[index + 1])
        else { return false }
        return line.start[index + 2] == ASCII.slash
    }

    /// The first word is the host that was asked for where the second is an address, or where it is no address itself
    /// and `-` stands third.
    private func isVirtualHost(_ first: Bytes, next: Bytes, third: Int, _ bracket: Int) -> Bool {
        if next == "-" { return false }
        if plainAddress(next) != nil { return true }
        guard third < bracket, plainAddress(first) == nil, isHostName(next) else { return false }
        let secondEnd = third - (third > 0 && line.start[third - 1] == ASCII.minus ? 1 : 0)
        return secondEnd < third && line.start[secondEnd - 1] == ASCII.space
    }

    private func addVirtualHost(_ text: Bytes, _ sink: inout EventSink) {
        if let colon = text.lastIndex(of: ASCII.colon), colon > 0, text.dropping(colon + 1).decimal != nil,
            IPAddress(text) == nil
        {
            sink.addPresent(.urlDomain, text.slice(0, colon))
            sink.add(.urlPort, text.dropping(colon + 1), type: .number)
        } else {
            sink.addPresent(.urlDomain, text)
        }
    }

    /// Ident and user in one run: the user is what stands behind the ident.
    private func addUser(_ text: Bytes, _ sink: inout EventSink) {
        guard let space = text.firstIndex(of: ASCII.space) else { return }
        let user = text.dropping(space + 1).trimmed
        if user.count >= 2, user.ends(with: " -") { return }
        sink.addPresent(.userName, user)
    }

    /// An address, a name, or `address:port`.
    @inline(__always) private func addClient(_ text: Bytes, _ sink: inout EventSink) -> Bool {
        if isIPv4(text) {
            sink.add(.sourceIP, text)
            return true
        }
        return addOtherClient(text, &sink)
    }

    @inline(never) private func addOtherClient(_ text: Bytes, _ sink: inout EventSink) -> Bool {
        if let plain = plainAddress(text) {
            sink.add(.sourceIP, plain)
            return true
        }
        if let colon = text.lastIndex(of: ASCII.colon), text.dropping(colon + 1).decimal != nil {
            sink.addSource(text.slice(0, colon))
            sink.add(.sourcePort, text.dropping(colon + 1), type: .number)
            return true
        }
        guard isHostName(text) || text == "-" else { return false }
        sink.addSource(text)
        return true
    }

    // MARK: - Time

    @inline(__always) mutating func time(_ sink: inout EventSink) -> Bool {
        if let moment = commonTime(&sink) {
            sink.time = moment
            return true
        }
        var reader = StampReader(line, at: at)
        guard reader.dayFirst(monthFirst: true), reader.isPlausible else { return sink.fail(.badTime, at: at) }
        var end = reader.at
        if end < line.count, line.start[end] == ASCII.space { end += 1 }
        guard end < line.count, line.start[end] == ASCII.closeBracket, sink.setTime(reader.stamp)
        else { return sink.fail(.badTime, at: at) }
        at = end + 1
        return true
    }

    /// `12/Mar/2026:02:58:01 +0700]`, the one that matters for speed. Leaves `at` behind the bracket.
    @inline(__always) private mutating func commonTime(_ sink: inout EventSink) -> Timestamp? {
        guard at + CommonTime.length <= line.count, let seconds = CommonTime.seconds(line.start + at, &sink.clock)
        else { return nil }
        at += CommonTime.length
        return Timestamp(seconds: seconds)
    }

    // MARK: - Request

    /// `"REQUEST"`: ends at the quote that a status follows.
    @inline(__always) mutating func request(_ sink: inout EventSink) -> Bool {
        if bareRequest(&sink) { return true }
        skipToQuote()
        passOverHost(&sink)
        guard at < line.count, line.start[at] == ASCII.quote else { return sink.fail(.badHeader, at: at) }
        let from = at + 1
        var fallback = -1
        var search = from
        while let quote = find(ASCII.quote, search) {
            if isStatus(quote + 1) {
                if line.start[quote - 1] != ASCII.backslash || quote == from {
                    RequestLine.decode(line.slice(from, quote), &sink)
                    at = quote + 1
                    return true
                }
                if fallback < 0 { fallback = quote }
            }
            search = quote + 1
        }
        guard fallback >= 0 else { return sink.fail(.badHeader, at: from) }
        RequestLine.decode(line.slice(from, fallback), &sink)
        at = fallback + 1
        return true
    }

    /// `METHOD TARGET[ HTTP/n.n] STATUS` without quotes around the request, as formats of one's own have it. The first
    /// status behind a version counts, or behind the target where there is none.
    private mutating func bareRequest(_ sink: inout EventSink) -> Bool {
        let from = at + 1
        guard from < line.count, line.start[at] == ASCII.space, ASCII.isLetter(line.start[from]) else { return false }
        let method = RequestLine.methodLength(line.dropping(from))
        let target = from + method + 1
        guard method >= 3, target < line.count, isTarget(target) else { return false }
        var end = tokenEnd(target)
        if !isStatus(end) {
            guard let version = line.firstIndex(of: " HTTP/", from: end) else { return false }
            end = tokenEnd(version + 1)
            guard isStatus(end) else { return false }
        }
        RequestLine.decode(line.slice(from, end), &sink)
        at = end
        return true
    }

    /// `/path`, `*` or `scheme://...` (RFC 9112, 3.2).
    private func isTarget(_ index: Int) -> Bool {
        if line.start[index] == ASCII.slash { return true }
        let word = line.slice(index, tokenEnd(index))
        return word == "*" || word.prefix(16).firstIndex(of: "://") != nil
    }

    /// Between the time and the request some formats put a word more (a host).
    @inline(__always) private mutating func skipToQuote() {
        let limit = min(line.count, at + 256)
        if at < limit, line.start[at] == ASCII.space, at + 1 < limit, line.start[at + 1] == ASCII.quote {
            at += 1
            return
        }
        while at < limit, line.start[at] != ASCII.quote { at += 1 }
    }

    /// `"HOST" ` before the request: a host of its own, with nothing but a space and the next quote behind it.
    private mutating func passOverHost(_ sink: inout EventSink) {
        guard let close = find(ASCII.quote, at + 1), close + 2 < line.count, line.start[close + 1] == ASCII.space,
            line.start[close + 2] == ASCII.quote, isHostName(line.slice(at + 1, close))
        else { return }
        addVirtualHost(line.slice(at + 1, close), &sink)
        at = close + 2
    }

    /// ` 200 `, ` 200` at the end, or ` - `.
    @inline(__always) private func isStatus(_ index: Int) -> Bool {
        guard index + 2 <= line.count, line.start[index] == ASCII.space else { return false }
        let text = line.start + index + 1
        if text[0] == ASCII.minus { return index + 2 == line.count || text[1] == ASCII.space }
        guard index + 4 <= line.count, ASCII.isDigit(text[0]), ASCII.isDigit(text[1]), ASCII.isDigit(text[2])
        else { return false }
        return index + 4 == line.count || text[3] == ASCII.space
    }

    // MARK: - Behind the request

    @inline(__always) mutating func statusAndBytes(_ sink: inout EventSink) -> Bool {
        at += 1
        var end = digitsEnd(at)
        if end - at == 3 {
            status =
                Int(line.start[at] &- 0x30) * 100 + Int(line.start[at + 1] &- 0x30) * 10
                + Int(line.start[at + 2] &- 0x30)
            sink.add(.httpResponseStatusCode, line.slice(at, end), type: .number)
        } else {
            end = tokenEnd(at)
        }
        at = min(end + 1, line.count)
        guard at < line.count, line.start[at] != ASCII.quote else { return true }
        end = digitsEnd(at)
        if end > at, end == line.count || line.start[end] == ASCII.space {
            sink.add(.httpResponseBodyBytes, line.slice(at, end), type: .number)
        } else {
            end = tokenEnd(at)
        }
        at = min(end + 1, line.count)
        return true
    }

    /// `"REFERRER" "AGENT" ["X-FORWARDED-FOR" ...]`.
    @inline(__always) mutating func quotedFields(_ sink: inout EventSink) {
        var number = 0
        while number < 3, let open = openingQuote() {
            guard let close = closingQuote(open + 1) else { return }
            let value = line.slice(open + 1, close)
            switch number {
            case 0: sink.addPresent(.httpRequestReferrer, value)
            case 1: sink.addPresent(.userAgentOriginal, value)
            default: if startsWithAddress(value) { sink.add(.httpForwardedFor, value) }
            }
            at = close + 1
            number += 1
        }
    }

    /// At hand, or a few bytes on.
    @inline(__always) private func openingQuote() -> Int? {
        if at < line.count, line.start[at] == ASCII.quote { return at }
        if at + 1 < line.count, line.start[at + 1] == ASCII.quote { return at + 1 }
        guard let open = find(ASCII.quote, at), open - at < 64 else { return nil }
        return open
    }

    /// A quote that no backslash takes away and that a space or the end follows; else the last quote of the line.
    @inline(__always) private func closingQuote(_ from: Int) -> Int? {
        var search = from
        while let quote = find(ASCII.quote, search) {
            let next = quote + 1
            if next == line.count || line.start[next] == ASCII.space {
                if quote == from || line.start[quote - 1] != ASCII.backslash || isEscapedBackslash(quote, from) {
                    return quote
                }
            }
            search = next
        }
        return nil
    }

    /// Whether the backslashes before `quote` are paired.
    private func isEscapedBackslash(_ quote: Int, _ from: Int) -> Bool {
        var index = quote
        while index > from, line.start[index - 1] == ASCII.backslash { index -= 1 }
        return (quote - index) % 2 == 0
    }

    private func startsWithAddress(_ text: Bytes) -> Bool {
        let end = text.firstIndex(of: ASCII.comma) ?? text.count
        return plainAddress(text.slice(0, end).trimmed) != nil
    }
}
