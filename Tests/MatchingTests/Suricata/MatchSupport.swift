import Events
import Matching
import Rules
import Testing

/// Loads own rules, matches what `build` makes, and answers the sids of the hits in order.
func sids(
    _ rules: String, options: SignatureOptions = SignatureOptions(), _ build: (InspectionBuilder) -> Void
) throws -> [Int] {
    try hits(rules, options: options, build).map(\.sid)
}

func hits(
    _ rules: String, options: SignatureOptions = SignatureOptions(), _ build: (InspectionBuilder) -> Void
) throws -> [(item: Int, sid: Int)] {
    let parsed = SignatureParser.parse(text: rules, file: "own.rules")
    for diagnostic in parsed.diagnostics where diagnostic.weight == .error { Issue.record("\(diagnostic.rendered)") }
    let matcher = SignatureMatcher(signatures: parsed.signatures, options: options)
    #expect(matcher.refused.isEmpty)
    let builder = InspectionBuilder()
    build(builder)
    var found: [SignatureHit] = []
    matcher.makeSession().match(builder.batch, into: &found)
    expectSameAhead(matcher, builder.batch, found)
    return found.map { (Int($0.item), parsed.signatures[Int($0.signature)].sid) }
}

/// Candidates that were looked for ahead lead to the very same hits.
func expectSameAhead(_ matcher: SignatureMatcher, _ batch: InspectionBatch, _ expected: [SignatureHit]) {
    let gathered = GatheredCandidates()
    CandidateGatherer(matcher).gather(batch, into: gathered)
    var found: [SignatureHit] = []
    matcher.makeSession().match(batch, gathered: gathered, into: &found)
    #expect(found.map(\.item) == expected.map(\.item))
    #expect(found.map(\.signature) == expected.map(\.signature))
}
