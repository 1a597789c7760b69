internal import ArgumentParser
internal import Engine
internal import Query

struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say why a rule holds or does not, part by part.",
        discussion: """
            nightjar rules explain web_sql_injection < access.log
            nightjar rules explain 2027250 --pcap night.pcap
            A Sigma rule is held against each event. A signature (with --pcap) is asked piece by piece, flow state \
            first; the packet and flow that came closest are named with the piece that failed.
            Exit status 1 when the rule holds for nothing.
            """)

    @OptionGroup var rules: RuleOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var output: OutputOptions

    @Option(name: .customLong("pcap"), help: "The capture that a signature is held against.")
    var capture: String?

    @Argument(help: "Id or name of a Sigma rule, or of one that asks for scores; sid or GID:SID of a signature.")
    var id: String

    @Argument(help: "Files that hold the events; '-' for standard input.")
    var paths: [String] = ["-"]

    func run() throws {
        let options = try EngineOptions(rules: rules, input: input, output: output)
        if let capture, !capture.isEmpty { return try explainSignature(capture, options) }
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

    private func explainSignature(_ capture: String, _ options: EngineOptions) throws {
        let found: SignatureExplanation
        do {
            found = try SignatureExplanation(sid: id, capture: capture, options: options)
        } catch let error as EngineError {
            throw Failure(error.exitStatus, error.message)
        }
        for line in SignatureStory.lines(found, capture) { Terminal.line(line) }
        if !found.fires { throw ExitCode(1) }
    }
}
