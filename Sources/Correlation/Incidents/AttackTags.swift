package import Events

/// What a rule says about MITRE ATT&CK: in Sigma's tags (`attack.credential-access`, `attack.t1110.001`; Sigma Tags
/// Appendix), or in a signature's metadata (`mitre_tactic_name`, `mitre_technique_id`).
package enum AttackTags {
    /// The enterprise tactics, in kill-chain order (attack.mitre.org/tactics/enterprise).
    package static let tactics = [
        "reconnaissance", "resource-development", "initial-access", "execution", "persistence",
        "privilege-escalation", "defense-evasion", "stealth", "defense-impairment", "credential-access", "discovery",
        "lateral-movement", "collection", "command-and-control", "exfiltration", "impact",
    ]

    package static func tactics(of rule: RuleInfo) -> Set<String> {
        Set(words(of: rule).map { String($0.map { $0 == "_" ? "-" : $0 }) }.filter { tactics.contains($0) })
    }

    /// As `T1110.001`.
    package static func techniques(of rule: RuleInfo) -> Set<String> {
        Set(words(of: rule).filter(isTechnique).map { $0.uppercased() })
    }

    private static func words(of rule: RuleInfo) -> [String] {
        let tags = rule.tags.map { $0.lowercased() }.filter { $0.hasPrefix("attack.") }.map { String($0.dropFirst(7)) }
        let metadata = rule.signature?.metadata ?? []
        let named = metadata.filter { $0.key == "mitre_tactic_name" || $0.key == "mitre_technique_id" }
        return tags + named.map { $0.value.lowercased() }
    }

    /// `t` and four digits, with an optional dot and three digits.
    private static func isTechnique(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard bytes.count == 5 || bytes.count == 9, bytes[0] == UInt8(ascii: "t") else { return false }
        for (index, byte) in bytes.enumerated().dropFirst() {
            if index == 5 ? byte != UInt8(ascii: ".") : !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                return false
            }
        }
        return true
    }
}
