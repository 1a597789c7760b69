import Events
import Logs
import Primitives

/// One decoded line, copied out of its batch.
struct DecodedLine {
    var fields: [String: [String]] = [:]
    var types: [String: ValueType] = [:]
    var time = Timestamp.none
    var source = LogSource.unknown
    var flags: EventFlags = []
    var unread: UnreadReason?

    subscript(_ name: String) -> String? { fields[name]?.first }
}

/// Decodes `text` line by line, cut into batches of about `batchBytes`.
func decode(
    _ text: [UInt8], format: String = "auto", zone: String = "UTC", now: String = "2026-03-12T12:00:00Z",
    batchBytes: Int = RawBatch.capacity, trustedProxies: [IPNetwork] = [],
    adjust: (inout LogOptions) -> Void = { _ in }
) throws -> [DecodedLine] {
    let registry = FieldRegistry()
    registry.freeze()
    var options = LogOptions(
        zone: TimeZoneRules(named: zone) ?? .utc, yearReference: moment(now), format: format,
        trustedProxies: trustedProxies)
    adjust(&options)
    return try text.withBytes { all in
        let decoder = try LogDecoder(options: options, registry: registry, head: all.prefix(64 << 10))
        let raw = RawBatch()
        let events = EventBatch(registry: registry)
        var result: [DecodedLine] = []
        var from = 0
        while from < all.count {
            let to = batchEnd(all, from, batchBytes)
            raw.reset()
            raw.storage.update(from: all.start + from, count: to - from)
            raw.count = to - from
            raw.streamOffset = Int64(from)
            decoder.decode(raw, into: events)
            result += copies(events)
            from = to
        }
        return result
    }
}

func decode(_ text: String, format: String = "auto", zone: String = "UTC", now: String = "2026-03-12T12:00:00Z") throws
    -> [DecodedLine]
{
    try decode(Array(text.utf8), format: format, zone: zone, now: now)
}

/// The one event of one line.
func event(_ line: String, format: String = "auto", zone: String = "UTC", now: String = "2026-03-12T12:00:00Z") throws
    -> DecodedLine
{
    let lines = try decode(line, format: format, zone: zone, now: now)
    return lines.first ?? DecodedLine()
}

func moment(_ text: String) -> Timestamp {
    text.withBytes { bytes in
        var reader = StampReader(bytes)
        guard reader.any() else { return .none }
        var clock = StampClock(zone: .utc, yearReference: .none)
        return clock.moment(reader.stamp) ?? .none
    }
}

/// Decodes the lines of `piece` by a decoder that knows what went before only from `state`.
func decodePiece(_ piece: Bytes, behind state: RecordState, head: Bytes) throws -> [DecodedLine] {
    let registry = FieldRegistry()
    registry.freeze()
    let decoder = try LogDecoder(
        options: LogOptions(yearReference: moment("2026-03-12T12:00:00Z")), registry: registry, head: head)
    let events = EventBatch(registry: registry)
    decoder.begin(behind: state, using: events)
    let raw = RawBatch()
    raw.storage.update(from: piece.start, count: piece.count)
    raw.count = piece.count
    raw.streamOffset = state.offset
    decoder.decode(raw, into: events)
    return copies(events)
}

private func batchEnd(_ all: Bytes, _ from: Int, _ size: Int) -> Int {
    var to = min(all.count, from + size)
    while to < all.count, all[to - 1] != 0x0A { to += 1 }
    return to
}

private func copies(_ events: EventBatch) -> [DecodedLine] {
    var lines = [DecodedLine](repeating: DecodedLine(), count: events.recordCount)
    for unread in events.unread { lines[Int(unread.line)].unread = unread.reason }
    for index in 0..<events.count {
        let record = events.events[index]
        var line = DecodedLine()
        line.time = record.time
        line.source = record.logSource
        line.flags = record.flags
        for slot in events.fields(of: index) {
            line.fields[events.name(of: slot.field), default: []].append(events.bytes(of: slot).text)
            line.types[events.name(of: slot.field)] = slot.type
        }
        lines[Int(record.line)] = line
    }
    return lines
}
