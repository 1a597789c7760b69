internal import Primitives

/// A key as an analyst pressed it.
package enum DeskKey: Hashable, Sendable {
    case text(String)
    case enter
    case escape
    case tab
    case backspace
    case delete
    case up
    case down
    case left
    case right
    case pageUp
    case pageDown
    case home
    case end
    /// With Control: the letter, small.
    case control(Character)
    /// Pasted: never a command, whatever it says.
    case paste(String)
}

/// Reads keys from what a terminal sends (xterm's sequences, which screen, tmux and the Linux console use too).
package struct KeyReader: Sendable {
    private var pending: [UInt8] = []
    private static let maximumSequence = 32
    private static let maximumPaste = 64 << 10

    package init() {}

    /// Whether the beginning of a sequence waits for its end; where none comes, it was the Escape key.
    package var isWaiting: Bool { !pending.isEmpty }

    /// The keys that are complete with these bytes.
    package mutating func keys(_ bytes: [UInt8]) -> [DeskKey] {
        pending += bytes
        var keys: [DeskKey] = []
        while let (key, length) = KeyReader.next(pending) {
            if let key { keys.append(key) }
            pending.removeFirst(min(length, pending.count))
        }
        if pending.count > KeyReader.maximumPaste { pending.removeAll() }
        return keys
    }

    /// After a pause: what waits is taken for what it is.
    package mutating func flush() -> [DeskKey] {
        guard pending.first == 0x1B else {
            pending.removeAll()
            return []
        }
        pending.removeAll()
        return [.escape]
    }

    /// The first key and how many bytes it is; nil where more is needed. No key: bytes that mean nothing.
    private static func next(_ bytes: [UInt8]) -> (key: DeskKey?, length: Int)? {
        guard let first = bytes.first else { return nil }
        switch first {
        case 0x1B: return escape(bytes)
        case 0x0D, 0x0A: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7F, 0x08: return (.backspace, 1)
        case 0x01...0x1A: return (.control(Character(Unicode.Scalar(first + 0x60))), 1)
        case 0..<0x20: return (nil, 1)
        default: return letter(bytes)
        }
    }

    private static func letter(_ bytes: [UInt8]) -> (DeskKey?, Int)? {
        let length =
            switch bytes[0] {
            case 0..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        if length == 0 { return (nil, 1) }
        let known = bytes.prefix(length)
        if let bad = known.dropFirst().firstIndex(where: { $0 & 0xC0 != 0x80 }) { return (nil, bad) }
        guard known.count == length else { return nil }
        return String(validating: known, as: UTF8.self).map { (.text($0), length) } ?? (nil, length)
    }

    private static let pasteStart = Array("\u{1b}[200~".utf8)
    private static let pasteEnd = Array("\u{1b}[201~".utf8)

    private static func escape(_ bytes: [UInt8]) -> (DeskKey?, Int)? {
        guard bytes.count > 1 else { return nil }
        if bytes.starts(with: pasteStart) { return paste(bytes) }
        switch bytes[1] {
        case 0x4F:
            guard bytes.count > 2 else { return nil }
            return (named(bytes[2], ""), 3)
        case 0x5B:
            guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7E).contains($0) }) else {
                return bytes.count > maximumSequence ? (nil, bytes.count) : nil
            }
            return (named(bytes[end], String(decoding: bytes[2..<end], as: UTF8.self)), end + 1)
        case 0x1B: return (.escape, 1)
        // Alt and a letter mean nothing here: the letter alone might close an incident.
        default: return (nil, 2)
        }
    }

    private static func paste(_ bytes: [UInt8]) -> (DeskKey?, Int)? {
        var at = pasteStart.count
        while at + pasteEnd.count <= bytes.count {
            if bytes[at] == 0x1B, bytes[at...].starts(with: pasteEnd) {
                let text = String(decoding: bytes[pasteStart.count..<at], as: UTF8.self)
                return (.paste(text), at + pasteEnd.count)
            }
            at += 1
        }
        return nil
    }

    /// By the final letter; with `~` by the number before it.
    private static func named(_ final: UInt8, _ parameters: String) -> DeskKey? {
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return .right
        case UInt8(ascii: "D"): return .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M"): return .enter
        case UInt8(ascii: "~"):
            let keys: [Substring: DeskKey] = [
                "1": .home, "7": .home, "4": .end, "8": .end, "3": .delete, "5": .pageUp, "6": .pageDown,
            ]
            return parameters.split(separator: ";").first.flatMap { keys[$0] }
        default: return nil
        }
    }
}
