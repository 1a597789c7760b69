internal import ArgumentParser
internal import Engine

struct ParseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parse",
        abstract: "Decode only: every record as one JSON line, in order.",
        discussion: """
            {"line": N, ECS fields...} for what was read, {"line": N, "error": {...}} for what was not.
            """)

    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Flag(name: .long, help: "List the log formats that --as takes.")
    var formats = false

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
        let session = ParseSession(options: options) { Terminal.write($0) }
        do {
            try session.parse(paths)
        } catch {
            throw Failure(2, "\(error)")
        }
        for problem in session.problems { Terminal.error("\(problem.path): \(problem.message)") }
        if !session.problems.isEmpty { throw ExitCode(4) }
    }
}
