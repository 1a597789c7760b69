/// Sigma written down a second time, straight from the specification and as plainly as can be: what the fast matcher is
/// held against. Text is taken as Unicode scalars throughout.
enum SlowSigma {
    struct Item {
        var field: String
        var modifiers: [String]
        /// As written between the quotes of the rule; nil: null.
        var values: [String?]
    }

    enum Selection {
        case fields([Item])
        case alternatives([[Item]])
        case keywords([String])
    }

    indirect enum Condition {
        case name(Int)
        case not(Condition)
        case and(Condition, Condition)
        case or(Condition, Condition)
        case oneOf(String)
        case allOf(String)
        case someOf(Int, String)
    }

    struct Rule {
        var selections: [(name: String, selection: Selection)]
        var condition: Condition
    }

    typealias Event = [(name: String, value: String?)]

    static func matches(_ rule: Rule, _ event: Event, record: String) -> Bool {
        func holds(_ condition: Condition) -> Bool {
            switch condition {
            case .name(let index): return selection(rule.selections[index].selection, event, record)
            case .not(let part): return !holds(part)
            case .and(let left, let right): return holds(left) && holds(right)
            case .or(let left, let right): return holds(left) || holds(right)
            case .oneOf(let pattern): return held(pattern).contains(true)
            case .allOf(let pattern): return !held(pattern).contains(false)
            case .someOf(let number, let pattern): return held(pattern).filter { $0 }.count >= number
            }
        }
        func held(_ pattern: String) -> [Bool] {
            let prefix = String(pattern.dropLast())
            return rule.selections.filter { pattern == "them" ? !$0.name.hasPrefix("_") : $0.name.hasPrefix(prefix) }
                .map { selection($0.selection, event, record) }
        }
        return holds(rule.condition)
    }

    private static func selection(_ selection: Selection, _ event: Event, _ record: String) -> Bool {
        switch selection {
        case .fields(let items): return items.allSatisfy { item($0, event) }
        case .alternatives(let maps): return maps.contains { $0.allSatisfy { item($0, event) } }
        case .keywords(let words):
            let texts = event.compactMap(\.value) + (record.isEmpty ? [] : [record])
            return words.contains { word in
                let tokens = [Token.star] + SlowSigma.tokens(word) + [.star]
                return texts.contains { covers(tokens, $0, cased: false) }
            }
        }
    }

    private static func item(_ item: Item, _ event: Event) -> Bool {
        let present = event.filter { $0.name == item.field }
        let values = present.compactMap(\.value)
        let outcomes = item.values.map { written -> Bool in
            guard let written else { return values.isEmpty }
            return value(written, item.modifiers, present.count, values, event)
        }
        let outcome =
            item.modifiers.contains("all") ? outcomes.allSatisfy { $0 } : outcomes.contains(true)
        return item.modifiers.contains("neq") ? !outcome : outcome
    }

    private static func value(
        _ written: String, _ modifiers: [String], _ presence: Int, _ values: [String], _ event: Event
    ) -> Bool {
        if modifiers.contains("exists") { return (presence > 0) == (written == "true") }
        if modifiers.contains("re") { return values.contains { SlowExpression.matches(written, $0, modifiers) } }
        if modifiers.contains("cidr") { return values.contains { inNetwork($0, written) } }
        for (name, test) in comparisons where modifiers.contains(name) {
            return values.contains { text in Double(text).map { test($0, Double(written) ?? 0) } ?? false }
        }
        let cased = modifiers.contains("cased")
        if modifiers.contains("fieldref") {
            let others = event.filter { $0.name == written }.compactMap(\.value)
            return values.contains { text in
                others.contains { other in
                    covers(opened(other.unicodeScalars.map { .scalar($0) }, modifiers), text, cased: cased)
                }
            }
        }
        var forms = [tokens(written)]
        if modifiers.contains("windash") { forms = forms.flatMap(dashes) }
        if modifiers.contains("base64") { forms = forms.map { plain(SlowBase64.encode(bytes($0))) } }
        if modifiers.contains("base64offset") {
            forms = forms.flatMap { form in (0..<3).map { plain(SlowBase64.determined(bytes(form), after: $0)) } }
        }
        return forms.contains { form in values.contains { covers(opened(form, modifiers), $0, cased: cased) } }
    }

    private static let comparisons: [(String, @Sendable (Double, Double) -> Bool)] = [
        ("lt", { $0 < $1 }), ("lte", { $0 <= $1 }), ("gt", { $0 > $1 }), ("gte", { $0 >= $1 }),
    ]

    // MARK: Text

    enum Token: Equatable {
        case scalar(Unicode.Scalar)
        case one
        case star
    }

    static func tokens(_ written: String) -> [Token] {
        let scalars = Array(written.unicodeScalars)
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == "\\", index + 1 < scalars.count, "\\*?".unicodeScalars.contains(scalars[index + 1]) {
                tokens.append(.scalar(scalars[index + 1]))
                index += 2
                continue
            }
            tokens.append(scalar == "*" ? .star : scalar == "?" ? .one : .scalar(scalar))
            index += 1
        }
        return tokens
    }

    private static func plain(_ text: String) -> [Token] { text.unicodeScalars.map { .scalar($0) } }

    private static func bytes(_ tokens: [Token]) -> [UInt8] {
        var text = ""
        for case .scalar(let scalar) in tokens { text.unicodeScalars.append(scalar) }
        return Array(text.utf8)
    }

    private static func opened(_ tokens: [Token], _ modifiers: [String]) -> [Token] {
        var tokens = tokens
        if modifiers.contains("contains") || modifiers.contains("endswith") { tokens.insert(.star, at: 0) }
        if modifiers.contains("contains") || modifiers.contains("startswith") { tokens.append(.star) }
        return tokens
    }

    /// Every way to write the dashes that begin a word.
    private static func dashes(_ tokens: [Token]) -> [[Token]] {
        func isWord(_ token: Token) -> Bool {
            guard case .scalar(let scalar) = token else { return false }
            return scalar == "_" || Character(scalar).isLetter || Character(scalar).isNumber
        }
        var forms: [[Token]] = [[]]
        for (index, token) in tokens.enumerated() {
            let isDash = token == .scalar("-") || token == .scalar("/")
            let begins = index == 0 || !isWord(tokens[index - 1])
            let named = index + 1 < tokens.count && isWord(tokens[index + 1])
            let all: [Token] = ["-", "/", "–", "—", "―"].map { .scalar($0) }
            let choices = isDash && begins && named ? all : [token]
            forms = forms.flatMap { form in choices.map { form + [$0] } }
        }
        return forms
    }

    /// Whether the tokens cover the whole text (dynamic programming over positions).
    static func covers(_ tokens: [Token], _ text: String, cased: Bool) -> Bool {
        let scalars = Array(text.unicodeScalars)
        var reachable = [Bool](repeating: false, count: scalars.count + 1)
        reachable[0] = true
        for token in tokens {
            var next = [Bool](repeating: false, count: scalars.count + 1)
            for position in 0...scalars.count where reachable[position] {
                switch token {
                case .star: for later in position...scalars.count { next[later] = true }
                case .one: if position < scalars.count { next[position + 1] = true }
                case .scalar(let wanted):
                    if position < scalars.count, same(scalars[position], wanted, cased) { next[position + 1] = true }
                }
            }
            reachable = next
        }
        return reachable[scalars.count]
    }

    static func same(_ left: Unicode.Scalar, _ right: Unicode.Scalar, _ cased: Bool) -> Bool {
        if left == right || cased { return left == right }
        return left.properties.lowercaseMapping == right.properties.lowercaseMapping
    }

    private static func inNetwork(_ text: String, _ network: String) -> Bool {
        let parts = network.split(separator: "/")
        guard let address = number(text), let base = number(String(parts[0])), let bits = UInt32(parts[1])
        else { return false }
        return bits == 0 || address >> (32 - bits) == base >> (32 - bits)
    }

    private static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, !parts.contains(nil) else { return nil }
        return parts.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
    }
}

/// Base64 as bits: six at a time.
enum SlowBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    private static func bits(_ bytes: [UInt8]) -> [Bool?] {
        bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 == 1 } }
    }

    private static func character(_ bits: ArraySlice<Bool?>) -> Character? {
        var value = 0
        for bit in bits {
            guard let bit else { return nil }
            value = value * 2 + (bit ? 1 : 0)
        }
        return alphabet[value]
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var all = bits(bytes)
        while all.count % 6 != 0 { all.append(false) }
        var text = String(stride(from: 0, to: all.count, by: 6).compactMap { character(all[$0..<$0 + 6]) })
        while text.count % 4 != 0 { text += "=" }
        return text
    }

    /// The characters all of whose bits come from `bytes`, where `shift` unknown bytes stand before and more follow.
    static func determined(_ bytes: [UInt8], after shift: Int) -> String {
        let unknown = [Bool?](repeating: nil, count: 8 * shift)
        var all = unknown + bits(bytes)
        while all.count % 6 != 0 { all.append(nil) }
        return String(stride(from: 0, to: all.count, by: 6).compactMap { character(all[$0..<$0 + 6]) })
    }
}

/// Kernighan and Pike's matcher ("Beautiful Code", chapter 1): literals, `.`, `*`, `+`, `?`, `^`, `$`.
enum SlowExpression {
    static func matches(_ pattern: String, _ text: String, _ modifiers: [String]) -> Bool {
        let pattern = Array(pattern.unicodeScalars)[...]
        let text = Array(text.unicodeScalars)
        let fold = modifiers.contains("i")
        if pattern.first == "^" { return here(pattern.dropFirst(), text[...], fold) }
        return (0...text.count).contains { here(pattern, text[$0...], fold) }
    }

    private static func here(
        _ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>, _ fold: Bool
    ) -> Bool {
        guard let wanted = pattern.first else { return true }
        let rest = pattern.dropFirst()
        if wanted == "$", rest.isEmpty { return text.isEmpty || (text.count == 1 && text.first == "\n") }
        func fits(_ scalar: Unicode.Scalar) -> Bool {
            wanted == "." ? scalar != "\n" : SlowSigma.same(scalar, wanted, !fold)
        }
        let quantifier = rest.first
        guard quantifier == "*" || quantifier == "+" || quantifier == "?" else {
            guard let first = text.first, fits(first) else { return false }
            return here(rest, text.dropFirst(), fold)
        }
        let behind = rest.dropFirst()
        var left = text
        var count = 0
        while true {
            if count >= (quantifier == "+" ? 1 : 0), here(behind, left, fold) { return true }
            guard let first = left.first, fits(first), !(quantifier == "?" && count == 1) else { return false }
            left = left.dropFirst()
            count += 1
        }
    }
}
