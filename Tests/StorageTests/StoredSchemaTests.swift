import Events
import Foundation
import Primitives
import Storage
import Testing

/// Files that earlier versions wrote (`Tests/Golden/stores`) are brought up to date with all they hold.
@Suite struct StoredSchemaTests {
    let folder = TemporaryFolder()

    /// The schema, and whether an analyst had acknowledged the incident.
    static let files: [(schema: Int, isAcknowledged: Bool)] = [
        (2, false), (3, true), (5, true), (6, true), (7, true), (8, true),
    ]

    private func unpack(_ schema: Int) throws {
        let stores = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/stores/schema-\(schema).db.gz")
        let target = URL(filePath: folder.store)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: target)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", stores.path()]
        process.standardOutput = try FileHandle(forWritingTo: target)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test(arguments: files) func isBroughtUpToDate(_ schema: Int, _ isAcknowledged: Bool) throws {
        try unpack(schema)
        // Who only reads is told, and changes nothing.
        #expect(throws: StoreError.self) { try Store(path: folder.store, mode: .read) }
        let store = try Store(path: folder.store)
        let incident = try #require(try store.incidents().max { $0.count < $1.count })
        #expect(incident.entity == Entity(kind: "ip", value: "203.0.113.7"))
        #expect(incident.count >= 24)
        #expect(incident.status == (isAcknowledged ? .acknowledged : .open))
        #expect(try store.detectionCount() == 25)
        let detections = try store.detections(of: incident)
        #expect(detections.count == incident.detections.count)
        #expect(detections.allSatisfy { detection in detection.evidence.count == 1 })
        #expect(detections.allSatisfy { $0.fields.contains(FieldValue(name: "user.name", value: "deploy")) })
        let verification = try store.verify()
        #expect(verification.isSound)
        #expect(try store.verifyAudit() == .sound(entries: isAcknowledged ? 1 : 0))
        // What it holds is known: the same again adds nothing.
        try store.commit(detections: detections)
        #expect(try store.detectionCount() == 25)
    }
}
