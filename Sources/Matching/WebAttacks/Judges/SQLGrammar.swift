internal import Primitives

/// The judgement of one sequence of tokens.
struct SQLGrammar {
    let text: AttackText
    let context: SQLContext
    let place: AttackPlace

    func judge(_ tokens: borrowing SQLTokens, _ tally: inout AttackTally) {
        var index = 0
        let isStatement = isStatement(tokens)
        while index < tokens.count {
            switch tokens.kind(index) {
            // What belongs to a whole statement.
            case .logic, .having, .order, .caseWord, .comparison, .comment:
                if !isStatement { clause(tokens, index, &tally) }
            case .select: if !isStatement || index == 0 { select(tokens, index, &tally) }
            case .union: union(tokens, index, &tally)
            case .semicolon: stacked(tokens, index, &tally)
            case .statement: statement(tokens, index, &tally)
            case .function, .call, .name: call(tokens, index, &tally)
            case .variable: variable(tokens, index, &tally)
            case .into: into(tokens, index, &tally)
            case .arithmetic: arithmetic(tokens, index, &tally)
            default: break
            }
            if tally.current >= 12 { return }
            index += 1
        }
        whole(tokens, &tally)
    }

    func clause(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        switch tokens.kind(index) {
        case .order: order(tokens, index, &tally)
        case .caseWord: caseWhen(tokens, index, &tally)
        case .comment: comment(tokens, index, &tally)
        case .comparison: comparison(tokens, index, &tally)
        default: condition(tokens, index, &tally)
        }
    }

    /// Whether the text is a statement of its own from its first word to its end: somebody writes about SQL. One that
    /// goes on behind a semicolon or is cut off by a comment is none.
    func isStatement(_ tokens: borrowing SQLTokens) -> Bool {
        guard context == .none, tokens.kind(tokens.count - 1) != .comment, tokens.inlineComments == 0 else {
            return false
        }
        if tokens.kind(0) == .select { return position(.from, tokens, after: 0) > 0 && tokens.kind(1) != .open }
        return tokens.kind(0) == .statement && SQLStatements.isComplete(tokens, 0, text)
    }

    func add(
        _ score: Int, _ what: StaticString, _ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally
    ) {
        let token = tokens[index]
        tally.add(score, what, at: Int(token.start), Int(token.end - token.start))
    }

    /// Whether token `index` ended a string that the statement around the value had begun.
    func breaksOut(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        var at = index
        while at > 0, tokens.kind(at) == .close { at -= 1 }
        return context != .none && at == 0
    }

    /// What can stand before an operator: the end of an operand.
    func endsOperand(_ kind: SQLKind) -> Bool {
        switch kind {
        case .number, .string, .close, .constant, .variable: true
        default: false
        }
    }

    /// Over `not`, signs, opening brackets.
    func operand(_ tokens: borrowing SQLTokens, _ from: Int) -> Int {
        var at = from
        while [.open, .not, .arithmetic].contains(tokens.kind(at)) { at += 1 }
        return at
    }

    /// `and` and its like rather than `&&`, which scripts and addresses have too.
    func isWord(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        ASCII.isLetter(text[Int(tokens[index].start)])
    }

    func isLiteral(_ kind: SQLKind) -> Bool { kind == .number || kind == .string || kind == .constant }
    func isCall(_ kind: SQLKind) -> Bool { kind == .function || kind == .call }

    /// Whether what stands at `index` is nothing, closing brackets, or a comment.
    func isEnd(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        var at = index
        while [.close, .semicolon].contains(tokens.kind(at)) { at += 1 }
        return at >= tokens.count || tokens.kind(at) == .comment
    }

    func hasComment(_ tokens: borrowing SQLTokens) -> Bool { tokens.kind(tokens.count - 1) == .comment }

    /// Behind the bracket that closes what opens at `index`.
    func afterBrackets(_ tokens: borrowing SQLTokens, _ index: Int) -> Int {
        var depth = 0
        var at = index
        while at < tokens.count {
            if tokens.kind(at) == .open { depth += 1 }
            if tokens.kind(at) == .close {
                depth -= 1
                if depth <= 0 { return at + 1 }
            }
            at += 1
        }
        return at
    }

    func union(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        var at = index + 1
        while [.open, .word, .not, .number, .arithmetic].contains(tokens.kind(at)) { at += 1 }
        if tokens.bytes(at - 1, text) == "values", tokens.kind(at - 2) == .union || tokens.kind(at) == .number {
            return add(5, "union with values", tokens, index, &tally)
        }
        guard tokens.kind(at) == .select else { return }
        let next = operand(tokens, at + 1)
        let kind = tokens.kind(next)
        // Words of the language where a column belongs: a sentence about it.
        if [.word, .order, .into, .having, .by, .comparison].contains(kind), tokens.inlineComments == 0,
            ASCII.isLetter(tokens.bytes(next, text).start.pointee)
        {
            return
        }
        let behind = tokens.kind(next + 1)
        // `union select committee`, and nothing else, is a name.
        let listed =
            [.comma, .from, .comment, .close, .open].contains(behind) || behind == .none && index > 0
        let isColumns = kind != .name || listed || tokens.inlineComments > 0 || tokens.kind(next + 2) == .from
        add(isColumns ? 6 : 3, "union with a second select", tokens, index, &tally)
    }

    /// A select inside brackets or behind the end of a value. One that stands alone is text about SQL.
    func select(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let next = operand(tokens, index + 1)
        let kind = tokens.kind(next)
        if kind == .none { return }
        let from = position(.from, tokens, after: index)
        let isQuery =
            isLiteral(kind) || isCall(kind) || kind == .variable || kind == .caseWord || from > 0
            || text[Int(tokens[next].start)] == 0x2A
        guard isQuery else { return }
        if index > 0 && tokens.kind(index - 1) == .open && kind != .other {
            add(index == 1 && from > 0 ? 4 : 5, "sub-select", tokens, index, &tally)
        } else if index > 0 && (tokens.kind(index - 1) == .comparison || breaksOut(tokens, index - 1)) {
            add(5, "select behind the end of a value", tokens, index, &tally)
        } else if index == 0 && (isCall(kind) || kind == .variable || isLiteral(kind)) && from < 0 {
            add(3, "select of an expression", tokens, index, &tally)
        } else if index == 0 {
            add(3, "statement", tokens, index, &tally)
        }
    }

    func position(_ kind: SQLKind, _ tokens: borrowing SQLTokens, after index: Int) -> Int {
        var at = index + 1
        while at < tokens.count, at < index + 200 {
            if tokens.kind(at) == kind { return at }
            at += 1
        }
        return -1
    }

    /// `' order by 3`, `1) group by 2--`.
    func order(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        guard tokens.kind(index + 1) == .by else { return }
        let at = operand(tokens, index + 2)
        let kind = tokens.kind(at)
        let follows = index > 0 && endsOperand(tokens.kind(index - 1))
        let ends = isEnd(tokens, at + 1) || tokens.kind(at + 1) == .comma
        if kind == .number && ends {
            add(follows || hasComment(tokens) ? 5 : 3, "order by a column's number", tokens, index, &tally)
        } else if follows && (breaksOut(tokens, index - 1) || isCall(kind) || hasComment(tokens)) {
            add(5, "order behind the end of a value", tokens, index, &tally)
        } else if isCall(kind) {
            add(3, "order by a function", tokens, index, &tally)
        }
    }

    /// A second statement.
    func stacked(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        var at = index + 1
        while tokens.kind(at) == .semicolon || tokens.kind(at) == .open { at += 1 }
        if tokens.kind(at) == .comment, index > 0,
            endsOperand(tokens.kind(index - 1)) || breaksOut(tokens, index - 1) || tokens.kind(0) == .statement
                || tokens.kind(0) == .select
        {
            return add(5, "statement ended and cut off", tokens, index, &tally)
        }
        let out = index > 0 && breaksOut(tokens, index - 1)
        if out && at >= tokens.count { return add(5, "statement ended behind a quote", tokens, index, &tally) }
        if tokens.kind(at) == .select, [.none, .name, .comma].contains(tokens.kind(at + 1)) == false || out {
            return add(5, "second statement", tokens, index, &tally)
        }
        if isCall(tokens.kind(at)) && out { return add(5, "second statement", tokens, index, &tally) }
        guard tokens.kind(at) == .statement || SQLStatements.isVerb(tokens.bytes(at, text)) else { return }
        if SQLStatements.isComplete(tokens, at, text) || out { add(5, "second statement", tokens, index, &tally) }
    }

    func statement(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        if SQLStatements.isTelling(tokens, index, text) {
            return add(5, "statement that applications do not take from values", tokens, index, &tally)
        }
        guard SQLStatements.isComplete(tokens, index, text) else { return }
        let follows = index > 0 && (breaksOut(tokens, index - 1) || tokens.kind(index - 1) == .close)
        add(follows ? 5 : index == 0 ? 3 : 1, "statement", tokens, index, &tally)
    }

    /// `benchmark(ing)`: the ending of a word stands in the brackets.
    private func isSuffix(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        guard tokens.kind(index + 1) == .open, tokens.kind(index + 3) == .close else { return false }
        let inside = tokens.bytes(index + 2, text)
        return inside == "s" || inside == "ing" || inside == "ed" || inside == "er"
    }

    /// `sleep (5 hours)`: a number and a word in the brackets are no argument.
    private func isRemark(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        tokens.kind(index + 1) == .open && tokens.kind(index + 2) == .number && tokens.kind(index + 3) == .name
    }

    func call(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let name = tokens.bytes(index, text)
        let kind = tokens.kind(index)
        if isCall(kind) && SQLWords.telling.contains(name) && !isSuffix(tokens, index) && !isRemark(tokens, index) {
            return add(5, "function that waits, fails, reads or reaches out", tokens, index, &tally)
        }
        if name == "analyse" && tokens.bytes(index - 1, text) == "procedure" {
            return add(5, "procedure of MySQL", tokens, index, &tally)
        }
        if kind == .name {
            if text.bytes.start[Int(tokens[index].start)] | 0x20 == 0x78, SQLWords.telling.contains(name) {
                add(5, "procedure that runs commands", tokens, index, &tally)
            }
            return
        }
        guard kind == .function else { return }
        if index > 0 && breaksOut(tokens, index - 1) { add(4, "function behind a quote", tokens, index, &tally) }
        let inner = tokens.kind(operand(tokens, index + 2))
        if inner == .function { add(3, "functions of SQL in one another", tokens, index, &tally) }
        if inner == .select { add(5, "sub-select in a function", tokens, index, &tally) }
        if inner == .number && text.starts("cha", at: Int(tokens[index].start))
            || text.starts("chr", at: Int(tokens[index].start))
        {
            add(2, "text written as numbers", tokens, index, &tally)
        }
    }

    /// `@@version` and its like.
    func variable(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let start = Int(tokens[index].start)
        if text[start + 1] == 0x40, index == 0 || tokens.kind(index - 1) != .name {
            add(5, "variable of the server", tokens, index, &tally)
        }
    }

    func caseWhen(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let when = position(.when, tokens, after: index)
        guard when > 0, when <= index + 4, position(.then, tokens, after: when) > 0 else { return }
        add(5, "case expression", tokens, index, &tally)
    }

    /// A comment behind the end of a value cuts off the rest of the statement.
    func comment(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        guard index > 0, tokens.kind(index - 1) != .comment else { return }
        let length = Int(tokens[index].end - tokens[index].start)
        let isShort = length <= 12 && index == tokens.count - 1
        if breaksOut(tokens, index - 1) {
            add(isShort ? 5 : 3, "comment that cuts off the statement", tokens, index, &tally)
        } else if tokens.kind(index - 1) == .close && isShort && tokens.kind(index - 2) != .open
            && tokens.kind(0) != .name
        {
            add(4, "comment behind a bracket", tokens, index, &tally)
        } else if tokens.kind(index - 1) == .number && isShort {
            add(3, "comment behind a number", tokens, index, &tally)
        }
    }

    func comparison(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let out = index > 0 && breaksOut(tokens, index - 1)
        let right = tokens.kind(operand(tokens, index + 1))
        let sign = text[Int(tokens[index].start)]
        if index == 1, context == .none, isLiteral(tokens.kind(0)), isLiteral(right), tokens.count <= 6,
            sign == ASCII.equals || sign == 0x21
                || sign == ASCII.less && text[Int(tokens[index].start) + 1] == ASCII.greater || sign == 0x69
                || tokens.kind(0) == .string
        {
            return add(5, "comparison of constants", tokens, index, &tally)
        }
        if index == 1, tokens.kind(0) == .close, right != .none || tokens.kind(2) == .open {
            add(4, "comparison behind a bracket", tokens, index, &tally)
        }
        let next = tokens[index + 1]
        if next.kind == .string, next.isCut, next.end - next.start == 1, ASCII.isLetter(sign) {
            add(5, "comparison with what the statement goes on with", tokens, index, &tally)
        }
        if text.starts("::", at: Int(tokens[index].start)) {
            if index > 0, tokens.kind(index - 1) == .string || tokens.kind(index - 1) == .close, right == .name {
                add(5, "cast of PostgreSQL", tokens, index, &tally)
            }
        } else if out && (isLiteral(right) || isCall(right) || right == .select) {
            add(5, "comparison behind a quote", tokens, index, &tally)
        } else if out && right == .name {
            add(3, "comparison behind a quote", tokens, index, &tally)
        }
    }

    func into(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let word = tokens.bytes(index + 1, text)
        if word == "outfile" || word == "dumpfile" { add(5, "result written to a file", tokens, index, &tally) }
    }

    /// `'||(select`, `'+'`, `-sleep(1)`, `'*'`.
    func arithmetic(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        guard index > 0, breaksOut(tokens, index - 1) else { return }
        let next = operand(tokens, index + 1)
        switch tokens.kind(next) {
        case .string where tokens[next].isCut: add(4, "operator between quotes", tokens, index, &tally)
        case .string, .number: add(isEnd(tokens, next + 1) ? 3 : 4, "operator behind a quote", tokens, index, &tally)
        case .function, .call, .select: add(4, "operator behind a quote", tokens, index, &tally)
        default: break
        }
    }

    /// What the sequence as a whole says.
    func whole(_ tokens: borrowing SQLTokens, _ tally: inout AttackTally) {
        if tokens.conditionalComments > 0 && tokens.count > 1 {
            tally.add(4, "comment that MySQL runs", at: max(0, text.find("/*!")), 3)
        }
        if tokens.inlineComments > 1 && tokens.count > 2 && tally.current > 0 {
            tally.add(2, "comments in place of spaces", at: max(0, text.find("/*")), 2)
        }
        if context == .none, let found = text.first(of: SQLWords.catalogues) {
            let all = found.length == text.count
            tally.add(
                all || text[found.at + found.length] == ASCII.dot || tally.current > 0 ? 5 : 3,
                "catalogue of a database",
                at: found.at, found.length)
        }
    }
}
