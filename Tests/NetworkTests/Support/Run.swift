import Events
import Network
import Primitives

/// An inspection item copied out of its batch.
struct SeenItem {
    var item: InspectionItem
    var buffers: [(kind: BufferKind, bytes: [UInt8], offset: UInt64)]

    subscript(_ kind: BufferKind) -> String? {
        buffers.first { $0.kind == kind }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}

/// A network event copied out of its batch.
struct SeenEvent {
    var source: LogSource
    var time: Timestamp
    var line: UInt32
    var fields: [FieldValue]

    subscript(_ field: Field) -> String? { fields.first { $0.name == field.rawValue }?.value }
    func all(_ field: Field) -> [String] { fields.filter { $0.name == field.rawValue }.map(\.value) }
}

/// What a capture decoder makes of frames.
struct Run {
    var items: [SeenItem] = []
    var events: [SeenEvent] = []
    var counters = CaptureCounters()

    /// Frames one millisecond apart, or at the given times (seconds), in batches of `batchSize`.
    init(
        _ frames: [[UInt8]], link: UInt16 = 1, options: NetworkOptions = NetworkOptions(), times: [Double] = [],
        batchSize: Int = 1000
    ) {
        let decoder = CaptureDecoder(options: options)
        let inspection = InspectionBatch()
        let events = EventBatch(registry: FieldRegistry())
        let batch = PacketBatch()
        var at = 0
        while at < frames.count {
            batch.reset()
            while at < frames.count, batch.packets.count < batchSize,
                batch.count + frames[at].count <= PacketBatch.capacity
            {
                let seconds = at < times.count ? times[at] : Double(at) / 1000
                let nanoseconds = 1_700_000_000_000_000_000 + Int64(seconds * 1e9)
                Run.add(frames[at], to: batch, number: at + 1, nanoseconds, link)
                at += 1
            }
            decoder.decode(batch, inspection: inspection, events: events)
            collect(inspection, events)
        }
        decoder.finish(inspection: inspection, events: events)
        collect(inspection, events)
        counters = decoder.counters
    }

    private static func add(
        _ frame: [UInt8], to batch: PacketBatch, number: Int, _ nanoseconds: Int64, _ link: UInt16
    ) {
        batch.packets.append(
            CapturedPacket(
                time: Timestamp(nanoseconds: nanoseconds), number: UInt64(number), offset: batch.count,
                capturedLength: frame.count, originalLength: frame.count, linkType: link, streamOffset: 0))
        for byte in frame {
            batch.storage[batch.count] = byte
            batch.count += 1
        }
    }

    private mutating func collect(_ inspection: InspectionBatch, _ batch: EventBatch) {
        for item in inspection.items {
            let range = Int(item.firstBuffer)..<Int(item.firstBuffer) + Int(item.bufferCount)
            items.append(
                SeenItem(
                    item: item,
                    buffers: range.map {
                        let buffer = inspection.buffers[$0]
                        return (buffer.kind, inspection.bytes(of: buffer).array, buffer.streamOffset)
                    }))
        }
        for index in 0..<batch.count {
            let record = batch.events[index]
            events.append(
                SeenEvent(
                    source: record.logSource, time: record.time, line: record.line,
                    fields: batch.fields(of: index).map {
                        FieldValue(name: batch.name(of: $0.field), value: batch.bytes(of: $0).text)
                    }))
        }
    }

    func items(_ kind: InspectionKind, _ way: FlowDirection? = nil) -> [SeenItem] {
        items.filter { $0.item.kind == kind && (way == nil || $0.item.direction == way) }
    }

    func events(_ source: LogSource) -> [SeenEvent] { events.filter { $0.source == source } }

    /// All stream data of a direction, in the order in which it came.
    func stream(_ way: FlowDirection) -> String {
        String(decoding: items(.stream, way).flatMap { $0.buffers.flatMap(\.bytes) }, as: UTF8.self)
    }

    var packets: [SeenItem] { items(.packet) }
    var transactions: [SeenItem] { items(.transaction) }
}
