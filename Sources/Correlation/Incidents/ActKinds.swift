internal import Events

/// What a rule's ATT&CK techniques (attack.mitre.org/techniques/enterprise) say was done: a word for each, which the
/// texts of every language know. The first line that fits counts.
enum ActKinds {
    /// (word, techniques any of which must be there, techniques any of which must be there too)
    private static let table: [(kind: String, any: [String], and: [String])] = [
        ("guess-login", ["T1110"], ["T1078"]), ("guess", ["T1110"], []), ("deface", ["T1491"], []),
        ("web-shell", ["T1505.003"], []), ("log-clear", ["T1070"], []),
        ("dns-tunnel", ["T1572", "T1071.004", "T1048.003"], []),
        ("exfiltration", ["T1041", "T1048", "T1567", "T1537"], []), ("generated-domain", ["T1568"], []),
        ("call-out", ["T1095"], []), ("beacon", ["T1071", "T1571", "T1573", "T1102"], []),
        ("attachment-run", ["T1204"], []),
        ("mine", ["T1496"], []), ("flood", ["T1498", "T1499"], []), ("scheduled", ["T1053"], []),
        ("account", ["T1136", "T1098"], []), ("credentials", ["T1003", "T1552", "T1555"], []),
        ("privilege", ["T1548", "T1068"], []), ("phish", ["T1566"], []), ("download", ["T1105"], []),
        ("exploit", ["T1190", "T1203", "T1189"], []), ("key", ["T1550", "T1528"], []),
        ("accounts", ["T1589", "T1087"], []), ("login", ["T1078", "T1021", "T1133"], []),
        ("shell", ["T1059", "T1609"], []), ("port-scan", ["T1046", "T1595.001"], []),
        ("collection", ["T1213", "T1530", "T1005", "T1039", "T1119"], []),
        ("web-scan", ["T1595", "T1083"], []),
    ]

    static let intelligence = "intelligence"
    static let other = "other"

    /// - Parameter techniques: those of `rule`
    static func kind(of rule: RuleInfo, _ techniques: Set<String>) -> String {
        if rule.kind == .intelligence || rule.tags.contains("nightjar.intelligence") { return intelligence }
        let found = kind(techniques)
        // A link that deceives, in a request: tried at a site, not mailed.
        return found == "phish" && service(of: rule) == "web" ? "exploit" : found
    }

    /// What the last of a chain's techniques says: chains list them in the order of their steps.
    static func lastStep(of rule: RuleInfo) -> String {
        let listed = rule.tags.map { $0.lowercased() }.filter { $0.hasPrefix("attack.t") }
        guard let last = listed.last(where: { !AttackTags.tactics.contains(String($0.dropFirst(7))) }) else {
            return other
        }
        return kind([last.dropFirst(7).uppercased()])
    }

    private static func kind(_ techniques: Set<String>) -> String {
        func has(_ list: [String]) -> Bool {
            list.contains { wanted in
                techniques.contains { $0 == wanted || !wanted.contains(".") && $0.hasPrefix(wanted + ".") }
            }
        }
        return table.first { has($0.any) && ($0.and.isEmpty || has($0.and)) }?.kind ?? other
    }

    /// What service a rule is about, in the word that people use for it; nil where its name does not say.
    static func service(of rule: RuleInfo) -> String? {
        let words: [(prefix: String, service: String)] = [
            ("ssh_", "SSH"), ("web_", "web"), ("mail_", "mail"), ("vpn_", "VPN"), ("su_", "su"), ("sudo_", "sudo"),
        ]
        guard let name = rule.name else { return nil }
        return words.first { name.hasPrefix($0.prefix) }?.service
    }
}
