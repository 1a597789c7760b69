internal import Events
internal import Logs
internal import Primitives

/// Lines of any format.
enum LogTargets {
    /// The format is found from the bytes; what a line becomes must not depend on where batches are cut.
    static let detected = FuzzTarget("logs", maximumBytes: 16 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        let text = bytes.dropping(1)
        let whole = decode(text, format: "auto", batchBytes: RawBatch.capacity)
        let cut = decode(text, format: "auto", batchBytes: 1 + Int(first) * 8)
        precondition(whole == cut, "events depend on where batches are cut")
    }

    /// The first byte chooses the format, as `--as` does.
    static let forced = FuzzTarget("logs-as", maximumBytes: 16 << 10) { bytes in
        guard let first = bytes.isEmpty ? nil : bytes[0] else { return }
        let formats = LogFormats.table.map(\.name)
        _ = decode(bytes.dropping(1), format: formats[Int(first) % formats.count], batchBytes: RawBatch.capacity)
    }

    /// Every value of every record; traps where a slot lies outside of its memory.
    private static func decode(_ text: Bytes, format: String, batchBytes: Int) -> [String] {
        let registry = FieldRegistry()
        registry.freeze()
        let options = LogOptions(yearReference: Timestamp(nanoseconds: 1_773_300_000_000_000_000), format: format)
        guard let decoder = try? LogDecoder(options: options, registry: registry, head: text.prefix(64 << 10)) else {
            return []
        }
        let raw = RawBatch()
        let events = EventBatch(registry: registry)
        var seen: [String] = []
        var from = 0
        while from < text.count {
            let to = end(text, from, batchBytes)
            raw.reset()
            raw.storage.update(from: text.start + from, count: to - from)
            raw.count = to - from
            decoder.decode(raw, into: events)
            precondition(events.recordCount == events.count + events.unread.count, "a record is lost")
            seen += read(events)
            from = to
        }
        return seen
    }

    /// Batches end behind a line.
    private static func end(_ text: Bytes, _ from: Int, _ batchBytes: Int) -> Int {
        let wanted = min(text.count, from + batchBytes)
        guard let newline = text.firstIndex(of: ASCII.newline, from: max(from, wanted - 1)) else { return text.count }
        return newline + 1
    }

    private static func read(_ events: EventBatch) -> [String] {
        (0..<events.count).map { index in
            let record = events.events[index]
            let fields = events.fields(of: index).map { "\($0.field.rawValue)=\(events.bytes(of: $0).text)" }
            return "\(record.time.nanoseconds) \(record.logSource) " + fields.joined(separator: " ")
        }
    }
}
