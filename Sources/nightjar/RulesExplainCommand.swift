internal import ArgumentParser
internal import Engine
internal import Query

extension RulesCommand {
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a signature finds in a capture, or what it failed at.",
            discussion: """
                The signature is asked piece by piece, flow state first; the packet and flow that came closest are \
                named with the piece that failed. Exit status 1 when it does not fire.
                """)

        @OptionGroup var rules: RuleOptions
        @OptionGroup var input: InputOptions
        @OptionGroup var output: OutputOptions

        @Option(name: .customLong("pcap"), help: "The capture.")
        var capture: String

        @Argument(help: "The signature's sid, or GID:SID.")
        var sid: String

        func run() throws {
            let options = try EngineOptions(rules: rules, input: input, output: output)
            let found: SignatureExplanation
            do {
                found = try SignatureExplanation(sid: sid, capture: capture, options: options)
            } catch let error as EngineError {
                throw Failure(error.exitStatus, error.message)
            }
            for line in Explain.lines(found, capture) { Terminal.line(line) }
            if !found.fires { throw ExitCode(1) }
        }

        private static func lines(_ found: SignatureExplanation, _ capture: String) -> [String] {
            let counts = "\(found.packets) packets, \(found.flows) flows"
            let verdict = found.fires ? "fires \(found.stages.last?.hits ?? 0) times" : "does not fire"
            var lines = ["\(found.id) \(FindingLine.safe(found.title)): \(verdict) (\(counts))"]
            var failed = false
            for stage in found.stages {
                let word = stage.hits > 0 ? "holds" : failed ? "  -  " : "FAILS"
                if stage.hits == 0 { failed = true }
                let count = stage.hits > 0 ? "   (\(stage.hits) times)" : ""
                lines.append("  \(word)  \(FindingLine.safe(stage.label))\(count)")
            }
            if let closest = found.closest {
                let flow = closest.flow == 0 ? "no flow" : "flow \(closest.flow)"
                lines.append(
                    "\(found.fires ? "first" : "closest"): packet \(closest.packet), \(flow), \(closest.parties), "
                        + closest.application)
                if let buffer = closest.buffer {
                    lines.append(
                        "  \(buffer.name) has \(buffer.length) bytes: \"\(FindingLine.safe(buffer.excerpt))\"")
                } else if !found.fires {
                    lines.append("  the buffer that the failed piece looks into is not there")
                }
            }
            if let problem = found.problem { lines.append("not all of \(capture) was read: \(problem)") }
            return lines
        }
    }
}
