import Engine
import Events
import Foundation
import Rules
import Testing

/// Decoders of the user's own.
@Suite struct DecoderFilesTests {
    private static func decoder(
        skeleton: String = "session %{number}: user %{user} refused from %{ip}", user: String = "bob",
        more: String = ""
    ) -> String {
        """
        decoder: acme-vpn
        programs: [acmevpnd]
        source: vpn
        \(more)forms:
          - skeleton: '\(skeleton)'
            category: authentication
            type: start
            action: vpn_login
            outcome: failure
            fields: {service.name: acme}
            examples:
              - line: 'Mar 12 02:58:01 gw acmevpnd[7]: session 7: user bob refused from 203.0.113.7'
                expect: {user.name: \(user), source.ip: 203.0.113.7, event.outcome: failure, service.name: acme}

        """
    }

    @Test func aDecoderReadsWhatItSays() throws {
        let fixture = try Fixture()
        let path = try fixture.write("acme.yml", Self.decoder())
        #expect(try RuleDesk.check([path], suricataConfiguration: nil).refusedCount == 0)
        var options = EngineOptions()
        options.rulePaths = [path]
        var text: [UInt8] = []
        let session = ParseSession(options: options) { text += $0 }
        let log = try fixture.write(
            "gw.log", "Mar 12 02:58:01 gw acmevpnd[7]: session 9: user eve from 1.2.3.4 refused from 203.0.113.9\n")
        try session.parse([log])
        #expect(session.refusedDecoders.isEmpty)
        let line = String(decoding: text, as: UTF8.self)
        #expect(line.contains("\"user.name\":\"eve from 1.2.3.4\"") && line.contains("\"source.ip\":\"203.0.113.9\""))
        #expect(line.contains("\"service.name\":\"acme\""))
    }

    @Test(arguments: [
        (decoder(user: "eve"), "user.name is \"bob\", and \"eve\" was expected", 12),
        (decoder(skeleton: "user %{nobody} refused from %{ip}"), "no such capture", 5),
        (decoder(skeleton: "user (%{user} refused"), "a `(` that no `)` closes", 5),
        (decoder(more: "form: x\n"), "unknown key `form`", 4),
        ("decoder: x\nforms:\n  - skeleton: 'abcdef %{ip}'\n", "has no example", 3),
        ("decoder: x\nforms: []\n", "list of `forms`", 2),
        (decoder().replacing("source: vpn", with: "source: vpnn"), "unknown source", 3),
        (decoder().replacing("service.name: acme}\n    ", with: "service.nam: acme}\n    "), "no field of ECS's", 10),
    ])
    func aBadDecoderIsRefused(_ text: String, _ message: String, _ line: Int) throws {
        let fixture = try Fixture()
        let rules = try RuleDesk.check([try fixture.write("acme.yml", text)], suricataConfiguration: nil)
        #expect(rules.refusedCount == 1)
        let diagnostic = rules.diagnostics.first { $0.weight == .error }
        #expect(diagnostic?.message.contains(message) == true, "\(diagnostic?.rendered ?? "nothing")")
        #expect(diagnostic?.line == line, "\(diagnostic?.rendered ?? "nothing")")
    }
}
