internal import Events

/// A part of a correlation that means many rules at once, whatever they are called: `tag:attack.exfiltration` (a tag of
/// a Sigma, anomaly or correlation rule, or the value of a signature's metadata), `classtype:trojan-activity` (a
/// signature's class), `sid:2019401`, `sid:1:2019401`.
///
/// Rules that report at medium level or above are meant: rules that only feed others make no finding to join. A
/// correlation that refers to a selection, and what builds on it, is not meant either: it could stand on itself.
enum RuleSelection: Equatable {
    case tag(String)
    case classType(String)
    case signature(String)

    static let prefixes = ["tag:", "classtype:", "sid:"]

    /// Nil for a word that is a rule's id or name.
    init?(_ word: String) {
        func rest(_ prefix: String) -> String? {
            guard word.lowercased().hasPrefix(prefix) else { return nil }
            let rest = String(word.dropFirst(prefix.count)).withoutOuterSpace
            return rest.isEmpty ? nil : rest.lowercased()
        }
        if let tag = rest("tag:") {
            self = .tag(tag)
        } else if let type = rest("classtype:") {
            self = .classType(type)
        } else if let sid = rest("sid:") {
            self = .signature(sid.contains(":") ? sid : "1:" + sid)
        } else {
            return nil
        }
    }

    /// Without case, with one kind of hyphen: metadata writes `Initial_Access`.
    fileprivate static func word(_ text: String) -> String {
        String(text.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    }
}

/// Rules by what selections ask for, so that thousands of them are looked through once and not for every selection.
private struct SelectionIndex {
    private let rules: [RuleInfo]
    /// Rules by a tag or a value of metadata, each spelling brought to its `RuleSelection.word` once.
    private var tags: [String: [Int]] = [:]
    private var values: [String: [Int]] = [:]

    init(_ rules: [RuleInfo]) {
        self.rules = rules
        var words: [String: String] = [:]
        func word(_ text: String) -> String {
            if let known = words[text] { return known }
            let made = RuleSelection.word(text)
            words[text] = made
            return made
        }
        for (index, rule) in rules.enumerated() {
            for tag in rule.tags { tags[word(tag), default: []].append(index) }
            for entry in rule.signature?.metadata ?? [] { values[word(entry.value), default: []].append(index) }
        }
    }

    /// Ids of the rules that `selection` means, sorted.
    func members(_ selection: RuleSelection) -> [String] {
        switch selection {
        case .signature(let id): return rules.filter { $0.id == id }.map(\.id)
        case .classType(let type):
            return rules.filter { $0.signature?.classType?.lowercased() == type }.map(\.id).sorted()
        case .tag(let tag):
            let bare = RuleSelection.word(tag.hasPrefix("attack.") ? String(tag.dropFirst(7)) : tag)
            let wanted = RuleSelection.word(tag)
            var found = Set(values[bare] ?? [])
            // A technique means its sub-techniques too.
            for (word, members) in tags where word == wanted || word.hasPrefix(wanted + ".") {
                found.formUnion(members)
            }
            return found.map { rules[$0].id }.sorted()
        }
    }
}

extension RuleSet {
    /// Fills in which rules each selection means. To be called when it is known which rules report.
    mutating func resolveSelections() {
        var words: Set<String> = []
        for rule in correlations { words.formUnion(rule.rules.filter { RuleSelection($0) != nil }) }
        guard !words.isEmpty else { return }
        let index = SelectionIndex(selectable())
        var members: [String: [String]] = [:]
        for word in words {
            guard let selection = RuleSelection(word) else { continue }
            members[word] = index.members(selection)
        }
        for index in correlations.indices {
            let own = correlations[index].rules.filter { members[$0] != nil }
            guard !own.isEmpty else { continue }
            correlations[index].selections = Dictionary(own.map { ($0, members[$0] ?? []) }) { first, _ in first }
            for word in own where members[word]?.isEmpty ?? true {
                let origin = correlations[index].info.origin
                diagnostics.append(
                    Diagnostic(
                        .warning, file: origin.file, line: origin.line,
                        message: "no loaded rule of medium level or above fits \"\(word)\"",
                        advice: "The correlation cannot fire as long as that is so.",
                        rule: correlations[index].info.id))
            }
        }
    }

    private func selectable() -> [RuleInfo] {
        var standsOnSelection: Set<String> = []
        var grew = true
        while grew {
            grew = false
            for rule in correlations where !standsOnSelection.contains(rule.info.id) {
                if rule.rules.contains(where: { RuleSelection($0) != nil || standsOnSelection.contains($0) }) {
                    standsOnSelection.insert(rule.info.id)
                    grew = true
                }
            }
        }
        let correlated = correlations.map(\.info).filter { !standsOnSelection.contains($0.id) }
        let all = sigma.map(\.info) + signatures.map(\.info) + anomalies.map(\.info) + webAttacks.map(\.info)
        return (all + correlated).filter { $0.generates && $0.level >= .medium }
    }
}
