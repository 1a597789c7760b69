internal import Primitives

/// Conditions that a value adds to the statement around it.
extension SQLGrammar {
    /// `or 1=1`, `' and 'a'='a`, `or exists(select`.
    func condition(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let out = index > 0 && breaksOut(tokens, index - 1)
        let afterOperand = index == 0 || endsOperand(tokens.kind(index - 1))
        let first = operand(tokens, index + 1)
        let left = tokens.kind(first)
        if left == .none || isMentioned(tokens, index) || isSum(tokens, index) { return }
        if left == .select || (isCall(left) && tokens.kind(first + 2) == .select) {
            return add(5, "condition with a sub-select", tokens, index, &tally)
        }
        var at = first + 1
        if isCall(left) { at = afterBrackets(tokens, first + 1) }
        if tokens.kind(at) == .close { while tokens.kind(at) == .close { at += 1 } }
        let relation = tokens.kind(at)
        if relation == .comparison || (relation == .not && tokens.kind(at + 1) == .comparison) {
            let right = tokens.kind(operand(tokens, at + (relation == .not ? 2 : 1)))
            return compare(tokens, index, left, right, out: out, afterOperand: afterOperand, &tally)
        }
        if relation == .arithmetic, isLiteral(left), isLiteral(tokens.kind(operand(tokens, at + 1))),
            out || afterOperand
        {
            let isCompared = tokens.kind(operand(tokens, at + 1) + 1) == .comparison
            add(out || isCompared ? 5 : 4, "condition that is reckoned", tokens, index, &tally)
        } else if out && isEnd(tokens, at) && (isLiteral(left) || isCall(left)) {
            add(5, "condition behind a quote", tokens, index, &tally)
        } else if out && (left == .name || isLiteral(left) || isCall(left)) {
            let isProse =
                left == .name && !hasComment(tokens) && [.none, .name, .comma, .word].contains(tokens.kind(at))
            add(isProse ? 3 : 5, "logic behind a quote", tokens, index, &tally)
        } else if left == .function && afterOperand {
            add(4, "condition that calls a function", tokens, index, &tally)
        } else if afterOperand && isLiteral(left) && isEnd(tokens, at)
            && (hasComment(tokens) || left == .constant || context != .none)
        {
            add(index > 0 ? 5 : 3, "condition that is a constant", tokens, index, &tally)
        }
    }

    func compare(
        _ tokens: borrowing SQLTokens, _ index: Int, _ left: SQLKind, _ right: SQLKind, out: Bool, afterOperand: Bool,
        _ tally: inout AttackTally
    ) {
        if out {
            add(5, "condition behind a quote", tokens, index, &tally)
        } else if isLiteral(left) && isLiteral(right) {
            add(5, "condition of constants", tokens, index, &tally)
        } else if !isWord(tokens, index) && left != .function && right != .function && right != .select {
            add(3, "condition", tokens, index, &tally)
        } else if isCall(left) || isCall(right) || right == .select || right == .caseWord {
            add(afterOperand ? 5 : 4, "condition that calls a function", tokens, index, &tally)
        } else if left == .name || left == .variable || isLiteral(left) {
            let strong = afterOperand && index > 0 && !isFilter(tokens) || hasComment(tokens)
            add(strong && right != .name ? 5 : 3, "condition", tokens, index, &tally)
        }
    }

    /// `Does 'or' mean`: a word in quotes of its own, with blanks around them.
    private func isMentioned(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        let (from, to) = (Int(tokens[index].start), Int(tokens[index].end))
        guard from > 1, text[from - 1] == text[to], text[to] == 0x27 || text[to] == 0x22 else { return false }
        return text[from - 2] == 0x20 && text[to + 1] == 0x20 && ASCII.isLetter(text[to + 2])
            && tokens.kind(index + 2) == .none
    }

    /// `1 and 2 = 3`: nothing but a sum in words that is right. `1 and 1=2` is what attackers try.
    private func isSum(_ tokens: borrowing SQLTokens, _ index: Int) -> Bool {
        guard index == 1, tokens.count == 5, tokens.kind(0) == .number, tokens.kind(2) == .number,
            tokens.kind(3) == .comparison, tokens.kind(4) == .number, tokens.bytes(3, text) == "=",
            let one = tokens.bytes(0, text).decimal, let other = tokens.bytes(2, text).decimal,
            let sum = tokens.bytes(4, text).decimal, one < 1 << 32, other < 1 << 32, one != other
        else { return false }
        let isSpaced = text[Int(tokens[3].start) - 1] == ASCII.space && text[Int(tokens[3].end)] == ASCII.space
        return isSpaced && one + other == sum
    }

    /// `created >= 2026-01-01 and created < 2026-02-01`: the text begins with a condition of its own, where an attack
    /// would have to begin with a value.
    private func isFilter(_ tokens: borrowing SQLTokens) -> Bool {
        context == .none && tokens.kind(0) == .name && tokens.kind(1) == .comparison && tokens.inlineComments == 0
    }
}
