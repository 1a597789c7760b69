internal import Acquisition
internal import Events
internal import Logs
internal import Network
internal import Output
internal import Primitives

/// `parse`: decoding alone, every record as one JSON line, in order. No rules, no store.
package final class ParseSession {
    private let options: EngineOptions
    private let registry = FieldRegistry()
    private let write: ([UInt8]) throws -> Void
    private var json = EventJSON()
    private var writer = JSONWriter()
    /// Paths that could not be read, or not to their end, and why.
    package private(set) var problems: [(path: String, message: String)] = []

    package init(options: EngineOptions, write: @escaping ([UInt8]) throws -> Void) {
        self.options = options
        self.write = write
        registry.freeze()
    }

    package func parse(_ paths: [String]) throws {
        let found = InputFinder.find(paths, sensors: options.sensors, assets: options.assets)
        problems += found.problems
        for spec in found.inputs {
            do {
                let reader = try InputReader(spec)
                if reader.kind == .capture { try parseCapture(reader) } else { try parseLog(reader) }
                if let problem = reader.problem { problems.append((spec.path, problem)) }
            } catch let error as AcquisitionError {
                problems.append((spec.path, error.description))
            }
        }
    }

    private func parseLog(_ reader: InputReader) throws {
        if reader.head.isEmpty { return }
        let decoder = try LogDecoder(
            options: LogOptions(
                zone: options.zone, yearReference: options.now ?? reader.modificationTime, format: options.format,
                logSource: nil,
                trustedProxies: options.trustedProxies),
            registry: registry, head: reader.head)
        let raw = RawBatch()
        let events = EventBatch(registry: registry)
        var base = 0
        while try reader.read(into: raw) {
            decoder.decode(raw, into: events)
            json.encode(events, firstLine: UInt64(base) + 1, into: &writer)
            base += events.recordCount
            try flush()
            raw.reset()
        }
    }

    private func flush() throws {
        try write(writer.bytes.array)
        writer.removeAll()
    }

    /// Log formats that `--as` takes.
    package static var formats: [(name: String, description: String)] { LogFormats.table }

    private func parseCapture(_ reader: InputReader) throws {
        let decoder = CaptureDecoder(options: options.network)
        let packets = PacketBatch()
        let inspection = InspectionBatch()
        let events = EventBatch(registry: registry)
        var more = true
        while more {
            more = try reader.read(into: packets)
            if more {
                decoder.decode(packets, inspection: inspection, events: events)
            } else {
                decoder.finish(inspection: inspection, events: events)
            }
            json.encode(events, firstLine: 0, into: &writer)
            try flush()
        }
    }
}
