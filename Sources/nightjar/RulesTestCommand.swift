internal import ArgumentParser
internal import Engine
internal import Events
internal import Query
internal import Rules

struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Hold rules to their samples: each finds its hit and is silent on its miss.",
        discussion: """
            nightjar rules test own/ --samples own-samples/
            A folder of samples has attacks/ (each rule finds something there) and ordinary/ (no rule that reports at \
            medium or above does), or files of one rule, NAME.hit.log and NAME.miss.log, by its name or id. A \
            places.mmdb in it says where addresses are, unless --geoip does.
            Exit status 1 when a rule fails, 2 when one was refused.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Folder of samples.")
    var samples: String

    @Option(help: "Write the verdicts to this file as JUnit XML.")
    var junit: String?

    func run() throws {
        let options = try EngineOptions(rules: rules, input: input, output: output)
        let (verdicts, refused) = try RulesFiles.guarded {
            let tester = try RuleTester(options: options, samples: samples)
            return (try tester.test(), tester.diagnostics)
        }
        for diagnostic in refused { Terminal.error(diagnostic.rendered) }
        if let junit, !junit.isEmpty { try RulesFiles.write(Array(RuleTester.junit(verdicts).utf8), to: junit) }
        let failed = verdicts.filter { $0.failure != nil }
        if !output.quiet {
            for verdict in failed {
                let rule = verdict.rule
                let name = FindingLine.safe(rule.name ?? rule.id)
                Terminal.line(
                    "\(rule.origin.file):\(rule.origin.line): \(name): \(FindingLine.safe(verdict.failure ?? ""))")
            }
        }
        Terminal.line("\(verdicts.count) rules, \(verdicts.count - failed.count) pass, \(failed.count) fail")
        if !refused.isEmpty { throw ExitCode(2) }
        if !failed.isEmpty { throw ExitCode(1) }
    }
}
