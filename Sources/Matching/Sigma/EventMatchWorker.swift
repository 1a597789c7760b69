package import Events

/// One thread's matching: prefilter by literals, then exact evaluation of what is left. Allocates nothing per event
/// (only `hits` grows).
package final class EventMatchWorker {
    let matcher: EventMatcher
    var state: MatchState
    var names = HitNames()

    init(_ matcher: EventMatcher) throws {
        self.matcher = matcher
        state = try MatchState(matcher)
    }

    /// Appends a hit for each rule that an event of the batch matches, once, with the first form that does: in the
    /// order of events, then of rules.
    package func match(_ batch: EventBatch, into hits: inout [EventHit]) { state.match(batch, into: &hits) }

    /// Events seen.
    package var eventCount: Int { state.eventCount }
    /// Rules evaluated: what the prefilter let through.
    package var evaluationCount: Int { state.evaluationCount }
    /// Regular expressions given up because they ran into their limit.
    package var abandonedExpressions: Int { state.evaluator.expressions.abandoned }
}
