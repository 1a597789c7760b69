internal import Primitives

/// Syslog records with their length in front (`octet counting`, RFC 6587 section 3.4.1), as a TCP capture or a relay's
/// spool holds them, as lines: `MSG-LEN SP SYSLOG-MSG`, one right behind the other, or a newline between.
///
/// A newline within a record becomes `#012`, as rsyslog writes it. Where no length stands, what follows is taken as a
/// line, up to its newline.
final class OctetFrames {
    /// Most digits of a length, and the longest record (`RawBatch` could not hold it whole).
    private static let longestCount = 7

    private enum State {
        case count
        case record
        /// Up to the end of a line that has no length.
        case line
    }

    let blocks = TranscoderBlocks()
    private var state = State.count
    private var digits: [UInt8] = []
    private var left = 0
    private var ended = false

    var restarted: OctetFrames { OctetFrames() }

    /// Nil where the content does not begin with a length, a space, a `<PRI>`, and, where that length ends, another one
    /// or nothing.
    static func detect(_ head: Bytes) -> OctetFrames? {
        guard let first = frame(head, 0) else { return nil }
        var end = first
        if end < head.count, head.start[end] == ASCII.newline { end += 1 }
        guard end >= head.count || frame(head, end) != nil || isCutFrame(head, end) else { return nil }
        let made = OctetFrames()
        made.blocks.take(head)
        made.convert()
        return made
    }

    /// Where the record ends whose length begins at `from`.
    private static func frame(_ head: Bytes, _ from: Int) -> Int? {
        var at = from
        var length = 0
        while at < head.count, ASCII.isDigit(head.start[at]), at - from < longestCount {
            length = length * 10 + Int(head.start[at] - 0x30)
            at += 1
        }
        guard at > from, head.start[from] != ASCII.zero, at + 2 < head.count, head.start[at] == ASCII.space,
            head.start[at + 1] == ASCII.less, ASCII.isDigit(head.start[at + 2])
        else { return nil }
        return at + 1 + length
    }

    /// The head ends within the next length.
    private static func isCutFrame(_ head: Bytes, _ from: Int) -> Bool {
        guard head.count - from < longestCount + 3 else { return false }
        return (from..<head.count).allSatisfy {
            ASCII.isDigit(head.start[$0]) || head.start[$0] == ASCII.space || head.start[$0] == ASCII.less
        }
    }

    func read(
        into target: UnsafeMutablePointer<UInt8>, _ capacity: Int,
        from source: (UnsafeMutablePointer<UInt8>, Int) -> Int
    ) -> Int {
        while !blocks.hasPending {
            if ended { return 0 }
            if blocks.fill(source) == 0 {
                ended = true
                blocks.beginOutput()
                for digit in digits { blocks.push(digit) }
                if state != .count || !digits.isEmpty { blocks.push(ASCII.newline) }
            } else {
                convert()
            }
        }
        return blocks.hand(to: target, capacity)
    }

    private func convert() {
        blocks.beginOutput()
        for index in 0..<blocks.inputCount { take(blocks.input[index]) }
    }

    private func take(_ byte: UInt8) {
        switch state {
        case .count: takeCount(byte)
        case .line:
            blocks.push(byte)
            if byte == ASCII.newline { state = .count }
        case .record:
            left -= 1
            if byte != ASCII.newline { blocks.push(byte) } else if left > 0 { blocks.push("#012") }
            if left == 0 {
                blocks.push(ASCII.newline)
                state = .count
            }
        }
    }

    private func takeCount(_ byte: UInt8) {
        if ASCII.isDigit(byte), digits.count < OctetFrames.longestCount {
            digits.append(byte)
            return
        }
        if digits.isEmpty, byte == ASCII.newline { return }
        let length = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        if byte == ASCII.space, length > 0 {
            left = length
            state = .record
        } else {
            for digit in digits { blocks.push(digit) }
            blocks.push(byte)
            state = byte == ASCII.newline ? .count : .line
        }
        digits.removeAll(keepingCapacity: true)
    }
}
