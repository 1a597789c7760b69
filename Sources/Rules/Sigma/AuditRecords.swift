/// What the Linux audit system writes into which record: a rule that asks one record for a field that only another kind
/// of record has can never match.
enum AuditRecords {
    /// Fields that exactly one record type carries (audit-userspace, "Audit event fields" and "record types").
    private static let onlyIn: [String: String] = [
        "cwd": "CWD", "proctitle": "PROCTITLE", "nametype": "PATH", "inode": "PATH", "ouid": "PATH", "ogid": "PATH",
        "argc": "EXECVE", "saddr": "SOCKADDR",
    ]

    /// Refuses a selection that names a record type together with a field which that type never has.
    static func check(_ selection: RuleNode, key: RuleNode) throws {
        for item in selection.items ?? [selection] {
            guard let type = item["type"]?.text, type.allSatisfy({ $0.isUppercase || $0 == "_" }) else { continue }
            for pair in item.pairs ?? [] {
                let field = pair.key.text?.split(separator: "|").first.map(String.init) ?? ""
                guard let owner = onlyIn[field], owner != type else { continue }
                throw RuleError(
                    pair.key, field, "audit records of type \(type) have no field `\(field)`: \(owner) records have it",
                    advice: "Match the \(owner) record in a rule of its own and join the two with a correlation.")
            }
        }
    }
}
