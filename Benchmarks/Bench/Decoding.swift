import CReference
import Events
import Logs
import Primitives

/// Lines to events: the access log, sshd's syslog, JSON Lines.
enum Decoding {
    static func access() throws {
        var traffic = Traffic()
        try run("access log, combined", traffic.accessLines(200_000), records: 200_000) { data, sum in
            reference_access(data.baseAddress, data.count, &sum)
        }
    }

    static func syslog() throws {
        var traffic = Traffic()
        try run("syslog RFC 3164, sshd", traffic.sshLines(200_000), records: 200_000) { data, sum in
            reference_syslog(data.baseAddress, data.count, 2026, &sum)
        }
    }

    /// JSON Lines of a web server, each with the keys that Caddy and its like write.
    static func json() throws {
        var traffic = Traffic()
        let text = jsonLines(&traffic, 100_000)
        try run("JSON Lines, fields alone (--as json)", text, records: 100_000, format: "json") { data, sum in
            reference_json(data.baseAddress, data.count, &sum)
        }
        try run("JSON Lines, fields and what they mean", text, records: 100_000) { data, sum in
            reference_json(data.baseAddress, data.count, &sum)
        }
    }

    /// The access log's lines, each field under a key.
    private static func jsonLines(_ traffic: inout Traffic, _ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        for line in traffic.accessLines(count).split(separator: ASCII.newline) {
            let quoted = String(decoding: line, as: UTF8.self).split(separator: "\"")
            let request = quoted[1].split(separator: " ")
            let answer = quoted[2].split(separator: " ")
            let client = quoted[0].prefix { $0 != " " }
            text += Array(
                ("{\"level\":\"info\",\"ts\":1773284281.5,\"logger\":\"http.log.access\",\"msg\":\"handled request\","
                    + "\"request\":{\"remote_ip\":\"\(client)\",\"remote_port\":\"4711\",\"proto\":\"\(request[2])\","
                    + "\"method\":\"\(request[0])\",\"host\":\"portal.example.org\",\"uri\":\"\(request[1])\","
                    + "\"headers\":{\"User-Agent\":[\"\(quoted[5])\"],\"Referer\":[\"\(quoted[3])\"]}},"
                    + "\"bytes_read\":0,\"duration\":0.001,\"size\":\(answer[1]),\"status\":\(answer[0])}\n").utf8)
        }
        return text
    }

    private static func run(
        _ name: String, _ text: [UInt8], records: Int, format: String = "auto",
        reference: @escaping (UnsafeBufferPointer<UInt8>, inout UInt64) -> Int
    ) throws {
        let registry = FieldRegistry()
        registry.freeze()
        let reference1: () -> Void = {
            var sum: UInt64 = 0
            let good = text.withUnsafeBufferPointer { reference($0, &sum) }
            precondition(good == records && sum != 0)
        }
        let batches = Batches.of(text)
        let options = LogOptions(
            zone: .utc, yearReference: Timestamp(nanoseconds: 1_773_360_000_000_000_000), format: format, logSource: nil
        )
        let decoder = try text.withBytes {
            try LogDecoder(options: options, registry: registry, head: $0.prefix(65_536))
        }
        let events = EventBatch(registry: registry)
        Measure(name: name, bytes: text.count, records: records).run(reference: ("the same in C", reference1)) {
            var count = 0
            for batch in batches {
                decoder.decode(batch, into: events)
                count += events.count
            }
            precondition(count == records, "\(count) events of \(records) lines")
        }
    }
}

/// Text as the reader would hand it out.
enum Batches {
    /// With the events of each; the batches have their bytes.
    static func decoded(_ text: [UInt8], _ registry: FieldRegistry) throws -> [(RawBatch, EventBatch)] {
        let decoder = try text.withBytes {
            try LogDecoder(options: LogOptions(yearReference: .none), registry: registry, head: $0.prefix(65_536))
        }
        return of(text).map { batch in
            let decoded = EventBatch(registry: registry)
            decoder.decode(batch, into: decoded)
            return (batch, decoded)
        }
    }

    static func of(_ text: [UInt8]) -> [RawBatch] {
        var batches: [RawBatch] = []
        text.withBytes { all in
            var from = 0
            while from < all.count {
                let limit = min(from + RawBatch.capacity, all.count)
                let end =
                    limit == all.count ? limit : (all.lastIndex(of: ASCII.newline, before: limit) ?? limit - 1) + 1
                let batch = RawBatch()
                batch.storage.update(from: all.start + from, count: end - from)
                batch.count = end - from
                batch.streamOffset = Int64(from)
                batches.append(batch)
                from = end
            }
        }
        return batches
    }
}
