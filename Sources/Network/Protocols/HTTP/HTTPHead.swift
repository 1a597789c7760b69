internal import Glibc
internal import Primitives

/// One header field of a message: ranges in `HTTPHead`'s memory.
struct HTTPField {
    var nameOffset: Int
    var nameLength: Int
    var valueOffset: Int
    var valueLength: Int
    var hasColon = true
    var hasSpaceBeforeColon = false
}

/// A request's or response's start line and header fields, taken apart. Reused from message to message.
///
/// As lenient as servers are: lines end with LF or CRLF, folded lines (RFC 9112 section 5.2) are joined by one space,
/// space before the colon is ignored, a line without a colon is a field without a value.
final class HTTPHead {
    static let maximumFields = 256

    private let memory: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private let fields = UnsafeMutablePointer<HTTPField>.allocate(capacity: maximumFields)
    @exclusivity(unchecked) private var used = 0
    @exclusivity(unchecked) private(set) var fieldCount = 0
    @exclusivity(unchecked) private var startLength = 0
    /// The first line behind the start line goes on a field that is not there (RFC 9112 section 5.2).
    @exclusivity(unchecked) private(set) var beginsFolded = false

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

    func hasColon(_ index: Int) -> Bool { fields[index].hasColon }
    func hasSpaceBeforeColon(_ index: Int) -> Bool { fields[index].hasSpaceBeforeColon }

    private func slice(_ offset: Int, _ length: Int) -> Bytes { Bytes(start: memory + offset, count: length) }

    /// Whether field `index` is called `lowered` (lower case), whatever its case.
    func isNamed(_ index: Int, _ lowered: StaticString) -> Bool {
        fields[index].nameLength >= lowered.utf8CodeUnitCount && HTTPWords.equal(name(index), lowered)
    }

    /// The value of the first field of that name (lower case); nil where there is none.
    func first(_ lowered: StaticString) -> Bytes? {
        for index in 0..<fieldCount where isNamed(index, lowered) { return value(index) }
        return nil
    }

    /// The value of the last field of that name (lower case); nil where there is none.
    func last(_ lowered: StaticString) -> Bytes? {
        for index in (0..<fieldCount).reversed() where isNamed(index, lowered) { return value(index) }
        return nil
    }

    /// The values of all fields of that name (lower case), with commas between them; nil where there is none.
    func joined(_ lowered: StaticString) -> Bytes? {
        var first: Int?
        var from = used
        for index in 0..<fieldCount where isNamed(index, lowered) {
            guard let before = first else {
                first = index
                continue
            }
            if from == used { keep(value(before).start, value(before).count) }
            keep(",")
            keep(value(index).start, value(index).count)
        }
        guard let first else { return nil }
        swap(&from, &used)
        return used == from ? value(first) : slice(used, from - used)
    }

    private func keep(_ text: StaticString) { keep(text.utf8Start, text.utf8CodeUnitCount) }

    /// Takes a head apart: start line, fields, and (where it is there) the empty line.
    func parse(_ head: Bytes) {
        used = 0
        fieldCount = 0
        let text = head.prefix(capacity - 2)
        var at = copyLine(text, from: 0)
        startLength = used
        beginsFolded = at < text.count && (text.start[at] == ASCII.space || text.start[at] == ASCII.tab)
        while at < text.count {
            let lineStart = used
            at = copyLine(text, from: at)
            if used == lineStart { break }
            while at < text.count, text.start[at] == ASCII.space || text.start[at] == ASCII.tab {
                at = fold(text, from: at)
            }
            guard fieldCount < HTTPHead.maximumFields else { break }
            addField(lineStart, used)
        }
    }

    /// Takes the head of a response apart and answers where it ends; nil where its end has not come.
    func parseResponse(_ head: Bytes, isFinal: Bool) -> Int? {
        used = 0
        fieldCount = 0
        startLength = 0
        var scanner = HTTPResponseScanner(
            bytes: head.prefix(capacity - 2), isFinal: isFinal, target: memory, capacity: capacity, used: 0)
        guard let line = scanner.startLine() else { return nil }
        keep(head.start + line.lowerBound, line.count)
        startLength = used
        while true {
            guard let isOver = scanner.isOver() else { return nil }
            if isOver || fieldCount == HTTPHead.maximumFields { return scanner.at }
            let from = used
            scanner.used = from
            guard let name = scanner.field() else { return nil }
            used = scanner.used
            let value = HTTPWords.trimmed(slice(from, used - from))
            let nameFrom = used
            keep(head.start + name.lowerBound, name.count)
            let own = HTTPWords.trimmed(slice(nameFrom, used - nameFrom))
            let base = UnsafePointer(memory)
            let nameOffset: Int = own.start - base
            let valueOffset: Int = value.start - base
            fields[fieldCount] = HTTPField(
                nameOffset: nameOffset, nameLength: own.count, valueOffset: valueOffset, valueLength: value.count)
            fieldCount += 1
        }
    }

    private func keep(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
        let length = min(count, capacity - used)
        memcpy(memory + used, bytes, length)
        used += length
    }

    /// Appends the line at `from` without its end; answers where the next one begins.
    private func copyLine(_ text: Bytes, from: Int) -> Int {
        let end = text.firstIndex(of: ASCII.newline, from: from) ?? text.count
        var length = end - from
        if length > 0 && text.start[from + length - 1] == ASCII.carriageReturn { length -= 1 }
        memcpy(memory + used, text.start + from, length)
        used += length
        return min(end + 1, text.count)
    }

    private func fold(_ text: Bytes, from: Int) -> Int {
        var at = from
        while at < text.count, text.start[at] == ASCII.space || text.start[at] == ASCII.tab { at += 1 }
        memory[used] = ASCII.space
        used += 1
        return copyLine(text, from: at)
    }

    private func addField(_ from: Int, _ to: Int) {
        let line = slice(from, to - from)
        let colon = line.firstIndex(of: ASCII.colon) ?? line.count
        let name = HTTPWords.trimmed(line.slice(0, colon))
        let value = HTTPWords.trimmed(line.dropping(min(colon + 1, line.count)))
        fields[fieldCount] = HTTPField(
            nameOffset: from + (name.start - line.start), nameLength: name.count,
            valueOffset: from + (value.start - line.start), valueLength: value.count, hasColon: colon < line.count,
            hasSpaceBeforeColon: colon > 0 && colon < line.count && HTTPWords.isSpace(line[colon - 1]))
        fieldCount += 1
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
