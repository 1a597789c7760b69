internal import Primitives

/// Bytes behind a line that are no text (RFC 9051 section 4.3): `{5}`, `{5+}`.
struct IMAPLiteral {
    /// Digits that a length may have: more than that fits no `Int`.
    private static let maximumDigits = 18
    static let opening: UInt8 = 0x7B
    private static let closing: UInt8 = 0x7D

    var length: Int

    /// The literal that a line announces at its end; nil where it announces none.
    init?(endOf line: Bytes) {
        guard line.count > 2, line[line.count - 1] == IMAPLiteral.closing else { return nil }
        var end = line.count - 1
        // The client does not wait for the server's consent (RFC 7888 section 3).
        if line[end - 1] == ASCII.plus { end -= 1 }
        guard let open = line.lastIndex(of: IMAPLiteral.opening, before: end),
            end - open - 1 <= IMAPLiteral.maximumDigits, let length = line.slice(open + 1, end).decimal
        else { return nil }
        // Elsewhere it is a part of a word.
        if open > 0 {
            let before = line[open - 1]
            guard before == ASCII.space || before == ASCII.openParenthesis || before == 0x7E else { return nil }
        }
        self.length = length
    }
}

/// One direction of a connection: whole lines, and how much of a literal is still to come. Of a line that is too long
/// its beginning is kept, and its end, which may announce a literal. A plain value in a pool's memory: whoever owns it
/// calls `free`.
struct IMAPLines {
    private static let headLimit = 2016
    private static let tailLimit = 32

    private var held = ByteStore()
    private var isCut = false
    /// Bytes of a literal that are still to come.
    private(set) var literal = 0
    /// The next line goes on with a command or an answer, behind a literal.
    private(set) var continues = false
    /// There was no room: where the next line begins is not known.
    private(set) var isLost = false

    /// A line without its end, valid until `forget`, and the bytes behind it. No line: all bytes were taken.
    mutating func next(_ bytes: Bytes, _ meter: MemoryMeter) -> (line: Bytes?, rest: Bytes) {
        guard let end = bytes.firstIndex(of: ASCII.newline) else {
            keep(bytes, meter)
            return (nil, .empty)
        }
        let part = bytes.slice(0, end)
        let rest = bytes.dropping(end + 1)
        if held.count == 0, part.count <= IMAPLines.headLimit { return (part.withoutReturn, rest) }
        keep(part, meter)
        return (held.bytes.withoutReturn, rest)
    }

    /// The line is done with.
    mutating func forget(_ meter: MemoryMeter) {
        held.free(meter)
        isCut = false
    }

    private mutating func keep(_ part: Bytes, _ meter: MemoryMeter) {
        if isLost { return }
        if isCut { return keepTail(part, meter) }
        let room = part.prefix(IMAPLines.headLimit - held.count)
        guard held.append(room, limit: IMAPLines.headLimit, meter) else {
            isLost = true
            return
        }
        isCut = room.count < part.count
        if isCut { keepTail(part.dropping(room.count), meter) }
    }

    private mutating func keepTail(_ part: Bytes, _ meter: MemoryMeter) {
        let limit = IMAPLines.headLimit + IMAPLines.tailLimit
        let more = part.dropping(max(part.count - IMAPLines.tailLimit, 0))
        let old = held.bytes.dropping(IMAPLines.headLimit)
        let stays = min(old.count, IMAPLines.tailLimit - more.count)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: IMAPLines.tailLimit) { kept in
            guard let base = kept.baseAddress else { return }
            for index in 0..<stays { base[index] = old[old.count - stays + index] }
            held.cut(to: IMAPLines.headLimit)
            let isWhole =
                held.append(Bytes(start: base, count: stays), limit: limit, meter)
                && held.append(more, limit: limit, meter)
            if !isWhole { isLost = true }
        }
    }

    // MARK: Literals

    /// What is announced comes now.
    mutating func begin(_ announced: IMAPLiteral) {
        literal = announced.length
        continues = true
    }

    /// The part of these bytes that belongs to the literal.
    mutating func takeLiteral(_ bytes: Bytes) -> Bytes {
        let part = bytes.prefix(literal)
        literal -= part.count
        return part
    }

    /// The line at hand goes on from the one before: answers whether it does, once.
    mutating func takeContinuation() -> Bool {
        defer { continues = false }
        return continues
    }

    /// What was announced does not come: a new line begins.
    mutating func beginAnew() {
        literal = 0
        continues = false
    }

    /// So many bytes are missing. True where all of them belong to the literal.
    mutating func pass(_ count: Int, _ meter: MemoryMeter) -> Bool {
        if count <= literal {
            literal -= count
            return true
        }
        beginAnew()
        forget(meter)
        return false
    }

    mutating func free(_ meter: MemoryMeter) { held.free(meter) }
}
