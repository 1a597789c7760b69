import Rules
import Testing

/// `requires`: what is not for this version is left out without complaint; what cannot be read is refused.
@Suite struct RequiresTests {
    static func loads(_ requires: String) -> Bool {
        let text = "alert tcp any any -> any any (requires:\(requires); content:\"a\"; sid:1;)"
        let parsed = SignatureParser.parse(text: text, file: "own.rules")
        #expect(parsed.diagnostics.isEmpty && parsed.refused == 0)
        return parsed.signatures.count == 1
    }

    @Test(arguments: [
        ("version >= 7.0.3", true), ("version >= 8", true), ("version >= 8.0.9", false), ("version < 8", false),
        ("version >= 7.0.3 < 8", false), ("version >= 7.0.3 < 8 | >= 8.0.0", true), ("version > 8.0.7", true),
        ("feature ja3", true), ("feature geoip", false), ("keyword flowint", true), ("keyword no.such", false),
        ("keyword !no.such", true), ("version >= 7, keyword no.such", false), ("moon full", false),
    ])
    func signaturesAreForTheirVersions(_ requires: String, _ expected: Bool) {
        #expect(RequiresTests.loads(requires) == expected)
    }

    @Test func anOddVersionIsRefused() {
        let text = "alert tcp any any -> any any (requires:version about 7; sid:1;)"
        #expect(SignatureParser.parse(text: text, file: "own.rules").refused == 1)
    }
}
