package import Events
internal import Output
internal import Primitives
internal import Storage

/// The overviews for programs: what the texts say, as JSON.
extension AnalystDesk {
    /// A line a stretch of time.
    package func timelineJSON(_ words: [String]) throws -> [UInt8] {
        var writer = JSONWriter()
        for slot in try slots(words) {
            ReportJSON.encode(slot, into: &writer)
            writer.newline()
        }
        return writer.bytes.array
    }

    /// A line a severity, with the number of incidents of each status.
    package func statsJSON(_ words: [String]) throws -> [UInt8] {
        let filter = try Filter.parse(arguments: words, clock: clock)
        var writer = JSONWriter()
        let tally = try store.tally(where: filter.condition, now: clock.now)
        for severity in Severity.allCases.reversed() {
            writer.beginObject()
            writer.key("severity")
            writer.string(severity.name)
            for (status, count) in zip(IncidentStatus.allCases, tally.states[severity.rawValue]) {
                writer.key(named: status.rawValue)
                writer.integer(count)
            }
            writer.endObject()
            writer.newline()
        }
        return writer.bytes.array
    }

    /// One object; no incident: `incidents_total` is 0.
    package func whoJSON(_ value: String) throws -> [UInt8] {
        let network = value.contains("/") ? IPNetwork(value) : nil
        let expression = network.map { FilterExpression.aboutNetwork($0) } ?? .about(TextFold.fold(value))
        let condition = try store.settled(expression.condition)
        let tally = try store.tally(where: condition, now: clock.now)
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("value")
        writer.string(value)
        writer.key("incidents_total")
        writer.integer(tally.total)
        if let span = tally.span {
            writer.key("first")
            writer.time(span.first)
            writer.key("last")
            writer.time(span.last)
        }
        let lists: [(StaticString, [PartyCount])] = [
            ("roles", try store.roles(of: TextFold.fold(value), limit: 100)),
            ("named_with", try store.companions(of: TextFold.fold(value), limit: 100)),
        ]
        for (name, parties) in lists {
            writer.key(name)
            writer.beginArray()
            for party in parties { encode(party, into: &writer) }
            writer.endArray()
        }
        writer.key("bindings")
        writer.beginArray()
        if network == nil { for binding in try bindings(of: value) { encode(binding, into: &writer) } }
        writer.endArray()
        writer.key("incidents")
        writer.beginArray()
        for incident in try store.incidents(where: condition, limit: 1000, complete: false, now: clock.now) {
            IncidentJSON.object(incident, into: &writer)
        }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes.array
    }

    private func encode(_ binding: Binding, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("kind")
        writer.string(binding.kind.word)
        writer.key("address")
        writer.string(binding.address.description)
        writer.key("name")
        writer.string(binding.name)
        writer.key("first")
        writer.time(binding.first)
        writer.key("last")
        writer.time(binding.last)
        writer.endObject()
    }

    private func encode(_ party: PartyCount, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("field")
        writer.string(party.field)
        writer.key("value")
        writer.string(party.value)
        writer.key("incidents")
        writer.integer(party.count)
        writer.endObject()
    }

    /// The acts that `trail` shows, a line each.
    package func trailJSON(of incident: Incident?, limit: Int) throws -> [UInt8] {
        let entries = try incident.map { try store.history(of: $0.id) } ?? store.trail(limit: limit)
        return EvidenceBundle.acts(entries.suffix(limit))
    }
}
