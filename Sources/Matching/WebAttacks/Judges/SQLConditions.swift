internal import Primitives

/// Conditions that a value adds to the statement around it.
extension SQLGrammar {
    /// `or 1=1`, `' and 'a'='a`, `or exists(select`.
    func condition(_ tokens: borrowing SQLTokens, _ index: Int, _ tally: inout AttackTally) {
        let out = index > 0 && breaksOut(tokens, index - 1)
        let afterOperand = index == 0 || endsOperand(tokens.kind(index - 1))
        let first = operand(tokens, index + 1)
        let left = tokens.kind(first)
        if left == .none { return }
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
            let strong = afterOperand && index > 0 || hasComment(tokens)
            add(strong && right != .name ? 5 : 3, "condition", tokens, index, &tally)
        }
    }
}
