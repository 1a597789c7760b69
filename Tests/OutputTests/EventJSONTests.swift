import Events
import Foundation
import Output
import Primitives
import Testing

@Suite struct EventJSONTests {
    let registry = FieldRegistry()

    /// A batch of one event at line 2 (from 0) with the given fields, their values in scratch.
    private func batch(
        _ fields: [(FieldID, String, ValueType)], time: Timestamp = Timestamp(nanoseconds: 1_773_284_281_250_000_000),
        flags: EventFlags = []
    ) throws -> EventBatch {
        let batch = EventBatch(registry: registry)
        var slots: [FieldSlot] = []
        for (field, value, type) in fields {
            let offset = try #require(value.withBytes { batch.scratch.append($0) })
            slots.append(FieldSlot(field, .scratch, type, offset: offset, length: value.utf8.count))
        }
        let record = EventRecord(time: time, line: 2, offset: 0, length: 0, logSource: .syslog, flags: flags)
        slots.withUnsafeBufferPointer { batch.append(record, slots: $0) }
        return batch
    }

    private func encoded(_ batch: EventBatch, firstLine: UInt64 = 100) throws -> String {
        var writer = JSONWriter()
        var encoder = EventJSON()
        encoder.encode(batch, firstLine: firstLine, into: &writer)
        for line in writer.text.split(separator: "\n") { _ = try String(line).withBytes { try parsed($0) } }
        return writer.text
    }

    @Test func fieldsOfAllTypes() throws {
        let batch = try batch([
            (FieldID(.hostHostname), "web-01", .text), (FieldID(.sourcePort), "22", .number),
            (FieldID(.processPID), "0042", .number), (FieldID(.urlQuery), "", .text), (FieldID(.labels), "x", .null),
            (FieldID(.tags), "true", .boolean), (FieldID(.userName), "nguyễn\u{1B}", .text),
        ])
        let expected =
            #"{"line":102,"@timestamp":"2026-03-12T02:58:01.250Z","host.hostname":"web-01","source.port":22,"#
            + #""process.pid":"0042","url.query":"","labels":null,"tags":true,"user.name":"nguyễn\u001b"}"# + "\n"
        #expect(try encoded(batch) == expected)
    }

    /// Repeated fields are arrays, wherever they stand; category and type always are.
    @Test func repeatedFields() throws {
        let batch = try batch(
            [
                (FieldID(.eventCategory), "authentication", .text), (FieldID(.relatedIP), "192.0.2.1", .text),
                (FieldID(.eventType), "start", .text), (FieldID(.relatedIP), "192.0.2.2", .text),
                (FieldID(.eventType), "denied", .text), (FieldID(.relatedIP), "192.0.2.1", .text),
            ], time: .none)
        let expected =
            #"{"line":102,"event.category":["authentication"],"related.ip":["192.0.2.1","192.0.2.2","#
            + #""192.0.2.1"],"event.type":["start","denied"]}"# + "\n"
        #expect(try encoded(batch) == expected)
    }

    @Test func namesLikeOurOwn() throws {
        let line = try #require(registry.register("line"))
        let named = try batch([(line, "7", .number), (FieldID(.timestamp), "yesterday", .text)])
        let error = try #require(named.batchField("error"))
        let offset = try #require("bad".withBytes { named.scratch.append($0) })
        let slots = [FieldSlot(error, .scratch, .text, offset: offset, length: 3)]
        slots.withUnsafeBufferPointer {
            named.append(EventRecord(time: .none, line: 3, offset: 0, length: 0, logSource: .json), slots: $0)
        }
        let expected =
            #"{"line":102,"@timestamp":"2026-03-12T02:58:01.250Z","input.line":7}"# + "\n"
            + #"{"line":103,"input.error":"bad"}"# + "\n"
        #expect(try encoded(named) == expected)
    }

    @Test func packetsAreNotLines() throws {
        let batch = try batch([(FieldID(.dnsQuestionName), "example.org", .text)], time: .none, flags: .fromNetwork)
        #expect(try encoded(batch) == #"{"packet":2,"dns.question.name":"example.org"}"# + "\n")
    }

    @Test func unreadRecordsStandInTheirPlace() throws {
        let batch = try batch([(FieldID(.message), "m", .text)], time: .none)
        batch.unread = [
            UnreadRecord(line: 0, reason: .binary, offset: 3), UnreadRecord(line: 1, reason: .badTime, offset: 0),
            UnreadRecord(line: 5, reason: .badJSON, offset: 17),
        ]
        let expected =
            #"{"line":1,"error":{"reason":"binary data","offset":3}}"# + "\n"
            + #"{"line":2,"error":{"reason":"time not recognised","offset":0}}"# + "\n"
            + #"{"line":3,"message":"m"}"# + "\n" + #"{"line":6,"error":{"reason":"JSON damaged","offset":17}}"# + "\n"
        #expect(try encoded(batch, firstLine: 1) == expected)
    }

    /// 60,000 fields, all different or all the same: linear time.
    @Test func manyFields() throws {
        let batch = EventBatch(registry: registry)
        var slots: [FieldSlot] = []
        for index in 0..<30_000 {
            let field = try #require(batch.batchField("f\(index)"))
            slots.append(FieldSlot(field, .constant, .text, offset: 0, length: 0))
            slots.append(FieldSlot(FieldID(.message), .constant, .text, offset: 0, length: 0))
        }
        slots.withUnsafeBufferPointer {
            batch.append(EventRecord(time: .none, line: 0, offset: 0, length: 0, logSource: .json), slots: $0)
        }
        let started = Date()
        let text = try encoded(batch, firstLine: 1)
        #expect(Date().timeIntervalSince(started) < 5)
        let object = try #require(try text.withBytes { try parsed($0) } as? [String: Any])
        #expect(object.count == 30_002)
        #expect((object["message"] as? [String])?.count == 30_000)
    }
}
