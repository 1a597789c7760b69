/// The judges of web attacks there are: `Matching/WebAttacks/Judges` has one file each; a rule's `judges:` names them.
package enum AttackJudge: UInt8, Sendable, CaseIterable {
    case sql
    case script
    case file
    case hidden
    case unix
    case windows
    case php
    case java
    case node
    case template
    case ssrf
    case redirect
    case xml
    case ldap
    case nosql
    case mail
    case header

    /// As rules write it.
    package var name: String { "\(self)" }

    package init?(name: String) {
        guard let found = AttackJudge.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }
}
