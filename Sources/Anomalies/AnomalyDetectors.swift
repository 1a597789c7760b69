internal import Events
internal import Primitives
package import Rules

/// A detector's parts: settings are checked when they are made.
struct AnomalyDetector: Sendable {
    /// As anomaly rules name it: `detector:` with `type:`.
    var name: String
    var description: String
    var watcher: @Sendable (AnomalyRule) throws -> WatcherMaker
    var makeJudge: @Sendable (AnomalyRule) throws -> any AnomalyJudging
}

/// Makes a worker's watcher once the settings are known to be good.
typealias WatcherMaker = @Sendable () -> any AnomalyWatcher

/// The detectors there are: one line and one set of files each.
package enum AnomalyDetectors {
    static let all: [AnomalyDetector] = [
        AnomalyDetector(
            name: "port_scan", description: "one source tries many ports of a host, or one port of many hosts, in vain",
            watcher: PortScanWatcher.maker, makeJudge: { try PortScanJudge($0) }),
        AnomalyDetector(
            name: "request_rate", description: "a client sends far more web requests a minute than others and itself",
            watcher: RequestRateWatcher.maker, makeJudge: { try RequestRateJudge($0) }),
    ]

    package static var table: [(name: String, description: String)] { all.map { ($0.name, $0.description) } }

    static func find(_ rule: AnomalyRule) throws -> AnomalyDetector {
        if let found = all.first(where: { $0.name == rule.detector }) { return found }
        let known = all.map(\.name).joined(separator: ", ")
        throw AnomalyError(
            rule: rule.info.id, setting: "detector", message: "there is no detector '\(rule.detector)'; known: \(known)"
        )
    }

    /// Checks a rule's detector and settings without running it: for `rules check`.
    package static func check(_ rule: AnomalyRule) throws {
        _ = try find(rule).makeJudge(rule)
    }
}

/// A rule's detector or one of its settings is unknown or out of range.
package struct AnomalyError: Error, CustomStringConvertible, Sendable {
    package var rule: String
    /// Name of the setting at fault.
    package var setting: String
    package var message: String

    package var description: String { "anomaly rule \(rule): \(setting): \(message)" }
}

/// Where the events of a batch come from.
struct BatchPlace {
    var input: ContentID
    /// Offset of the batch's first byte in the decompressed stream.
    var streamOffset: Int64
    /// Number of the batch's first line, from 1; 0 for network events, whose records bear packet numbers.
    var firstLine: UInt64
    /// Whether the raw batch stays where it is until the next drain, so that lines need not be copied.
    var staysUntilDrain: Bool
}

/// The hot side of a detector: adds the events of a batch to its tables.
protocol AnomalyWatcher: AnyObject {
    func watch(_ batch: EventBatch, _ place: BatchPlace)
    /// Hands out what has come together since the last call, and forgets it.
    func drain(into observations: inout [Observation])
    /// Events left out because their key was too long for the tables.
    var dropped: Int64 { get }
}

/// The ordered side of a detector: judges the merged observations of all inputs.
protocol AnomalyJudging: AnyObject {
    func feed(_ observation: Observation)
    func advance(to time: Timestamp)
    func finish()
    func takeDetections() -> [Detection]
    /// Entries that had to go because a table was full.
    var evictions: Int64 { get }
    /// Observations of a time that was judged already.
    var lateObservations: Int64 { get }
}
