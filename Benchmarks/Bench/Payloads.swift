import Events
import Foundation
import Matching
import Primitives
import Rules

/// Payloads of packets against signatures that look for a content each, beside Vectorscan alone with the same contents:
/// one database, one scan a payload. It must stay faster than that, or its place is the library's.
enum Payloads {
    private static let count = 40_000
    private static let kinds: [(name: String, signatures: Int)] = [("few", 60), ("many", 3000)]

    static func search() throws {
        var traffic = Traffic()
        let payloads = (0..<count).map { payload($0, &traffic) }
        let batch = inspection(payloads)
        for (name, signatures) in kinds {
            let contents = (0..<signatures).map { _ in content(&traffic) }
            let rules = contents.enumerated().map { number, content in
                "alert udp any any -> any any (content:\"|\(hex(content))|\"; sid:\(number + 1);)"
            }
            let parsed = SignatureParser.parse(text: rules.joined(separator: "\n"), file: "bench.rules")
            let session = SignatureMatcher(signatures: parsed.signatures).makeSession()
            let database = try PatternDatabase(contents.map { LiteralPattern($0, caseless: false) })
            let scanner = try database.makeScanner()
            var hits: [SignatureHit] = []
            let reference: () -> Void = {
                for payload in payloads { payload.withBytes { scanner.scan($0) } }
            }
            Measure(name: "payloads, \(name) signatures", bytes: payloads.reduce(0) { $0 + $1.count }, records: count)
                .run(reference: ("Vectorscan alone, \(signatures) literals", reference)) {
                    hits.removeAll(keepingCapacity: true)
                    session.match(batch, into: &hits)
                }
        }
    }

    /// Access lines, binary records full of zeros, and what looks like noise, of 40 to 1,300 bytes.
    private static func payload(_ number: Int, _ traffic: inout Traffic) -> [UInt8] {
        switch number % 3 {
        case 0: return Array(traffic.accessLines(1 + traffic.next(6)).prefix(1300))
        case 1: return (0..<40 + traffic.next(400)).map { $0 % 7 < 4 ? 0 : UInt8(traffic.next(256)) }
        default: return (0..<40 + traffic.next(1200)).map { _ in UInt8(traffic.next(256)) }
        }
    }

    private static func content(_ traffic: inout Traffic) -> [UInt8] {
        let length = 5 + traffic.next(16)
        let letters = Array("abcdefghijklmnopqrstuvwxyz/.=-".utf8)
        let isText = traffic.next(3) > 0
        return (0..<length).map { _ in isText ? letters[traffic.next(letters.count)] : UInt8(traffic.next(256)) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    }

    private static func inspection(_ payloads: [[UInt8]]) -> InspectionBatch {
        let batch = InspectionBatch()
        batch.reset(input: .empty)
        for (number, payload) in payloads.enumerated() {
            let key = FlowKey(
                client: IPAddress(v4: 0x0A00_0001), server: IPAddress(v4: 0xC000_0201), clientPort: 40_000,
                serverPort: 9000, ipProtocol: 17)
            let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
            var item = InspectionItem(
                kind: .packet, packetNumber: UInt64(number + 1), time: time, key: key, flowStart: time)
            item.header.has = [.ipv4, .udp]
            item.header.payloadLength = UInt32(payload.count)
            item.firstBuffer = UInt32(batch.buffers.count)
            item.bufferCount = 1
            guard let offset = payload.withBytes({ batch.scratch.append($0) }) else { continue }
            batch.buffers.append(InspectionBuffer(.payload, .scratch, offset: offset, length: payload.count))
            batch.items.append(item)
        }
        return batch
    }
}
