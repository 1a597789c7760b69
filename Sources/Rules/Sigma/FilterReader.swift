internal import Events

/// A Sigma filter (specification 2.1, "Sigma Filters"): a condition that is added to other rules, such as
/// `condition: not selection` to leave out an own scanner.
struct PendingFilter {
    /// Rules by id or name; the single word `any` means every rule whose log source fits.
    var references: [RuleNode]
    var logSource: RuleLogSource
    var selections: [SigmaSelection]
    var condition: SigmaExpression
    var text: RuleFileText
    var title: String

    var isForAny: Bool { references.count == 1 && references[0].text?.lowercased() == "any" }

    /// The filter's log source says no more than what it has in common with the rule's.
    func fits(_ rule: SigmaRule) -> Bool {
        (logSource.category == nil || logSource.category == rule.logSource.category)
            && (logSource.product == nil || logSource.product == rule.logSource.product)
            && (logSource.service == nil || logSource.service == rule.logSource.service)
    }

    /// Both conditions must hold (as pySigma joins them).
    func apply(to rule: inout SigmaRule) {
        let shift = rule.selections.count
        rule.selections += selections
        rule.condition = .all([rule.condition, PendingFilter.shifted(condition, by: shift)])
    }

    private static func shifted(_ expression: SigmaExpression, by shift: Int) -> SigmaExpression {
        switch expression {
        case .all(let parts): .all(parts.map { shifted($0, by: shift) })
        case .any(let parts): .any(parts.map { shifted($0, by: shift) })
        case .atLeast(let number, let parts): .atLeast(number, parts.map { shifted($0, by: shift) })
        case .not(let inner): .not(shifted(inner, by: shift))
        case .selection(let place): .selection(place + shift)
        case .test: expression
        }
    }
}

extension SigmaReader {
    mutating func readFilter(_ document: RuleNode, _ text: RuleFileText) throws -> PendingFilter {
        guard let title = document["title"]?.text, !title.isEmpty else {
            throw RuleError(document, "", "the filter has no title")
        }
        guard let body = document["filter"], let pairs = body.pairs else {
            throw RuleError(document.key("filter") ?? document, "filter", "`filter` must be a mapping")
        }
        guard let rules = body["rules"] else {
            throw RuleError(body, "", "the filter names no `rules`", advice: "List ids or names, or write `any`.")
        }
        let references = rules.items ?? [rules]
        guard !references.isEmpty, references.allSatisfy({ !($0.text ?? "").isEmpty }) else {
            throw RuleError(rules, "", "`rules` lists ids or names of rules, or is the word `any`")
        }
        var detection = body
        detection.content = .mapping(pairs.filter { $0.key.text != "rules" })
        var subject = ProcessingSubject(document, logSource: try SigmaReader.logSource(document))
        let (selections, condition) = try selections(detection, of: &subject)
        guard !selections.isEmpty else { throw RuleError(body, "", "the filter has no selection") }
        return PendingFilter(
            references: references, logSource: subject.logSource, selections: selections,
            condition: condition, text: text, title: title)
    }
}

/// Adds filters to the rules that they name, once every file is read.
struct FilterResolver {
    var rules: RuleSet

    init(_ rules: RuleSet) { self.rules = rules }

    mutating func apply(_ filters: [PendingFilter]) {
        for filter in filters {
            do {
                try apply(filter)
            } catch let error as RuleError {
                rules.refusedCount += 1
                rules.diagnostics.append(filter.text.diagnostic(.error, error, rule: filter.title))
            } catch {}
        }
    }

    private mutating func apply(_ filter: PendingFilter) throws {
        if filter.isForAny {
            for index in rules.sigma.indices where filter.fits(rules.sigma[index]) {
                filter.apply(to: &rules.sigma[index])
            }
            return
        }
        var places: [Int] = []
        for node in filter.references { places += try place(of: node, filter) }
        for place in Set(places).sorted() { filter.apply(to: &rules.sigma[place]) }
    }

    /// One place; none where the rule's log source is another (with a warning).
    private mutating func place(of node: RuleNode, _ filter: PendingFilter) throws -> [Int] {
        let word = node.text ?? ""
        let found = rules.sigma.firstIndex { $0.info.id == word } ?? rules.sigma.firstIndex { $0.info.name == word }
        guard let found else {
            let names = rules.sigma.flatMap { [$0.info.id, $0.info.name ?? ""] }
            throw RuleError(
                node, word, "no loaded Sigma rule has the id or name \"\(word)\"",
                advice: Spelling.closest(to: word, among: names).map { "Did you mean \"\($0)\"?" } ?? "")
        }
        if filter.fits(rules.sigma[found]) { return [found] }
        let warning = RuleError(
            node, word, "the rule \"\(word)\" is for another log source: the filter leaves it alone")
        rules.diagnostics.append(filter.text.diagnostic(.warning, warning, rule: filter.title))
        return []
    }
}
