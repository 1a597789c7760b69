import Events
import Matching
import Rules
import Testing

/// Generated rules against generated events: the matcher and the slow evaluator must agree on every pair.
@Suite struct SigmaPropertyTests {
    @Test(arguments: 0..<8) func agreesWithTheSlowEvaluator(seed: Int) throws {
        var maker = SigmaMaker(seed: UInt64(seed))
        let rules = (0..<60).map { _ in maker.rule() }
        let events = (0..<60).map { _ in maker.event() }
        let yaml = rules.enumerated().map { SigmaMaker.yaml($1, number: $0) }.joined(separator: "---\n")
        let fixture = try Fixture(yaml, options: MatchOptions(decodesURLs: false))
        #expect(fixture.rules.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
        let hits = Set(fixture.hits(events).map { [Int($0.event), Int($0.rule)] })
        var fired = 0
        for (eventNumber, event) in events.enumerated() {
            for (ruleNumber, rule) in rules.enumerated() {
                let expected = SlowSigma.matches(rule, event.fields, record: event.record)
                fired += expected ? 1 : 0
                let given = hits.contains([eventNumber, ruleNumber])
                if given != expected {
                    Issue.record(
                        "expected \(expected) of \(SigmaMaker.yaml(rule, number: ruleNumber)) for \(event.fields)")
                    return
                }
            }
        }
        #expect(fired > 100 && fired < 3500)
    }
}

/// Makes rules and events out of few letters, so that they meet.
struct SigmaMaker {
    private var state: UInt64

    init(seed: UInt64) { state = (seed &+ 1) &* 0xD134_2543_DE82_EF95 }

    /// SplitMix64.
    private mutating func number(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element { list[number(list.count)] }

    private static let fields = ["alpha", "beta", "gamma", "delta"]
    private static let pieces = [
        "ab", "Ab", "c", "-x", "/x", "–x", "é", "É", "đ", "B", "7", "10", " ", "\\",
        "*", "?", "a",
    ]
    private static let numbers = ["7", "10", "10.5", "-3", "192.0.2.7", "192.0.2.200", "198.51.100.1"]

    private mutating func text(_ most: Int) -> String {
        (0..<number(most + 1)).map { _ in pick(SigmaMaker.pieces) }.joined()
    }

    mutating func event() -> SampleEvent {
        var fields: [(String, String?)] = []
        for name in SigmaMaker.fields {
            switch number(8) {
            case 0: break
            case 1: fields.append((name, nil))
            case 2: fields.append((name, pick(SigmaMaker.numbers)))
            case 3: fields += [(name, text(3)), (name, text(2))]
            case 4: fields.append((name, "x" + SlowBase64.encode(Array(("-" + text(2) + "ab").utf8))))
            default: fields.append((name, text(4)))
            }
        }
        return SampleEvent(fields, inRecord: number(3) > 0)
    }

    private mutating func item() -> SlowSigma.Item {
        let kinds: [([String], Bool)] = [
            ([], true), (["contains"], true), (["startswith"], true), (["endswith"], true),
            (["contains", "all"], true),
            (["cased"], true), (["contains", "cased"], true), (["windash"], true), (["contains", "windash"], true),
            (["neq"], true), (["contains", "neq"], true), (["base64offset", "contains"], false), (["base64"], false),
            (["re"], false), (["re", "i"], false), (["cidr"], false), (["exists"], false), (["gt"], false),
            (["lte"], false), (["fieldref"], false), (["fieldref", "startswith"], false),
            (["fieldref", "contains"], false),
        ]
        let (modifiers, isText) = pick(kinds)
        var item = SlowSigma.Item(field: pick(SigmaMaker.fields), modifiers: modifiers, values: [])
        let count = modifiers == ["exists"] ? 1 : 1 + number(3)
        for _ in 0..<count { item.values.append(isText ? text(2) : special(modifiers)) }
        if modifiers.isEmpty, number(6) == 0 { item.values.append(nil) }
        if isText, number(5) == 0 { item.values.append(text(1) + "*" + text(1)) }
        return item
    }

    private mutating func special(_ modifiers: [String]) -> String {
        switch modifiers[0] {
        case "re": return pick(["ab", "^ab", "a.c", "b*c$", "7+", "^é?a", "10$", "xa?b", "x.*c", "B"])
        case "cidr": return pick(["192.0.2.0/24", "192.0.2.0/25", "198.51.100.1/32", "0.0.0.0/0"])
        case "exists": return pick(["true", "false"])
        case "gt", "lte": return pick(["7", "10", "-3", "10.5"])
        case "fieldref": return pick(SigmaMaker.fields)
        default: return "ab" + pick(["", "c", "éa"])
        }
    }

    private mutating func selection() -> SlowSigma.Selection {
        func distinct(_ items: [SlowSigma.Item]) -> [SlowSigma.Item] {
            var seen: Set<String> = []
            return items.filter { seen.insert(([$0.field] + $0.modifiers).joined(separator: "|")).inserted }
        }
        switch number(6) {
        case 0: return .keywords((0...number(2)).map { _ in "a" + text(2) })
        case 1: return .alternatives((0...number(2)).map { _ in distinct((0...number(2)).map { _ in item() }) })
        default: return .fields(distinct((0...number(2)).map { _ in item() }))
        }
    }

    private mutating func condition(_ count: Int, _ depth: Int) -> SlowSigma.Condition {
        switch depth == 0 ? 0 : number(7) {
        case 1: return .not(condition(count, depth - 1))
        case 2: return .and(condition(count, depth - 1), condition(count, depth - 1))
        case 3: return .or(condition(count, depth - 1), condition(count, depth - 1))
        case 4: return .oneOf(pick(["sel*", "them", "sel_*"]))
        case 5: return .allOf(pick(["sel*", "them"]))
        case 6: return .someOf(min(count, 2), "sel*")
        default: return .name(number(count))
        }
    }

    mutating func rule() -> SlowSigma.Rule {
        let count = 1 + number(3)
        let selections = (0..<count).map { (name: "sel_\($0)", selection: selection()) }
        return SlowSigma.Rule(selections: selections, condition: condition(count, 3))
    }

    // MARK: Writing

    static func yaml(_ rule: SlowSigma.Rule, number: Int) -> String {
        var text = "title: rule \(number)\nlogsource:\n  category: webserver\ndetection:\n"
        for (name, selection) in rule.selections {
            text += "  \(name):\n"
            switch selection {
            case .keywords(let words): for word in words { text += "    - \(quoted(word))\n" }
            case .fields(let items): for item in items { text += "    " + line(item) + "\n" }
            case .alternatives(let maps):
                for map in maps {
                    text += "    - " + map.map(line).joined(separator: "\n      ") + "\n"
                }
            }
        }
        return text + "  condition: \(written(rule.condition, in: rule, binding: 0))\n"
    }

    private static func line(_ item: SlowSigma.Item) -> String {
        let isBare = item.modifiers.contains { ["gt", "lte", "exists"].contains($0) }
        let values = item.values.map { value in value.map { isBare ? $0 : quoted($0) } ?? "null" }
        return ([item.field] + item.modifiers).joined(separator: "|") + ": ["
            + values.joined(separator: ", ") + "]"
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
    }

    /// Parentheses only where binding needs them: or 0, and 1, not 2.
    private static func written(_ condition: SlowSigma.Condition, in rule: SlowSigma.Rule, binding: Int) -> String {
        func wrapped(_ text: String, _ own: Int) -> String { own < binding ? "(\(text))" : text }
        switch condition {
        case .name(let index): return rule.selections[index].name
        case .not(let part): return wrapped("not " + written(part, in: rule, binding: 2), 2)
        case .and(let left, let right):
            return wrapped(written(left, in: rule, binding: 1) + " and " + written(right, in: rule, binding: 2), 1)
        case .or(let left, let right):
            return wrapped(written(left, in: rule, binding: 0) + " or " + written(right, in: rule, binding: 1), 0)
        case .oneOf(let pattern): return "1 of \(pattern)"
        case .allOf(let pattern): return "all of \(pattern)"
        case .someOf(let number, let pattern): return "\(number) of \(pattern)"
        }
    }
}
