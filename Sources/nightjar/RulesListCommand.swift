internal import ArgumentParser
internal import Engine
internal import Events
internal import Foundation
internal import Query
internal import Rules

struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rules that would run, by log source and ATT&CK.",
        discussion: """
            nightjar rules list --technique T1110
            One line a rule: id, level, kind, log source, techniques, title.
            """)

    @OptionGroup var rules: RuleOptions

    @Option(name: .customLong("logsource"), help: "Only rules with this category=...,product=...,service=...")
    var logSource: String?

    @Option(help: "Only rules that speak of this technique or its parts, such as T1110.")
    var technique: String?

    @Option(help: "Only rules of this tactic, such as credential-access.")
    var tactic: String?

    @Flag(help: "Print JSON Lines instead of text.")
    var json = false

    @Option(help: "Write a layer for ATT&CK Navigator to this file.")
    var navigator: String?

    func run() throws {
        var options = EngineOptions()
        options.rulePaths = rules.paths
        options.useDefaultRules = !rules.noDefaultRules
        options.pipelinePaths = rules.sigma.pipelinePaths
        options.placeholderPaths = rules.sigma.placeholderPaths
        var listing = RuleListing(try RuleDesk.load(options))
        listing.keep(try filter())
        if let navigator, !navigator.isEmpty {
            try RulesFiles.write(listing.navigatorLayer(name: "nightjar"), to: navigator)
        }
        for row in listing.rows {
            if json { Terminal.write(row.json) } else { Terminal.line(RulesListCommand.line(row)) }
        }
    }

    private func filter() throws -> RuleListing.Filter {
        var filter = RuleListing.Filter(technique: technique, tactic: tactic)
        if let logSource, !logSource.isEmpty { filter.logSource = try RulesFiles.logSource(logSource) }
        return filter
    }

    private static func line(_ row: RuleListing.Row) -> String {
        let techniques = row.techniques.isEmpty ? "-" : row.techniques.joined(separator: ",")
        return [
            row.info.id, row.info.level.name, row.info.kind.rawValue, row.logSourceText, techniques,
            FindingLine.safe(row.info.title),
        ].joined(separator: "\t")
    }
}

/// What the commands for rule writers share.
enum RulesFiles {
    static func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Failure(3, "\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    static func logSource(_ text: String) throws -> RuleLogSource {
        var source = RuleLogSource()
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.lowercased() }
            switch pair.first {
            case "category" where pair.count == 2: source.category = pair[1]
            case "product" where pair.count == 2: source.product = pair[1]
            case "service" where pair.count == 2: source.service = pair[1]
            default: throw ValidationError("--logsource is category=...,product=...,service=..., not '\(text)'")
            }
        }
        return source
    }

    /// Runs `body`; what goes wrong in the engine ends with its own status.
    static func guarded<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as EngineError {
            if case .noRules(let found) = error { for diagnostic in found { Terminal.error(diagnostic.rendered) } }
            throw Failure(error.exitStatus, error.message)
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(3, "\(error)")
        }
    }
}
