internal import Glibc
internal import Primitives

/// Header fields of a response, read as browsers read them, which is what an attacker's server counts on: lines end
/// with CRLF, LF, LF CR or CR alone; a line that begins with a blank or NUL goes on with the field before it, unless it
/// looks like a field itself. The forms are those that Suricata's HTTP parser documents in its tests.
///
/// One scan over the bytes of a head; each byte is looked at a few times at most.
struct HTTPResponseScanner {
    /// Whether a status line stands at the beginning (RFC 9112 section 4): version, blank, three digits.
    static func beginsResponse(_ bytes: Bytes) -> Bool {
        bytes.count >= 12 && bytes.starts(with: "HTTP/1.") && ASCII.isDigit(bytes[7]) && bytes[8] == ASCII.space
            && (9..<12).allSatisfy { ASCII.isDigit(bytes[$0]) }
    }

    /// Lines that one field may be folded over.
    private static let maximumFolds = 128

    let bytes: Bytes
    /// Nothing more will come: what stands at the end counts as it is.
    let isFinal: Bool
    /// Where values are written to, how much fits, and how much was written.
    let target: UnsafeMutablePointer<UInt8>
    let capacity: Int
    var used: Int
    var at = 0

    /// A stretch of a value: its bytes, the line end behind it, and whether the next line goes on with it.
    private struct Piece {
        var value: Range<Int>
        var endLength: Int
        /// Place of the blank with which the next line begins; nil where the value is over.
        var fold: Int?
        var next: Int
    }

    private func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes.start[index] : nil }

    private func isEnd(_ byte: UInt8?) -> Bool { byte == ASCII.newline || byte == ASCII.carriageReturn }

    private func isBlank(_ byte: UInt8?) -> Bool { byte == ASCII.space || byte == ASCII.tab }

    private func isFold(_ byte: UInt8?) -> Bool { isBlank(byte) || byte == 0 }

    /// Length of the line end at `index`; 0 where there is none.
    func lineEnd(at index: Int) -> Int {
        switch byte(index) {
        case ASCII.carriageReturn: byte(index + 1) == ASCII.newline ? 2 : 1
        case ASCII.newline: byte(index + 1) == ASCII.carriageReturn ? 2 : 1
        default: 0
        }
    }

    /// Two odd line ends that are one: LF CR CR LF before an empty line, and CR LF CR with blanks behind it.
    private func oddLineEnd(at index: Int) -> Int {
        let rest = bytes.dropping(index)
        if rest.starts(with: "\n\r\r\n"), byte(index + 4) == ASCII.newline || rest.starts(with: "\r\n", at: 4) {
            return 4
        }
        guard rest.starts(with: "\r\n\r") else { return 0 }
        var end = index + 3
        while isBlank(byte(end)) || byte(end) == ASCII.carriageReturn { end += 1 }
        guard end > index + 3 else { return 0 }
        if byte(end) == ASCII.newline { end += 1 }
        if byte(end) == ASCII.newline || bytes.dropping(min(end, bytes.count)).starts(with: "\r\n") { return 0 }
        return end - index
    }

    /// The start line, without its end. Nil where more must come.
    mutating func startLine() -> Range<Int>? {
        let from = at
        var end = at
        while let next = byte(end), !isEnd(next) { end += 1 }
        let length = lineEnd(at: end)
        // What follows tells how long a line end is.
        guard isFinal || end + length < bytes.count else { return nil }
        at = end + length
        return from..<end
    }

    /// Whether the head's last line end stands here; steps behind it.
    mutating func isOver() -> Bool? {
        let length = lineEnd(at: at)
        if length == 0 { return at >= bytes.count ? (isFinal ? true : nil) : false }
        if length == 1, at + 1 >= bytes.count, !isFinal, byte(at) == ASCII.carriageReturn { return nil }
        at += length
        return true
    }

    /// The next field: its name (empty where there is no colon); its value is written behind `used`. Nil where more
    /// must come.
    mutating func field() -> Range<Int>? {
        let name = fieldName()
        var from = name.upperBound
        if byte(from) == ASCII.colon {
            from += 1
            while isBlank(byte(from)) { from += 1 }
        } else {
            from = name.lowerBound
        }
        guard readValue(from) else { return nil }
        return byte(name.upperBound) == ASCII.colon ? name : name.lowerBound..<name.lowerBound
    }

    /// Up to the colon; a line end followed by a space is part of the name.
    private func fieldName() -> Range<Int> {
        var ended: UInt8 = 0
        var index = at
        while let next = byte(index) {
            if ended == 0 {
                if next == ASCII.colon { return at..<index }
                if isEnd(next) { ended = next }
            } else if next == ASCII.space {
                ended = 0
            } else if next == ASCII.newline && ended == ASCII.carriageReturn {
                ended = next
            } else {
                return at..<at
            }
            index += 1
        }
        return at..<at
    }

    private func piece(_ from: Int) -> Piece? {
        var end = from
        while let next = byte(end), !isEnd(next) { end += 1 }
        let length = lineEnd(at: end)
        let next = end + length
        guard next < bytes.count else {
            return isFinal ? Piece(value: from..<end, endLength: length, fold: nil, next: next) : nil
        }
        if isFold(byte(next)) { return Piece(value: from..<end, endLength: length, fold: next, next: next + 1) }
        let odd = oddLineEnd(at: end)
        return Piece(value: from..<end, endLength: odd > 0 ? odd : length, fold: nil, next: end + max(odd, length))
    }

    private mutating func readValue(_ from: Int) -> Bool {
        guard let first = piece(from) else { return false }
        write(first.value)
        at = first.next
        var written = first.value.count
        var fold = first.fold
        var next = first.next
        var folds = 0
        while let blank = fold, folds < HTTPResponseScanner.maximumFolds {
            switch looksLikeField(next) {
            case nil: return false
            case true?:
                at = next
                return true
            case false?: break
            }
            guard let more = piece(next) else { return false }
            next = more.next
            if written > 0 { write(blank..<blank + 1) }
            if !more.value.isEmpty || more.endLength > 1 {
                at = next
                write(more.value)
                written += more.value.count
            } else if byte(next) == ASCII.newline {
                at = next
            }
            fold = more.fold
            folds += 1
        }
        return true
    }

    private mutating func write(_ range: Range<Int>) {
        let length = min(range.count, capacity - used)
        memcpy(target + used, bytes.start + range.lowerBound, length)
        used += length
    }

    /// A token and a colon; nil where more must come to tell.
    private func looksLikeField(_ from: Int) -> Bool? {
        var index = from
        while isBlank(byte(index)) { index += 1 }
        let token = index
        while let next = byte(index), HTTPResponseScanner.isToken(next) { index += 1 }
        if index == token { return index >= bytes.count && !isFinal ? nil : false }
        while isBlank(byte(index)) { index += 1 }
        guard let next = byte(index) else { return isFinal ? false : nil }
        return next == ASCII.colon
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x28, 0x29, 0x2C, 0x2F, 0x3A...0x40, 0x5B...0x5D, 0x7B, 0x7D: false
        default: byte > 0x20 && byte < 0x7F
        }
    }
}

extension HTTPResponseScanner {
    /// Whether bytes at the start of a response are its body, as browsers take them: no "HTTP" behind blanks and NULs.
    static func isBody(_ bytes: Bytes) -> Bool {
        var at = 0
        while at < bytes.count, bytes.start[at] <= ASCII.space,
            bytes.start[at] == 0 || bytes.start[at] &- 9 < 5
                || bytes.start[at] == ASCII.space
        { at += 1 }
        let word = bytes.dropping(at).prefix(4)
        let wanted: StaticString = "http"
        for index in 0..<word.count where ASCII.lower(word.start[index]) != wanted.utf8Start[index] { return true }
        return false
    }

    private static func isBlankOrReturn(_ byte: UInt8) -> Bool {
        byte == ASCII.space || byte == ASCII.tab || byte == ASCII.carriageReturn
    }

    /// Length of a line of nothing but blanks and returns, with its end; 0 where there is none.
    static func blankLine(_ bytes: Bytes) -> Int {
        var at = 0
        while at < bytes.count, isBlankOrReturn(bytes.start[at]) { at += 1 }
        return at > 0 && at < bytes.count && bytes.start[at] == ASCII.newline ? at + 1 : 0
    }

    /// Length of a line that browsers pass over before a status line: one with an H right behind it, or of blanks.
    static func junkLine(_ bytes: Bytes) -> Int {
        guard let newline = bytes.firstIndex(of: ASCII.newline), newline + 1 < bytes.count else { return 0 }
        let line = HTTPWords.trimmed(bytes.slice(0, newline))
        return bytes.start[newline + 1] == 0x48 || line.isEmpty ? newline + 1 : 0
    }
}
