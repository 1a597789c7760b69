package import Events
package import Primitives
package import Rules

/// Judges the observations that workers drained, merged over all inputs, in `Observation` order.
///
/// Aggregates of one key and time slot that were drained apart are added up again, so the verdicts do not depend on
/// where inputs were cut. A time slot is judged once an observation or `advance` lies behind it.
package final class AnomalyJudge {
    private let judges: [any AnomalyJudging]
    /// Judges by the subject of the observations that they read.
    private let bySubject: [String: [Int]]

    /// Checks every rule's detector and settings. `maximumBytes` bounds what all of them hold together, about;
    /// `places`: where addresses are. Throws `AnomalyError`.
    package init(rules: [AnomalyRule], maximumBytes: Int = 64 << 20, places: Places = Places()) throws {
        let context = JudgeContext(memory: JudgeMemory(limit: maximumBytes), places: places)
        judges = try rules.map { try AnomalyDetectors.find($0).makeJudge($0, context) }
        bySubject = Dictionary(
            try AnomalyDetectors.subjects(rules).enumerated().map { ($1, [$0]) }, uniquingKeysWith: +)
    }

    package func feed(_ observation: Observation) {
        guard let places = bySubject[observation.subject], !observation.time.isNone else { return }
        for place in places { judges[place].feed(observation) }
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

    /// Tells which observations can matter to the rules, once it has counted them all: what comes too seldom to reach
    /// a detector's least number needs no memory.
    package func makeSieve() -> ObservationSieve {
        ObservationSieve(takers: bySubject.mapValues { places in places.flatMap { judges[$0].takers } })
    }

    /// Goes on from what was learned of times before `through` (`none`: of any time); to be called before `feed`.
    package func restore(_ baselines: [Baseline], through: Timestamp) {
        for judge in judges { judge.restore(baselines, through: through) }
    }

    /// From these moments on rules learn anew; to be called before `feed`.
    package func reset(_ resets: [BaselineReset]) {
        for judge in judges { judge.reset(resets) }
    }

    /// What has been learned, by rule and key.
    package func baselines() -> [Baseline] { judges.flatMap { $0.baselines() } }
}
