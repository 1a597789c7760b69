internal import Primitives

/// A value with Sigma's wildcards: runs of bytes, single characters, gaps.
///
/// `elements` are matched from the first byte of a field to its last. Letters of ASCII are in lower case unless
/// `cased`; other letters with two cases stand as `oneOf`.
public struct TextPattern: Sendable, Hashable {
    public enum Element: Sendable, Hashable {
        case bytes([UInt8])
        /// `?`: exactly one character (one byte where the field is not UTF-8).
        case oneCharacter
        /// `*`: any number of characters.
        case gap
        /// One of several byte runs: the dashes of `windash`, the two cases of a letter beyond ASCII.
        case oneOf([[UInt8]])
    }

    public var elements: [Element]
    public var cased: Bool

    public init(elements: [Element], cased: Bool) {
        self.elements = elements
        self.cased = cased
    }
}

/// A pattern as written, before case is decided: what modifiers work on.
struct RawPattern {
    enum Part: Equatable {
        case text(String)
        /// Bytes that are no text: what the UTF-16 modifiers make.
        case bytes([UInt8])
        case oneCharacter
        case gap
        case dash
    }

    var parts: [Part]

    /// Reads wildcards and escapes (specification, "String Wildcard" and "Escaping"): a backslash makes a following
    /// `*`, `?` or backslash plain and is itself plain before anything else.
    init(_ text: String) {
        parts = []
        var run = ""
        var escaped = false
        for character in text.unicodeScalars {
            if escaped {
                if character != "*" && character != "?" && character != "\\" { run.unicodeScalars.append("\\") }
                run.unicodeScalars.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "*" || character == "?" {
                if !run.isEmpty { parts.append(.text(run)) }
                run = ""
                parts.append(character == "*" ? .gap : .oneCharacter)
            } else {
                run.unicodeScalars.append(character)
            }
        }
        if escaped { run += "\\" }
        if !run.isEmpty { parts.append(.text(run)) }
    }

    init(plain text: String) { parts = text.isEmpty ? [] : [.text(text)] }

    var hasWildcards: Bool {
        parts.contains { $0 == .gap || $0 == .oneCharacter || $0 == .dash }
    }

    /// The bytes of a pattern without wildcards; nil where it has some.
    var plainBytes: [UInt8]? {
        var bytes: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): bytes += Array(text.utf8)
            case .bytes(let run): bytes += run
            default: return nil
            }
        }
        return bytes
    }

    func pattern(cased: Bool) -> TextPattern {
        var builder = PatternBuilder(cased: cased)
        for part in parts {
            switch part {
            case .text(let text): builder.append(text)
            case .bytes(let bytes): builder.append(bytes: bytes)
            case .oneCharacter: builder.append(.oneCharacter)
            case .gap: if builder.elements.last != .gap { builder.append(.gap) }
            case .dash: builder.append(.oneOf(["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"].map { Array($0.utf8) }))
            }
        }
        return TextPattern(elements: builder.elements, cased: cased)
    }
}

/// Joins runs of bytes and splits off what has two cases.
private struct PatternBuilder {
    let cased: Bool
    var elements: [TextPattern.Element] = []

    init(cased: Bool) { self.cased = cased }

    mutating func append(_ element: TextPattern.Element) { elements.append(element) }

    mutating func append(bytes: [UInt8]) {
        let folded = cased ? bytes : bytes.map(ASCII.lower)
        if case .bytes(let before)? = elements.last {
            elements[elements.count - 1] = .bytes(before + folded)
        } else {
            elements.append(.bytes(folded))
        }
    }

    mutating func append(_ text: String) {
        if cased || text.utf8.allSatisfy({ $0 < 0x80 }) {
            append(bytes: Array(text.utf8))
            return
        }
        for scalar in text.unicodeScalars {
            var forms: [[UInt8]] = []
            let properties = scalar.properties
            for form in [String(scalar), properties.lowercaseMapping, properties.uppercaseMapping] {
                let bytes = Array(form.utf8)
                if !forms.contains(bytes) { forms.append(bytes) }
            }
            if scalar.isASCII || forms.count == 1 {
                append(bytes: Array(String(scalar).utf8))
            } else {
                append(.oneOf(forms))
            }
        }
    }
}
