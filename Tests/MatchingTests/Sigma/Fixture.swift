import Events
import Matching
import Primitives
import Rules
import Testing

/// An event for tests: its fields in order (nil: null), and whether its values lie in the record or beside it.
struct SampleEvent {
    var fields: [(name: String, value: String?)]
    var numbers: Set<String> = []
    var source = LogSource.webAccess
    var inRecord = true
    var time = Timestamp.none

    init(_ fields: [(String, String?)], source: LogSource = .webAccess, inRecord: Bool = true) {
        self.fields = fields.map { (name: $0.0, value: $0.1) }
        self.source = source
        self.inRecord = inRecord
    }

    /// What stands in the raw record: the values, a space behind each.
    var record: String { inRecord ? fields.map { ($0.value ?? "-") + " " }.joined() : "" }
}

/// Rules loaded from text and matched against sample events.
struct Fixture {
    let rules: RuleSet
    let matcher: EventMatcher
    let worker: EventMatchWorker
    let registry = FieldRegistry()

    init(_ yaml: String, options: MatchOptions = MatchOptions()) throws {
        var loader = RuleLoader(options: RuleLoadOptions(checkExpression: SigmaExpressions.problem))
        rules = loader.load(text: yaml, file: "test.yml")
        matcher = try EventMatcher(rules: rules.sigma, registry: registry, options: options)
        worker = try matcher.makeWorker()
    }

    init(_ loaded: RuleSet, options: MatchOptions = MatchOptions()) throws {
        rules = loaded
        matcher = try EventMatcher(rules: rules.sigma, registry: registry, options: options)
        worker = try matcher.makeWorker()
    }

    /// A rule for web servers with this `detection:` block, given without its indentation.
    init(detection: String, options: MatchOptions = MatchOptions()) throws {
        let body = detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        try self.init("title: T\nid: t\nlogsource:\n  category: webserver\ndetection:\n\(body)\n", options: options)
    }

    /// Runs `body` over a batch of the events.
    func withBatch<Result>(_ events: [SampleEvent], _ body: (EventBatch) throws -> Result) rethrows -> Result {
        let records = events.map { Array($0.record.utf8) }
        return try records.flatMap { $0 }.withBytes { input in
            let batch = EventBatch(registry: registry)
            batch.reset(input: input)
            var offset = 0
            for (event, record) in zip(events, records) {
                append(event, at: offset, record.count, to: batch)
                offset += record.count
            }
            return try body(batch)
        }
    }

    private func append(_ event: SampleEvent, at start: Int, _ length: Int, to batch: EventBatch) {
        var slots: [FieldSlot] = []
        var offset = start
        for (name, value) in event.fields {
            let bytes = Array((value ?? "-").utf8)
            guard let id = registry.id(of: name) ?? batch.batchField(name) else { continue }
            let type: ValueType = value == nil ? .null : event.numbers.contains(name) ? .number : .text
            if event.inRecord {
                slots.append(FieldSlot(id, .input, type, offset: offset, length: bytes.count))
                offset += bytes.count + 1
            } else if let place = bytes.withBytes({ batch.scratch.append($0) }) {
                slots.append(FieldSlot(id, .scratch, type, offset: place, length: bytes.count))
            }
        }
        slots.withUnsafeBufferPointer {
            batch.append(
                EventRecord(
                    time: event.time, line: batch.count, offset: start, length: length, logSource: event.source),
                slots: $0)
        }
    }

    func hits(_ events: [SampleEvent]) -> [EventHit] {
        withBatch(events) { batch in
            var hits: [EventHit] = []
            worker.match(batch, into: &hits)
            return hits
        }
    }

    func matches(_ fields: [(String, String?)]) -> Bool { !hits([SampleEvent(fields)]).isEmpty }
}
