import Events
import Matching
import Primitives
import Rules
import Testing

@Suite struct IndicatorTableTests {
    private func table() -> IndicatorTable {
        var table = IndicatorTable()
        func text(_ kind: IndicatorKind, _ value: String, expires: Int64? = nil) {
            Array(value.utf8).withBytes { key in
                Array("note".utf8).withBytes { table.add(kind, key, list: 3, note: $0, expiresSeconds: expires) }
            }
        }
        text(.domain, "bad.example")
        text(.url, "portal.example.org/x")
        text(.hash, String(repeating: "ab", count: 32))
        text(.domain, "old.example", expires: 1_000_000)
        if let address = IPAddress("203.0.113.9") {
            IndicatorKey.withAddress(address) { table.add(.address, $0, list: 1, note: .empty, expiresSeconds: nil) }
        }
        if let network = IPNetwork("198.51.100.0/24") {
            IndicatorKey.withNetwork(network) { table.add(.network, $0, list: 2, note: .empty, expiresSeconds: nil) }
        }
        return table
    }

    /// One event of these fields at a time in seconds.
    private func hits(_ fields: [(Field, String)], at seconds: Int64 = 1_770_000_000) -> [(
        kind: IndicatorKind, field: String
    )] {
        let batch = EventBatch(registry: FieldRegistry())
        batch.reset(input: .empty)
        batch.append(
            EventRecord(
                time: Timestamp(nanoseconds: seconds * 1_000_000_000), line: 0, offset: 0, length: 0, logSource: .json),
            slots: UnsafeBufferPointer(start: nil, count: 0))
        for (field, value) in fields {
            let from = batch.scratch.count
            _ = batch.scratch.reserve(value.utf8.count)
            for byte in value.utf8 { batch.scratch.push(byte) }
            batch.addToLast(FieldSlot(FieldID(field), .scratch, .text, offset: from, length: value.utf8.count))
        }
        let table = table()
        var found: [IndicatorHit] = []
        IndicatorWorker(table).match(batch, into: &found)
        return found.map { (table.kind(of: $0.entry), batch.name(of: $0.field)) }
    }

    @Test func fieldsAreLookedUpByWhatTheyHold() {
        #expect(hits([(.destinationIP, "203.0.113.9")]).map(\.kind) == [.address])
        #expect(hits([(.sourceIP, "198.51.100.77")]).map(\.kind) == [.network])
        #expect(hits([(.sourceIP, "198.51.101.77"), (.destinationIP, "203.0.113.90")]).isEmpty)
        #expect(hits([(.dnsQuestionName, "A.b.BAD.example.")]).map(\.kind) == [.domain])
        #expect(hits([(.dnsQuestionName, "notbad.example")]).isEmpty)
        #expect(hits([(.urlDomain, "Portal.example.org"), (.urlOriginal, "/x?y=1")]).map(\.kind) == [.url])
        #expect(hits([(.urlDomain, "portal.example.org"), (.urlOriginal, "/xy")]).isEmpty)
        #expect(hits([(.urlFull, "https://portal.example.org/x")]).map(\.kind) == [.url])
        #expect(hits([(.urlOriginal, "http://bad.example/any")]).map(\.kind) == [.domain])
        #expect(hits([(.fileHashSHA256, String(repeating: "AB", count: 32))]).map(\.kind) == [.hash])
        #expect(hits([(.message, "bad.example")]).isEmpty)
        #expect(hits([(.destinationIP, "203.0.113.9"), (.dnsResolvedIP, "203.0.113.9")]).count == 1)
    }

    @Test func anEntryExpires() {
        #expect(hits([(.urlDomain, "old.example")], at: 999_000).count == 1)
        #expect(hits([(.urlDomain, "old.example")], at: 1_000_100).isEmpty)
    }

    @Test func aMillionEntriesFitInAHundredMegabytes() {
        var table = IndicatorTable()
        let note = Array("seen in a campaign against provinces".utf8)
        for number in 0..<1_000_000 {
            let value = Array("host-\(number).sub\(number % 977).malicious.example".utf8)
            value.withBytes { key in
                note.withBytes { table.add(.domain, key, list: 0, note: $0, expiresSeconds: nil) }
            }
        }
        #expect(table.count == 1_000_000)
        #expect(table.bytes <= 100 << 20, "\(table.bytes) bytes")
        let found = Array("host-424242.sub\(424_242 % 977).malicious.example".utf8).withBytes {
            table.find(.domain, $0)
        }
        #expect(found == 424_242)
    }
}
