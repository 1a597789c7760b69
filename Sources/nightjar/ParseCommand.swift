internal import ArgumentParser
internal import Engine
internal import Query

struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Decode only: every record as one JSON line, in order.",
        discussion: """
            nightjar parse /var/log/auth.log
            nightjar parse access.log --explain
            {"line": N, ECS fields...} for what was read, {"line": N, "error": {...}} for what was not.
            --explain says for each line instead which formats and message forms were tried, where each stopped, and
            what was captured.
            """)

    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .long, help: "List the log formats that --as takes.")
    var formats = false

    @Flag(name: .long, help: "Say for each line what was tried on it, where that stopped, and what was captured.")
    var explain = false

    @Option(
        name: .customLong("rules"),
        help: "A file or folder with decoders of your own, besides the pack's. Repeatable.")
    var rulePaths: [String] = []

    @Argument(help: "Files, folders, captures; '-' for standard input.")
    var paths: [String] = []

    func run() throws {
        if formats {
            for format in ParseSession.formats { Terminal.line("\(format.name)\t\(format.description)") }
            return
        }
        if paths.isEmpty { throw ValidationError("give at least one PATH, or '-' for standard input") }
        var options = EngineOptions()
        try input.apply(to: &options)
        options.zone = try output.rules
        options.rulePaths = rulePaths.filter { !$0.isEmpty }
        let session = ParseSession(options: options) { Terminal.write($0) }
        for problem in session.refusedDecoders { Terminal.error(problem) }
        do {
            if explain {
                try session.explain(paths) { Terminal.line(FindingLine.safe($0)) }
            } else {
                try session.parse(paths)
            }
        } catch {
            throw Failure(2, "\(error)")
        }
        for problem in session.problems { Terminal.error("\(problem.path): \(problem.message)") }
        if !session.problems.isEmpty { throw ExitCode(4) }
    }
}
