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

    func means(_ rule: RuleInfo) -> Bool {
        switch self {
        case .signature(let id): return rule.id == id
        case .classType(let type): return rule.signature?.classType?.lowercased() == type
        case .tag(let tag):
            let bare = RuleSelection.word(tag.hasPrefix("attack.") ? String(tag.dropFirst(7)) : tag)
            let wanted = RuleSelection.word(tag)
            // A technique means its sub-techniques too.
            if rule.tags.map(RuleSelection.word).contains(where: { $0 == wanted || $0.hasPrefix(wanted + ".") }) {
                return true
            }
            return rule.signature?.metadata.contains { RuleSelection.word($0.value) == bare } ?? false
        }
    }

    /// Without case, with one kind of hyphen: metadata writes `Initial_Access`.
    private static func word(_ text: String) -> String {
        String(text.lowercased().map { $0 == "_" || $0 == " " ? "-" : $0 })
    }
}

extension RuleSet {
    /// Fills in which rules each selection means. To be called when it is known which rules report.
    mutating func resolveSelections() {
        var words: Set<String> = []
        for rule in correlations { words.formUnion(rule.rules.filter { RuleSelection($0) != nil }) }
        guard !words.isEmpty else { return }
        let infos = selectable()
        var members: [String: [String]] = [:]
        for word in words {
            guard let selection = RuleSelection(word) else { continue }
            members[word] = infos.filter { selection.means($0) }.map(\.id).sorted()
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
