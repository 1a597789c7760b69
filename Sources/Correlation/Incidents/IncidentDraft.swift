internal import Events
internal import Primitives

/// Detections of one key that follow each other without a long gap: an incident of its own unless something ties it to
/// others.
struct IncidentDraft {
    let key: IncidentKey
    /// Oldest first.
    let detections: [Detection]
    let first: Timestamp
    let last: Timestamp
    let level: Severity
    /// ATT&CK tactics of its rules.
    let tactics: Set<String>
    let techniques: Set<String>
    /// Accounts that somebody logged in as: of a log-in after guesses the one that was let in, not all that were tried.
    let loginUsers: Set<String>

    init(_ key: IncidentKey, _ run: [Detection], _ table: AttackTraitsTable) {
        self.key = key
        detections = run
        first = run.first?.first ?? .none
        last = run.map(\.last).max() ?? first
        level = run.map(\.rule.level).max() ?? .informational
        var found: (tactics: Set<String>, techniques: Set<String>) = ([], [])
        var previous: RuleInfo?
        for rule in run.lazy.map(\.rule) where previous.map({ !$0.isSame(as: rule) }) ?? true {
            let traits = table.traits(of: rule)
            found.tactics.formUnion(traits.tactics)
            found.techniques.formUnion(traits.techniques)
            previous = rule
        }
        (tactics, techniques) = found
        loginUsers = Set(run.flatMap { IncidentDraft.loginUsers($0, table.traits(of: $0.rule)) })
    }

    static let userFields: Set<String> = ["user.name", "user.target.name"]

    /// A correlation names the record that completed it, the log-in, before what it stands on.
    private static func loginUsers(_ detection: Detection, _ traits: AttackTraits) -> [String] {
        guard traits.techniques.contains(where: { $0.hasPrefix("T1078") }) else { return [] }
        let users = detection.fields.filter { userFields.contains($0.name) && !$0.value.isEmpty }
        let isAfterGuesses = traits.techniques.contains { $0.hasPrefix("T1110") }
        return users.prefix(isAfterGuesses ? 1 : users.count).map { $0.value.lowercased() }
    }

    /// Nothing but guesses at it from elsewhere: what was done to an account or a host, not by it.
    var isGuessedAt: Bool {
        key.entity.kind != "ip" && !techniques.isEmpty && techniques.allSatisfy { $0.hasPrefix("T1110") }
    }

    /// Somebody came in from another address: what happens on the host from then on may be their doing. Guessing and
    /// looking around alone are not that.
    var isIntrusion: Bool {
        level >= .medium && key.entity.kind == "ip"
            && (!tactics.isDisjoint(with: ["initial-access", "execution", "persistence", "lateral-movement"])
                || techniques.contains { $0.hasPrefix("T1078") })
    }

    /// Somebody logged in with what they found out.
    var hasLogin: Bool { techniques.contains { $0.hasPrefix("T1078") } }

    /// Somebody made an account.
    var makesAccount: Bool { techniques.contains { $0.hasPrefix("T1136") } }

    /// Fields that name what was attacked.
    static let targetFields: Set<String> = [
        "destination.ip", "host.hostname", "host.name", "observer.name", "url.domain", "tls.client.server_name",
    ]

    func values(_ fields: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for detection in detections {
            for field in detection.fields where fields.contains(field.name) && !field.value.isEmpty {
                found.insert(field.value.lowercased())
            }
        }
        return found
    }
}
