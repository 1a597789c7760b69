internal import Events
internal import Primitives
package import Rules

/// A detector's parts: settings are checked when they are made.
struct AnomalyDetector: Sendable {
    /// As anomaly rules name it: `detector:` with `type:`.
    var name: String
    var description: String
    var watch: @Sendable (AnomalyRule) throws -> WatchPlan
    var makeJudge: @Sendable (AnomalyRule, JudgeContext) throws -> any AnomalyJudging
}

/// How a detector watches: by code of its own, or by what it declares.
enum WatchPlan {
    case own(WatcherMaker)
    case declared(WatchSpec)
    /// By what `request_rate` watches, with the clients that have so many requests in a minute.
    case requests(least: Int)
}

/// Makes a worker's watcher once the settings are known to be good.
typealias WatcherMaker = @Sendable (RecordNames) -> any AnomalyWatcher

extension AnomalyDetector {
    /// A detector that declares what it watches.
    init<Model: SlotModel>(_ name: String, _ model: Model.Type, _ description: String) {
        self.init(
            name: name, description: description, watch: { .declared(try Model($0).spec) },
            makeJudge: { try KeyedJudge<Model>($0, $1) })
    }
}

/// The detectors there are: one line and one set of files each.
package enum AnomalyDetectors {
    static let all: [AnomalyDetector] = [
        AnomalyDetector(
            name: "port_scan", description: "one source tries many ports of a host, or one port of many hosts, in vain",
            watch: { .own(try PortScanWatcher.maker($0)) }, makeJudge: { rule, _ in try PortScanJudge(rule) }),
        AnomalyDetector(
            name: "request_rate", description: "a client sends far more web requests a minute than others and itself",
            watch: { .own(try RequestRateWatcher.maker($0)) }, makeJudge: { rule, _ in try RequestRateJudge(rule) }),
        AnomalyDetector("beacon", Beacon.self, "one address connects to another again and again at even intervals"),
        AnomalyDetector("long_connection", LongConnection.self, "a connection stays open for hours"),
        AnomalyDetector("dns_tunnel", DNSTunnel.self, "names below one domain carry data"),
        AnomalyDetector("generated_domain", GeneratedDomain.self, "many domains that do not exist and are no words"),
        AnomalyDetector("exfiltration", Exfiltration.self, "far more bytes go out than usual"),
        AnomalyDetector("distinct_count", DistinctCount.self, "a key with far too many different values"),
        AnomalyDetector("new_value", NewValue.self, "a key has a value that it never had"),
        AnomalyDetector("rare_value", RareValue.self, "a value that next to no record of the key has"),
        AnomalyDetector("rate", Rate.self, "far more or fewer records an hour than in that hour of the week"),
        AnomalyDetector("time_of_day", TimeOfDay.self, "activity at an hour at which there never was any"),
        AnomalyDetector(
            ImpossibleTravel.name, ImpossibleTravel.self, "an account is in two places that nobody could reach in time"),
        AnomalyDetector("log_silence", LogSilence.self, "a log that is written around the clock goes quiet"),
        AnomalyDetector("error_rate", ErrorRate.self, "the share of server errors jumps"),
        AnomalyDetector(
            name: "no_assets", description: "a client loads pages and never what belongs to them",
            watch: { try NoAssets.watch($0) }, makeJudge: { try KeyedJudge<NoAssets>($0, $1) }),
    ]

    package static var table: [(name: String, description: String)] { all.map { ($0.name, $0.description) } }

    /// Rule id under which each rule's observations come: its own, but for those that share what another one watches.
    static func subjects(_ rules: [AnomalyRule]) throws -> [String] {
        let shared = try rules.filter { rule in
            if case .requests = try find(rule).watch(rule) { return true }
            return false
        }.map(\.info.id)
        let giver = rules.first { $0.detector == RequestRateWatcher.name }?.info.id ?? shared.first
        return rules.map { shared.contains($0.info.id) ? giver ?? $0.info.id : $0.info.id }
    }

    /// Whether a rule is silent unless a database tells where addresses are.
    package static func asksForPlaces(_ rule: AnomalyRule) -> Bool {
        rule.detector == ImpossibleTravel.name || rule.settings["place"] != nil
    }

    static func find(_ rule: AnomalyRule) throws -> AnomalyDetector {
        if let found = all.first(where: { $0.name == rule.detector }) { return found }
        let known = all.map(\.name).joined(separator: ", ")
        throw AnomalyError(
            rule: rule.info.id, setting: "type", message: "there is no detector '\(rule.detector)'; known: \(known)"
        )
    }

    /// Which setting a rule's detector cannot use, and why; nil where it can use all. For
    /// `RuleLoadOptions.checkAnomaly`.
    package static func problem(_ rule: AnomalyRule) -> (setting: String, reason: String)? {
        do {
            let detector = try find(rule)
            _ = try detector.watch(rule)
            _ = try detector.makeJudge(rule, JudgeContext(memory: JudgeMemory(limit: 1 << 20)))
            return nil
        } catch let error as AnomalyError {
            return (error.setting, error.message)
        } catch {
            return ("type", "\(error)")
        }
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
    /// What the input is called (`WatchText.input`).
    var label: [UInt8] = []
    /// Whether the raw batch stays where it is until the next drain, so that lines need not be copied.
    var staysUntilDrain: Bool
}

/// The hot side of a detector: adds the events of a batch to its tables.
protocol AnomalyWatcher: AnyObject {
    func watch(_ batch: EventBatch, _ place: BatchPlace)
    /// Hands out what has come together since the last call, and forgets it.
    func drain(into observations: inout [Observation])
    /// Observations that were made before the drain, since a table was full.
    var spilledCount: Int { get }
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
    /// Which of the rule's observations can matter; see `ObservationSieve`.
    var takers: [ObservationSieve.Taker] { get }
    /// Goes on from what was learned before `through`; observations from before are passed over.
    func restore(_ baselines: [Baseline], through: Timestamp)
    /// Moments at which what was learned is forgotten.
    func reset(_ resets: [BaselineReset])
    /// What has been learned.
    func baselines() -> [Baseline]
}

extension AnomalyJudging {
    var takers: [ObservationSieve.Taker] { [ObservationSieve.Taker(fields: [], bound: 0, nanoseconds: 1, seed: 0)] }
    func restore(_ baselines: [Baseline], through: Timestamp) {}
    func reset(_ resets: [BaselineReset]) {}
    func baselines() -> [Baseline] { [] }
}
