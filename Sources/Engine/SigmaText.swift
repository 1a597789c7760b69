internal import Primitives
internal import Rules

/// Sigma's conditions and tests in words, close to how rules write them.
enum SigmaText {
    static let maximumShown = 160

    static func describe(_ expression: SigmaExpression, _ rule: SigmaRule) -> String {
        switch expression {
        case .all(let parts): "all of \(parts.count)"
        case .any(let parts): "any of \(parts.count)"
        case .atLeast(let count, let parts): "\(count) of \(parts.count)"
        case .not: "not"
        case .selection(let index): "selection \(rule.selections[index].name)"
        case .test(let item): describe(item)
        }
    }

    static func describe(_ item: SigmaItem) -> String {
        let field = item.field ?? "any value"
        switch item.test {
        case .text(let pattern): return "\(field) is '\(cut(text(pattern)))'\(pattern.cased ? " (cased)" : "")"
        case .number(_, let text): return "\(field) is \(text)"
        case .regularExpression(let pattern, _): return "\(field) matches /\(cut(pattern))/"
        case .network(let network): return "\(field) lies in \(network)"
        case .exists(let wanted): return wanted ? "\(field) is there" : "\(field) is not there"
        case .null: return "\(field) is null or not there"
        case .compare(let comparison, let number): return "\(field) \(comparison.rawValue) \(number)"
        case .time(let part, let comparison, let number):
            return "the \(part.rawValue) of \(field) \(comparison.rawValue) \(number)"
        case .field(let other, let part, _): return "\(field) and the field \(other) agree (\(part.rawValue))"
        }
    }

    private static func cut(_ text: String) -> String {
        text.count > maximumShown ? text.prefix(maximumShown) + "..." : text
    }

    /// With `*` and `?` where the pattern has them.
    private static func text(_ pattern: TextPattern) -> String {
        var text = ""
        for element in pattern.elements {
            switch element {
            case .bytes(let bytes): text += String(decoding: bytes, as: UTF8.self)
            case .oneCharacter: text += "?"
            case .gap: text += "*"
            case .oneOf(let choices):
                text += "[" + choices.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|") + "]"
            }
        }
        return text
    }
}
