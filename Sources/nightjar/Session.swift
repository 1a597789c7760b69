internal import Engine
internal import Events
internal import Foundation
internal import Primitives
internal import Query
internal import Rules

/// A workspace opened for one command, with what goes wrong turned into messages and exit statuses.
struct Session {
    private let workspace: Workspace
    private let options: EngineOptions
    private let command: String

    init(options: EngineOptions, database: String, quiet: Bool, command: String) throws {
        self.options = options
        self.command = command
        do {
            workspace = try Workspace(
                options: options, database: database, command: command, ownsProcess: true)
        } catch let error as EngineError {
            if case .noRules(let found) = error { Session.printDiagnostics(found, quiet: false) }
            if case .rulesRefused(let found) = error { Session.printDiagnostics(found, quiet: false) }
            throw Failure(error.exitStatus, error.message)
        } catch {
            throw Failure(3, "\(error)")
        }
        Session.printDiagnostics(workspace.desk.rules.diagnostics, quiet: quiet)
    }

    /// Refused rules by place and reason, the first few; `rules check` shows all.
    private static func printDiagnostics(_ found: [Diagnostic], quiet: Bool) {
        let refused = found.filter { $0.weight == .error }
        guard !quiet, !refused.isEmpty else { return }
        for diagnostic in refused.prefix(3) { Terminal.error(diagnostic.rendered) }
        Terminal.error("\(refused.count) refused in the rule files (nightjar rules check PATH shows all)")
    }

    func scan(_ paths: [String], started: Timestamp, progress: ProgressLine) throws -> RunLedger {
        try guarded {
            try workspace.scan(paths, command: command, started: started) { progress.follow($0) }
        }
    }

    func watch(started: Timestamp, output: OutputOptions) throws -> RunLedger {
        let zone = try output.rules
        return try guarded {
            try workspace.watch(command: command, started: started) { detection in
                if output.json {
                    Terminal.write(Workspace.jsonLine(detection))
                } else if !output.quiet {
                    Terminal.line(FindingLine.text(detection, zone: zone, coloured: output.usesColour))
                }
            }
        }
    }

    private func guarded<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as EngineError {
            throw Failure(error.exitStatus, error.message)
        } catch {
            throw Failure(3, "\(error)")
        }
    }

    func printSummary(_ ledger: RunLedger, output: OutputOptions) throws {
        if output.json {
            Terminal.write(AnalystDesk.json(ledger))
            return
        }
        let clock = FilterClock(now: Clock.now, zone: try output.rules)
        Terminal.write(Array(AnalystDesk.summary(ledger, clock: clock, coloured: output.usesColour).utf8))
    }

    func printProblems(_ ledger: RunLedger) {
        for input in ledger.inputs {
            if let problem = input.problem {
                Terminal.error("\(FindingLine.safe(input.path)): \(FindingLine.safe(problem))")
            }
        }
    }

    func hasIncident(atOrAbove severity: Severity) throws -> Bool {
        try guarded { try workspace.hasIncident(atOrAbove: severity) }
    }
}

extension EngineOptions {
    init(rules: RuleOptions, input: InputOptions, output: OutputOptions) throws {
        self.init()
        rulePaths = rules.paths.filter { !$0.isEmpty }
        useDefaultRules = !rules.noDefaultRules
        pipelinePaths = rules.sigma.pipelinePaths
        placeholderPaths = rules.sigma.placeholderPaths
        ruleCacheFolder = RuleCache.standardFolder()
        strictRules = rules.strict
        suricataConfiguration = rules.suricataConfiguration.flatMap { $0.isEmpty ? nil : $0 }
        estatePath = rules.estate.flatMap { $0.isEmpty ? nil : $0 }
        intelPaths = rules.intel.filter { !$0.isEmpty }
        placePaths = rules.places.filter { !$0.isEmpty }
        zone = try output.rules
        try input.apply(to: &self)
    }
}
