internal import Events
internal import Primitives

/// What the parts of one aggregate, drained apart, come to together.
struct SlotRecord {
    var count: Int
    var first: Timestamp
    var last: Timestamp
    var event: EventReference
    var excerpt: [UInt8]

    init(_ observation: Observation) {
        count = observation.weight
        first = observation.time
        last = observation.time
        if let text = observation.value(AggregateField.span), let nanoseconds = Int64(text), nanoseconds > 0 {
            last = first.adding(nanoseconds: nanoseconds)
        }
        event = observation.event
        excerpt = observation.excerpt
    }

    /// The earliest event stands for the whole; of equal times the one that lies first in its input.
    mutating func merge(_ other: SlotRecord) {
        count &+= other.count
        last = max(last, other.last)
        if other.precedes(self) {
            first = other.first
            event = other.event
            excerpt = other.excerpt
        }
    }

    private func precedes(_ other: SlotRecord) -> Bool {
        if first != other.first { return first < other.first }
        if event.input != other.event.input { return event.input < other.event.input }
        return event.number < other.event.number
    }
}

/// The records of an anomaly that goes on, slot by slot.
struct AnomalyTally {
    private(set) var count = 0
    private(set) var first = Timestamp.none
    private(set) var last = Timestamp.none
    private var head: [SlotRecord] = []
    private var newest: SlotRecord?

    /// Adds the next slot.
    mutating func add(_ record: SlotRecord) {
        count &+= record.count
        if first.isNone || record.first < first { first = record.first }
        last = max(last, record.last)
        if head.count < Detection.maximumEvents - 1 { head.append(record) } else { newest = record }
    }

    private var records: [SlotRecord] { newest.map { head + [$0] } ?? head }

    /// The first event of each slot: what the anomaly stands on.
    var events: [EventReference] { records.map(\.event) }

    var evidence: [Evidence] {
        let kept = records.filter { !$0.excerpt.isEmpty }
        let chosen =
            kept.count > Detection.maximumEvidence
            ? Array(kept.prefix(Detection.maximumEvidence - 1)) + kept.suffix(1) : kept
        return chosen.map { record in record.excerpt.withBytes { Evidence(event: record.event, bytes: $0) } }
    }

    /// A detection of `rule` that stands on these records.
    func detection(of rule: RuleInfo, entity: Entity, fields: [FieldValue]) -> Detection {
        Detection(
            id: detectionID(rule: rule.id, events: head.prefix(1).map(\.event.id)), rule: rule, first: first,
            last: last, count: count, events: events, fields: fields, entity: entity, evidence: evidence)
    }
}
