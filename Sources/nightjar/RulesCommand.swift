internal import ArgumentParser
internal import Engine
internal import Events
internal import Query
internal import Rules

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Look after rules.",
        subcommands: [
            Check.self, RulesListCommand.self, RulesTestCommand.self, RulesExplainCommand.self,
            RulesDoctorCommand.self, RulesProfileCommand.self,
        ])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say of every rule that cannot run where it is at fault and why.",
            discussion: """
                nightjar rules check own/ --suricata-config /etc/suricata/suricata.yaml
                Exit status 2 when a rule was refused.
                """)

        @Flag(name: .long, help: "Print the count alone.")
        var quiet = false

        @Option(name: .customLong("suricata-config"), help: "A suricata.yaml whose variables the signatures use.")
        var suricataConfiguration: String?

        @OptionGroup var sigma: SigmaOptions

        @Argument(help: "Rule files and folders.")
        var paths: [String]

        func run() throws {
            let rules = try RulesFiles.guarded {
                try RuleDesk.check(
                    paths, suricataConfiguration: suricataConfiguration, pipelines: sigma.pipelinePaths,
                    placeholders: sigma.placeholderPaths)
            }
            if !quiet { for diagnostic in rules.diagnostics { Terminal.line(diagnostic.rendered) } }
            var kinds: [String] = []
            for (count, name) in [
                (rules.sigma.count, "Sigma"), (rules.correlations.count, "correlation"),
                (rules.anomalies.count, "anomaly"), (rules.signatures.count, "signature"),
                (rules.webAttacks.count, "web attack"),
            ] where count > 0 { kinds.append("\(count) \(name)") }
            if !rules.decoders.isEmpty { kinds.append("besides \(rules.decoders.count) decoders") }
            Terminal.line(
                "\(rules.loadedCount) rules load\(kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))"), "
                    + "\(rules.refusedCount) refused")
            if rules.refusedCount > 0 || rules.loadedCount + rules.decoders.count == 0 { throw ExitCode(2) }
        }
    }
}
