import Events
import Foundation
import Primitives
import Storage
import Testing

@Suite struct MaskingTests {
    private static let secret = "hunter2xyz"

    private func secretDetection(_ number: Int) -> Detection {
        var detection = Make.detection(number)
        let line = Array("login password=\(Self.secret) n=\(number)".utf8)
        detection.fields.append(FieldValue(name: "url.query", value: "password=\(Self.secret)"))
        detection.entity = Entity(kind: "user", value: "password=\(Self.secret)")
        detection.evidence = [line.withBytes { Evidence(event: detection.events[0], bytes: $0) }]
        return detection
    }

    private func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-mask-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// The store, its log, its key: none of the files has the secret's bytes.
    private func expectNoSecret(in folder: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
            #expect(bytes.range(of: Data(Self.secret.utf8)) == nil, "\(file)")
        }
    }

    @Test func noByteOfASecretReachesTheFile() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/night.db"
        do {
            let store = try Store(path: path)
            try store.mask(with: MaskRule.table)
            let detection = secretDetection(1)
            let observation = Observation(
                time: Make.time(1), subject: "r", event: detection.events[0],
                values: [FieldValue(name: "url.query", value: "password=\(Self.secret)")],
                excerpt: Array("password=\(Self.secret)".utf8))
            var chunk = StoredChunk(
                checkpoint: Checkpoint(
                    input: Make.id(-1), sensor: nil, headLength: 1, offset: 100, records: 1, tail: Make.id(2),
                    tailLength: 1, path: "/log", fileStamp: nil, yearReference: .none, complete: false),
                startOffset: 0, detections: [detection], observations: [observation])
            let frame = [UInt8](repeating: 0, count: 54) + Array("user=a&password=\(Self.secret)&x".utf8)
            chunk.slices = [
                PacketSlice(
                    detection: detection.id, hit: 1, flowPackets: 1,
                    packets: [
                        KeptPacket(
                            number: 1, time: Make.time(1), wireLength: UInt32(frame.count), linkType: 1, bytes: frame)
                    ])
            ]
            chunk.sightings = [
                Sighting(
                    kind: .user, address: try #require(IPAddress("10.0.0.5")), name: "password=\(Self.secret)", slot: 1,
                    first: Make.time(1), last: Make.time(1))
            ]
            try store.commit(chunk)
            try store.commit(detections: [secretDetection(2)])
            try store.replaceIncidents([Make.incident(try store.detections())])
            #expect(try store.incidents()[0].entity.value.hasPrefix("password=<password:8-15:"))
            #expect(try store.sightings(of: [.user])[0].name.hasPrefix("password=<password:8-15:"))
            #expect(try store.maskCounts().map(\.name) == ["password"])
            #expect(try store.maskCounts()[0].count >= 6)
            #expect(try store.verify().evidenceBroken.isEmpty)
            let kept = try store.detections(evidence: true)
            #expect(kept.count == 2)
            #expect(kept.allSatisfy { $0.fields.last?.value.hasPrefix("password=<password:8-15:") == true })
            #expect(kept[0].fields.last == kept[1].fields.last, "equal secrets stay comparable")
        }
        try expectNoSecret(in: folder)
    }

    /// What a signature's hit keeps of its transaction is the request as it was sent.
    @Test func theTransactionOfAnAlertIsMasked() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/night.db"
        do {
            let store = try Store(path: path)
            try store.mask(with: MaskRule.table)
            var detection = Make.detection(1)
            let address = try #require(IPAddress("10.0.0.5"))
            let key = FlowKey(
                client: address, server: address, clientPort: 4000, serverPort: 80, ipProtocol: 6, vlan: 0)
            let item = InspectionItem(
                kind: .transaction, packetNumber: 5, time: Make.time(1), key: key, flowStart: Make.time(0))
            let request = FieldValue(name: "url.original", value: "/a?password=\(Self.secret)")
            detection.alert = AlertContext(item: item, transactionFields: [request])
            try store.commit(detections: [detection])
            let kept = try #require(try store.detections(ids: [detection.id]).first?.alert?.transactionFields.first)
            #expect(kept.value.hasPrefix("/a?password=<password:8-15:"))
        }
        try expectNoSecret(in: folder)
    }

    @Test func theKeyIsMadeOnceForItsOwnerOnly() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try Store(path: folder + "/night.db")
        let first = try store.masker(for: MaskRule.table)?.masked("password=\(Self.secret)")
        #expect(first == (try store.masker(for: MaskRule.table)?.masked("password=\(Self.secret)")))
        let key = folder + "/night.db.mask-key"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: key))
        #expect(throws: StoreError.self) { try store.mask(with: MaskRule.table) }
        #expect(try store.masker(for: []) == nil)
    }
}
