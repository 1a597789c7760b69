internal import Events
internal import Primitives

/// The filter language of `incidents`:
///
///     filter     = conjunction { "or" conjunction }
///     conjunction = term { [ "and" ] term }
///     term       = "not" term | "(" filter ")" | field comparison value | field [ "not" ] "in" values
///                | "about" ( value | network ) | time | "quoted text" | address
///     comparison = ":" | "=" | "==" | "!=" | ">" | ">=" | "<" | "<=" | "~"
///     values     = network | "(" value { "," value } ")"
///     time       = "last" duration | "since" moment | "until" moment | "before" moment | "today" | "yesterday"
///                | [ moment ] ".." [ moment ]
package enum Filter {
    /// No more conditions than this in one filter; no deeper brackets than a hundred.
    static let maximumTerms = 200
    static let maximumDepth = 100

    /// An empty filter lets everything through.
    package static func parse(_ text: String, clock: FilterClock) throws(FilterError) -> FilterExpression {
        var parser = FilterParser(text, try FilterLexer.tokens(of: text), clock: clock)
        return try parser.parse()
    }

    /// The words of a command line: a word that the shell's quotes held together stays one value.
    package static func parse(arguments: [String], clock: FilterClock) throws(FilterError) -> FilterExpression {
        try parse(text(ofArguments: arguments), clock: clock)
    }

    package static func text(ofArguments arguments: [String]) -> String {
        guard arguments.count > 1 else { return arguments.first ?? "" }
        var words: [String] = []
        for argument in arguments {
            let follows = words.last.map { "~=:<>".contains($0.last ?? " ") || $0.lowercased() == "about" } ?? false
            let spaced = argument.contains(where: \.isWhitespace)
            let quoted = argument.hasPrefix("\"") || argument.hasPrefix("'")
            let escaped = argument.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
            words.append(follows && spaced && !quoted ? "\"\(escaped)\"" : argument)
        }
        return words.joined(separator: " ")
    }
}

struct FilterParser {
    let filter: String
    let clock: FilterClock
    private let tokens: [FilterToken]
    private var index = 0
    private var terms = 0
    private var depth = 0

    init(_ filter: String, _ tokens: [FilterToken], clock: FilterClock) {
        self.filter = filter
        self.tokens = tokens
        self.clock = clock
    }

    var current: FilterToken { tokens[index] }
    var following: FilterToken { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() -> FilterToken {
        let token = tokens[index]
        index = min(index + 1, tokens.count - 1)
        return token
    }

    func failure(_ token: FilterToken, _ message: String, _ advice: String = "") -> FilterError {
        FilterError(filter: filter, offset: token.offset, length: token.length, message: message, advice: advice)
    }

    mutating func parse() throws(FilterError) -> FilterExpression {
        if current.kind == .end { return .everything }
        let expression = try disjunction()
        switch current.kind {
        case .end: return expression
        case .close: throw failure(current, "this bracket was never opened", "take it away, or open one before")
        default: throw failure(current, "nothing can stand here", "put \"and\" or \"or\" between conditions")
        }
    }

    private mutating func disjunction() throws(FilterError) -> FilterExpression {
        var parts = [try conjunction()]
        while isWord("or") {
            _ = advance()
            parts.append(try conjunction())
        }
        return parts.count == 1 ? parts[0] : .any(parts)
    }

    private mutating func conjunction() throws(FilterError) -> FilterExpression {
        var parts = [try term()]
        while true {
            if isWord("and") {
                _ = advance()
            } else if current.kind == .end || current.kind == .close || isWord("or")
                || current.kind == .comma || current.kind == .comparison
            {
                break
            }
            parts.append(try term())
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private func isWord(_ word: String) -> Bool { current.kind == .word && current.lowered == word }

    private mutating func term() throws(FilterError) -> FilterExpression {
        depth += 1
        terms += 1
        defer { depth -= 1 }
        guard depth <= Filter.maximumDepth else {
            throw failure(current, "brackets are nested more than \(Filter.maximumDepth) deep")
        }
        guard terms <= Filter.maximumTerms else {
            throw failure(current, "there are more than \(Filter.maximumTerms) conditions")
        }
        switch current.kind {
        case .open: return try bracket()
        case .quoted: return .text(.title, .contains(FilterValues.folded(advance().text)))
        case .word: return try word()
        case .end: throw failure(current, "a condition is missing at the end", "for example: severity >= medium")
        case .comparison, .close, .comma:
            throw failure(
                current, "a condition cannot begin with \"\(current.text)\"", "for example: severity >= medium")
        }
    }

    private mutating func bracket() throws(FilterError) -> FilterExpression {
        let open = advance()
        let inner = try disjunction()
        guard current.kind == .close else { throw failure(open, "this bracket is never closed", "add a \")\"") }
        _ = advance()
        return inner
    }

    private mutating func word() throws(FilterError) -> FilterExpression {
        let token = current
        if following.kind == .comparison || isIn(at: index + 1) { return try condition() }
        switch token.lowered {
        case "not":
            _ = advance()
            return .not(try term())
        case "and", "or":
            throw failure(token, "\"\(token.text)\" stands between two conditions, one is missing")
        case "about":
            _ = advance()
            let value = try value(of: token, "an address, a network, a user, a host or a domain")
            if value.kind == .word, value.text.contains("/"), let network = IPNetwork(value.text) {
                return .aboutNetwork(network)
            }
            return .about(FilterValues.folded(value.text))
        default:
            if let time = try timeTerm() { return time }
            return try bareWord()
        }
    }

    /// "in" or "not in" stands at this place.
    private func isIn(at place: Int) -> Bool {
        func word(_ place: Int) -> String? {
            place < tokens.count && tokens[place].kind == .word ? tokens[place].lowered : nil
        }
        return word(place) == "in" || (word(place) == "not" && word(place + 1) == "in")
    }

    /// A word or a quoted text, which `token` asks for.
    mutating func value(of token: FilterToken, _ what: String) throws(FilterError) -> FilterToken {
        guard current.kind == .word || current.kind == .quoted else {
            throw failure(current, "\"\(token.text)\" needs a value here: \(what)")
        }
        return advance()
    }

    private mutating func condition() throws(FilterError) -> FilterExpression {
        let name = advance()
        guard let field = FilterField.named(name.text) else {
            throw failure(
                name, "there is no field \"\(name.text)\"",
                Spelling.didYouMean(
                    name.text, FilterField.spellings,
                    otherwise: "fields: " + FilterField.table.map(\.name).joined(separator: ", ")))
        }
        if current.kind == .word {
            let negated = current.lowered == "not"
            if negated { _ = advance() }
            _ = advance()
            let found = try list(field, name)
            return negated ? .not(found) : found
        }
        let sign = advance()
        let value = try value(of: sign, field.help)
        return try FilterValues(self).condition(field, name: name, sign: sign, value: value)
    }

    private mutating func list(_ field: FilterField, _ name: FilterToken) throws(FilterError) -> FilterExpression {
        let sign = FilterToken(kind: .comparison, text: "=", offset: name.offset, length: name.length)
        guard current.kind == .open else {
            let value = try value(of: name, "a network, or values in brackets")
            return try FilterValues(self).condition(field, name: name, sign: sign, value: value)
        }
        let open = advance()
        var parts: [FilterExpression] = []
        repeat {
            let value = try value(of: name, field.help)
            parts.append(try FilterValues(self).condition(field, name: name, sign: sign, value: value))
            guard parts.count <= Filter.maximumTerms else {
                throw failure(value, "there are more than \(Filter.maximumTerms) values")
            }
            guard current.kind == .comma else { break }
            _ = advance()
        } while true
        guard current.kind == .close else { throw failure(open, "this bracket is never closed", "add a \")\"") }
        _ = advance()
        terms += parts.count
        return parts.count == 1 ? parts[0] : .any(parts)
    }
}
