internal import Primitives

/// A JSON object behind what a logging framework puts before its messages, where the logger is one for audits:
/// `INFO [main] o.a.i.audit.Slf4jLoggingAuditTrailManager - {"who":...}`. Behind other loggers an object may be what a
/// client sent: its addresses would be the client's to choose.
enum LoggedObject {
    private static let farthest = 192

    /// The object that `text` ends with.
    static func find(_ text: Bytes) -> Bytes? {
        guard text.count > 16, text.start[text.count - 1] == 0x7D else { return nil }
        var at = 0
        var isAudit = false
        while at < min(text.count, farthest) {
            switch text.start[at] {
            case 0x7B: return isAudit && text.start[at + 1] == ASCII.quote ? text.dropping(at) : nil
            case ASCII.openBracket:
                guard let close = text.firstIndex(of: ASCII.closeBracket, from: at) else { return nil }
                isAudit = isAudit || namesAudit(text.slice(at + 1, close))
                at = close + 1
            case ASCII.space, ASCII.minus, ASCII.colon: at += 1
            default:
                let from = at
                while at < text.count, isNameByte(text.start[at]) { at += 1 }
                let word = text.slice(from, at)
                if namesAudit(word) { isAudit = true } else if !isPrelude(word) { return nil }
            }
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == ASCII.dot || byte == ASCII.underscore || byte == 0x24
    }

    /// A level, or the number of a process or line.
    private static func isPrelude(_ word: Bytes) -> Bool { LevelWord.isLevel(word) || word.decimal != nil }

    /// A dotted or bracketed name that says what its logger is for.
    private static func namesAudit(_ name: Bytes) -> Bool {
        guard name.count <= 128 else { return false }
        for word in kinds where name.containsIgnoringCase(word) { return true }
        return false
    }

    private static let kinds: [StaticString] = ["audit", "auth", "security", "login", "logon"]
}
