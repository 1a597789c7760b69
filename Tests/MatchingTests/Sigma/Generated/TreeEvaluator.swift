import Matching
import Primitives
import Rules

/// A rule's own tree against an event of one value a field, step by step as the specification has it: shares nothing
/// with the matcher but the regular expressions' engine.
struct TreeEvaluator {
    let rule: SigmaRule
    private let worker = RegularExpressionWorker()

    init(_ rule: SigmaRule) { self.rule = rule }

    func holds(_ fields: [String: String]) -> Bool { holds(rule.condition, fields) }

    private func holds(_ expression: SigmaExpression, _ fields: [String: String]) -> Bool {
        switch expression {
        case .all(let parts): parts.allSatisfy { holds($0, fields) }
        case .any(let parts): parts.contains { holds($0, fields) }
        case .atLeast(let number, let parts): parts.count { holds($0, fields) } >= number
        case .not(let inner): !holds(inner, fields)
        case .selection(let index): holds(rule.selections[index].expression, fields)
        case .test(let item): holds(item, fields)
        }
    }

    func holds(_ item: SigmaItem, _ fields: [String: String]) -> Bool {
        guard let name = item.field else {
            let record = SampleEvent(fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).record
            return (fields.values + [record]).contains { holds(item.test, $0, fields) }
        }
        switch item.test {
        case .exists(let wanted): return (fields[name] != nil) == wanted
        case .null: return fields[name] == nil
        default: return fields[name].map { holds(item.test, $0, fields) } ?? false
        }
    }

    private func holds(_ test: SigmaTest, _ value: String, _ fields: [String: String]) -> Bool {
        switch test {
        case .text(let pattern): return TreeEvaluator.matches(pattern, value)
        case .number(let number, let text):
            return value == text || TreeEvaluator.order(value, number) == 0
        case .regularExpression(let pattern, let flags): return matches(pattern, flags, value)
        case .network(let network): return IPAddress(value).map { network.contains($0) } ?? false
        case .compare(let comparison, let bound):
            return TreeEvaluator.order(value, bound).map { comparison.holds($0, 0) } ?? false
        case .field(let name, let part, let cased):
            guard let other = fields[name] else { return false }
            let (left, right) = cased ? (value, other) : (value.lowercased(), other.lowercased())
            switch part {
            case .whole: return left == right
            case .prefix: return left.hasPrefix(right)
            case .suffix: return left.hasSuffix(right)
            case .anywhere: return left.contains(right)
            }
        case .exists, .null, .time: return false
        }
    }

    private func matches(_ pattern: String, _ flags: RegularExpressionFlags, _ value: String) -> Bool {
        var options: RegularExpressionOptions = []
        if flags.contains(.caseless) { options.insert(.caseless) }
        if flags.contains(.multiline) { options.insert(.multiline) }
        if flags.contains(.dotAll) { options.insert(.dotAll) }
        guard let expression = try? RegularExpression(pattern, options: options) else { return false }
        return Array(value.utf8).withBytes { expression.matches($0, worker) }
    }

    /// By trying every place for every gap.
    static func matches(_ pattern: TextPattern, _ value: String) -> Bool {
        let bytes = Array(value.utf8)
        let text = pattern.cased ? bytes : bytes.map(ASCII.lower)
        func from(_ element: Int, _ at: Int) -> Bool {
            guard element < pattern.elements.count else { return at == text.count }
            switch pattern.elements[element] {
            case .bytes(let run): return text[at...].starts(with: run) && from(element + 1, at + run.count)
            case .oneOf(let forms):
                return forms.contains { bytes[at...].starts(with: $0) && from(element + 1, at + $0.count) }
            case .oneCharacter:
                guard at < text.count else { return false }
                var end = at + 1
                while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
                return from(element + 1, end)
            case .gap:
                if element == pattern.elements.count - 1 { return true }
                return (at...text.count).contains { from(element + 1, $0) }
            }
        }
        return from(0, 0)
    }
}

extension TreeEvaluator {
    /// -1, 0 or 1 as `text` stands to `bound`: digit by digit where both are whole numbers; nil where it is no number.
    static func order(_ text: String, _ bound: ExactNumber) -> Int? {
        if let left = Int(text), let right = Int(bound.description) { return left < right ? -1 : left > right ? 1 : 0 }
        return Double(text).map { $0 < bound.double ? -1 : $0 > bound.double ? 1 : 0 }
    }
}
