internal import ArgumentParser
internal import Engine
internal import Query

struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a rule holds for an event or does not, part by part.",
        discussion: """
            nightjar rules explain web_sql_injection < access.log
            Exit status 1 when the rule holds for no event.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Id or name of a Sigma rule, or of one that asks for scores.")
    var id: String

    @Argument(help: "Files that hold the events; '-' for standard input.")
    var paths: [String] = ["-"]

    func run() throws {
        let options = try EngineOptions(rules: rules, input: input, output: output)
        var count = 0
        var held = 0
        try RulesFiles.guarded {
            try RuleExplainer(id, options: options).explain(paths) { event, lines in
                count += 1
                let holds = lines.prefix(2).allSatisfy { $0.holds ?? true }
                if holds { held += 1 }
                Terminal.line("event \(event): \(holds ? "holds" : "does not hold")")
                for line in lines {
                    let mark = line.holds.map { $0 ? "+" : "-" } ?? " "
                    let indent = String(repeating: "  ", count: line.depth + 1)
                    Terminal.line("\(indent)\(mark) \(FindingLine.safe(line.text))")
                }
            }
        }
        if count == 0 { throw Failure(4, "no event was read: give --as FORMAT where the format is not recognised") }
        if held == 0 { throw ExitCode(1) }
    }
}
