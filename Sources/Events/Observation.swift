public import Primitives

/// One (key, value, time) handed to a window or a baseline: either a hit of a rule that correlations refer to, or what
/// an anomaly detector watches. Kept in the store's spool, merged by time across all inputs, and judged in that order.
public struct Observation: Sendable {
    public var time: Timestamp
    public var event: EventReference
    /// Link type where the excerpt is of a frame; nil where it is of a log line.
    public var linkType: UInt16?
    /// How many events this stands for (aggregated observations), else 1.
    public var weight: Int

    /// What it says, which nobody changes. On its way to the windows an observation lies in one list after another:
    /// a copy counts one reference, not one for each of its texts.
    private let content: Content

    private final class Content: Sendable {
        let subject: String
        let values: [FieldValue]
        let excerpt: [UInt8]

        init(subject: String, values: [FieldValue], excerpt: [UInt8]) {
            self.subject = subject
            self.values = values
            self.excerpt = excerpt
        }
    }

    /// Rule id or detector name that this is an observation for.
    public var subject: String { content.subject }
    /// The fields that correlations and detectors asked for (group-by, aliases, counted values).
    public var values: [FieldValue] { content.values }
    /// The record's bytes, cut at 1 KiB: evidence of what may come of it. Empty for aggregated observations.
    public var excerpt: [UInt8] { content.excerpt }

    public static let maximumExcerptBytes = 1024

    public init(
        time: Timestamp, subject: String, event: EventReference, values: [FieldValue], excerpt: [UInt8] = [],
        linkType: UInt16? = nil, weight: Int = 1
    ) {
        self.time = time
        self.event = event
        content = Content(subject: subject, values: values, excerpt: excerpt)
        self.linkType = linkType
        self.weight = weight
    }

    public func value(_ name: String) -> String? { content.values.first { $0.name == name }?.value }
}

extension Observation: Comparable {
    /// The one order in which observations are judged: time, then record, then subject. Independent of where and when
    /// they were read.
    public static func < (left: Observation, right: Observation) -> Bool {
        if left.time != right.time { return left.time < right.time }
        if left.event.id != right.event.id { return left.event.id < right.event.id }
        return left.subject < right.subject
    }

    public static func == (left: Observation, right: Observation) -> Bool {
        left.time == right.time && left.event.id == right.event.id && left.subject == right.subject
    }
}

extension Array where Element == Observation {
    /// In the order of judgement. Observations are large and hold references: places are sorted by time instead, and
    /// each observation is moved once.
    package func inOrder() -> [Observation] {
        if indices.dropFirst().allSatisfy({ !(self[$0] < self[$0 - 1]) }) { return self }
        var keys = indices.map { (time: self[$0].time.nanoseconds, place: $0) }
        keys.sort { left, right in
            if left.time != right.time { return left.time < right.time }
            if self[left.place] < self[right.place] { return true }
            return !(self[right.place] < self[left.place]) && left.place < right.place
        }
        return keys.map { self[$0.place] }
    }
}
