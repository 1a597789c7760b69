/// A text that a regular expression matches, put together from its own syntax: of each choice the first, of each
/// repetition as few as are asked for (one where none is). What it does not know (look-around, back-references) it
/// passes over: whoever uses it checks the outcome.
struct ExpressionSample {
    private let scalars: [Unicode.Scalar]
    private var at = 0

    /// Whether what may be missing is left out.
    private let isShort: Bool

    private init(_ pattern: String, isShort: Bool) {
        scalars = Array(pattern.unicodeScalars)
        self.isShort = isShort
    }

    static func text(_ pattern: String, isShort: Bool) -> String {
        var maker = ExpressionSample(pattern, isShort: isShort)
        return maker.alternatives()
    }

    private var current: Unicode.Scalar? { at < scalars.count ? scalars[at] : nil }

    private mutating func alternatives() -> String {
        let first = sequence()
        while current == "|" {
            at += 1
            _ = sequence()
        }
        return first
    }

    private mutating func sequence() -> String {
        var text = ""
        while let scalar = current, scalar != "|", scalar != ")" {
            let forms = atom()
            let count = repetitions()
            for turn in 0..<count { text += forms[turn % forms.count] }
        }
        return text
    }

    /// Texts that take turns where it is repeated.
    private mutating func atom() -> [String] {
        guard let scalar = current else { return [""] }
        at += 1
        switch scalar {
        case "(": return [group()]
        case "[": return some(ofClass())
        case "\\": return [escape()]
        case ".": return ["x"]
        case "^", "$": return [""]
        default: return [String(scalar)]
        }
    }

    private mutating func group() -> String {
        var isText = true
        if current == "?" {
            at += 1
            if current == ":" {
                at += 1
            } else if current == "=" || current == "!" || current == "<" {
                isText = current == "<" && at + 1 < scalars.count && scalars[at + 1] != "=" && scalars[at + 1] != "!"
                while let scalar = current, isText ? scalar != ">" : "<=!".unicodeScalars.contains(scalar) { at += 1 }
                if isText { at += 1 }
            } else {
                while let scalar = current, scalar != ")", scalar != ":" { at += 1 }
                if current == ":" { at += 1 }
            }
        }
        let text = alternatives()
        if current == ")" { at += 1 }
        return isText ? text : ""
    }

    private mutating func escape() -> String {
        guard let scalar = current else { return "" }
        at += 1
        switch scalar {
        case "d": return "7"
        case "D", "w", "S": return "x"
        case "W", "s", "h": return " "
        case "b", "B", "A", "z", "Z", "K", "Q", "E": return ""
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "x":
            let digits = String(String.UnicodeScalarView(scalars[at..<min(at + 2, scalars.count)]))
            at += digits.unicodeScalars.count
            return UInt32(digits, radix: 16).flatMap { Unicode.Scalar($0) }.map { String($0) } ?? ""
        default: return String(scalar)
        }
    }

    /// What a class takes, as a test.
    private mutating func ofClass() -> (Unicode.Scalar) -> Bool {
        var isNegated = false
        if current == "^" {
            isNegated = true
            at += 1
        }
        var ranges: [(UInt32, UInt32)] = []
        var isFirst = true
        while let scalar = current, isFirst || scalar != "]" {
            isFirst = false
            at += 1
            var low = String(scalar)
            if scalar == "\\" {
                let kind = current
                low = escape()
                if kind == "d" { ranges.append((48, 57)) }
                if kind == "w" { ranges += [(48, 57), (97, 122), (65, 90), (95, 95)] }
                if kind == "s" { ranges += [(32, 32), (9, 13)] }
            }
            guard let first = low.unicodeScalars.first?.value else { continue }
            var last = first
            if current == "-", at + 1 < scalars.count, scalars[at + 1] != "]" {
                at += 1
                last = scalars[at].value
                at += 1
            }
            ranges.append((first, last))
        }
        at += 1
        return { scalar in ranges.contains { $0.0 <= scalar.value && scalar.value <= $0.1 } != isNegated }
    }

    /// A letter and a digit where both fit.
    private func some(_ fits: (Unicode.Scalar) -> Bool) -> [String] {
        let found = "xa7_/b0-.A".unicodeScalars.filter(fits).map { String($0) }
        if let first = found.first { return [first] + found.filter { $0 == "7" && $0 != first } }
        return [(1...126).lazy.compactMap { Unicode.Scalar($0) }.first(where: fits).map { String($0) } ?? ""]
    }

    /// Behind an atom: how many of it.
    private mutating func repetitions() -> Int {
        guard let scalar = current else { return 1 }
        var count = 1
        switch scalar {
        case "*", "+", "?":
            at += 1
            if scalar != "+" && isShort { count = 0 }
        case "{":
            guard let close = scalars[at...].firstIndex(of: "}") else { return 1 }
            let text = String(String.UnicodeScalarView(scalars[(at + 1)..<close]))
            guard let least = Int(text.split(separator: ",", omittingEmptySubsequences: false).first ?? "") else {
                return 1
            }
            count = max(least, text.contains(",") ? 1 : least)
            at = close + 1
        default: return 1
        }
        if current == "?" || current == "+" { at += 1 }
        return count
    }
}
