internal import ArgumentParser
internal import Engine
internal import Foundation
internal import Primitives

/// Where incidents are kept.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .customLong("db"),
        help: "The store (default: $XDG_STATE_HOME/nightjar/nightjar.db; ':memory:' keeps nothing).")
    var database: String?

    var path: String {
        get throws {
            if let database, !database.isEmpty { return database }
            let environment = ProcessInfo.processInfo.environment
            let state =
                environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
                ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state"
            let folder = state + "/nightjar"
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure(3, "\(folder): cannot be created: \(error.localizedDescription). Give --db PATH.")
            }
            return folder + "/nightjar.db"
        }
    }
}

/// How output looks.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print JSON Lines instead of text.")
    var json = false

    @Option(name: .long, help: "Colours: auto, always or never.")
    var color: String = "auto"

    @Flag(name: .long, help: "Print nothing but errors.")
    var quiet = false

    @Option(name: .customLong("tz"), help: "Zone of stamps without one, and of what is shown (default: the system's).")
    var zone: String?

    var usesColour: Bool { Terminal.usesColour(Terminal.Colour(rawValue: color) ?? .auto) }

    func validate() throws {
        if Terminal.Colour(rawValue: color) == nil {
            throw ValidationError("--color is auto, always or never, not '\(color)'")
        }
        _ = try rules
    }

    var rules: TimeZoneRules {
        get throws {
            guard let zone, !zone.isEmpty else { return TimeZoneRules(named: "local") ?? .utc }
            guard let rules = TimeZoneRules(named: zone) else {
                throw ValidationError(
                    "unknown time zone '\(zone)': give a name such as Asia/Ho_Chi_Minh, an offset such as +07:00, or UTC"
                )
            }
            return rules
        }
    }
}

/// Which rules run.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("rules"),
        help: "A rule file or folder: .rules (Suricata), .yml/.yaml (Sigma, correlation, anomaly). Repeatable.")
    var paths: [String] = []

    @Flag(name: .customLong("no-default-rules"), help: "Leave out the shipped rule pack.")
    var noDefaultRules = false

    @Flag(name: .customLong("strict-rules"), help: "Fail when a rule is refused.")
    var strict = false

    @Option(name: .customLong("suricata-config"), help: "A suricata.yaml: variables, stream and class settings.")
    var suricataConfiguration: String?

    @Option(name: .long, help: "The estate: a YAML inventory of systems, owners, networks and sensors.")
    var estate: String?

    @Option(name: .long, help: "Threat intelligence: a list or a folder of lists (text, CSV, STIX, MISP). Repeatable.")
    var intel: [String] = []

    @Option(
        name: .customLong("geoip"),
        help: "Where addresses are: a MaxMind DB of countries, cities or autonomous systems. Repeatable.")
    var places: [String] = []

    @OptionGroup var sigma: SigmaOptions
}

/// What changes Sigma rules before they are checked.
struct SigmaOptions: ParsableArguments {
    @Option(
        name: .customLong("pipeline"),
        help: "A processing pipeline for Sigma rules, in pySigma's YAML. Repeatable.")
    var pipelines: [String] = []

    @Option(
        name: .customLong("placeholders"),
        help: "A YAML file of values for Sigma's %placeholders%: name to value or list. Repeatable.")
    var placeholders: [String] = []

    var pipelinePaths: [String] { pipelines.filter { !$0.isEmpty } }
    var placeholderPaths: [String] { placeholders.filter { !$0.isEmpty } }
}

/// How inputs are read.
struct InputOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: "Format of the logs (default auto; 'nightjar parse --formats' lists them).")
    var format: String = "auto"

    @Option(
        name: .customLong("format"),
        help: "An access-log format as nginx or Apache is configured with it: '$remote_addr ...' or '%h %l ...'.")
    var customFormat: String?

    @Option(
        name: .customLong("logsource"),
        help: "category=...,product=...,service=... in place of what is detected, or 'any'.")
    var logSource: String?

    @Option(name: .customLong("now"), help: "Reference time (ISO 8601) for stamps without a year.")
    var now: String?

    @Option(name: .customLong("sensor"), help: "GLOB=NAME: the sensor that inputs of this name come from. Repeatable.")
    var sensors: [String] = []

    @Option(name: .customLong("asset"), help: "GLOB=NAME: whose logs inputs of this name are. Repeatable.")
    var assets: [String] = []

    @Option(
        name: .customLong("trusted-proxy"),
        help: "CIDR of proxies whose X-Forwarded-For or Forwarded counts. Repeatable.")
    var trustedProxies: [String] = []

    @Option(name: .long, help: "Worker threads (default: one a core).")
    var jobs: Int?

    @Option(name: .long, help: "Bound on the memory used, such as 512M.")
    var memory: String?

    @Option(name: .long, help: "Packet checksums: auto, none or all.")
    var checksums: String = "auto"

    @Option(name: .long, help: "Take up TCP flows whose beginning was not captured: true or false (default false).")
    var midstream: String = ""

    @Flag(name: .long, help: "Read again what earlier runs have read.")
    var reprocess = false

    func apply(to options: inout EngineOptions) throws {
        options.format = format.isEmpty ? "auto" : format
        options.jobs = jobs ?? ProcessInfo.processInfo.activeProcessorCount
        guard options.jobs >= 1, options.jobs <= 1024 else {
            throw ValidationError("--jobs is a number from 1 to 1024")
        }
        options.reprocess = reprocess
        if let memory, !memory.isEmpty {
            guard let bytes = MemoryBudget.bytes(memory) else {
                throw ValidationError("--memory is a size such as 512M or 2G, not '\(memory)'")
            }
            options.memory = MemoryBudget(totalBytes: bytes)
        }
        if let now, !now.isEmpty { options.now = try InputOptions.time(now) }
        options.sensors = try InputOptions.labels(sensors, option: "--sensor")
        options.assets = try InputOptions.labels(assets, option: "--asset")
        if let logSource, !logSource.isEmpty {
            do { try options.setLogSource(logSource) } catch { throw ValidationError(error.message) }
        }
        do {
            try options.setNetwork(checksums: checksums, midstream: midstream)
            try options.setTrustedProxies(trustedProxies)
            if let customFormat, !customFormat.isEmpty { try options.setFormat(customFormat) }
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// ISO 8601 with a zone: `2026-03-13T00:00:00+07:00`.
    static func time(_ text: String) throws -> Timestamp {
        let full = ISO8601DateFormatter()
        let fractional = ISO8601DateFormatter()
        fractional.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        guard let date = full.date(from: text) ?? fractional.date(from: text),
            let time = Timestamp(seconds: Int64(date.timeIntervalSince1970))
        else {
            throw ValidationError("'\(text)' is not a time with a zone, such as 2026-03-13T00:00:00+07:00")
        }
        return time
    }

    private static func labels(_ given: [String], option: String) throws -> [(glob: String, name: String)] {
        try given.filter { !$0.isEmpty }.map { text in
            guard let at = text.lastIndex(of: "="), at != text.startIndex, text.index(after: at) != text.endIndex
            else { throw ValidationError("\(option) is GLOB=NAME, not '\(text)'") }
            return (String(text[..<at]), String(text[text.index(after: at)...]))
        }
    }
}

/// Ends the program with a status and a message.
struct Failure: Error, CustomStringConvertible {
    let status: Int32
    let description: String

    init(_ status: Int32, _ description: String) {
        self.status = status
        self.description = description
    }
}
