internal import Acquisition
internal import Events
internal import Logs
internal import Network
internal import Primitives

/// Decoded events with what they lie in: what the rule writer's tools look at again and again.
struct SampleEvents {
    let events: EventBatch
    /// The owner of the bytes that the events' fields point into.
    private let owner: AnyObject

    init(_ events: EventBatch, in owner: AnyObject) {
        self.events = events
        self.owner = owner
    }

    /// All that lie in `paths`, kept. At most `limit` bytes of each log. Throws where an input cannot be read.
    static func read(
        _ paths: [String], options: EngineOptions, registry: FieldRegistry, limit: Int64
    ) throws -> [SampleEvents] {
        var all: [SampleEvents] = []
        try forEach(paths, options: options, registry: registry, limit: limit) { all.append($0) }
        return all
    }

    /// One batch after the other.
    static func forEach(
        _ paths: [String], options: EngineOptions, registry: FieldRegistry, limit: Int64 = .max,
        _ body: (SampleEvents) throws -> Void
    ) throws {
        let found = InputFinder.find(paths, sensors: options.sensors, assets: options.assets)
        if let problem = found.problems.first {
            throw EngineError.configuration("\(problem.path): \(problem.message)")
        }
        for spec in found.inputs {
            do {
                let reader = try InputReader(spec)
                if reader.kind == .capture {
                    try captures(reader, options, registry, body)
                } else if !reader.head.isEmpty {
                    try logs(reader, options, registry, limit, body)
                }
            } catch let error as AcquisitionError {
                throw EngineError.configuration("\(spec.path): \(error.description)")
            }
        }
    }

    private static func logs(
        _ reader: InputReader, _ options: EngineOptions, _ registry: FieldRegistry, _ limit: Int64,
        _ body: (SampleEvents) throws -> Void
    ) throws {
        let decoder = try LogDecoder(
            options: LogOptions(
                zone: options.zone, yearReference: options.now ?? reader.modificationTime, format: options.format,
                logSource: nil, trustedProxies: options.trustedProxies),
            registry: registry, head: reader.head)
        var raw = RawBatch()
        var bytes: Int64 = 0
        while bytes < limit, try reader.read(into: raw) {
            let events = EventBatch(registry: registry)
            decoder.decode(raw, into: events)
            bytes += Int64(raw.count)
            try body(SampleEvents(events, in: raw))
            raw = RawBatch()
        }
    }

    private static func captures(
        _ reader: InputReader, _ options: EngineOptions, _ registry: FieldRegistry,
        _ body: (SampleEvents) throws -> Void
    ) throws {
        let decoder = CaptureDecoder(options: options.network)
        let inspection = InspectionBatch()
        var more = true
        while more {
            let packets = PacketBatch()
            let events = EventBatch(registry: registry)
            more = try reader.read(into: packets)
            if more {
                decoder.decode(packets, inspection: inspection, events: events)
            } else {
                decoder.finish(inspection: inspection, events: events)
            }
            if events.count > 0 { try body(SampleEvents(events, in: packets)) }
        }
    }
}
