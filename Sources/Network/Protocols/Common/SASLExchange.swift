internal import Primitives

/// What a client's messages in a SASL exchange (RFC 4422) say of who it is. They come in Base64, and what the client
/// proves itself with is left where it is. A plain value.
struct SASLExchange {
    private enum Mechanism: UInt8 {
        /// Nobody is named in clear, or not where this could find it.
        case other
        /// RFC 4616: an identity to act as, a user, a password, with zero bytes between them.
        case plain
        /// draft-murchison-sasl-login: a user, then a password.
        case login
        /// RFC 2195: a user, a space, a digest in 32 hexadecimal digits.
        case digest
    }

    /// Characters of a message that are read: names stand at its beginning. A multiple of four.
    private static let textLimit = 1024

    private var mechanism = Mechanism.other
    private var isNamed = false
    /// Asked for, and without an answer.
    private(set) var isOpen = false

    init() {}

    init(mechanism name: Bytes) {
        isOpen = true
        if name.equalsIgnoringCase("plain") {
            mechanism = .plain
        } else if name.equalsIgnoringCase("login") {
            mechanism = .login
        } else if name.equalsIgnoringCase("cram-md5") {
            mechanism = .digest
        }
    }

    mutating func end() { isOpen = false }

    /// The client takes the exchange back (RFC 4954 section 4, RFC 5034 section 4, RFC 9051 section 6.2.2).
    static func isCancellation(_ text: Bytes) -> Bool { text.count == 1 && text[0] == 0x2A }

    /// The client's next message. `named` gets the user where it says who that is.
    mutating func message(_ text: Bytes, _ named: (Bytes) -> Void) {
        guard mechanism != .other, !isNamed else { return }
        // The first message of LOGIN names the user, or nothing does: the next is the password.
        isNamed = mechanism == .login
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: SASLExchange.textLimit / 4 * 3) { room in
            guard let base = room.baseAddress, let count = SASLExchange.decode(text.trimmed, into: base),
                let user = user(Bytes(start: base, count: count)), !user.isEmpty
            else { return }
            isNamed = true
            named(user)
        }
    }

    private func user(_ message: Bytes) -> Bytes? {
        switch mechanism {
        case .other: return nil
        case .login: return message
        case .plain:
            guard let first = message.firstIndex(of: 0), let second = message.firstIndex(of: 0, from: first + 1)
            else { return nil }
            let user = message.slice(first + 1, second)
            return user.isEmpty ? message.slice(0, first) : user
        case .digest:
            guard let space = message.lastIndex(of: ASCII.space), message.count - space == 33 else { return nil }
            for index in (space + 1)..<message.count where ASCII.hexValue(message[index]) == nil { return nil }
            return message.slice(0, space)
        }
    }

    /// Base64 (RFC 4648 section 4) of the message's beginning; nil where something else stands there.
    private static func decode(_ text: Bytes, into base: UnsafeMutablePointer<UInt8>) -> Int? {
        let read = text.prefix(textLimit)
        var group: UInt32 = 0
        var count = 0
        for index in 0..<read.count {
            guard let value = MIMEDecoder.value(read[index]) else {
                // Padding stands in the last two places of the last group.
                let left = text.count - index
                let isPadding = read[index] == ASCII.equals && text[text.count - 1] == ASCII.equals
                return isPadding && left <= 2 && (index + left) % 4 == 0 && index % 4 > 1 ? count : nil
            }
            group = group << 6 | UInt32(value)
            if index % 4 == 0 { continue }
            base[count] = UInt8(truncatingIfNeeded: group >> UInt32(6 - 2 * (index % 4)))
            count += 1
        }
        return count
    }
}
