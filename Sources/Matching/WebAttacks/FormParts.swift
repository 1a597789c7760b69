internal import Primitives

/// What somebody wrote into a form sent as multipart/form-data (RFC 7578), piece after piece. Only the body is known
/// here, so that its first line is taken for the delimiter where the line behind it is a part's first header. What no
/// browser sends makes the form odd: then its pieces may not be what the server sees.
struct FormParts {
    enum Kind {
        case name
        /// A header's value or parameter, a file's name among them.
        case header
        case value
        case file
    }

    struct Piece {
        var kind: Kind
        var text: Bytes
    }

    private let text: Bytes
    private let delimiter: Bytes
    private var at: Int
    private var isHead = true
    private var isFile = false
    /// What is left of a Content-Disposition.
    private var parameters = Bytes.empty
    /// Name of the part that the last piece belongs to.
    private(set) var name = Bytes.empty
    private(set) var isOdd = false

    /// RFC 2046 section 5.1.1: two hyphens and up to 70 characters.
    private static let maximumDelimiter = 72

    /// Whether the text ends within the line that was taken last.
    private var isCut: Bool { at >= text.count && text.start[text.count - 1] != ASCII.newline }

    /// Nil where `text` is no such form.
    init?(_ text: Bytes) {
        guard let end = text.prefix(FormParts.maximumDelimiter + 2).firstIndex(of: ASCII.newline) else { return nil }
        let line = FormParts.line(text, 0, end).trimmed
        let head: StaticString = "content-disposition:"
        guard line.count > 2, line.starts(with: "--"),
            text.slice(end + 1, min(text.count, end + 1 + head.utf8CodeUnitCount)).equalsIgnoringCase(head)
        else { return nil }
        self.text = text
        delimiter = line
        at = end + 1
    }

    /// Nil behind the last piece; a form that was cut ends with the text.
    mutating func next() -> Piece? {
        while true {
            if let piece = parameter() { return piece }
            guard at < text.count else { return nil }
            if !isHead { return content() }
            if let piece = header() { return piece }
        }
    }

    private mutating func header() -> Piece? {
        let line = takeLine()
        if line.isEmpty {
            isHead = false
            return nil
        }
        if beginsPart(line) { return nil }
        guard let colon = line.firstIndex(of: ASCII.colon), FormParts.isToken(line.slice(0, colon)) else {
            isOdd = isOdd || !isCut
            return Piece(kind: .header, text: line)
        }
        let value = line.dropping(colon + 1).trimmed
        guard line.slice(0, colon).equalsIgnoringCase("content-disposition") else {
            return Piece(kind: .header, text: value)
        }
        let semicolon = value.firstIndex(of: ASCII.semicolon) ?? value.count
        if !value.slice(0, semicolon).trimmed.equalsIgnoringCase("form-data") { isOdd = isOdd || !isCut }
        parameters = value.dropping(semicolon)
        return nil
    }

    /// `; name="value"`, `; name=value`.
    private mutating func parameter() -> Piece? {
        var rest = parameters.trimmed
        if rest.isEmpty { return nil }
        parameters = .empty
        if rest.start[0] == ASCII.semicolon { rest = rest.dropping(1).trimmed } else { isOdd = true }
        guard let equals = rest.firstIndex(of: ASCII.equals), FormParts.isToken(rest.slice(0, equals)) else {
            isOdd = isOdd || !rest.isEmpty && !isCut
            return rest.isEmpty ? nil : Piece(kind: .header, text: rest)
        }
        let label = rest.slice(0, equals)
        let (value, end) = FormParts.value(rest.dropping(equals + 1))
        parameters = rest.dropping(equals + 1 + end)
        if label.equalsIgnoringCase("name") {
            name = value
            return Piece(kind: .name, text: value)
        }
        if label.prefix(8).equalsIgnoringCase("filename") { isFile = true }
        return Piece(kind: .header, text: value)
    }

    /// A parameter's value without its quotes, and where it ends.
    private static func value(_ text: Bytes) -> (Bytes, Int) {
        guard !text.isEmpty, text.start[0] == ASCII.quote else {
            let end = text.firstIndex(of: ASCII.semicolon) ?? text.count
            return (text.slice(0, end).trimmed, end)
        }
        var end = 1
        while end < text.count, text.start[end] != ASCII.quote {
            let isEscaped =
                text.start[end] == ASCII.backslash && end + 1 < text.count && text.start[end + 1] == ASCII.quote
            end += isEscaped ? 2 : 1
        }
        return (text.slice(1, min(end, text.count)), min(end + 1, text.count))
    }

    private mutating func content() -> Piece {
        let start = at
        let kind: Kind = isFile ? .file : .value
        while at < text.count {
            let from = at
            guard beginsPart(takeLine()) else { continue }
            let end = from > 1 && text.start[from - 2] == ASCII.carriageReturn ? from - 2 : from - 1
            return Piece(kind: kind, text: text.slice(start, max(start, end)))
        }
        return Piece(kind: kind, text: text.dropping(start))
    }

    /// The next line without its end.
    private mutating func takeLine() -> Bytes {
        let end = text.firstIndex(of: ASCII.newline, from: at) ?? text.count
        let line = FormParts.line(text, at, end)
        at = min(end + 1, text.count)
        return line
    }

    private static func line(_ text: Bytes, _ from: Int, _ end: Int) -> Bytes {
        text.slice(from, end > from && text.start[end - 1] == ASCII.carriageReturn ? end - 1 : end)
    }

    /// Whether the line is a delimiter. Behind the last one nothing is to come.
    private mutating func beginsPart(_ line: Bytes) -> Bool {
        guard line.prefix(delimiter.count) == delimiter else { return false }
        let rest = line.dropping(delimiter.count).trimmed
        if rest == "--" {
            isOdd = isOdd || !FormParts.isBlank(text.dropping(at))
            at = text.count
        } else if !rest.isEmpty {
            return false
        }
        (isHead, isFile, name) = (true, false, .empty)
        return true
    }

    private static func isBlank(_ text: Bytes) -> Bool {
        for index in 0..<text.count where text.start[index] > ASCII.space { return false }
        return true
    }

    /// RFC 9110 section 5.6.2, as far as headers of parts need it.
    private static func isToken(_ text: Bytes) -> Bool {
        for index in 0..<text.count {
            let byte = text.start[index]
            if !ASCII.isAlphanumeric(byte) && byte != ASCII.minus && byte != 0x2A { return false }
        }
        return !text.isEmpty
    }
}
