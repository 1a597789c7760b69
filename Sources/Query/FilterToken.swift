internal import Primitives

/// One word or sign of a filter.
struct FilterToken: Equatable {
    enum Kind: Equatable {
        case word
        /// Between quotes; `text` is what stands between them.
        case quoted
        case comparison
        case open
        case close
        case comma
        case end
    }

    var kind: Kind
    var text: String
    /// In characters, from 0, and how many of them.
    var offset: Int
    var length: Int

    var lowered: String { text.lowercased() }
}

/// Cuts a filter into tokens. Words run to the next space, bracket, comma or sign of comparison; `:` compares only
/// behind a word that may be a field, so that times (`18:00`) and addresses (`2001:db8::1`) stay whole.
struct FilterLexer {
    static let maximumLength = 10_000
    private let filter: String
    private let characters: [Character]
    private var position = 0
    private var tokens: [FilterToken] = []
    private static let signs = ["==", ">=", "<=", "!=", "=", ">", "<", "~"]

    private init(_ filter: String) {
        self.filter = filter
        characters = Array(filter)
    }

    static func tokens(of filter: String) throws(FilterError) -> [FilterToken] {
        guard filter.utf8.count <= maximumLength else {
            throw FilterError(filter: "", offset: 0, message: "it is longer than \(maximumLength) bytes")
        }
        var lexer = FilterLexer(filter)
        while try lexer.next() {}
        return lexer.tokens
    }

    private mutating func next() throws(FilterError) -> Bool {
        while position < characters.count, characters[position].isWhitespace { position += 1 }
        guard position < characters.count else {
            add(.end, "", length: 1)
            return false
        }
        let character = characters[position]
        switch character {
        case "(": add(.open, "(", length: 1)
        case ")": add(.close, ")", length: 1)
        case ",": add(.comma, ",", length: 1)
        case "\"", "'": try quoted(character)
        case ":" where tokens.last?.kind == .word && !isAddress: add(.comparison, ":", length: 1)
        default:
            if let sign = sign(at: position) { add(.comparison, sign, length: sign.count) } else { word() }
        }
        return true
    }

    private mutating func add(_ kind: FilterToken.Kind, _ text: String, length: Int) {
        tokens.append(FilterToken(kind: kind, text: text, offset: position, length: length))
        position += length
    }

    private func sign(at place: Int) -> String? {
        FilterLexer.signs.first { sign in
            place + sign.count <= characters.count && String(characters[place..<place + sign.count]) == sign
        }
    }

    private mutating func quoted(_ quote: Character) throws(FilterError) {
        var text = ""
        var index = position + 1
        while index < characters.count, characters[index] != quote {
            if characters[index] == "\\", index + 1 < characters.count { index += 1 }
            text.append(characters[index])
            index += 1
        }
        guard index < characters.count else {
            throw FilterError(
                filter: filter, offset: position, length: characters.count - position,
                message: "the quotation mark is never closed", advice: "end the text with \(quote)")
        }
        add(.quoted, text, length: index + 1 - position)
    }

    /// An address or a network that is written with colons stands here: `::1`, `fe80::/10`.
    private var isAddress: Bool {
        // Behind a field, the first colon is the comparison.
        if position > 0, !characters[position - 1].isWhitespace, tokens.last?.kind == .word { return false }
        let run = characters[position...].prefix { !$0.isWhitespace && !"(),\"'".contains($0) }
        return run.count <= 64 && run.contains(":") && IPNetwork(String(run)) != nil
    }

    private mutating func word() {
        let isAddress = isAddress
        var end = position
        var text = ""
        while end < characters.count {
            let character = characters[end]
            if character.isWhitespace || "(),\"'".contains(character) || (end > position && sign(at: end) != nil) {
                break
            }
            if character == ":", !isAddress, expectsField, end > position, isName(text) { break }
            text.append(character)
            end += 1
        }
        add(.word, text, length: max(1, end - position))
    }

    /// A field may stand here: not behind a comparison, nor behind words that a value follows.
    private var expectsField: Bool {
        guard let last = tokens.last else { return true }
        if last.kind == .comparison { return false }
        if last.kind == .open { return tokens.dropLast().last?.lowered != "in" }
        guard last.kind == .word else { return last.kind != .comma }
        return !["since", "until", "before", "after", "about", "last", "in"].contains(last.lowered)
    }

    private func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || "._-@".contains($0) }
    }
}
