internal import ArgumentParser
internal import Engine
internal import Events
internal import Query

struct RulesDoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "List the rules that cannot fire on the inputs of the last run, and why.",
        discussion: """
            nightjar rules doctor
            nightjar rules doctor /var/log/nginx
            Reads those inputs again; with PATHs, these instead.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Files and folders to look at instead of the last run's.")
    var paths: [String] = []

    func run() throws {
        let options = try EngineOptions(rules: rules, input: input, output: output)
        let doctor = try RulesFiles.guarded {
            paths.isEmpty
                ? try RuleDoctor(database: try store.path, options: options)
                : try RuleDoctor(paths: paths, options: options)
        }
        for path in doctor.missing {
            Terminal.error("\(FindingLine.safe(path)): is not there any more, and was left out")
        }
        var reason = ""
        for finding in doctor.findings {
            if finding.reason != reason {
                reason = finding.reason
                Terminal.line(FindingLine.safe(reason))
            }
            Terminal.line("  \(finding.rule.id)\t\(FindingLine.safe(finding.rule.title))")
        }
        Terminal.line(
            "\(doctor.findings.count) of \(doctor.ruleCount) rules cannot fire on \(doctor.inputs.count) inputs")
    }
}
