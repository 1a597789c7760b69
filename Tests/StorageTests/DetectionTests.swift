import Events
import Primitives
import Storage
import Testing

@Suite struct DetectionTests {
    @Test func comesBackAsStored() throws {
        let store = try Store(path: ":memory:")
        let detections = (0..<5).map { Make.detection($0) }
        try store.commit(
            StoredChunk(
                checkpoint: Make.checkpoint(offset: 500), startOffset: 0, detections: detections))
        let back = try store.detections(evidence: true)
        #expect(back.map(\.id) == detections.map(\.id))
        for (left, right) in zip(back, detections) {
            #expect(left.fields == right.fields)
            #expect(left.events == right.events)
            #expect(left.evidence == right.evidence)
            #expect(left.entity == right.entity)
            #expect(
                (left.first, left.last, left.count, left.form) == (right.first, right.last, right.count, right.form))
            #expect(left.rule.falsePositives == right.rule.falsePositives)
            #expect(left.rule.origin == right.rule.origin)
            #expect(left.rule.level == right.rule.level)
        }
    }

    @Test(arguments: [nil, UInt32(3)])
    func alertComesBack(transaction: UInt32?) throws {
        let store = try Store(path: ":memory:")
        let key = FlowKey(
            client: IPAddress("2001:db8::7")!, server: IPAddress("2001:db8::1")!, clientPort: 40000, serverPort: 443,
            ipProtocol: 6, vlan: 12)
        var item = InspectionItem(
            kind: transaction == nil ? .packet : .transaction, packetNumber: 77, time: Make.time(1), key: key,
            flowStart: Make.time(0))
        item.transaction = transaction ?? 0
        item.flow = .max
        item.direction = .toClient
        item.application = .ftpData
        item.bytesToClient = UInt64.max - 1
        item.header.has = [.ipv6, .tcp]
        item.header.source = IPAddress("2001:db8::7")!
        item.header.tcpFlags = 0x12
        item.header.sequence = .max
        var detection = Make.detection(1, rule: Make.signature())
        let fields = [FieldValue(name: "url.path", value: "/tìm \u{1b}[31m\"x\\\u{0}")]
        detection.alert = AlertContext(item: item, transactionFields: fields)
        try store.commit(detections: [detection])
        let back = try #require(try store.detections(ids: [detection.id]).first)
        let alert = try #require(back.alert)
        #expect(alert.key == key)
        #expect(alert.transaction == transaction)
        #expect(alert.flow == .max)
        #expect(alert.bytesToClient == UInt64.max - 1)
        #expect(alert.application == .ftpData)
        #expect(alert.direction == .toClient)
        #expect(alert.transactionFields == fields)
        #expect(alert.header.has == [.ipv6, .tcp])
        #expect(alert.header.sequence == .max)
        #expect(alert.header.tcpFlags == 0x12)
        let info = try #require(back.rule.signature)
        #expect((info.gid, info.sid, info.revision, info.priority) == (1, 9_000_001, 4, 1))
        #expect(info.metadata.map(\.value) == ["2026_03_12"])
    }

    @Test func growingReplaces() throws {
        let store = try Store(path: ":memory:")
        var detection = Make.detection(1)
        try store.commit(detections: [detection])
        detection.count = 9
        detection.last = Make.time(100)
        detection.events.append(Make.event(2))
        detection.evidence = []
        try store.commit(detections: [detection])
        let all = try store.detections(evidence: true)
        #expect(all.count == 1)
        #expect(all[0].count == 9)
        #expect(all[0].last == Make.time(100))
        #expect(all[0].events.count == 2)
        #expect(all[0].evidence.isEmpty)
    }

    @Test func streamsInOrderOverPagesAndByRule() throws {
        let store = try Store(path: ":memory:")
        var expected: [(Timestamp, ContentID)] = []
        for batch in 0..<5 {
            // Many at the same time, so that pages are cut between equal times.
            let detections = (0..<700).map { number in
                var detection = Make.detection(
                    batch * 1000 + number, rule: Make.rule(number % 7 == 0 ? "other" : "ssh-failed"), evidence: false)
                detection.first = Make.time((number * 37) % 5)
                return detection
            }
            try store.commit(detections: detections)
            expected += detections.map { ($0.first, $0.id) }
        }
        expected.sort { $0 < $1 }
        let all = try store.detections()
        #expect(all.map(\.id) == expected.map(\.1))
        let others = try store.detections(ofRules: ["other"])
        #expect(others.count == 500)
        #expect(others.map(\.id) == all.filter { $0.rule.id == "other" }.map(\.id))
        #expect(try store.detections(ofRules: ["never seen"]).isEmpty)
        #expect(try store.detectionCount() == 3500)
    }

    @Test func bodyMayWrite() throws {
        let store = try Store(path: ":memory:")
        try store.commit(detections: (0..<3).map { Make.detection($0) })
        try store.forEachDetection { detection in
            var copy = detection
            copy.count += 1
            try store.commit(detections: [copy])
        }
        #expect(try store.detections().map(\.count) == [2, 2, 2])
    }

    @Test func staleJudgementsGo() throws {
        let store = try Store(path: ":memory:")
        let chain = Make.rule("brute-force")
        try store.commit(detections: [
            Make.detection(1), Make.detection(5, rule: chain), Make.detection(9, rule: chain),
        ])
        try store.beginJudgement()
        try store.commit(detections: [Make.detection(4, rule: chain), Make.detection(9, rule: chain)])
        #expect(try store.finishJudgement(ofRules: ["brute-force", "unknown"]) == 1)
        let left = try store.detections(evidence: true)
        #expect(
            left.map(\.id)
                == [Make.detection(1), Make.detection(4, rule: chain), Make.detection(9, rule: chain)].map(\.id))
        #expect(left.allSatisfy { $0.evidence.count == 1 })
    }

    @Test func rulesAreKeptWithoutTheirFiles() throws {
        let store = try Store(path: ":memory:")
        var rule = Make.rule()
        try store.store(rules: [rule])
        rule.title = "New title"
        try store.store(rules: [rule])
        #expect(try store.rule("ssh-failed")?.title == "New title")
        #expect(try store.rule("ssh-failed")?.tags == rule.tags)
        #expect(try store.rule("nothing")?.id == nil)
    }
}
