package import Events
internal import Primitives

/// The account of a run, as `--json` prints it: one JSON object. Maps are written with sorted keys.
package enum LedgerJSON {
    /// Appends `ledger` and a newline.
    package static func encode(_ ledger: RunLedger, into writer: inout JSONWriter) {
        object(ledger, into: &writer)
        writer.newline()
    }

    /// The object alone, for documents that hold several.
    package static func object(_ ledger: RunLedger, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("run")
        writer.integer(ledger.id)
        writer.key("command")
        writer.string(ledger.command)
        writer.key("started")
        time(ledger.started, &writer)
        writer.key("finished")
        time(ledger.finished, &writer)
        writer.key("complete")
        writer.boolean(!ledger.isIncomplete)
        number("rules_loaded", ledger.rulesLoaded, &writer)
        number("rules_refused", ledger.rulesRefused, &writer)
        number("detections", ledger.detections, &writer)
        number("new_incidents", ledger.newIncidents, &writer)
        number("grown_incidents", ledger.grownIncidents, &writer)
        writer.key("evictions")
        counts(ledger.evictions, &writer)
        writer.key("inputs")
        writer.beginArray()
        for input in ledger.inputs { encode(input, &writer) }
        writer.endArray()
        writer.key("dead_rules")
        writer.beginArray()
        for rule in ledger.deadRules { encode(rule, &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func encode(_ rule: DeadRule, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("rule.id")
        writer.string(rule.rule)
        writer.key("rule.name")
        writer.string(rule.title)
        writer.key("reason")
        writer.string(rule.reason)
        writer.endObject()
    }

    private static func encode(_ input: InputLedger, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("path")
        writer.string(input.path)
        writer.key("input")
        if let id = input.input { writer.string(id.description) } else { writer.null() }
        writer.key("sensor")
        text(input.sensor, &writer)
        writer.key("kind")
        writer.string(input.kind.rawValue)
        writer.key("format")
        writer.string(input.format)
        number("bytes_read", input.bytesRead, &writer)
        number("bytes_decoded", input.bytesDecoded, &writer)
        number("records", input.records, &writer)
        number("events", input.events, &writer)
        number("messages_not_understood", input.messagesNotUnderstood, &writer)
        number("transactions", input.transactions, &writer)
        writer.key("unread")
        counts(input.unread, &writer)
        writer.key("dropped")
        counts(input.dropped, &writer)
        number("bytes_dropped", input.bytesDropped, &writer)
        number("known_bytes", input.knownBytes, &writer)
        number("known_records", input.knownRecords, &writer)
        writer.key("first_event")
        time(input.firstEvent, &writer)
        writer.key("last_event")
        time(input.lastEvent, &writer)
        writer.key("time")
        jumps(input.jumps, &writer)
        writer.key("adds_up")
        writer.boolean(input.addsUp)
        writer.key("problem")
        text(input.problem, &writer)
        writer.endObject()
    }

    private static func jumps(_ jumps: ClockJumps, _ writer: inout JSONWriter) {
        writer.beginObject()
        number("jumps_back", jumps.back, &writer)
        number("longest_back_seconds", jumps.longestBackSeconds, &writer)
        number("jumps_forward", jumps.forward, &writer)
        number("longest_forward_seconds", jumps.longestForwardSeconds, &writer)
        writer.endObject()
    }

    private static func number(_ name: StaticString, _ value: some BinaryInteger, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.integer(value)
    }

    private static func time(_ time: Timestamp, _ writer: inout JSONWriter) {
        if time.isNone { writer.null() } else { writer.time(time) }
    }

    private static func text(_ text: String?, _ writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }

    private static func counts(_ counts: [String: Int64], _ writer: inout JSONWriter) {
        writer.beginObject()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.key(named: name)
            writer.integer(count)
        }
        writer.endObject()
    }
}
