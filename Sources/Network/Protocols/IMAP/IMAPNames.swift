internal import Primitives

/// The user's name in a LOGIN command's arguments (RFC 9051 section 6.2.3).
enum IMAPName {
    /// As it stands: a run of bytes to be unescaped, or nothing that could be told apart from the password.
    case text(Bytes)
    case quoted(Bytes)
    /// It comes as a literal.
    case literal
    case unknown

    init(_ arguments: Bytes) {
        guard !arguments.isEmpty else {
            self = .unknown
            return
        }
        switch arguments[0] {
        case ASCII.quote:
            var at = 1
            while at < arguments.count, arguments[at] != ASCII.quote { at += arguments[at] == ASCII.backslash ? 2 : 1 }
            self = at < arguments.count ? .quoted(arguments.slice(1, at)) : .unknown
        case IMAPLiteral.opening:
            self =
                IMAPLiteral(endOf: arguments) != nil && arguments.firstIndex(of: ASCII.space) == nil
                ? .literal : .unknown
        default:
            self = .text(arguments.firstWord.word)
        }
    }

    /// A quoted text without its backslashes, as much as there is room for.
    static func unescape(_ text: Bytes, _ take: (Bytes) -> Void) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: LogInAttempts.nameLimit) { room in
            guard let base = room.baseAddress else { return }
            var count = 0
            var at = 0
            while at < text.count, count < LogInAttempts.nameLimit {
                if text[at] == ASCII.backslash, at + 1 < text.count { at += 1 }
                base[count] = text[at]
                count += 1
                at += 1
            }
            take(Bytes(start: base, count: count))
        }
    }
}
