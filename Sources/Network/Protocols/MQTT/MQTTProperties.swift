internal import Primitives

/// Lengths of the property lists that version 5 has (MQTT 5 section 2.2.2).
enum MQTTProperties {
    /// Whether the list of a message that opens a connection claims more bytes than there are.
    static func areDamaged(_ first: UInt8, _ body: Bytes, version: Int) -> Bool {
        guard version >= 5, first >> 4 == 1, body.count >= 2 else { return false }
        // Protocol name, version, flags, keep-alive.
        let at = 2 + Int(body.bigEndian16(at: 0)) + 4
        guard let list = length(body, at) else { return true }
        return list.next + list.count > body.count
    }

    /// Whether a message is too short for the number that its kind must have (section 2.2.1).
    static func lacksIdentifier(_ first: UInt8, _ body: Bytes) -> Bool {
        switch first >> 4 {
        case 3: first & 6 != 0 && (body.count < 2 || body.count < 4 + Int(body.bigEndian16(at: 0)))
        case 4...11: body.count < 2
        default: false
        }
    }

    /// Whether the list of a message that is published has more than `most` properties (section 3.3.2.3).
    static func exceed(_ most: Int, _ first: UInt8, _ body: Bytes) -> Bool {
        guard first >> 4 == 3, body.count >= 2 else { return false }
        let at = 2 + Int(body.bigEndian16(at: 0)) + (first & 6 != 0 ? 2 : 0)
        guard let list = length(body, at) else { return false }
        var rest = body.dropping(min(list.next, body.count)).prefix(list.count)
        var number = 0
        while let size = size(rest) {
            number += 1
            rest = rest.dropping(size)
        }
        return number > most
    }

    /// Bytes of the property that stands first (section 2.2.2.2); nil at the list's end and at damage.
    private static func size(_ list: Bytes) -> Int? {
        guard !list.isEmpty else { return nil }
        let size: Int
        switch list[0] {
        case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A: size = 2
        case 0x13, 0x21, 0x22, 0x23: size = 3
        case 0x02, 0x11, 0x18, 0x27: size = 5
        case 0x0B:
            guard let number = length(list, 1) else { return nil }
            size = number.next
        case 0x26:
            guard list.count >= 3 else { return nil }
            let value = 3 + Int(list.bigEndian16(at: 1))
            guard list.count >= value + 2 else { return nil }
            size = value + 2 + Int(list.bigEndian16(at: value))
        case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F:
            guard list.count >= 3 else { return nil }
            size = 3 + Int(list.bigEndian16(at: 1))
        default: return nil
        }
        return size <= list.count ? size : nil
    }

    /// A number of up to four bytes of seven bits each (section 1.5.5).
    static func length(_ body: Bytes, _ from: Int) -> (count: Int, next: Int)? {
        var value = 0
        for place in 0..<4 {
            guard from + place < body.count else { return nil }
            value |= Int(body[from + place] & 0x7F) << (7 * place)
            if body[from + place] & 0x80 == 0 { return (value, from + place + 1) }
        }
        return nil
    }
}
