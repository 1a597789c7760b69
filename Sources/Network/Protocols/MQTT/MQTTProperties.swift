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
