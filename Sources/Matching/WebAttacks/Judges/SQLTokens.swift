internal import Primitives

/// What a piece of SQL text is to a parser, as far as the judgement needs to know.
enum SQLKind: UInt8 {
    case none
    case number
    case string
    case name
    /// A name that is a function of some dialect.
    case function
    /// A name with a bracket behind it.
    case call
    case variable
    /// `null`, `true`, `false` and the like.
    case constant
    case logic
    case not
    case comparison
    case arithmetic
    case union
    case select
    /// `insert`, `drop`, `exec`, ...: what begins a statement.
    case statement
    case from
    case into
    case order
    case having
    case by
    case caseWord
    case when
    case then
    case end
    /// Other words of the language, such as `limit`, `table`, `values`, `as`.
    case word
    case comma
    case semicolon
    case open
    case close
    case comment
    case other
}

struct SQLToken {
    var kind: SQLKind
    /// Of a string: it has no beginning in the text (the statement around it began it), or no end.
    var isCut = false
    var start: Int32
    var end: Int32
}

/// The quote that the statement around the value may have open.
enum SQLContext: UInt8, CaseIterable {
    case none = 0
    case single = 0x27
    case double = 0x22
    case backtick = 0x60
}

/// Splits text into the tokens of SQL as MySQL, PostgreSQL, SQL Server, Oracle and SQLite read it, in memory that is
/// kept. Comments count as tokens only where they end the statement or hide something.
struct SQLTokens: ~Copyable {
    private let tokens: UnsafeMutablePointer<SQLToken>
    private(set) var count = 0
    /// Comments between words (`/**/`) and MySQL's conditional ones (`/*!`).
    private(set) var inlineComments = 0
    private(set) var conditionalComments = 0

    /// What lies behind this many tokens is not judged.
    static let maximumTokens = 2048

    init() { tokens = .allocate(capacity: SQLTokens.maximumTokens) }
    deinit { tokens.deallocate() }

    @inline(__always) subscript(_ index: Int) -> SQLToken {
        index >= 0 && index < count
            ? tokens[index] : SQLToken(kind: .none, start: 0, end: 0)
    }

    @inline(__always) func kind(_ index: Int) -> SQLKind { self[index].kind }

    func bytes(_ index: Int, _ text: AttackText) -> Bytes {
        let token = self[index]
        return text.slice(Int(token.start), Int(token.end))
    }

    mutating func read(_ text: AttackText, _ context: SQLContext) {
        count = 0
        inlineComments = 0
        conditionalComments = 0
        var at = 0
        if context != .none {
            let end = SQLTokens.stringEnd(text, 0, context.rawValue)
            guard end >= 0 else { return }
            push(.string, 0, end, isCut: true)
            at = end
        }
        while at < text.count, count < SQLTokens.maximumTokens { at = next(text, at) }
    }

    private mutating func push(_ kind: SQLKind, _ start: Int, _ end: Int, isCut: Bool = false) {
        if count == SQLTokens.maximumTokens { return }
        tokens[count] = SQLToken(
            kind: kind, isCut: isCut, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end))
        count += 1
    }

    /// Behind the quote that ends the string begun before `from`; -1 where none does.
    private static func stringEnd(_ text: AttackText, _ from: Int, _ quote: UInt8) -> Int {
        var index = from
        while index < text.count {
            let byte = text.bytes.start[index]
            if byte == ASCII.backslash && quote != 0x60 && text[index + 1] == quote && index + 2 < text.count {
                index += 2
                continue
            }
            if byte == quote {
                if text[index + 1] != quote || index == from { return index + 1 }
                index += 2
                continue
            }
            index += 1
        }
        return -1
    }

    /// Takes the token at `at`; answers where the next may begin.
    private mutating func next(_ text: AttackText, _ at: Int) -> Int {
        let byte = text.bytes.start[at]
        if AttackText.isSpace(byte) || byte == 0xA0 || byte == 0 { return at + 1 }
        switch byte {
        case 0x27, 0x22: return string(text, at, byte)
        case 0x60: return quotedName(text, at, 0x60)
        case ASCII.openBracket: return bracketName(text, at)
        case ASCII.minus where text[at + 1] == ASCII.minus: return lineComment(text, at, 2)
        case 0x23: return lineComment(text, at, 1)
        case ASCII.slash where text[at + 1] == 0x2A: return blockComment(text, at)
        case 0x40,
            ASCII.colon where text[at + 1] != ASCII.colon:
            return variable(text, at)
        case ASCII.openParenthesis, 0x7B: return single(.open, at)
        case ASCII.closeParenthesis, 0x7D: return single(.close, at)
        case ASCII.comma: return single(.comma, at)
        case ASCII.semicolon: return single(.semicolon, at)
        default: break
        }
        if ASCII.isDigit(byte) || (byte == ASCII.dot && ASCII.isDigit(text[at + 1])) { return number(text, at) }
        if AttackText.isWord(byte) || byte == 0x24 { return word(text, at) }
        return punctuation(text, at, byte)
    }

    private mutating func single(_ kind: SQLKind, _ at: Int) -> Int {
        push(kind, at, at + 1)
        return at + 1
    }

    private mutating func string(_ text: AttackText, _ at: Int, _ quote: UInt8) -> Int {
        let end = SQLTokens.stringEnd(text, at + 1, quote)
        if end < 0 {
            push(.string, at, text.count, isCut: true)
            return text.count
        }
        push(.string, at, end)
        return end
    }

    private mutating func quotedName(_ text: AttackText, _ at: Int, _ quote: UInt8) -> Int {
        let end = text.find(byte: quote, from: at + 1)
        push(.name, at, end < 0 ? text.count : end + 1)
        return end < 0 ? text.count : end + 1
    }

    /// `[name]` of SQL Server; an array's index and the like are something else.
    private mutating func bracketName(_ text: AttackText, _ at: Int) -> Int {
        let end = text.wordEnd(at + 1)
        guard end > at + 1, text[end] == ASCII.closeBracket else { return single(.other, at) }
        push(.name, at, end + 1)
        return end + 1
    }

    private mutating func lineComment(_ text: AttackText, _ at: Int, _ length: Int) -> Int {
        // `--` in the middle of a word or number is no comment to most dialects, `#` is one to MySQL alone.
        var end = at + length
        while end < text.count, text.bytes.start[end] != ASCII.newline { end += 1 }
        push(.comment, at, end)
        return end
    }

    /// `/* */` is space; `/*!` runs its content in MySQL; one that is not closed ends the statement.
    private mutating func blockComment(_ text: AttackText, _ at: Int) -> Int {
        if text[at + 2] == 0x21 {
            conditionalComments += 1
            return text.digitsEnd(at + 3)
        }
        let end = text.find("*/", from: at + 2)
        if end < 0 {
            push(.comment, at, text.count)
            return text.count
        }
        inlineComments += 1
        return end + 2
    }

    private mutating func variable(_ text: AttackText, _ at: Int) -> Int {
        var start = at + 1
        while text[start] == 0x40 { start += 1 }
        let end = text.wordEnd(start)
        guard end > start else { return single(.other, at) }
        push(text[at] == 0x40 ? .variable : .other, at, end)
        return end
    }

    private mutating func number(_ text: AttackText, _ at: Int) -> Int {
        var end = at
        while ASCII.isAlphanumeric(text[end]) || text[end] == ASCII.dot || text[end] == ASCII.underscore {
            // `1or` and `1.e(`: MySQL ends a number where no further digit fits.
            if end > at, SQLTokens.endsNumber(text, at, end) { break }
            end += 1
        }
        let isNumber = SQLTokens.isNumber(text, at, end)
        push(isNumber ? .number : .name, at, end)
        return end
    }

    /// A keyword may follow a number without a space: `1or`, `1union`, `1and`, `0x1or`.
    private static func endsNumber(_ text: AttackText, _ start: Int, _ at: Int) -> Bool {
        guard ASCII.isLetter(text[at]), ASCII.isDigit(text[at - 1]), SQLTokens.decimalEnd(text, start) == at
        else { return false }
        let end = text.wordEnd(at)
        let kind = SQLWords.kind(text.slice(at, end))
        return kind == .logic || kind == .union || kind == .order || kind == .having
    }

    /// Behind digits, a fraction and an exponent: `1`, `1.5`, `1e0`.
    private static func decimalEnd(_ text: AttackText, _ start: Int) -> Int {
        var end = text.digitsEnd(start)
        if text[end] == ASCII.dot { end = text.digitsEnd(end + 1) }
        if text[end] == 0x65, ASCII.isDigit(text[end + 1]) { end = text.digitsEnd(end + 1) }
        return end
    }

    private static func isNumber(_ text: AttackText, _ start: Int, _ end: Int) -> Bool {
        if text[start] == ASCII.zero, text[start + 1] == 0x78 || text[start + 1] == 0x62 { return true }
        var digits = false
        for index in start..<end {
            let byte = text[index]
            if ASCII.isDigit(byte) {
                digits = true
            } else if byte != ASCII.dot && byte != 0x65 {
                return false
            }
        }
        return digits
    }

    private mutating func word(_ text: AttackText, _ at: Int) -> Int {
        var end = at
        while AttackText.isWord(text[end]) || text[end] == 0x24
            || (text[end] == ASCII.dot && AttackText.isWord(text[end + 1]))
        { end += 1 }
        let word = text.slice(at, end)
        var kind = SQLWords.kind(word)
        let isCalled = text[SQLTokens.skipBlank(text, end)] == ASCII.openParenthesis
        if kind == .function && !isCalled { kind = .name }
        if isCalled && SQLTokens.mayBeFunction(kind, text[at]) { kind = .function }
        if kind == .none { kind = isCalled ? .call : .name }
        // n'...', x'...', b'...', q'...': a string with a mark before it.
        if end - at == 1, text[end] == 0x27, kind == .name { return string(text, end, 0x27) }
        push(kind, at, end)
        return end
    }

    /// `left(`, `if(`, `mod(`: words that are functions where a bracket follows.
    private static func mayBeFunction(_ kind: SQLKind, _ first: UInt8) -> Bool {
        switch kind {
        case .statement: first == 0x69 || first == 0x72 || first == 0x74 || first == 0x6C
        case .comparison: first == 0x6D || first == 0x64
        case .word: first == 0x6C || first == 0x72 || first == 0x75 || first == 0x73
        default: false
        }
    }

    /// Space and comments.
    static func skipBlank(_ text: AttackText, _ from: Int) -> Int {
        var at = text.skipSpace(from)
        while text[at] == ASCII.slash, text[at + 1] == 0x2A, text[at + 2] != 0x21 {
            let end = text.find("*/", from: at + 2)
            if end < 0 { return at }
            at = text.skipSpace(end + 2)
        }
        return at
    }

    private mutating func punctuation(_ text: AttackText, _ at: Int, _ byte: UInt8) -> Int {
        let second = text[at + 1]
        switch byte {
        case 0x26 where second == 0x26, 0x7C where second == 0x7C:
            push(.logic, at, at + 2)
            return at + 2
        case ASCII.less, ASCII.greater, ASCII.equals,
            0x21 where second == ASCII.equals || second == ASCII.greater:
            var end = at + 1
            while text[end] == ASCII.equals || text[end] == ASCII.greater || text[end] == ASCII.less { end += 1 }
            push(.comparison, at, end)
            return end
        case 0x21:
            push(.not, at, at + 1)
        case 0x7E, ASCII.minus, ASCII.plus, 0x2A, ASCII.slash, ASCII.percent, 0x5E, 0x26, 0x7C:
            push(.arithmetic, at, at + 1)
        case ASCII.colon where second == ASCII.colon:
            let isCast = [.string, .close, .number, .variable].contains(kind(count - 1))
            push(isCast ? .comparison : .other, at, at + 2)
            return at + 2
        default:
            push(.other, at, at + 1)
        }
        return at + 1
    }
}
