internal import Events
internal import Matching
internal import Primitives
internal import Rules

/// Says of a rule and of events why it holds or does not: its condition as a tree, each part with its answer, and for
/// the tests that fail what the event has instead.
package struct RuleExplainer {
    /// One line of the tree.
    package struct Line: Sendable, Equatable {
        package var depth: Int
        /// Nil: a remark.
        package var holds: Bool?
        package var text: String
    }

    private let rule: SigmaRule?
    private let scored: WebAttackRule?
    private let options: EngineOptions
    /// The rule's expressions in the order of the tree, each made a rule of its own.
    private var parts: [(depth: Int, expression: SigmaExpression)] = []

    /// - Parameter id: id or name of a Sigma rule, or of one that asks for scores
    package init(_ id: String, options: EngineOptions) throws {
        self.options = options
        let rules = try RuleDesk.load(options)
        func fits(_ info: RuleInfo) -> Bool { info.id == id || info.name == id }
        rule = rules.sigma.first { fits($0.info) }
        scored = rules.webAttacks.first { fits($0.info) }
        if let rule {
            collect(rule.condition, 0, rule)
        } else if scored == nil {
            let others = rules.correlations.map(\.info) + rules.anomalies.map(\.info) + rules.signatures.map(\.info)
            let kind = others.first(where: fits).map { "a rule of kind \($0.kind.rawValue): only Sigma rules" }
            throw EngineError.noInput(
                kind.map { "\(id) is \($0) and scored ones are explained" }
                    ?? "there is no rule \(id): nightjar rules list shows the ids")
        }
    }

    private mutating func collect(_ expression: SigmaExpression, _ depth: Int, _ rule: SigmaRule) {
        parts.append((depth, expression))
        switch expression {
        case .all(let inner), .any(let inner), .atLeast(_, let inner):
            for part in inner { collect(part, depth + 1, rule) }
        case .not(let inner): collect(inner, depth + 1, rule)
        case .selection(let index): collect(rule.selections[index].expression, depth + 1, rule)
        case .test: break
        }
    }

    /// The tree for every event that lies in `paths` ("-": standard input).
    package func explain(_ paths: [String], _ body: (_ event: Int, [Line]) throws -> Void) throws {
        let registry = FieldRegistry()
        let matcher = try rule.map { try explaining($0, registry) }
        let worker = try matcher?.makeWorker()
        let gate = try rule.map {
            try EventMatcher(rules: [$0], registry: registry, options: MatchOptions(logSource: options.logSource))
        }
        var number = 0
        try SampleEvents.forEach(paths, options: options, registry: registry) { sample in
            var hits: [EventHit] = []
            worker?.match(sample.events, into: &hits)
            for index in 0..<sample.events.count {
                number += 1
                if let rule, let gate {
                    let held = hits.filter { Int($0.event) == index }
                    try body(number, tree(rule, held, sample.events, index, isOpen(gate, sample.events, index)))
                } else if let scored {
                    try body(number, scores(scored, sample.events, index))
                }
            }
        }
    }

    private func isOpen(_ gate: EventMatcher, _ batch: EventBatch, _ index: Int) -> Bool {
        gate.isOpen(rule: 0, for: batch.events[index].logSource)
    }

    /// Every part as a rule that all events reach.
    private func explaining(_ rule: SigmaRule, _ registry: FieldRegistry) throws -> EventMatcher {
        let rules = parts.map { part in
            var copy = rule
            copy.condition = part.expression
            return copy
        }
        return try EventMatcher(
            rules: rules, registry: registry, options: MatchOptions(logSource: LogSourceOverride(isAny: true)))
    }

    private func tree(
        _ rule: SigmaRule, _ hits: [EventHit], _ batch: EventBatch, _ event: Int, _ isOpen: Bool
    ) -> [Line] {
        var forms: [Int: MatchForm] = [:]
        for hit in hits { forms[Int(hit.rule)] = hit.form }
        let source = "\(batch.events[event].logSource)"
        var lines = [
            Line(
                depth: 0, holds: isOpen,
                text:
                    "log source \(RuleListing.Row(rule.info, rule.logSource).logSourceText); the event is of \(source)")
        ]
        for (place, part) in parts.enumerated() {
            let form = forms[place]
            var text = SigmaText.describe(part.expression, rule)
            if let form, form != .raw { text += "  (\(form.name))" }
            if form == nil, case .test(let item) = part.expression, let field = item.field {
                text += "  " + RuleExplainer.values(field, rule.logSource, batch, event)
            }
            lines.append(Line(depth: part.depth, holds: form != nil, text: text))
        }
        return lines
    }

    /// What the event has where the rule looks.
    private static func values(
        _ field: String, _ logSource: RuleLogSource, _ batch: EventBatch, _ event: Int
    ) -> String {
        var found: [String] = []
        for name in Taxonomy.candidates(field, for: logSource) {
            guard let id = batch.registry.id(of: name) else { continue }
            for slot in batch.fields(of: event) where slot.field == id {
                let text = batch.bytes(of: slot).prefix(120).text
                found.append("\(name) is \(slot.type == .null ? "null" : "'\(text)'")")
            }
        }
        return found.isEmpty ? "[no such field in the event]" : "[\(found.joined(separator: ", "))]"
    }

    private func scores(_ rule: WebAttackRule, _ batch: EventBatch, _ event: Int) -> [Line] {
        var open = rule
        open.threshold = 1
        open.exclusions = []
        let worker = WebAttackMatcher(rules: [open], logSource: LogSourceOverride(isAny: true)).makeWorker()
        var hits: [WebAttackHit] = []
        worker.match(batch, into: &hits)
        guard let hit = hits.first(where: { $0.event == event }) else {
            return [Line(depth: 0, holds: false, text: "score 0 of \(rule.threshold): no judge has anything to say")]
        }
        let place = "\(hit.place.name) " + String(decoding: hit.name, as: UTF8.self)
        var lines = [
            Line(
                depth: 0, holds: hit.score >= rule.threshold,
                text: "score \(hit.score) of \(rule.threshold), \(place), \(hit.form.name)"),
            Line(depth: 1, holds: nil, text: "value '\(String(decoding: hit.value, as: UTF8.self))'"),
        ]
        for part in hit.parts { lines.append(Line(depth: 1, holds: true, text: "\(part.what): \(part.score)")) }
        return lines
    }
}
