import Events
import Logs
import Primitives
import Testing

/// Skeletons of the user's own are checked before they are compiled.
@Test(arguments: [
    ("user %{user} from %{ip}", nil, 0), ("a (b|c)%{number} text", nil, 0), ("user %{nobody}", 7, 6),
    ("user %{user:nokind} x", 12, 6), ("user %{user", 5, 2), ("user (a|b", 5, 1), ("user a)b", 6, 1),
    ("user (a|(b))", 8, 1), ("%{user} x", 0, 9), ("text(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b|c|d)(a|b)", 44, 1),
    ("user %(a|{b} text", 5, 1), ("user (a%|b){user} text", 7, 1), ("user (a|b%){user} text", 9, 1),
    ("used \\%(a|b) of it", nil, 0), ("used 9% of (a|b) there", nil, 0),
])
func skeletonProblem(_ skeleton: String, _ offset: Int?, _ length: Int) {
    let problem = Array(skeleton.utf8).withBytes { MessageForms.problem($0) }
    #expect(problem?.offset == offset, "\(skeleton): \(String(describing: problem))")
    #expect((problem?.length ?? 0) == length)
}

@Test func ownFormsGoBeforeTheBuiltInOnes() throws {
    let own = MessageFamily(
        ["acmed", "sshd"], .vpn,
        [.refused("Failed %{method} for %{target} at %{addr}"), .refused("Failed password for root from %{addr} *")])
    let forms = MessageForms([own])
    func read(_ line: String) throws -> DecodedLine {
        try decode(Array(line.utf8)) { $0.messageForms = forms }.first ?? DecodedLine()
    }
    let first = try read("Mar 12 02:58:01 h acmed[1]: Failed token for bob at 203.0.113.7")
    #expect(first["user.target.name"] == "bob" && first["source.ip"] == "203.0.113.7" && first.source == .vpn)
    let second = try read("Mar 12 02:58:01 h sshd[1]: Failed password for root from 203.0.113.7 port 5 ssh2")
    #expect(second["source.ip"] == "203.0.113.7" && second["source.port"] == nil && second.source == .vpn)
    let third = try read("Mar 12 02:58:01 h sshd[1]: Failed password for bob from 203.0.113.7 port 5 ssh2")
    #expect(third["user.name"] == "bob" && third["source.port"] == "5" && third.source == .sshd)
}
