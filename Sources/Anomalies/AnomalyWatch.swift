package import Events
package import Primitives
package import Rules

/// The anomaly rules of a run, made ready to watch events. Make it while the registry still takes names.
package final class AnomalyWatch: Sendable {
    private let makers: [WatcherMaker]

    /// Checks every rule's detector and settings. Throws `AnomalyError`.
    package init(rules: [AnomalyRule], registry: FieldRegistry) throws {
        var makers: [WatcherMaker] = []
        var declared: [(AnomalyRule, WatchSpec)] = []
        let plans = try rules.map { try AnomalyDetectors.find($0).watch($0) }
        let subjects = try AnomalyDetectors.subjects(rules)
        // The least number of requests that a rule asks for of those whose subject it is.
        var least: [String: Int] = [:]
        for (plan, subject) in zip(plans, subjects) {
            if case .requests(let wanted) = plan { least[subject] = min(least[subject] ?? .max, wanted) }
        }
        for (rule, plan) in zip(rules, plans) {
            switch plan {
            case .own(let maker):
                let wanted = least[rule.info.id]
                makers.append(try wanted.map { try RequestRateWatcher.maker(rule, least: $0) } ?? maker)
            case .requests:
                guard let wanted = least[rule.info.id] else { continue }
                makers.append(try RequestRateWatcher.maker(rule, least: wanted))
            case .declared(let spec): declared.append((rule, spec))
            }
        }
        if !declared.isEmpty { makers.append(KeyedWatcher.maker(declared, registry)) }
        self.makers = makers
    }

    /// A worker for one thread, with tables of its own.
    package func makeWorker() -> AnomalyWorker {
        let names = RecordNames()
        return AnomalyWorker(makers.map { $0(names) })
    }
}

/// Adds the events of batches to the tables of all detectors. For one thread.
///
/// What `drain` answers depends only on the events since the last drain, not on how they were cut into batches.
package final class AnomalyWorker {
    private let watchers: [any AnomalyWatcher]

    init(_ watchers: [any AnomalyWatcher]) { self.watchers = watchers }

    /// Adds a batch of `input`. `streamOffset`: offset of the batch's first byte in the decompressed stream.
    /// `firstLine`: number of its first line, from 1; 0 for network events, whose records bear packet numbers.
    /// `label`: what the input is called, for baselines of a log. `staysUntilDrain`: the caller keeps the raw batch as
    /// it is until after the next `drain`.
    package func watch(
        _ batch: EventBatch, input: ContentID, streamOffset: Int64, firstLine: UInt64, label: String = "",
        staysUntilDrain: Bool = false
    ) {
        let place = BatchPlace(
            input: input, streamOffset: streamOffset, firstLine: firstLine, label: Array(label.utf8),
            staysUntilDrain: staysUntilDrain)
        for watcher in watchers { watcher.watch(batch, place) }
    }

    /// What has come together since the last call, in `Observation` order.
    package func drain() -> [Observation] {
        var observations: [Observation] = []
        for watcher in watchers { watcher.drain(into: &observations) }
        return observations.inOrder()
    }

    /// Observations that were made already, since a table was full; `drain` will answer them.
    package var spilledCount: Int { watchers.reduce(0) { $0 + $1.spilledCount } }

    /// Events that were left out because their key was too long for the tables.
    package var dropped: Int64 { watchers.reduce(0) { $0 + $1.dropped } }
}
