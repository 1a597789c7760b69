package import Primitives

/// The form of a value that a judge spoke of.
package enum AttackForm: UInt8, Sendable, CaseIterable {
    case raw
    case decoded
    case decodedTwice
    case decodedThrice
    case base64
    case html
    case script
    case folded

    package var name: StaticString {
        switch self {
        case .raw: "raw"
        case .decoded: "url-decoded"
        case .decodedTwice: "url-decoded-2"
        case .decodedThrice: "url-decoded-3"
        case .html: "html-decoded"
        case .script: "script-unescaped"
        case .folded: "unicode-folded"
        case .base64: "base64-decoded"
        }
    }
}

/// Makes the decoded forms of a value one after the other, in memory that is kept.
package struct AttackForms: ~Copyable {
    private let buffers: UnsafeMutablePointer<UInt8>
    private let folded: UnsafeMutablePointer<UInt8>
    private let table = ByteClasses.table.base
    private var current = 0
    private(set) var length = 0
    package private(set) var form = AttackForm.raw

    /// What lies behind this many bytes of a value is not judged.
    static let maximumBytes = 64 << 10

    package init() {
        buffers = .allocate(capacity: AttackForms.maximumBytes * 2)
        folded = .allocate(capacity: AttackForms.maximumBytes)
    }

    deinit {
        buffers.deallocate()
        folded.deallocate()
    }

    private var here: UnsafeMutablePointer<UInt8> { buffers + current * AttackForms.maximumBytes }
    private var there: UnsafeMutablePointer<UInt8> {
        buffers + (1 - current) * AttackForms.maximumBytes
    }
    /// The value in the present form, valid until the next.
    package var bytes: Bytes { Bytes(start: here, count: length) }

    /// Begins with `value`, percent-decoded once where it has escapes. `spaces`: `+` stands for a space.
    package mutating func begin(_ value: Bytes, spaces: Bool) {
        let given = value.prefix(AttackForms.maximumBytes)
        let decoded = PercentDecoder.decode(given, spaces: spaces, into: here)
        form = decoded < 0 ? .raw : .decoded
        if decoded < 0 { here.update(from: given.start, count: given.count) }
        length = decoded < 0 ? given.count : decoded
    }

    /// The next form; false where there is none that differs.
    package mutating func advance() -> Bool { advance(text().classes) }

    /// `classes`: of the present form's bytes.
    mutating func advance(_ classes: ByteClasses) -> Bool {
        while let next = AttackForm(rawValue: form.rawValue + 1) {
            form = next
            guard AttackForms.mayDiffer(next, classes) else { continue }
            let count = make(next)
            if count >= 0 {
                current = 1 - current
                length = count
                return true
            }
        }
        return false
    }

    /// Whether a text of these bytes can have such a form.
    private static func mayDiffer(_ form: AttackForm, _ classes: ByteClasses) -> Bool {
        switch form {
        case .raw, .decoded: false
        case .decodedTwice, .decodedThrice: classes.contains(.percent)
        case .base64:
            classes.isDisjoint(with: [.space, .high, .dot, .colon, .quote, .doubleQuote, .angle])
        case .html: classes.contains(.ampersand)
        case .script: classes.contains(.backslash)
        case .folded: classes.contains(.lead)
        }
    }

    private func make(_ next: AttackForm) -> Int {
        let text = bytes
        switch next {
        case .raw, .decoded: return -1
        case .decodedTwice, .decodedThrice:
            return PercentDecoder.decode(text, spaces: false, into: there)
        case .html: return EntityDecoder.decode(text, into: there)
        case .script: return unescaped(text)
        case .folded: return LetterFolder.fold(text, into: there)
        case .base64: return Base64Text.decode(text, into: there)
        }
    }

    /// nginx writes a backslash as `\x5C`: what it stood before is an escape in its turn.
    private func unescaped(_ text: Bytes) -> Int {
        let length = ScriptUnescaper.decode(text, into: there)
        guard length > 0 else { return length }
        let once = Bytes(start: there, count: length)
        guard once.firstIndex(of: ASCII.backslash) != nil else { return length }
        // No escape is shorter than what it stands for: the text is read ahead of where it is written.
        let twice = ScriptUnescaper.decode(once, into: there)
        return twice < 0 ? length : twice
    }

    /// What the judges read of the present form, valid until the next.
    func text() -> AttackText {
        var classes: UInt32 = 0
        for index in 0..<length {
            let byte = here[index]
            classes |= table[Int(byte)]
            folded[index] = ASCII.lower(byte)
        }
        return AttackText(
            bytes: Bytes(start: folded, count: length), original: bytes,
            classes: ByteClasses(rawValue: classes))
    }
}

/// Percent-escapes, with what servers take besides RFC 3986: `%u0041` (IIS), a second `%` before an escape.
enum PercentDecoder {
    /// Answers the length, or -1 where nothing changed. `out` has room for as many bytes.
    static func decode(_ bytes: Bytes, spaces: Bool, into out: UnsafeMutablePointer<UInt8>) -> Int {
        let count = bytes.count
        let from = bytes.start
        var read = 0
        var write = 0
        var changed = false
        while read < count {
            let byte = from[read]
            if byte == ASCII.percent, let (value, width) = escape(from + read, count - read) {
                write += put(value, out + write)
                read += width
                changed = true
                continue
            }
            if spaces && byte == ASCII.plus {
                out[write] = ASCII.space
                changed = true
            } else {
                out[write] = byte
            }
            write += 1
            read += 1
        }
        return changed ? write : -1
    }

    /// A byte below 256, or a UTF-16 unit of `%uXXXX` plus 0x10000.
    private static func escape(_ text: UnsafePointer<UInt8>, _ left: Int) -> (
        value: UInt32, width: Int
    )? {
        if left >= 3, let high = ASCII.hexValue(text[1]), let low = ASCII.hexValue(text[2]) {
            return (UInt32(high << 4 | low), 3)
        }
        guard left >= 6, text[1] | 0x20 == 0x75 else { return nil }
        var value: UInt32 = 0
        for index in 2..<6 {
            guard let digit = ASCII.hexValue(text[index]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return (value + 0x10000, 6)
    }

    /// Full-width letters of `%uFFxx` count as what they stand for, as IIS has it.
    private static func put(_ value: UInt32, _ out: UnsafeMutablePointer<UInt8>) -> Int {
        if value < 0x10000 {
            out[0] = UInt8(truncatingIfNeeded: value)
            return 1
        }
        var unit = value - 0x10000
        if unit >= 0xFF01 && unit <= 0xFF5E { unit -= 0xFEE0 }
        return UTF8Text.put(unit, out)
    }
}

enum UTF8Text {
    /// Writes a code point below 0x110000; at most 4 bytes.
    static func put(_ point: UInt32, _ out: UnsafeMutablePointer<UInt8>) -> Int {
        if point < 0x80 {
            out[0] = UInt8(point)
            return 1
        }
        if point < 0x800 {
            out[0] = UInt8(truncatingIfNeeded: 0xC0 | point >> 6)
            out[1] = UInt8(truncatingIfNeeded: 0x80 | point & 0x3F)
            return 2
        }
        if point < 0x10000 {
            out[0] = UInt8(truncatingIfNeeded: 0xE0 | point >> 12)
            out[1] = UInt8(truncatingIfNeeded: 0x80 | point >> 6 & 0x3F)
            out[2] = UInt8(truncatingIfNeeded: 0x80 | point & 0x3F)
            return 3
        }
        out[0] = UInt8(truncatingIfNeeded: 0xF0 | point >> 18 & 7)
        out[1] = UInt8(truncatingIfNeeded: 0x80 | point >> 12 & 0x3F)
        out[2] = UInt8(truncatingIfNeeded: 0x80 | point >> 6 & 0x3F)
        out[3] = UInt8(truncatingIfNeeded: 0x80 | point & 0x3F)
        return 4
    }
}
