package import Events
package import Logs
package import Matching
package import Network
package import Primitives

/// What a run was asked to do: the command line's and the configuration file's options, checked.
package struct EngineOptions: Sendable {
    package var rulePaths: [String] = []
    /// Files of processing pipelines and of placeholders' values, for Sigma rules.
    package var pipelinePaths: [String] = []
    package var placeholderPaths: [String] = []
    package var useDefaultRules = true
    package var strictRules = false
    /// Correlations and anomaly rules are not loaded: what is left is what rules find in single records.
    package var leavesWindowsOut = false
    package var jobs = 1
    package var memory = MemoryBudget.standard
    package var zone = TimeZoneRules.utc
    /// `--now`: the reference for stamps without a year, and "today". Nil: each file's own time.
    package var now: Timestamp?
    /// `--as`: "auto" or a name of `LogFormats`.
    package var format = "auto"
    /// `--format`: an access-log format as nginx or Apache is configured with it.
    package private(set) var customFormat: CustomFormat?
    package var logSource: LogSourceOverride?
    package var sensors: [(glob: String, name: String)] = []
    package var assets: [(glob: String, name: String)] = []
    /// `--trusted-proxy`: proxies whose word on who the client is counts.
    package private(set) var trustedProxies: [IPNetwork] = []
    package var network = NetworkOptions()
    /// The command line said something of `--midstream`.
    package private(set) var midstreamIsGiven = false
    package var suricataConfiguration: String?
    /// `--estate`: the inventory of what is defended.
    package var estatePath: String?
    /// `--intel`: files and folders of threat intelligence.
    package var intelPaths: [String] = []
    /// Databases of places of addresses, in MaxMind's format.
    package var placePaths: [String] = []
    /// Read again what an earlier run has read.
    package var reprocess = false
    /// Folder of compiled rules; nil: none are kept.
    package var ruleCacheFolder: String?
    package var detectionsPath: String?
    package var evePath: String?
    /// Folder that files of captures are written to.
    package var extractionFolder: String?
    /// Whether alerts are among the EVE records.
    package var eveAlerts = true
    /// Whom EVE alerts of HTTP behind proxies name; nil: the packet's ends alone.
    package var eveForwarded: ForwardedFor?
    /// Secrets that are written over before anything is stored (`MaskPatterns`).
    package var masks: [MaskRule] = []
    /// The same with the store's key, for what is written beside the store.
    package var masker: Masker?
    /// `watch`: how long, in event time and in wall-clock time, a record may be late.
    package var latenessSeconds = 30

    package init() {}

    /// Takes the texts of `--checksums` and `--midstream` (empty: as if not given), and gives each worker his part of
    /// the memory for flows. Call it when `jobs` and `memory` are set.
    package mutating func setNetwork(checksums: String, midstream: String) throws(OptionProblem) {
        guard let mode = ChecksumMode(rawValue: checksums.isEmpty ? "auto" : checksums) else {
            throw OptionProblem("--checksums is auto, none or all, not '\(checksums)'")
        }
        guard midstream.isEmpty || midstream == "true" || midstream == "false" else {
            throw OptionProblem("--midstream is true or false, not '\(midstream)'")
        }
        network.checksums = mode
        network.midstream = midstream == "true"
        midstreamIsGiven = !midstream.isEmpty
        shareMemory()
    }

    private mutating func shareMemory() {
        network.flowBytes = memory.flowBytes / jobs
        network.reassemblyBytes = memory.reassemblyBytes / jobs
    }

    /// Takes what the loaded rules hold out of what is shared. Throws where too little is left.
    mutating func setResident(bytes: Int) throws(EngineError) {
        guard let left = memory.holding(residentBytes: bytes) else {
            let wanted = (bytes + MemoryBudget.leastSharedBytes) >> 20 + 32
            throw EngineError.configuration(
                "--memory \(memory.totalBytes >> 20)M is too little: the program and its rules take \(bytes >> 20) MiB "
                    + "before anything is read; give at least \(wanted)M, or load fewer rules")
        }
        memory = left
        shareMemory()
    }

    /// Takes the text of `--format`; the problem shows it with a caret.
    package mutating func setFormat(_ text: String) throws(OptionProblem) {
        let bytes = Array(text.utf8)
        do {
            customFormat = try bytes.withBytes { try CustomFormat($0) }
        } catch let problem as CustomFormatProblem {
            let before = String(decoding: bytes.prefix(problem.offset), as: UTF8.self)
            let fault = String(decoding: bytes.dropFirst(problem.offset).prefix(problem.length), as: UTF8.self)
            throw OptionProblem(
                "--format: \(problem.message)\n  \(text)\n  "
                    + String(before.map { $0 == "\t" ? "\t" : " " }) + "^"
                    + String(repeating: "~", count: max(0, fault.count - 1)))
        } catch {
            throw OptionProblem("--format: \(error)")
        }
    }

    /// How an input's lines are read.
    func logOptions(yearReference: Timestamp, forms: MessageForms?) -> LogOptions {
        var made = LogOptions(
            zone: zone, yearReference: yearReference, format: format, trustedProxies: trustedProxies)
        made.customFormat = customFormat
        made.messageForms = forms
        return made
    }

    /// Takes the texts of `--trusted-proxy`; empty ones count as not given.
    package mutating func setTrustedProxies(_ texts: [String]) throws(OptionProblem) {
        for text in texts where !text.isEmpty {
            guard let network = IPNetwork(text) else {
                throw OptionProblem("--trusted-proxy is an address or a network such as 10.0.0.0/8, not '\(text)'")
            }
            trustedProxies.append(network)
            self.network.trustedProxies.append(network)
        }
    }

    /// Trusts what the inventory calls proxies.
    mutating func trustProxies(of estate: Estate) {
        let proxies = estate.systems.filter { $0.roles.contains("proxy") }.flatMap(\.addresses)
        trustedProxies += proxies
        network.trustedProxies += proxies
    }

    /// Takes the text of `--logsource`.
    package mutating func setLogSource(_ text: String) throws(OptionProblem) {
        guard let override = LogSourceOverride(text) else {
            throw OptionProblem(
                "--logsource is 'any' or category=...,product=...,service=... (each at most once), not '\(text)'")
        }
        logSource = override
    }
}

/// Why an option's value was refused.
package struct OptionProblem: Error, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}
