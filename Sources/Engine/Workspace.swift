package import Events
internal import Output
package import Primitives
internal import Storage

/// A store and a set of rules, opened for one run: what `scan` and `watch` work in.
package final class Workspace {
    package let desk: RuleDesk
    private let store: Store
    private let options: EngineOptions
    private let ownsProcess: Bool

    /// Loads the rules, then opens the store for writing. Throws `EngineError` or `StoreError`.
    /// - Parameter ownsProcess: whether all of the process's memory is this run's, and bounded by its budget
    package init(
        options: EngineOptions, database: String, command: String, ownsProcess: Bool = false
    ) throws {
        self.ownsProcess = ownsProcess
        var options = options
        if let path = options.suricataConfiguration { try SuricataSettings(path: path).apply(to: &options) }
        desk = try Workspace.loadRules(&options, ownsProcess: ownsProcess)
        options.trustProxies(of: desk.estate)
        store = try Store(path: database, mode: .write, command: command)
        try store.mask(with: options.masks)
        options.masker = try store.masker(for: options.masks)
        self.options = options
        try store.limitPageCache(bytes: options.memory.storeBytes / 2)
    }

    deinit {
        // The process ends with this run: what the rules hold is not taken apart piece by piece before.
        if ownsProcess { _ = Unmanaged.passRetained(desk) }
    }

    /// Rules, and what they leave of the memory. What was compiled just now holds more than what the cache brings back,
    /// so where that is too much for the budget they are loaded once more.
    private static func loadRules(_ options: inout EngineOptions, ownsProcess: Bool) throws -> RuleDesk {
        guard ownsProcess else { return try RuleDesk(options: options) }
        var first: RuleDesk? = try RuleDesk(options: options)
        let held = ResidentMemory.afterLoading()
        if let desk = first, !desk.wasCompiled || options.memory.holding(residentBytes: held) != nil {
            try options.setResident(bytes: held)
            return desk
        }
        first = nil
        ResidentMemory.giveBack()
        let desk = try RuleDesk(options: options)
        try options.setResident(bytes: ResidentMemory.afterLoading())
        return desk
    }

    /// Scans to the end. `follow` gets the progress to show before the reading starts.
    package func scan(
        _ paths: [String], command: String, started: Timestamp, follow: (ScanProgress) -> Void
    ) throws -> RunLedger {
        let pipeline = Pipeline(desk: desk, store: store, options: options, ownsRules: ownsProcess)
        return try pipeline.scan(paths, command: command, started: started, follow: follow)
    }

    /// Watches standard input to its end.
    package func watch(command: String, started: Timestamp, tell: @escaping (Detection) -> Void) throws -> RunLedger {
        let masker = store.masker
        return try WatchSession(desk: desk, store: store, options: options) { tell(masker?.masked($0) ?? $0) }
            .run(command: command, started: started)
    }

    /// Whether an incident of this severity or above is stored that is neither closed nor suppressed.
    package func hasIncident(atOrAbove severity: Severity) throws -> Bool {
        try store.incidents().contains {
            $0.severity >= severity && $0.status != .closed && $0.status != .suppressed
        }
    }

    /// A detection as `--detections` and `watch --json` write it.
    package static func jsonLine(_ detection: Detection) -> [UInt8] {
        var writer = JSONWriter()
        DetectionJSON.encode(detection, source: "-", kind: .log, into: &writer)
        return writer.bytes.array
    }
}
