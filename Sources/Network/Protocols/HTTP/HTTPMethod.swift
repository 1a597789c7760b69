internal import Primitives

/// The methods that are known: https://www.iana.org/assignments/http-methods, and those of WebDAV and DeltaV drafts.
enum HTTPMethod {
    static let names = [
        "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PROPFIND", "PROPPATCH",
        "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH", "REPORT", "CHECKOUT", "UNCHECKOUT", "CHECKIN", "UPDATE",
        "LABEL", "MKWORKSPACE", "MKACTIVITY", "MERGE", "INVALID", "VERSION-CONTROL", "BASELINE-CONTROL", "DEBUG",
        "TRACK",
    ]

    private static let words = names.map { Array($0.utf8) }

    /// Whether a known method stands at the beginning, whatever follows.
    static func begins(_ line: Bytes) -> Bool {
        words.contains { known in known.withUnsafeBytes { line.prefix(known.count) == Bytes($0) } }
    }

    /// Whether a request's line stands at the beginning: a known method, a blank, and the version before its end.
    static func beginsRequest(_ bytes: Bytes) -> Bool {
        guard begins(bytes), let blank = bytes.firstIndex(of: ASCII.space), blank <= longest else { return false }
        let line = bytes.prefix(bytes.firstIndex(of: ASCII.newline) ?? bytes.count)
        return line.dropping(min(blank, line.count)).contains(" HTTP/1.")
    }

    private static let longest = names.reduce(0) { max($0, $1.utf8.count) }

    /// Whether bytes behind a request can begin another one: blanks, then a known method, or too few bytes to tell.
    static func isNext(_ bytes: Bytes) -> Bool {
        var from = 0
        while from < bytes.count,
            HTTPWords.isSpace(bytes[from]) || bytes[from] == ASCII.newline
                || bytes[from] == ASCII.carriageReturn
        { from += 1 }
        var end = from
        while end < bytes.count, !HTTPWords.isSpace(bytes[end]), bytes[end] != ASCII.newline,
            bytes[end] != ASCII.carriageReturn
        { end += 1 }
        let word = bytes.slice(from, end)
        if word.isEmpty { return true }
        let isWhole = end < bytes.count
        return words.contains { known in
            known.withUnsafeBytes { raw in
                let method = Bytes(raw)
                return isWhole ? method == word : method.count >= word.count && method.prefix(word.count) == word
            }
        }
    }
}
