import Primitives
import Rules

/// Makes, out of a rule's own tree, events that it must match and near misses.
struct WitnessMaker {
    let rule: SigmaRule
    private let evaluator: TreeEvaluator

    /// One leaf that has to hold, or not.
    struct Demand {
        var item: SigmaItem
        var holds: Bool
    }

    static let maximumWays = 400

    init(_ rule: SigmaRule) {
        self.rule = rule
        evaluator = TreeEvaluator(rule)
    }

    /// An event that the rule matches; nil where none was found.
    func witness() -> [String: String]? {
        for way in ways(rule.condition, true) {
            for variant in 0..<64 {
                let fields = fields(way, variant)
                if evaluator.holds(fields) { return fields }
            }
        }
        return nil
    }

    /// `witness` with as little changed as makes the rule not match: a character taken out of a value, a value taken
    /// away, or an exception that is met.
    func nearMiss(_ witness: [String: String]) -> [String: String]? {
        for (name, value) in witness.sorted(by: { ($0.value.count, $0.key) > ($1.value.count, $1.key) }) {
            let characters = Array(value)
            for place in characters.indices.reversed() {
                var changed = witness
                changed[name] = String(characters[..<place] + characters[(place + 1)...])
                if !evaluator.holds(changed) { return changed }
            }
            for other in [value + "~", "~" + value, "~", nil] {
                var changed = witness
                changed[name] = other
                if !changed.isEmpty, !evaluator.holds(changed) { return changed }
            }
        }
        for way in ways(rule.condition, false) {
            let changed = witness.merging(fields(way, 0)) { $1 }
            if !changed.isEmpty, !evaluator.holds(changed) { return changed }
        }
        return nil
    }

    // MARK: - Which leaves have to hold

    /// Each way is a set of demands that make the expression hold (or not).
    private func ways(_ expression: SigmaExpression, _ wanted: Bool) -> [[Demand]] {
        switch expression {
        case .test(let item): [[Demand(item: item, holds: wanted)]]
        case .selection(let index): ways(rule.selections[index].expression, wanted)
        case .not(let inner): ways(inner, !wanted)
        case .all(let parts): wanted ? together(parts, true) : separately(parts, false)
        case .any(let parts): wanted ? separately(parts, true) : together(parts, false)
        case .atLeast(let number, let parts):
            wanted
                ? (0...(parts.count - number)).flatMap { together(Array(parts[$0..<($0 + number)]), true) }
                : together(Array(parts.dropFirst(number - 1)), false)
        }
    }

    private func separately(_ parts: [SigmaExpression], _ wanted: Bool) -> [[Demand]] {
        Array(parts.lazy.flatMap { ways($0, wanted).prefix(8) }.prefix(WitnessMaker.maximumWays))
    }

    private func together(_ parts: [SigmaExpression], _ wanted: Bool) -> [[Demand]] {
        var found: [[Demand]] = [[]]
        for part in parts {
            let more = ways(part, wanted)
            found = Array(found.lazy.flatMap { head in more.lazy.map { head + $0 } }.prefix(WitnessMaker.maximumWays))
        }
        return found
    }

    // MARK: - Values

    private func fields(_ demands: [Demand], _ variant: Int) -> [String: String] {
        var byField: [String: [SigmaTest]] = [:]
        for demand in demands where demand.holds {
            let name = demand.item.field ?? "message"
            byField[name, default: []].append(demand.item.test)
        }
        var fields: [String: String] = [:]
        for (name, tests) in byField {
            if tests.contains(where: { $0 == .null || $0 == .exists(false) }) { continue }
            fields[name] = value(tests, variant)
        }
        for (name, tests) in byField {
            guard let test = tests.first(where: { if case .field = $0 { true } else { false } }),
                case .field(let other, _, _) = test
            else { continue }
            fields[other] = fields[other] ?? "same"
            fields[name] = fields[other]
        }
        // What must be absent, or different, is met by another value where the rule asks for none.
        for demand in demands where !demand.holds {
            guard let name = demand.item.field, fields[name] == nil else { continue }
            switch demand.item.test {
            case .exists(false), .null: fields[name] = "other"
            default: break
            }
        }
        return fields.isEmpty ? ["message": "other"] : fields
    }

    /// A value for all tests of one field: what begins it, what stands anywhere, what ends it.
    private func value(_ tests: [SigmaTest], _ variant: Int) -> String {
        var (beginning, middle, ending) = ("", [String](), "")
        if variant & 8 != 0 {
            for case .regularExpression(let pattern, _) in tests {
                return ExpressionSample.text(pattern, isShort: variant & 4 != 0)
            }
        }
        for test in tests {
            switch test {
            case .text(let pattern):
                let opensBefore = pattern.elements.first == .gap
                let opensBehind = pattern.elements.last == .gap
                let text = WitnessMaker.text(pattern, variant)
                if opensBefore && opensBehind && pattern.elements.count > 1 {
                    middle.append(text)
                } else if opensBefore {
                    ending = text.count > ending.count ? (variant & 16 != 0 ? "q" : "") + text : ending
                } else if opensBehind {
                    beginning = text.count > beginning.count ? text : beginning
                } else {
                    return text
                }
            case .number(_, let text): return text
            case .regularExpression(let pattern, _):
                middle.insert(ExpressionSample.text(pattern, isShort: variant & 4 != 0), at: 0)
            case .network(let network): return network.address.description
            case .compare(let comparison, let bound): return WitnessMaker.number(comparison, bound)
            case .exists: middle.append("present")
            case .null, .field, .time: break
            }
        }
        // What another one holds already need not be said again.
        middle = middle.enumerated().filter { place, text in
            !middle.enumerated().contains {
                $0.offset != place && $0.element.contains(text) && ($0.element != text || $0.offset < place)
            }
        }.map(\.element)
        if variant & 32 != 0 { middle = [middle.reduce("") { WitnessMaker.overlapped($0, $1) }] }
        return beginning + middle.joined(separator: variant & 1 == 0 ? " " : "") + ending
    }

    /// `second` behind `first`, what ends the one and begins the other once.
    private static func overlapped(_ first: String, _ second: String) -> String {
        let most = min(first.count, second.count)
        let shared = (0...most).reversed().first { first.hasSuffix(second.prefix($0)) } ?? 0
        return first + second.dropFirst(shared)
    }

    private static func text(_ pattern: TextPattern, _ variant: Int) -> String {
        var bytes: [UInt8] = []
        for (place, element) in pattern.elements.enumerated() {
            let isInside = place > 0 && place < pattern.elements.count - 1
            switch element {
            case .bytes(let run): bytes += run
            case .oneOf(let forms): bytes += forms.first ?? []
            case .oneCharacter: bytes.append(UInt8(ascii: "q"))
            case .gap: if isInside && variant & 2 != 0 { bytes.append(UInt8(ascii: "q")) }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func number(_ comparison: NumberComparison, _ limit: ExactNumber) -> String {
        let bound = limit.double
        let value =
            switch comparison {
            case .less: bound - 1
            case .greater: bound + 1
            default: bound
            }
        return value == value.rounded() ? String(Int(value)) : String(value)
    }
}
