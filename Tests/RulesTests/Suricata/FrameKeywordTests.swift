import Events
import Rules
import Testing

/// `frame`: which names are known, with the protocol before them and in signatures of it without.
@Test(
    arguments: [
        ("tcp", "smb.nbss.pdu", .nbssUnit), ("smb", "nbss.pdu", .nbssUnit), ("smb", "smb.smb2.data", .smb2Data),
        ("http1", "request", .httpRequest), ("http", "http1.request", .httpRequest),
        ("tcp", "http1.response", .httpResponse), ("tls", "pdu", .tlsUnit),
        ("sip", "request.line", .sipRequestLine), ("dns", "pdu", .dnsUnit),
    ] as [(String, String, FrameKind)])
func readsFrames(_ word: String, _ name: String, _ kind: FrameKind) throws {
    let result = SignatureParser.parse(
        text: "alert \(word) any any -> any any (frame:\(name); content:\"x\"; to_md5; content:\"y\"; sid:1;)",
        file: "own.rules")
    #expect(result.diagnostics.filter { $0.weight == .error }.map(\.rendered) == [])
    let views = try #require(result.signatures.first).sections.map(\.view)
    #expect(views.first == BufferView(.frame, transforms: [.frame(kind.number)]))
    #expect(views.last == BufferView(.frame, transforms: [.frame(kind.number), .md5]))
}

@Test(arguments: [
    ("tcp", "pdu", "the frame \"pdu\" is not tracked here"),
    ("tls", "smb.nbss.pdu", "the frame \"smb.nbss.pdu\" is not tracked here"),
    ("http", "request", "the frame \"request\" is not tracked here"),
    ("nfs", "nfs.status", "the frame \"nfs.status\" is not tracked here"),
    ("smtp", "data", "the frame \"data\" is not tracked here"),
])
func refusesFrames(_ word: String, _ name: String, _ message: String) {
    let result = SignatureParser.parse(
        text: "alert \(word) any any -> any any (frame:\(name); content:\"x\"; sid:1;)", file: "own.rules")
    #expect(result.signatures.isEmpty)
    #expect(result.diagnostics.contains { $0.rendered.contains(message) })
}
