internal import Acquisition
internal import Events
internal import Glibc
internal import Logs
internal import Network
internal import Output
internal import Primitives
internal import Rules

/// `parse`: decoding alone, every record as one JSON line, in order. No rules, no store.
package final class ParseSession {
    private let options: EngineOptions
    private let registry = FieldRegistry()
    private let write: ([UInt8]) throws -> Void
    private var json = EventJSON()
    private var writer = JSONWriter()
    /// Paths that could not be read, or not to their end, and why.
    package private(set) var problems: [(path: String, message: String)] = []

    /// Decoders that were refused, as they are shown.
    package let refusedDecoders: [String]
    private let messageForms: MessageForms?

    package init(options: EngineOptions, write: @escaping ([UInt8]) throws -> Void) {
        self.options = options
        self.write = write
        registry.freeze()
        let pack = options.useDefaultRules ? PackLocator.find().map { [$0 + "/decoders"] } ?? [] : []
        let found = RuleDesk.decoders(pack.filter { access($0, R_OK) == 0 } + options.rulePaths)
        messageForms = found.forms
        refusedDecoders = found.refused.map(\.rendered)
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
        let decoder = try makeDecoder(reader)
        let raw = RawBatch()
        let events = EventBatch(registry: registry)
        var base = 0
        var lastTime = Timestamp.none
        while try reader.read(into: raw) {
            decoder.decode(raw, into: events)
            lendTimes(events, &lastTime)
            json.encode(events, firstLine: UInt64(base) + 1, into: &writer)
            base += events.recordCount
            try flush()
            raw.reset()
        }
    }

    /// An event without a time gets that of the one before it, as in a scan; its flag says so.
    private func lendTimes(_ events: EventBatch, _ last: inout Timestamp) {
        for index in 0..<events.count {
            if events.events[index].time.isNone {
                events.events[index].time = last
            } else {
                last = events.events[index].time
            }
        }
    }

    private func makeDecoder(_ reader: InputReader) throws -> LogDecoder {
        try LogDecoder(
            options: options.logOptions(
                yearReference: options.now ?? reader.modificationTime, forms: messageForms),
            registry: registry, head: reader.head)
    }

    /// What was tried on each line of the logs among `paths`, as lines of text.
    package func explain(_ paths: [String], tell: (String) -> Void) throws {
        let found = InputFinder.find(paths, sensors: options.sensors, assets: options.assets)
        problems += found.problems
        for spec in found.inputs {
            do {
                let reader = try InputReader(spec)
                if reader.kind == .capture || reader.head.isEmpty { continue }
                let decoder = try makeDecoder(reader)
                tell("\(spec.path): read as \(decoder.formatName)")
                try explain(reader, decoder, tell)
            } catch let error as AcquisitionError {
                problems.append((spec.path, error.description))
            }
        }
    }

    private func explain(_ reader: InputReader, _ decoder: LogDecoder, _ tell: (String) -> Void) throws {
        let raw = RawBatch()
        let events = EventBatch(registry: registry)
        var base = 1
        while try reader.read(into: raw) {
            decoder.decode(raw, into: events)
            let input = raw.bytes
            var from = 0
            var number = 0
            while from < input.count {
                let newline = input.firstIndex(of: ASCII.newline, from: from) ?? input.count
                let hasReturn = newline > from && input[newline - 1] == ASCII.carriageReturn
                let line = input.slice(from, hasReturn ? newline - 1 : newline)
                for text in ExplainText.lines(decoder.explain(line), line, number: base + number) { tell(text) }
                tell(ExplainText.outcome(of: number, in: events))
                number += 1
                from = newline + 1
            }
            base += number
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
