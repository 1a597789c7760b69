import Events
import Matching
import Rules
import Testing

/// Candidates looked for ahead. (`hits` in `MatchSupport.swift` holds every other test's against those of a session.)
@Suite struct CandidateGathererTests {
    /// More candidates than are kept: the items behind are searched when they are tried.
    @Test func whatFindsNoRoomIsFoundLater() throws {
        let many = (1...600).map { "alert tcp any any -> any any (content:\"needle\"; dsize:\($0); sid:\($0);)" }
        let found = try hits(many.joined(separator: "\n")) { build in
            for round in 0..<2000 { build.packet("needle" + String(repeating: ".", count: round % 600)) }
        }
        let expected = (0..<2000).filter { $0 % 600 <= 594 }
        #expect(found.map(\.item) == expected)
        #expect(found.map(\.sid) == expected.map { 6 + $0 % 600 })
    }

    /// The same gatherer and the same list, batch after batch.
    @Test func nothingIsLeftOfTheBatchBefore() throws {
        let rules = """
            alert tcp any any -> any any (content:"needle"; sid:1;)
            alert http any any -> any any (http.uri; content:"/needle"; sid:2;)
            alert tcp any any -> any any (flags:S; sid:3;)
            """
        let parsed = SignatureParser.parse(text: rules, file: "own.rules")
        let matcher = SignatureMatcher(signatures: parsed.signatures)
        let gatherer = CandidateGatherer(matcher)
        let gathered = GatheredCandidates()
        let session = matcher.makeSession()
        for (payload, sids) in [("a needle", [1]), ("nothing", []), ("", []), ("needle", [1])] {
            let builder = InspectionBuilder()
            builder.packet(payload)
            gatherer.gather(builder.batch, into: gathered)
            var found: [SignatureHit] = []
            session.match(builder.batch, gathered: gathered, into: &found)
            #expect(found.map { parsed.signatures[Int($0.signature)].sid } == sids)
        }
    }
}
