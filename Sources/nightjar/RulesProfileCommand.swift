internal import ArgumentParser
internal import Engine
internal import Events
internal import Foundation
internal import Query

struct RulesProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Measure what each rule costs on logs: time, candidates, hits.",
        discussion: """
            nightjar rules profile access.log --top 10
            Each rule is measured alone, three times, and the best time counts; candidates are the events that its \
            literals let through, or the observations that a correlation or an anomaly rule judged. At most 64 MiB of \
            each log are read. The last line tells what correlations and anomaly rules cost together: the logs are \
            scanned whole with and without them, in turn, 8 to 20 times, until that takes nothing off any more, and of \
            each scan the least time of each of its laps counts.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "How many rules to show, the dearest first; 0 for all.")
    var top: Int = 30

    @Argument(help: "Logs and captures to measure on.")
    var paths: [String]

    func run() throws {
        let options = try EngineOptions(rules: rules, input: input, output: output)
        let profile = try RulesFiles.guarded { try RuleProfiler(paths: paths, options: options) }
        Terminal.line("ns/event\tcandidates\thits\trule  (\(profile.eventCount) events)")
        for row in top > 0 ? profile.rows.prefix(top) : profile.rows[...] {
            let time = String(format: "%.1f", row.nanosecondsPerEvent)
            Terminal.line("\(time)\t\(row.candidates)\t\(row.hits)\t\(FindingLine.safe(row.rule.name ?? row.rule.id))")
        }
        guard let (whole, without) = profile.scanSeconds else { return }
        let share = String(format: "%.1f %%", 100 * max(0, whole - without) / max(whole, 1e-9))
        let seconds = String(format: "%.2f CPU-seconds, %.2f without them", whole, without)
        Terminal.line("correlations and anomaly rules together: \(share) of a scan (\(seconds))")
    }
}
