import Events
import Matching
import Primitives
import Rules
import Testing

/// Keywords on checksums are about the packet's own bytes, whatever `--checksums` says.
@Suite struct ChecksumKeywordTests {
    @Test(arguments: [
        "ipv4-csum", "tcpv4-csum", "tcpv6-csum", "udpv4-csum", "udpv6-csum", "icmpv4-csum", "icmpv6-csum",
    ])
    func areReadAndRefused(_ name: String) {
        let good = SignatureParser.parse(text: "alert ip any any -> any any (\(name):invalid; sid:1;)", file: "a.rules")
        #expect(good.signatures.count == 1 && good.diagnostics.isEmpty)
        let bad = SignatureParser.parse(text: "alert ip any any -> any any (\(name):odd; sid:1;)", file: "a.rules")
        #expect(bad.signatures.isEmpty && bad.diagnostics.first?.message.contains("valid or invalid") == true)
    }
}
