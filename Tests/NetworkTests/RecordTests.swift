import Events
import Network
import Primitives
import Testing

/// Records of what a capture shows: only those that are asked for.
@Suite struct RecordTests {
    private struct Seen {
        var kind: RecordKind
        var values: [(field: RecordField, text: String)]
        var item: InspectionItem
        var facts: FlowFacts?
    }

    private func records(_ frames: [[UInt8]], _ kinds: RecordKinds) -> [Seen] {
        var options = NetworkOptions(checksums: .none)
        options.records = kinds
        let decoder = CaptureDecoder(options: options)
        let inspection = InspectionBatch()
        let events = EventBatch(registry: FieldRegistry())
        let batch = PacketBatch()
        for (number, frame) in frames.enumerated() {
            batch.packets.append(
                CapturedPacket(
                    time: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000),
                    number: UInt64(number + 1), offset: batch.count, capturedLength: frame.count,
                    originalLength: frame.count, linkType: 1, streamOffset: 0))
            for byte in frame {
                batch.storage[batch.count] = byte
                batch.count += 1
            }
        }
        var seen: [Seen] = []
        func collect() {
            seen += inspection.records.map { record in
                let values = inspection.values(of: record).map { ($0.field, inspection.bytes(of: $0).text) }
                let facts = record.kind == .flow ? inspection.flowFacts[Int(record.firstValue)] : nil
                return Seen(kind: record.kind, values: values, item: record.item, facts: facts)
            }
        }
        decoder.decode(batch, inspection: inspection, events: events)
        collect()
        decoder.finish(inspection: inspection, events: events)
        collect()
        return seen
    }

    private var exchange: [[UInt8]] {
        var talk = Conversation()
        talk.handshake()
        talk.send(fromClient: true, "GET /a/b.txt HTTP/1.1\r\nHost: x\r\n\r\n")
        talk.send(fromClient: false, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        talk.close()
        return talk.frames
    }

    @Test func nothingIsMadeThatNobodyWants() { #expect(records(exchange, []).isEmpty) }

    @Test func aFileHasNameSizeStateAndDigests() throws {
        let file = try #require(records(exchange, RecordKinds(.fileinfo)).first)
        let values = Dictionary(file.values.map { ($0.field, $0.text) }, uniquingKeysWith: { first, _ in first })
        #expect(values[.fileName] == "/a/b.txt" && values[.fileSize] == "5" && values[.fileState] == "CLOSED")
        #expect(values[.fileMD5] == "5d41402abc4b2a76b9719d911017c592")
        #expect(file.item.direction == .toClient)
    }

    @Test func aFlowEndsWithARecord() throws {
        let kinds = records(exchange, [RecordKinds(.flow), RecordKinds(.http)])
        #expect(kinds.map(\.kind) == [.http, .flow])
        let flow = try #require(kinds.last)
        let facts = try #require(flow.facts)
        #expect("\(facts.state)" == "closed" && facts.tcpState.map { "\($0)" } == "closed")
        #expect("\(facts.reason)" == "shutdown" && facts.tcpFlagsToServer == 27 && flow.item.packetsToServer == 6)
    }

    @Test func eachMessageOfDNSIsARecord() {
        let address = DNSBytes.record(type: 1, [192, 0, 2, 7])
        let frames = [
            DNSBytes.client(DNSBytes.query(9, "a.example")),
            DNSBytes.server(DNSBytes.answer(9, "a.example", [address])),
        ]
        let found = records(frames, RecordKinds(.dns))
        #expect(found.map(\.item.direction) == [.toServer, .toClient])
        #expect(found.map(\.item.transaction) == [0, 1])
        let answer = found.last?.values.filter { $0.field == .dnsRecordData || $0.field == .dnsRecordName }.map(\.text)
        #expect(answer == ["a.example", "192.0.2.7"])
    }
}
