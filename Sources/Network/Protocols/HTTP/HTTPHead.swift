internal import Glibc
internal import Primitives

/// One header field of a message: ranges in `HTTPHead`'s memory.
struct HTTPField {
    var nameOffset: Int
    var nameLength: Int
    var valueOffset: Int
    var valueLength: Int
}

/// A request's or response's start line and header fields, taken apart. Reused from message to message.
///
/// As lenient as servers are: lines end with LF or CRLF, folded lines (RFC 9112 section 5.2) are joined by one space,
/// space before the colon is ignored, a line without a colon is a field without a value. Of a response, as browsers
/// are: lines also end with CR or LF CR, an indented line that is a field by itself is one, zero bytes are nothing.
final class HTTPHead {
    static let maximumFields = 256

    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private let fields = UnsafeMutablePointer<HTTPField>.allocate(capacity: maximumFields)
    private var used = 0
    private(set) var fieldCount = 0
    private var startLength = 0
    private var isResponse = false

    init(limit: Int) {
        capacity = limit + 2
        memory = .allocate(capacity: capacity)
    }

    deinit {
        memory.deallocate()
        fields.deallocate()
    }

    /// The start line without its line end.
    var startLine: Bytes { Bytes(start: memory, count: startLength) }

    func name(_ index: Int) -> Bytes { slice(fields[index].nameOffset, fields[index].nameLength) }
    func value(_ index: Int) -> Bytes { slice(fields[index].valueOffset, fields[index].valueLength) }

    private func slice(_ offset: Int, _ length: Int) -> Bytes { Bytes(start: memory + offset, count: length) }

    /// Whether field `index` is called `lowered` (lower case), whatever its case.
    func isNamed(_ index: Int, _ lowered: StaticString) -> Bool {
        fields[index].nameLength == lowered.utf8CodeUnitCount && name(index).equalsIgnoringCase(lowered)
    }

    /// The value of the first field of that name (lower case); nil where there is none.
    func first(_ lowered: StaticString) -> Bytes? {
        for index in 0..<fieldCount where isNamed(index, lowered) { return value(index) }
        return nil
    }

    /// Takes a head apart: start line, fields, and (where it is there) the empty line.
    func parse(_ head: Bytes, isResponse: Bool = false) {
        used = 0
        fieldCount = 0
        self.isResponse = isResponse
        let text = head.prefix(capacity - 2)
        var at = copyLine(text, from: 0)
        startLength = used
        while at < text.count {
            let lineStart = used
            let from = at
            at = copyLine(text, from: at)
            if used == lineStart {
                // Of a response, a lone CR is the end of a line and not of the head.
                if isResponse, text.start[from] == ASCII.carriageReturn, at == from + 1 { continue }
                break
            }
            while at < text.count, isFolded(text, at) { at = fold(text, from: at) }
            guard fieldCount < HTTPHead.maximumFields else { break }
            addField(lineStart, used)
        }
    }

    /// Appends the line at `from` without its end; answers where the next one begins.
    private func copyLine(_ text: Bytes, from: Int) -> Int {
        if isResponse { return copyResponseLine(text, from: from) }
        let end = text.firstIndex(of: ASCII.newline, from: from) ?? text.count
        var length = end - from
        if length > 0 && text.start[from + length - 1] == ASCII.carriageReturn { length -= 1 }
        memcpy(memory + used, text.start + from, length)
        used += length
        return min(end + 1, text.count)
    }

    private func copyResponseLine(_ text: Bytes, from: Int) -> Int {
        var end = from
        while end < text.count, text.start[end] != ASCII.newline, text.start[end] != ASCII.carriageReturn { end += 1 }
        memcpy(memory + used, text.start + from, end - from)
        used += end - from
        guard end < text.count else { return end }
        let isNewline = text.start[end] == ASCII.newline
        end += 1
        guard end < text.count else { return end }
        if !isNewline { return text.start[end] == ASCII.newline ? end + 1 : end }
        // LF CR, unless that CR begins a line end of its own.
        let isPair = text.start[end] == ASCII.carriageReturn
            && (end + 1 >= text.count || text.start[end + 1] != ASCII.newline)
        return isPair ? end + 1 : end
    }

    /// Whether the line at `at` goes on with the one before it.
    private func isFolded(_ text: Bytes, _ at: Int) -> Bool {
        if isResponse && text.start[at] == 0 { return true }
        guard text.start[at] == ASCII.space || text.start[at] == ASCII.tab else { return false }
        if !isResponse { return true }
        var end = at
        while end < text.count, text.start[end] == ASCII.space || text.start[end] == ASCII.tab { end += 1 }
        let from = end
        while end < text.count, ASCII.isAlphanumeric(text.start[end]) || text.start[end] == ASCII.minus { end += 1 }
        return end == from || end == text.count || text.start[end] != ASCII.colon
    }

    private func fold(_ text: Bytes, from: Int) -> Int {
        var at = from
        while at < text.count, text.start[at] == ASCII.space || text.start[at] == ASCII.tab
            || (isResponse && text.start[at] == 0)
        { at += 1 }
        memory[used] = ASCII.space
        used += 1
        return copyLine(text, from: at)
    }

    private func addField(_ from: Int, _ to: Int) {
        let line = slice(from, to - from)
        let colon = line.firstIndex(of: ASCII.colon) ?? line.count
        let name = isResponse ? cleaned(line.slice(0, colon)) : line.slice(0, colon).trimmed
        let value = line.dropping(min(colon + 1, line.count)).trimmed
        fields[fieldCount] = HTTPField(
            nameOffset: from + (name.start - line.start), nameLength: name.count,
            valueOffset: from + (value.start - line.start), valueLength: value.count)
        fieldCount += 1
    }

    /// A name without the control bytes around it and the zero bytes in it. Changes the memory that `name` lies in.
    private func cleaned(_ name: Bytes) -> Bytes {
        var from = 0
        var to = name.count
        while from < to, name.start[from] <= ASCII.space || name.start[from] == 0x7F { from += 1 }
        while to > from, name.start[to - 1] <= ASCII.space || name.start[to - 1] == 0x7F { to -= 1 }
        let target = memory + (name.start - UnsafePointer(memory))
        var kept = from
        for index in from..<to where name.start[index] != 0 {
            target[kept] = name.start[index]
            kept += 1
        }
        return name.slice(from, kept)
    }
}

extension Bytes {
    /// Whether `lowered` stands somewhere in them, ASCII letters folded and zero bytes passed over: how servers and
    /// browsers know codings, whatever stands around them.
    func holds(_ lowered: StaticString) -> Bool {
        for from in 0..<count {
            var at = from
            var matched = 0
            while at < count, matched < lowered.utf8CodeUnitCount {
                if start[at] != 0 {
                    if ASCII.lower(start[at]) != lowered.utf8Start[matched] { break }
                    matched += 1
                }
                at += 1
            }
            if matched == lowered.utf8CodeUnitCount { return true }
        }
        return false
    }
}

/// A request line taken apart (RFC 9112 section 3).
struct HTTPRequestLine {
    var method = Bytes.empty
    /// Up to the first space, as Suricata has it.
    var target = Bytes.empty
    /// What follows that space: the protocol, in a line in good order.
    var version = Bytes.empty
    /// Everything between method and protocol, where a target holds spaces.
    var wholeTarget = Bytes.empty

    init(_ line: Bytes) {
        let text = line.trimmed
        let methodEnd = HTTPRequestLine.space(text, from: 0)
        method = text.slice(0, methodEnd)
        let rest = text.dropping(methodEnd).trimmed
        let targetEnd = HTTPRequestLine.space(rest, from: 0)
        target = rest.slice(0, targetEnd)
        version = rest.dropping(targetEnd).trimmed
        wholeTarget = target
        if let last = rest.lastIndex(of: ASCII.space), last > targetEnd, rest.starts(with: "HTTP/", at: last + 1) {
            wholeTarget = rest.slice(0, last).trimmed
        }
    }

    private static func space(_ text: Bytes, from: Int) -> Int {
        var at = from
        while at < text.count, text.start[at] != ASCII.space, text.start[at] != ASCII.tab { at += 1 }
        return at
    }
}

/// A status line taken apart (RFC 9112 section 4).
struct HTTPStatusLine {
    var version = Bytes.empty
    var code = Bytes.empty
    var phrase = Bytes.empty

    init(_ line: Bytes) {
        let text = line.trimmed
        let first = text.firstIndex(of: ASCII.space) ?? text.count
        version = text.slice(0, first)
        let rest = text.dropping(first).trimmed
        let second = rest.firstIndex(of: ASCII.space) ?? rest.count
        code = rest.slice(0, second)
        phrase = rest.dropping(second).trimmed
    }
}
