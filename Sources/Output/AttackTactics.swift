/// Which tactics a technique serves (https://attack.mitre.org, Enterprise), for those that `AttackNames` knows.
package enum AttackTactics {
    /// Names of the tactics of `T1110.001` (those of `T1110`), as incidents write them; none for one that is not in the
    /// table.
    package static func tactics(of technique: String) -> [String] {
        let parent = technique.uppercased().prefix { $0 != "." }
        return table.filter { $0.techniques.contains(String(parent)) }.map(\.tactic)
    }

    private static let table: [(tactic: String, techniques: Set<String>)] = [
        ("reconnaissance", ["T1589", "T1590", "T1592", "T1595"]),
        ("resource-development", ["T1583"]),
        ("initial-access", ["T1078", "T1133", "T1189", "T1190", "T1199", "T1566"]),
        ("execution", ["T1053", "T1059", "T1203", "T1204", "T1609", "T1610"]),
        ("persistence", ["T1053", "T1078", "T1098", "T1133", "T1136", "T1505", "T1543", "T1547", "T1556"]),
        (
            "privilege-escalation",
            ["T1053", "T1055", "T1068", "T1078", "T1098", "T1543", "T1547", "T1548", "T1611"]
        ),
        (
            "defense-evasion",
            [
                "T1027", "T1036", "T1055", "T1070", "T1078", "T1140", "T1218", "T1221", "T1548", "T1550", "T1556",
                "T1562", "T1610",
            ]
        ),
        ("credential-access", ["T1003", "T1040", "T1110", "T1552", "T1555", "T1556"]),
        ("discovery", ["T1016", "T1018", "T1033", "T1040", "T1046", "T1049", "T1057", "T1082", "T1083", "T1087"]),
        ("lateral-movement", ["T1021", "T1210", "T1550"]),
        ("collection", ["T1005", "T1119", "T1213", "T1530"]),
        (
            "command-and-control",
            ["T1071", "T1090", "T1095", "T1105", "T1132", "T1219", "T1568", "T1571", "T1572", "T1573"]
        ),
        ("exfiltration", ["T1041", "T1048", "T1567"]),
        ("impact", ["T1485", "T1486", "T1490", "T1491", "T1496", "T1498", "T1499"]),
    ]
}
