package import Primitives

/// Which rule found something on which events: what `rules test` asks, also of rules that only feed others and leave no
/// detection behind. Not bounded: for samples, not for a run.
package final class FindingLog {
    /// Rule id to the ids of events that it found something on.
    package private(set) var events: [String: Set<ContentID>] = [:]

    package init() {}

    package func add(_ rule: String, _ found: some Sequence<ContentID>) { events[rule, default: []].formUnion(found) }
}
