internal import Events

/// Turns the words by which correlations name rules into ids, once every file is read; drops what cannot be resolved.
struct CorrelationResolver {
    private var rules: RuleSet
    private var pending: [PendingCorrelation]
    private var ids: Set<String> = []
    private var names: [String: [String]] = [:]
    private var logSources: [String: RuleLogSource] = [:]

    private let renamings: [String: FieldRenaming]

    init(_ rules: RuleSet, pending: [PendingCorrelation], renamings: [String: FieldRenaming]) {
        self.renamings = renamings
        self.rules = rules
        self.pending = pending
        for rule in rules.sigma {
            register(rule.info)
            logSources[rule.info.id] = rule.logSource
        }
        for rule in rules.webAttacks {
            register(rule.info)
            logSources[rule.info.id] = rule.logSource
        }
        for rule in rules.anomalies {
            register(rule.info)
            logSources[rule.info.id] = RuleLogSource(
                category: rule.category, product: rule.product, service: rule.service)
        }
        for rule in rules.signatures { register(rule.info) }
    }

    private mutating func register(_ info: RuleInfo) {
        ids.insert(info.id)
        if let name = info.name { names[name, default: []].append(info.id) }
    }

    /// The rule set with its correlations, those they refer to silenced unless they generate.
    consuming func resolved() -> RuleSet {
        dropUnresolvable()
        let order = inOrder()
        var mapped: [String: [String: String]] = [:]
        for index in order {
            let correlation = withFields(pending[index].rule, &mapped)
            pending[index].rule = correlation
        }
        for index in pending.indices where order.contains(index) { rules.correlations.append(pending[index].rule) }
        silenceReferenced()
        rules.resolveSelections()
        return rules
    }

    /// Until nothing changes: a correlation whose rule is missing goes, and with it those that build on it.
    private mutating func dropUnresolvable() {
        var alive = Array(pending.indices)
        while true {
            var correlationIDs: Set<String> = []
            var correlationNames: [String: [String]] = [:]
            for index in alive {
                let info = pending[index].rule.info
                correlationIDs.insert(info.id)
                if let name = info.name { correlationNames[name, default: []].append(info.id) }
            }
            var kept: [Int] = []
            for index in alive {
                if let error = resolve(index, correlationIDs, correlationNames) {
                    refuse(index, error)
                } else {
                    kept.append(index)
                }
            }
            if kept.count == alive.count { break }
            alive = kept
        }
        pending = alive.map { pending[$0] }
    }

    private mutating func resolve(
        _ index: Int, _ correlationIDs: Set<String>, _ correlationNames: [String: [String]]
    ) -> RuleError? {
        var found: [String: String] = [:]
        var list: [String] = []
        for node in pending[index].references {
            let word = node.text ?? ""
            let candidates = (names[word] ?? []) + (correlationNames[word] ?? [])
            if ids.contains(word) || correlationIDs.contains(word) || RuleSelection(word) != nil {
                found[word] = word
            } else if candidates.count == 1 {
                found[word] = candidates[0]
            } else if candidates.count > 1 {
                return RuleError(
                    node, word, "\(candidates.count) rules are named \"\(word)\"", advice: "Refer to the id.")
            } else {
                return missing(node, word, correlationNames)
            }
            list.append(found[word] ?? word)
        }
        var rule = pending[index].rule
        rule.rules = list
        for (position, alias) in rule.aliases.enumerated() {
            var fields: [String: String] = [:]
            for (word, field) in alias.fields { fields[found[word] ?? word] = field }
            rule.aliases[position].fields = fields
        }
        pending[index].rule = rule
        return nil
    }

    private func missing(_ node: RuleNode, _ word: String, _ correlationNames: [String: [String]]) -> RuleError {
        let close = Spelling.closest(to: word, among: Array(names.keys) + Array(correlationNames.keys))
        return RuleError(
            node, word, "no loaded rule has the id or name \"\(word)\"",
            advice: close.map { "Did you mean \"\($0)\"?" } ?? "Load the file that has it, or see why it was refused.")
    }

    private mutating func refuse(_ index: Int, _ error: RuleError) {
        rules.refusedCount += 1
        rules.diagnostics.append(
            pending[index].text.diagnostic(.error, error, rule: pending[index].rule.info.id))
    }

    /// Indices such that a correlation comes after those it refers to. Circles are refused.
    private mutating func inOrder() -> [Int] {
        var byID: [String: Int] = [:]
        for (index, item) in pending.enumerated() { byID[item.rule.info.id] = index }
        var state = [Int](repeating: 0, count: pending.count)  // 1: being visited, 2: done, 3: in or above a circle
        var order: [Int] = []
        func visit(_ index: Int, depth: Int) -> Bool {
            if state[index] == 2 { return true }
            if state[index] != 0 || depth > 64 {
                state[index] = 3
                return false
            }
            state[index] = 1
            for id in pending[index].rule.rules {
                guard let next = byID[id] else { continue }
                if !visit(next, depth: depth + 1) {
                    state[index] = 3
                    return false
                }
            }
            state[index] = 2
            order.append(index)
            return true
        }
        for index in pending.indices where state[index] == 0 { _ = visit(index, depth: 0) }
        for index in pending.indices where state[index] != 2 {
            refuse(
                index,
                RuleError(pending[index].node, "", "the correlation refers to itself, directly or through others"))
        }
        return order
    }

    /// Field names in ECS. Where the referred rules' log sources give one name different fields, it becomes an alias.
    private func withFields(
        _ correlation: CorrelationRule, _ mapped: inout [String: [String: String]]
    ) -> CorrelationRule {
        var rule = correlation
        func field(_ name: String, in id: String) -> String {
            mapped[id]?[name]
                ?? Taxonomy.canonical(renamings[id]?.name(name) ?? name, for: logSources[id] ?? RuleLogSource())
        }
        for (position, alias) in rule.aliases.enumerated() {
            for (id, name) in alias.fields { rule.aliases[position].fields[id] = field(name, in: id) }
        }
        func translated(_ name: String) -> String {
            if rule.aliases.contains(where: { $0.name == name }) { return name }
            let fields = rule.rules.map { field(name, in: $0) }
            guard let first = fields.first else { return name }
            if fields.allSatisfy({ $0 == first }) { return first }
            rule.aliases.append(
                CorrelationRule.Alias(
                    name: name, fields: Dictionary(zip(rule.rules, fields), uniquingKeysWith: { first, _ in first })))
            return name
        }
        var table: [String: String] = [:]
        rule.groupBy = rule.groupBy.map { name in
            let result = translated(name)
            table[name] = result
            return result
        }
        rule.countedFields = rule.countedFields.map(translated)
        rule.info.entityFields = rule.info.entityFields.map(translated)
        mapped[rule.info.id] = table
        return rule
    }

    /// Ids of the rules that are only there to feed others.
    private func informational() -> Set<String> {
        let infos =
            rules.sigma.map(\.info) + rules.correlations.map(\.info) + rules.anomalies.map(\.info)
            + rules.webAttacks.map(\.info) + rules.signatures.map(\.info)
        return Set(infos.filter { $0.level == .informational }.map(\.id))
    }

    private mutating func silenceReferenced() {
        var silent: Set<String> = []
        var generating: Set<String> = []
        let feeding = informational()
        for rule in rules.correlations {
            if rule.isChain {
                silent.formUnion(feeding.intersection(rule.rules))
            } else if rule.generate {
                generating.formUnion(rule.rules)
            } else {
                silent.formUnion(rule.rules)
            }
        }
        silent.subtract(generating)
        for index in rules.sigma.indices where silent.contains(rules.sigma[index].info.id) {
            rules.sigma[index].info.generates = false
        }
        for index in rules.correlations.indices where silent.contains(rules.correlations[index].info.id) {
            rules.correlations[index].info.generates = false
        }
        for index in rules.anomalies.indices where silent.contains(rules.anomalies[index].info.id) {
            rules.anomalies[index].info.generates = false
        }
        for index in rules.webAttacks.indices where silent.contains(rules.webAttacks[index].info.id) {
            rules.webAttacks[index].info.generates = false
        }
        for index in rules.signatures.indices where silent.contains(rules.signatures[index].info.id) {
            rules.signatures[index].info.generates = false
        }
    }
}
