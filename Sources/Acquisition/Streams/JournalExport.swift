internal import Primitives

/// systemd's Journal Export Format (`journalctl -o export`, what `systemd-journal-upload` sends) as JSON Lines, which
/// `journalctl -o json` would have printed. https://systemd.io/JOURNAL_EXPORT_FORMATS/
///
/// An entry is a run of fields ended by an empty line. A field is `NAME=value`, or, where the value is binary, `NAME`,
/// a newline, its length as 64 bits little-endian, the value, a newline. Control bytes of a value are escaped; what is
/// no UTF-8 stays as it is. What cannot be a field is passed over to the end of its line.
final class JournalExport {
    /// Longest name (`_SOURCE_REALTIME_TIMESTAMP` has 26).
    private static let longestName = 64

    private enum State {
        case name
        /// A value up to the newline.
        case text
        /// The eight bytes of a length.
        case length
        case binary
        /// The newline behind a binary value.
        case afterBinary
        /// Up to the end of a line that is no field.
        case skip
    }

    let blocks = TranscoderBlocks()
    private var state = State.name
    private var name: [UInt8] = []
    private var length: UInt64 = 0
    private var lengthBytes = 0
    private var isOpen = false
    private var ended = false

    var restarted: JournalExport { JournalExport() }

    /// Nil where the content does not begin with a field that every entry has first.
    static func detect(_ head: Bytes) -> JournalExport? {
        guard head.starts(with: "__CURSOR=") || head.starts(with: "__REALTIME_TIMESTAMP=") else { return nil }
        let made = JournalExport()
        made.blocks.take(head)
        made.convert()
        return made
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
                finishEntry()
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
        case .name: takeName(byte)
        case .text:
            if byte == ASCII.newline { endValue() } else { pushEscaped(byte) }
        case .length:
            length |= UInt64(byte) << UInt64(8 * lengthBytes)
            lengthBytes += 1
            if lengthBytes == 8 {
                beginValue()
                state = length == 0 ? .afterBinary : .binary
            }
        case .binary:
            pushEscaped(byte)
            length -= 1
            if length == 0 { state = .afterBinary }
        case .afterBinary: endValue()
        case .skip: if byte == ASCII.newline { state = .name }
        }
    }

    private func takeName(_ byte: UInt8) {
        if byte == ASCII.equals, !name.isEmpty {
            beginValue()
            state = .text
        } else if byte == ASCII.newline {
            if name.isEmpty { return finishEntry() }
            state = .length
            length = 0
            lengthBytes = 0
        } else if name.count < JournalExport.longestName, ASCII.isAlphanumeric(byte) || byte == ASCII.underscore {
            name.append(byte)
        } else {
            name.removeAll(keepingCapacity: true)
            state = .skip
        }
    }

    private func beginValue() {
        blocks.push(isOpen ? ASCII.comma : 0x7B)
        isOpen = true
        blocks.push(ASCII.quote)
        for byte in name { blocks.push(byte) }
        blocks.push("\":\"")
        name.removeAll(keepingCapacity: true)
    }

    private func endValue() {
        blocks.push(ASCII.quote)
        state = .name
    }

    private func finishEntry() {
        if state == .text || state == .binary || state == .afterBinary { blocks.push(ASCII.quote) }
        state = .name
        if isOpen { blocks.push("}\n") }
        isOpen = false
    }

    private func pushEscaped(_ byte: UInt8) {
        if byte == ASCII.quote || byte == ASCII.backslash { blocks.push(ASCII.backslash) }
        guard byte < 0x20 else { return blocks.push(byte) }
        blocks.push("\\u00")
        blocks.push(0x30 + byte >> 4)
        let low = byte & 15
        blocks.push(low < 10 ? 0x30 + low : 0x57 + low)
    }
}
