package import Events
package import Primitives
package import Rules

/// Judges the observations that workers drained, merged over all inputs, in `Observation` order.
///
/// Aggregates of one key and time slot that were drained apart are added up again, so the verdicts do not depend on
/// where inputs were cut. A time slot is judged once an observation or `advance` lies behind it.
package final class AnomalyJudge {
    private let judges: [any AnomalyJudging]
    private let byRule: [String: Int]

    /// Checks every rule's detector and settings. Throws `AnomalyError`.
    package init(rules: [AnomalyRule]) throws {
        judges = try rules.map { try AnomalyDetectors.find($0).makeJudge($0) }
        byRule = Dictionary(rules.enumerated().map { ($1.info.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package func feed(_ observation: Observation) {
        guard let place = byRule[observation.subject], !observation.time.isNone else { return }
        judges[place].feed(observation)
    }

    /// No observation before `time` will come any more.
    package func advance(to time: Timestamp) {
        for judge in judges { judge.advance(to: time) }
    }

    /// No observation will come any more.
    package func finish() {
        for judge in judges { judge.finish() }
    }

    /// The detections that are new or have grown since the last call, oldest first. One that grows keeps its id.
    package func takeDetections() -> [Detection] {
        judges.flatMap { $0.takeDetections() }.sorted { ($0.first, $0.rule.id, $0.id) < ($1.first, $1.rule.id, $1.id) }
    }

    package var evictions: Int64 { judges.reduce(0) { $0 + $1.evictions } }
    package var lateObservations: Int64 { judges.reduce(0) { $0 + $1.lateObservations } }
}
