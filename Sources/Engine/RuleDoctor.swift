internal import Anomalies
package import Events
internal import Foundation
internal import Matching
internal import Rules
internal import Storage

/// Which rules could not have fired on the inputs of a run, and why: no event of their log source, no field that they
/// need, nothing that feeds them.
package struct RuleDoctor {
    package struct Finding: Sendable {
        package var rule: RuleInfo
        package var reason: String
    }

    package private(set) var findings: [Finding] = []
    package private(set) var ruleCount = 0
    package private(set) var inputs: [String] = []
    /// Inputs of the run that are no longer there.
    package private(set) var missing: [String] = []

    private let registry = FieldRegistry()
    /// By log source, the numbers of the fields that its events had.
    private var fields: [LogSource: Set<UInt16>] = [:]
    private var sawCapture = false
    private var dead: [String: String] = [:]

    /// Looks at the inputs of the store's last run again. Throws `EngineError` or `StoreError`.
    package init(database: String, options: EngineOptions) throws {
        let store = try Store(path: database, mode: .read)
        guard let run = try store.lastRun() else {
            throw EngineError.noInput("\(database) knows no run: nightjar scan PATH first")
        }
        let paths = run.inputs.map(\.path).filter { $0 != "-" }
        inputs = paths.filter { FileManager.default.fileExists(atPath: $0) }
        missing = run.inputs.map(\.path).filter { !inputs.contains($0) }
        sawCapture = run.inputs.contains { $0.kind == .capture }
        try self.judge(options)
    }

    /// The same for inputs that are given.
    package init(paths: [String], options: EngineOptions) throws {
        inputs = paths
        try self.judge(options)
    }

    private mutating func judge(_ options: EngineOptions) throws {
        let rules = try RuleDesk.load(options)
        ruleCount = rules.loadedCount
        let matcher = try EventMatcher(
            rules: rules.sigma, registry: registry, options: MatchOptions(logSource: options.logSource))
        let scores = WebAttackMatcher(rules: rules.webAttacks, logSource: options.logSource)
        var seen: [LogSource: Set<UInt16>] = [:]
        if !inputs.isEmpty {
            try SampleEvents.forEach(inputs, options: options, registry: registry) { note($0.events, &seen) }
        }
        fields = seen
        sawCapture = sawCapture || seen.keys.contains(.networkFlow)
        for (index, rule) in rules.sigma.enumerated() { judge(rule, index, matcher) }
        for (index, rule) in rules.webAttacks.enumerated()
        where !fields.keys.contains(where: { scores.isOpen(rule: index, for: $0) }) {
            bury(rule.info, "no event of \(RuleListing.Row(rule.info, rule.logSource).logSourceText) was read")
        }
        if options.placePaths.isEmpty {
            for rule in rules.anomalies where AnomalyDetectors.asksForPlaces(rule) {
                bury(rule.info, "no database of places was given (--geoip)")
            }
        }
        if !sawCapture { for rule in rules.signatures { bury(rule.info, "no capture was read") } }
        judge(rules.correlations)
        let order: (Finding, Finding) -> Bool = {
            ($0.reason, $0.rule.title, $0.rule.id) < ($1.reason, $1.rule.title, $1.rule.id)
        }
        findings.sort(by: order)
    }

    private mutating func bury(_ rule: RuleInfo, _ reason: String) {
        dead[rule.id] = reason
        findings.append(Finding(rule: rule, reason: reason))
    }

    private func note(_ batch: EventBatch, _ seen: inout [LogSource: Set<UInt16>]) {
        for index in 0..<batch.count {
            let source = batch.events[index].logSource
            var known = seen[source] ?? []
            for slot in batch.fields(of: index) where !slot.field.isOfBatch { known.insert(slot.field.rawValue) }
            seen[source] = known
        }
    }

    private mutating func judge(_ rule: SigmaRule, _ index: Int, _ matcher: EventMatcher) {
        let open = fields.filter { matcher.isOpen(rule: index, for: $0.key) }
        if open.isEmpty {
            return bury(rule.info, "no event of \(RuleListing.Row(rule.info, rule.logSource).logSourceText) was read")
        }
        var missing: Set<String>?
        for (_, known) in open {
            var lacking: Set<String> = []
            if canHold(rule.condition, rule, known, &lacking) { return }
            if missing == nil || lacking.count < missing?.count ?? 0 { missing = lacking }
        }
        bury(rule.info, "no event had the field \((missing ?? []).sorted().joined(separator: ", "))")
    }

    /// Whether the condition may hold for an event that has none but `known` fields.
    private func canHold(
        _ expression: SigmaExpression, _ rule: SigmaRule, _ known: Set<UInt16>, _ lacking: inout Set<String>
    ) -> Bool {
        switch expression {
        case .all(let parts):
            return parts.reduce(true) { canHold($1, rule, known, &lacking) && $0 }
        case .any(let parts):
            return parts.isEmpty ? false : parts.reduce(false) { canHold($1, rule, known, &lacking) || $0 }
        case .atLeast(let count, let parts):
            return parts.count { canHold($0, rule, known, &lacking) } >= count
        case .not: return true
        case .selection(let index): return canHold(rule.selections[index].expression, rule, known, &lacking)
        case .test(let item):
            guard let field = item.field, item.test != .null, item.test != .exists(false) else { return true }
            let names = Taxonomy.candidates(field, for: rule.logSource)
            if names.contains("@timestamp") { return true }
            if names.contains(where: { name in registry.id(of: name).map { known.contains($0.rawValue) } ?? false }) {
                return true
            }
            lacking.insert(field)
            return false
        }
    }

    /// A correlation is dead where all it counts is, one of several kinds where any of them is; those above follow.
    private mutating func judge(_ correlations: [CorrelationRule]) {
        var changed = true
        while changed {
            changed = false
            for rule in correlations where dead[rule.info.id] == nil {
                let gone = rule.rules.filter { dead[$0] != nil }
                let isDead =
                    rule.kind.isTemporal && rule.pattern == nil ? !gone.isEmpty : gone.count == rule.rules.count
                guard isDead, let first = gone.first else { continue }
                bury(rule.info, "nothing can feed it: \(dead[first] ?? "")")
                changed = true
            }
        }
    }
}
