internal import Primitives

/// `[SD-ID NAME="VALUE" ...][...]`, RFC 5424 section 6.3.
struct StructuredDataReader {
    let line: Bytes
    private var at: Int
    /// Every name and value keeps to the letter, and no SD-ID stands twice.
    private(set) var isStrict = true
    private var identifiers = 0

    private static let longestName = 32
    private static let elementLimit = 64

    init(_ line: Bytes, at: Int) {
        self.line = line
        self.at = at
    }

    /// Behind the last element; nil where no whole element stands at the start.
    mutating func read() -> Int? {
        let first = at
        var end: Int?
        while at < line.count, line.start[at] == ASCII.openBracket {
            guard let name = element() else {
                if end == nil { return nil }
                isStrict = false
                return end
            }
            if isRepeated(name, from: first) { isStrict = false }
            identifiers += 1
            end = at
        }
        return end
    }

    /// The next whole element that tells of the message: not of its sender (`origin`), its number (`meta`) or how good
    /// its time is (`timeQuality`; section 7).
    mutating func own() -> Bytes? {
        while at < line.count, line.start[at] == ASCII.openBracket {
            let from = at
            guard let name = element() else { return nil }
            if name == "origin" || name == "meta" || name == "timeQuality" { continue }
            return line.slice(from, at)
        }
        return nil
    }

    private mutating func element() -> Bytes? {
        at += 1
        guard let identifier = name() else { return nil }
        while at < line.count, line.start[at] == ASCII.space {
            at += 1
            guard name() != nil, at + 1 < line.count, line.start[at] == ASCII.equals, line.start[at + 1] == ASCII.quote
            else { return nil }
            at += 2
            guard value() else { return nil }
        }
        guard at < line.count, line.start[at] == ASCII.closeBracket else { return nil }
        at += 1
        return identifier
    }

    /// SD-NAME: printable ASCII without `=`, space, `]` and `"`.
    private mutating func name() -> Bytes? {
        let from = at
        while at < line.count {
            let byte = line.start[at]
            if byte < 33 || byte > 126 || byte == ASCII.equals || byte == ASCII.closeBracket || byte == ASCII.quote {
                break
            }
            at += 1
        }
        guard at > from else { return nil }
        if at - from > StructuredDataReader.longestName { isStrict = false }
        return line.slice(from, at)
    }

    /// To the closing quote; `\"`, `\\` and `\]` are escapes, a bare `]` is not allowed.
    private mutating func value() -> Bool {
        let from = at
        while at < line.count {
            let byte = line.start[at]
            if byte == ASCII.backslash {
                if at + 1 < line.count, !isEscapable(line.start[at + 1]) { isStrict = false }
                at += 2
                continue
            }
            if byte == ASCII.quote {
                if !isUTF8(line.slice(from, at)) { isStrict = false }
                at += 1
                return true
            }
            if byte == ASCII.closeBracket { isStrict = false }
            at += 1
        }
        return false
    }

    /// Section 6.3.3: a backslash before anything else is no valid escape, and stands for itself.
    private func isEscapable(_ byte: UInt8) -> Bool {
        byte == ASCII.quote || byte == ASCII.backslash || byte == ASCII.closeBracket
    }

    /// Whether an element before has the same SD-ID. Looks at no more than `elementLimit` elements.
    private mutating func isRepeated(_ name: Bytes, from: Int) -> Bool {
        guard identifiers > 0, identifiers < StructuredDataReader.elementLimit else { return false }
        var other = StructuredDataReader(line, at: from)
        for _ in 0..<identifiers {
            guard let earlier = other.element() else { return false }
            if earlier == name { return true }
        }
        return false
    }
}
