internal import Primitives

/// `Content-Range` (RFC 9110 section 14.4): `bytes 0-499/1234`, `bytes 0-499/*`, `bytes */1234`.
enum HTTPContentRange {
    /// False where it cannot be read, ends before it begins, or reaches behind the whole.
    static func isValid(_ value: Bytes) -> Bool {
        guard value.startsIgnoringCase("bytes") else { return false }
        let range = value.dropping(5).trimmed
        guard let slash = range.firstIndex(of: ASCII.slash) else { return false }
        let size = range.dropping(slash + 1)
        let isOpen = size == "*"
        let whole = isOpen ? nil : size.decimal
        if !isOpen && whole == nil { return false }
        let part = range.slice(0, slash)
        if part == "*" { return true }
        guard let minus = part.firstIndex(of: ASCII.minus), let first = part.slice(0, minus).decimal,
            let last = part.dropping(minus + 1).decimal
        else { return false }
        guard let whole, last > 0, whole > 0 else { return true }
        return first <= last && last < whole
    }
}
