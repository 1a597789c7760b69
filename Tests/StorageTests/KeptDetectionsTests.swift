import Events
import Primitives
import Storage
import Testing

/// What is held of detections equals what is read of them.
@Suite struct KeptDetectionsTests {
    /// Every member that incidents are put together of.
    private func text(_ detection: Detection) -> String {
        let rule = detection.rule
        return """
            \(detection.id) \(rule.id) \(rule.title) \(rule.level) \(rule.tags) \(rule.entityFields) \
            \(rule.signature?.revision ?? 0) \(detection.first) \(detection.last) \(detection.count) \
            \(detection.events) \(detection.fields) \(detection.form) \(detection.entity) \(detection.evidence.count) \
            \(detection.alert == nil) \(detection.links)
            """
    }

    /// What a store that holds up to `limitBytes` answers after the acts.
    private func answers(_ limitBytes: Int, _ act: (Store) throws -> Void) throws -> [String] {
        let store = try Store(path: ":memory:")
        try store.keepDetections(limitBytes: limitBytes)
        try act(store)
        return try store.detections(ofIncidents: [], beginningIn: .everything).map(text)
    }

    private func chunk(_ detections: [Detection], from: Int64, to: Int64) -> StoredChunk {
        StoredChunk(checkpoint: Make.checkpoint(offset: to), startOffset: from, detections: detections)
    }

    /// Held: nothing, some, all.
    private func expectSame(_ count: Int, _ act: (Store) throws -> Void) throws {
        let read = try answers(0, act)
        #expect(read.count == count)
        for limit in [4000, 1 << 20] { #expect(try answers(limit, act) == read) }
    }

    @Test func asStored() throws {
        var odd = Make.detection(3, rule: Make.signature())
        odd.fields += [
            FieldValue(name: "source.ip", value: ""),
            FieldValue(name: "url.path", value: "/t\u{EC}m \u{1b}[31m\"x\\\u{0}"),
        ]
        odd.links = [Make.id(1), Make.id(2)]
        try expectSame(20) { store in
            try store.commit(chunk((0..<20).map { $0 == 3 ? odd : Make.detection($0) }, from: 0, to: 9000))
        }
    }

    /// A later state of the same detection counts, also of one that is not held.
    @Test func grown() throws {
        try expectSame(12) { store in
            try store.commit(chunk((0..<12).map { Make.detection($0) }, from: 0, to: 2000))
            for number in [1, 10] {
                var grown = Make.detection(number)
                grown.count = 7
                grown.last = Make.time(900)
                grown.fields.append(FieldValue(name: "user.name", value: "admin"))
                try store.commit(detections: [grown])
            }
        }
    }

    /// The rule is told as the store knows it, not as the detection came with it.
    @Test func rulesAsStored() throws {
        var other = Make.rule()
        other.tags = ["attack.impact"]
        try expectSame(2) { store in
            try store.commit(chunk([Make.detection(0), Make.detection(1, rule: other)], from: 0, to: 900))
        }
        try expectSame(2) { store in
            try store.commit(chunk([Make.detection(0), Make.detection(1)], from: 0, to: 900))
            try store.store(rules: [other])
        }
    }

    /// What went is not answered, and its row's number may be another one's then.
    @Test func removed() throws {
        try expectSame(3) { store in
            try store.beginJudgement()
            try store.commit(detections: [Make.detection(1), Make.detection(2)])
            try store.finishJudgement(ofRules: ["ssh-failed"])
            try store.beginJudgement()
            try store.commit(detections: [Make.detection(1)])
            try store.finishJudgement(ofRules: ["ssh-failed"])
            try store.commit(chunk([Make.detection(4), Make.detection(5)], from: 0, to: 900))
        }
    }
}
