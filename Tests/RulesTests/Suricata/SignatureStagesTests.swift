import Rules
import Testing

/// A signature taken apart into what it asks.
@Suite struct SignatureStagesTests {
    static let text =
        #"alert tcp $HOME_NET any -> any 80 (msg:"a"; content:"GET"; http_method; nocase; http.uri; content:"/x"; "#
        + #"pcre:"/y\;z/"; flow:established,to_server; flowbits:isset,b; sid:77; rev:2;)"#

    @Test func asksOneThingMoreEachTime() throws {
        let stages = try #require(SignatureStages(SignatureStagesTests.text)).stages
        #expect(
            stages.map(\.label) == [
                "protocol tcp", "addresses $HOME_NET -> any", "ports any -> 80", "flow:established,to_server;",
                #"content:"GET"; http_method; nocase;"#, "buffer http.uri", #"content:"/x";"#, #"pcre:"/y\;z/";"#,
                "flowbits:isset,b;",
            ])
        for stage in stages {
            let parsed = SignatureParser.parse(text: stage.text, file: "x.rules")
            #expect(parsed.signatures.count == 1, "\(stage.text): \(parsed.diagnostics.map(\.message))")
        }
    }

    @Test func findsASignatureByItsNumber() {
        let file = "# sid:77;\nalert ip any any -> any any (sid:7;)\n" + SignatureStagesTests.text + "\n"
        #expect(SignatureStages.find("1:77", in: file) == SignatureStagesTests.text)
        #expect(SignatureStages.find("77", in: file) == SignatureStagesTests.text)
        #expect(SignatureStages.find("78", in: file) == nil)
    }

    @Test(arguments: ["", "alert", "alert tcp any any -> any any", "nonsense (sid:1;)"])
    func whatIsNoSignatureHasNoStages(_ text: String) { #expect(SignatureStages(text) == nil) }
}
