import Events
import Foundation
import Primitives
import Query
import Testing

@Suite struct EvidenceTests {
    let fixture: DeskFixture

    init() throws { fixture = try DeskFixture() }

    private func export(_ id: String, _ name: String, key: String? = nil) throws -> String {
        let path = fixture.folder + "/" + name
        _ = try fixture.desk.exportEvidence(try fixture.desk.incident(id), to: path, keyPath: key)
        return path
    }

    @Test func aBundleVerifiesAfterBeingMoved() throws {
        let archive = try export("a1", "bundle.tar")
        let moved = fixture.folder + "/elsewhere.tar"
        try FileManager.default.moveItem(atPath: archive, toPath: moved)
        #expect(try AnalystDesk.verifyEvidence(moved, keyPath: nil).problems == [])
        let folder = try export("a0", "bundle")
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).problems == [])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(names == ["MANIFEST", "README.txt", "acts.jsonl", "incident.json", "lines.jsonl", "lines.raw"])
        for name in names where name != "lines.raw" {
            let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)), as: UTF8.self)
            #expect(DeskFixture.isInert(text), "\(name)")
        }
        #expect(throws: DeskError.self, "nothing is overwritten") { try export("a0", "bundle") }
    }

    /// Any byte: every seventh of the archive, and every file of the folder.
    @Test func anyChangedByteIsFound() throws {
        let archive = try export("a1", "bundle.tar")
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: archive)))
        let other = fixture.folder + "/other.tar"
        for place in stride(from: 0, to: whole.count, by: 7) {
            var changed = whole
            changed[place] ^= 1
            try Data(changed).write(to: URL(fileURLWithPath: other))
            #expect(try AnalystDesk.verifyEvidence(other, keyPath: nil).problems != [], "byte \(place)")
        }
        let folder = try export("a1", "bundle")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let url = URL(fileURLWithPath: folder + "/" + name)
            let data = try Data(contentsOf: url)
            try (data + [0x20]).write(to: url)
            #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).problems != [], "\(name)")
            try FileManager.default.removeItem(at: url)
            #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).problems != [], "\(name) missing")
            try data.write(to: url)
        }
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/more"))
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).problems == ["more is not in MANIFEST"])
    }

    @Test func signaturesHoldTheManifest() throws {
        let key = fixture.folder + "/key.pem"
        let another = fixture.folder + "/another.pem"
        _ = try AnalystDesk.makeKey(key)
        _ = try AnalystDesk.makeKey(another)
        #expect(throws: DeskError.self) { try AnalystDesk.makeKey(key) }
        let folder = try export("a1", "signed", key: key)
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: key + ".pub").problems == [])
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).text.contains("signed with key"))
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: another + ".pub").problems.count == 1)
        let plain = try export("a1", "plain")
        #expect(try AnalystDesk.verifyEvidence(plain, keyPath: key + ".pub").problems == ["it is not signed"])
        // A file and its line in the manifest, changed together: only the signature tells.
        let readme = URL(fileURLWithPath: folder + "/README.txt")
        let changed = try Data(contentsOf: readme) + [0x0A]
        try changed.write(to: readme)
        let manifest = URL(fileURLWithPath: folder + "/MANIFEST")
        let lines = String(decoding: try Data(contentsOf: manifest), as: UTF8.self).split(separator: "\n").map { line in
            line.hasSuffix("README.txt") ? "\([UInt8](changed).withBytes { sha256Hex($0) })  README.txt" : String(line)
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: manifest)
        #expect(try AnalystDesk.verifyEvidence(folder, keyPath: nil).problems == ["the signature does not fit"])
        #expect(throws: DeskError.self) { try export("a1", "no-key", key: fixture.path) }
    }

    @Test func packetsAreInIt() throws {
        let folder = try export("a1", "bundle")
        let capture = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/flow.pcapng")))
        #expect(Array(capture.prefix(4)) == [0x0A, 0x0D, 0x0D, 0x0A])
        let text = String(decoding: capture, as: UTF8.self)
        #expect(text.contains("rule-1 Rule 1"))
        #expect(capture.count > 3 * 90)
    }
}
