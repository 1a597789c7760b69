internal import ArgumentParser
internal import Engine
internal import Events
internal import Query

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "The same without an end: reads standard input and tells each finding as it is made.",
        discussion: """
            tail -F /var/log/auth.log | nightjar watch -
            A single-event finding is told within a second; one that needs a window when no earlier record can come \
            any more: --lateness seconds later.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var masks: MaskOptions

    @Option(name: .long, help: "Seconds that a record may be late.")
    var lateness: Int = 30

    @Argument(help: "'-' for standard input, the only input that can be watched.")
    var inputs: [String] = ["-"]

    func run() throws {
        guard inputs == ["-"] else {
            throw ValidationError(
                "watch reads standard input: 'tail -F \(inputs.first { $0 != "-" } ?? "FILE") | nightjar watch -' "
                    + "(files, sockets and interfaces are not watched directly)")
        }
        guard (0...86_400).contains(lateness) else { throw ValidationError("--lateness is 0 to 86400 seconds") }
        let started = Clock.now
        var options = try EngineOptions(rules: rules, input: input, output: output)
        options.masks = try masks.rules
        options.latenessSeconds = lateness
        let session = try Session(options: options, database: try store.path, quiet: output.quiet, command: "watch")
        let ledger = try session.watch(started: started, output: output)
        if !output.quiet { try session.printSummary(ledger, output: output) }
        if ledger.isIncomplete {
            session.printProblems(ledger)
            throw ExitCode(4)
        }
    }
}
