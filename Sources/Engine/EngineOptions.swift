internal import Events
package import Matching
package import Network
package import Primitives

/// What a run was asked to do: the command line's and the configuration file's options, checked.
package struct EngineOptions: Sendable {
    package var rulePaths: [String] = []
    package var useDefaultRules = true
    package var strictRules = false
    package var jobs = 1
    package var memory = MemoryBudget.standard
    package var zone = TimeZoneRules.utc
    /// `--now`: the reference for stamps without a year, and "today". Nil: each file's own time.
    package var now: Timestamp?
    /// `--as`: "auto" or a name of `LogFormats`.
    package var format = "auto"
    package var logSource: LogSourceOverride?
    package var sensors: [(glob: String, name: String)] = []
    package var assets: [(glob: String, name: String)] = []
    /// `--trusted-proxy`: proxies whose word on who the client is counts.
    package private(set) var trustedProxies: [IPNetwork] = []
    package var network = NetworkOptions()
    /// The command line said something of `--midstream`.
    package private(set) var midstreamIsGiven = false
    package var suricataConfiguration: String?
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
        network.flowBytes = memory.flowBytes / jobs
        network.reassemblyBytes = memory.reassemblyBytes / jobs
    }

    /// Takes the texts of `--trusted-proxy`; empty ones count as not given.
    package mutating func setTrustedProxies(_ texts: [String]) throws(OptionProblem) {
        for text in texts where !text.isEmpty {
            guard let network = IPNetwork(text) else {
                throw OptionProblem("--trusted-proxy is an address or a network such as 10.0.0.0/8, not '\(text)'")
            }
            trustedProxies.append(network)
        }
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
