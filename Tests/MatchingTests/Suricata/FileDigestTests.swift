import Events
import Foundation
import Matching
import Rules
import Testing

/// Digests of "abc" and of "abd" are in the lists; the second line has a name behind it, as md5sum writes it.
private func sids(_ options: String, _ build: (InspectionBuilder) -> Void) throws -> [Int] {
    let folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try "# own\n900150983cd24fb0d6963f7d28e17f72\n4911e516e5aa21d327512e0c8b197616  abd.txt\n"
        .write(toFile: folder + "/md5.lst", atomically: true, encoding: .utf8)
    try "a9993e364706816aba3e25717850c26c9cd0d89d\n"
        .write(toFile: folder + "/sha1.lst", atomically: true, encoding: .utf8)
    let rule = "alert tcp any any -> any any (\(options) sid:1;)"
    let parsed = SignatureParser.parse(text: rule, file: folder + "/own.rules")
    #expect(parsed.diagnostics.map(\.rendered) == [])
    let builder = InspectionBuilder()
    build(builder)
    var found: [SignatureHit] = []
    SignatureMatcher(signatures: parsed.signatures).makeSession().match(builder.batch, into: &found)
    return found.map { parsed.signatures[Int($0.signature)].sid }
}

@Suite struct FileDigestTests {
    @Test(arguments: [
        ("filemd5:md5.lst;", "abc", true), ("filemd5:md5.lst;", "abd", true), ("filemd5:md5.lst;", "abe", false),
        ("filemd5:!md5.lst;", "abc", false), ("filemd5:!md5.lst;", "abe", true), ("filesha1:sha1.lst;", "abc", true),
        ("filemd5:md5.lst; file.data; content:\"b\";", "abc", true),
    ])
    func filesAreJudgedAsAWhole(_ options: String, _ file: String, _ matches: Bool) throws {
        #expect(try sids(options) { $0.transaction([(.fileData, file)], .toClient) } == (matches ? [1] : []))
    }

    /// A part of a file has no digest.
    @Test func aPartIsNoFile() throws {
        #expect(try sids("filemd5:md5.lst;") { $0.transaction([(.fileData, "abc")], complete: false) } == [])
        #expect(try sids("filemd5:md5.lst;") { $0.transaction([(.fileData, "abc")], streamOffset: 9) } == [])
    }
}
